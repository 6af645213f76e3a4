"""存证: each finished day of the district gets its root, so that anyone can see later that no history was rewritten."""

import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from kit import faults
from petition.domain import day_root, merkle
from petition.parts import Parts
from petition.store.day_roots import CHUNK, Head, Sealed

log = logging.getLogger(__name__)

_DAY = timedelta(days=1)
Holds = Callable[[], bool]
"""Whether this process may go on: asked between two chunks, so that one that has lost its lease stops."""


def seal_days(parts: Parts, now: datetime, holds: Holds = lambda: True) -> int:
    """Seals, in order, the days that have ended; returns how many.

    Wherever a process is cut off, the next one goes on there; two at once make one chain of records.
    """
    done = 0
    while _seal_next(parts, now, holds):
        done += 1
    return done


def next_day(parts: Parts, latest: Sealed | None) -> date | None:
    """The day that is sealed after the latest one; None as long as nothing has happened."""
    return latest.record.day + _DAY if latest else parts.day_roots.oldest_unsealed()


def _seal_next(parts: Parts, now: datetime, holds: Holds) -> bool:
    """Completes the latest day if it was cut off, and seals the next one, unless it is too early."""
    latest = parts.day_roots.latest()
    if latest and not latest.settled and not _tell_cases(parts, latest, holds):
        return False
    day = next_day(parts, latest)
    if day is None or now < day_root.sealed_from(day, parts.rules.calendar.zone):
        return False
    if latest:
        parts.day_roots.forget_other_attempts(latest)
    sealed = _record(parts, day, latest, now, holds)
    return sealed is not None and _tell_cases(parts, sealed, holds)


def _record(parts: Parts, day: date, previous: Sealed | None, now: datetime, holds: Holds) -> Sealed | None:
    """Makes the record of this day. None: it is for another process to do, or done."""
    attempt, size, tops = uuid.uuid4().hex, 0, []
    heads = parts.day_roots.heads(day, day_root.end_of(day, parts.rules.calendar.zone))
    for number, chunk in enumerate(_chunks(heads)):
        if not holds():
            return None
        parts.day_roots.add_chunk(attempt, day, number, chunk)
        tops.append(merkle.root([merkle.leaf_hash(bytes.fromhex(head.hash)) for head in chunk]))
        size += len(chunk)
        faults.point("sealing.after_a_chunk")
    record = day_root.record(previous.record if previous else None, day, size, merkle.root(tops).hex(), now)
    if not parts.day_roots.add(attempt, record, tops):
        parts.day_roots.forget_attempt(attempt, day)
        return None
    log.info("a day was sealed", extra={"day": day.isoformat(), "cases": size})
    faults.point("sealing.after_the_record")
    return Sealed(attempt, record, settled=False)


def _tell_cases(parts: Parts, sealed: Sealed, holds: Holds) -> bool:
    """Has every case of the day know its leaf. False: another process goes on with it."""
    end = day_root.end_of(sealed.record.day, parts.rules.calendar.zone)
    for number in range(sealed.chunks):
        if not holds():
            return False
        parts.day_roots.tell_cases(sealed, number, end)
        faults.point("sealing.after_telling_a_chunk")
    parts.day_roots.settle(sealed)
    return True


def _chunks(heads: Iterator[Head]) -> Iterator[list[Head]]:
    while chunk := list(islice(heads, CHUNK)):
        yield chunk
