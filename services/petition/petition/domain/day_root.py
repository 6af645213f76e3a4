"""Day roots: one record for each day of the district, which commits to the head of every case that changed in it.

The head of a case is the hash of its last entry before the day's end; it covers the whole history until then. Records
are a chain: each hashes the one before it, so that none can be replaced without all that follow.
"""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from petition.domain.history import instant

BEFORE_THE_FIRST = "0" * 64
"""What the first record follows."""

SETTLING = timedelta(minutes=10)
"""How long after its end a day is sealed: longer than a step lasts and than the clocks of two machines differ."""


class DayRoot(BaseModel):
    """The record of a day: the Merkle root over `size` heads sorted by hash, and the `hash` of the record before it."""

    model_config = ConfigDict(frozen=True)

    day: date
    size: int
    root: str
    sealed_at: datetime
    previous: str
    hash: str


def record(previous: DayRoot | None, day: date, size: int, root: str, now: datetime) -> DayRoot:
    """The record that follows `previous`; None: the first one."""
    parent = previous.hash if previous else BEFORE_THE_FIRST
    digest = _digest(parent, day, size, root, now)
    return DayRoot(day=day, size=size, root=root, sealed_at=now, previous=parent, hash=digest)


def day_of(at: datetime, zone: ZoneInfo) -> date:
    """The district's day in which this instant lies."""
    return at.astimezone(zone).date()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after the day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def sealed_from(day: date, zone: ZoneInfo) -> datetime:
    """When the day may be sealed, in UTC."""
    return end_of(day, zone) + SETTLING


def _digest(previous: str, day: date, size: int, root: str, sealed_at: datetime) -> str:
    return sha256("\n".join((previous, day.isoformat(), str(size), root, instant(sealed_at))).encode()).hexdigest()
