"""Years of data for measuring at a size that a district may reach: when each thing happened, and how it is written.

What a service makes so (`petition.crowd`, `news.crowd`) it makes by its own rules, the n-th thing of a seed being the
same whenever it is asked for: what is there already is left alone, so that it is safe to repeat, and to go on after an
interruption.
"""

import math
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from pymongo import WriteConcern
from pymongo.collection import Collection
from pymongo.errors import BulkWriteError

from kit.mongo import Document

BATCH = 500
YEARS = 4
GROWTH = 1.8  # how many times as much each year has
TAKEN = 11000  # the database's word for a number that is there already
_WEEK = (1.15, 1.1, 1.05, 1.0, 1.0, 0.7, 0.65)


def moment(number: int, of: int, draw: Random, today: datetime, hours: Sequence[float]) -> datetime:
    """When the n-th thing happened, the oldest being the first: growth lays more into later days, few into weekends.

    Before `today`, a midnight of the district's; `hours` says how much falls into each of the day's.
    """
    share = (number + 0.5) / of
    whole = GROWTH**YEARS - 1
    years = math.log(1 + share * whole) / math.log(GROWTH)
    day = today - timedelta(days=int((YEARS - years) * 365.25) + 1)
    if draw.random() > _WEEK[day.weekday()]:
        day -= timedelta(days=day.weekday() - 4)
    (hour,) = draw.choices(range(24), hours)
    return (day + timedelta(hours=hour, milliseconds=draw.randrange(3_600_000))).astimezone(UTC)


def midnight(now: datetime, zone: ZoneInfo) -> datetime:
    """The beginning of the district's day."""
    return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)


def missing(collection: Collection[Document], ids: Iterable[str]) -> set[str]:
    """Those of these numbers that are not there yet."""
    wanted = set(ids)
    there = collection.find({"_id": {"$in": list(wanted)}}, {"_id": 1}).hint("_id_")
    return wanted - {row["_id"] for row in there}


def add(collection: Collection[Document], documents: Sequence[Document]) -> int:
    """Adds them in one batch; returns how many were not there yet.

    Journalled with the next checkpoint: what a crash takes away is made by the next run.
    """
    if not documents:
        return 0
    unhurried = collection.with_options(write_concern=WriteConcern(w=1))
    try:
        return len(unhurried.insert_many(documents, ordered=False).inserted_ids)
    except BulkWriteError as error:
        if any(problem["code"] != TAKEN for problem in error.details["writeErrors"]):
            raise
        return int(error.details["nInserted"])


def grow(
    what: str,
    number: int,
    begin: Callable[..., None],
    arguments: tuple[Any, ...],
    work: Callable[[range], int],
    processes: int | None = None,
) -> int:
    """Has so many things made in batches by a process for each core, and says how far it is; returns how many are new.

    Each process calls `begin` with the arguments once, then `work` with the numbers of a batch, which says how many of
    them were not there yet. Both must be functions of a module.
    """
    batches = (range(start, min(start + BATCH, number)) for start in range(0, number, BATCH))
    progress, seen, fresh = _Progress(what, number), 0, 0
    cores = processes or os.cpu_count() or 1
    # Not forked: a database client does not survive that.
    with multiprocessing.get_context("spawn").Pool(cores, begin, arguments) as pool:
        for new in pool.imap(work, batches):
            seen, fresh = min(seen + BATCH, number), fresh + new
            progress.note(seen)
    return fresh


class _Progress:
    """Says now and then how far it has come."""

    def __init__(self, what: str, number: int) -> None:
        self._what = what
        self._number = number
        self._began = self._told = time.monotonic()

    def note(self, done: int) -> None:
        """`done` of them are behind us."""
        now = time.monotonic()
        if now - self._told < 10 and done < self._number:
            return
        self._told = now
        rate = done / (now - self._began)
        left = (self._number - done) / rate / 60
        print(  # noqa: T201 - for who runs the command
            f"{done:>9,} of {self._number:,} {self._what}, {rate:,.0f} a second, {left:.0f} minutes left", flush=True
        )
