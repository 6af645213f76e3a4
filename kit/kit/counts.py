"""How often somebody did something in a span of time: counted under a keyed hash that differs from span to span, and
forgotten.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from pymongo import IndexModel, ReturnDocument
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from kit.errors import RateLimited
from kit.mongo import Document
from kit.sealed import Sealer

INDEXES = [IndexModel("forget_at", name="forget", expireAfterSeconds=0)]


class Span(NamedTuple):
    """In what is counted together, and until when that lasts; its counts are forgotten as long again afterwards."""

    begin: date
    over: datetime
    length: timedelta

    def seconds_left(self, now: datetime) -> int:
        """In how many whole seconds it is over; 1 at least."""
        return max(1, math.ceil((self.over - now).total_seconds()))


def day_of(now: datetime, zone: tzinfo) -> Span:
    """The day that it is in this zone."""
    day, length = now.astimezone(zone).date(), timedelta(days=1)
    return Span(day, datetime.combine(day + length, time(), zone), length)


def hour_of(now: datetime) -> Span:
    """The hour that it is."""
    hour, length = now.replace(minute=0, second=0, microsecond=0), timedelta(hours=1)
    return Span(hour, hour + length, length)


class Counts:
    """Counts by what is done, who does it and the span in which it is done: a day, or the hour that began then.

    `key_file` is the service's `sealing.json`, read when it is first needed.
    """

    def __init__(self, collection: Collection[Document], key_file: Path) -> None:
        self._collection = collection
        self._key_file = key_file

    @contextmanager
    def within(self, what: str, who: str, span: Span, most: int, now: datetime, words: str) -> Iterator[None]:
        """Counts one of the span, unless what follows fails.

        Raises `RateLimited` with these words, saying in how many seconds the span is over, when there are `most`.
        """
        if not self.take(what, who, span.begin, most, span.over + span.length):
            raise RateLimited(words, extra={"retry_after": span.seconds_left(now)})
        try:
            yield
        except BaseException:
            self.give_back(what, who, span.begin)
            raise

    def take(self, what: str, who: str, span: date, most: int, forget_at: datetime) -> bool:
        """Counts one more of the span, unless there are `most` already: whether there was room."""
        room: Document = {"_id": self.name(what, who, span), "count": {"$lt": most}}
        update: Document = {"$inc": {"count": 1}, "$setOnInsert": {"forget_at": forget_at}}
        try:
            self._collection.find_one_and_update(room, update, upsert=True, return_document=ReturnDocument.AFTER)
        except DuplicateKeyError:  # it is there, and full
            return self._taken_after_a_race(room, update)
        return True

    def give_back(self, what: str, who: str, span: date) -> None:
        """Counts one less: what was taken for did not come about."""
        self._collection.update_one({"_id": self.name(what, who, span)}, {"$inc": {"count": -1}})

    def name(self, what: str, who: str, span: date) -> str:
        """What the count is kept under."""
        return self._sealer.blind_index(what, f"{span.isoformat()} {who}")

    def _taken_after_a_race(self, room: Document, update: Document) -> bool:
        """Two first ones at once both insert, and one of them finds the other's row: it has room then."""
        return self._collection.find_one_and_update(room, update) is not None

    @cached_property
    def _sealer(self) -> Sealer:
        return Sealer.from_file(self._key_file)
