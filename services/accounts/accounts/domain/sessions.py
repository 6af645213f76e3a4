"""Refresh tokens: a session is a family of them, of which only the newest is good.

A token names its session and its generation. Showing an older generation means that the token was copied: the whole
family ends. The one exception is a client whose answer was lost and who repeats its very last rotation.
"""

from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

ACCESS_LIFETIME = timedelta(minutes=15)
RESIDENT_LIFETIME = timedelta(days=60)
STAFF_LIFETIME = timedelta(hours=12)
REPEAT_GRACE = timedelta(minutes=1)


class Family(NamedTuple):
    """What is remembered of a session; ``rotation_key`` is the idempotency key of the last rotation."""

    generation: int
    rotated_at: datetime
    rotation_key: str
    expires_at: datetime
    revoked: bool


class Verdict(Enum):
    ROTATE = auto()
    REPEAT = auto()
    REUSED = auto()
    OVER = auto()


def lifetime(kind: str) -> timedelta:
    """How long a session lasts without being used (resident) or at all (staff: one working day)."""
    return STAFF_LIFETIME if kind == "staff" else RESIDENT_LIFETIME


def next_expiry(kind: str, expires_at: datetime, now: datetime) -> datetime:
    """A resident's session is prolonged by use, a staff session never."""
    return expires_at if kind == "staff" else now + RESIDENT_LIFETIME


def judge(family: Family, generation: int, key: str, now: datetime) -> Verdict:
    """What to do with a genuine token of ``generation``, shown under idempotency key ``key``."""
    if family.revoked or now >= family.expires_at:
        return Verdict.OVER
    if generation == family.generation:
        return Verdict.ROTATE
    repeats_last = generation == family.generation - 1 and key == family.rotation_key
    if repeats_last and now - family.rotated_at <= REPEAT_GRACE:
        return Verdict.REPEAT
    return Verdict.REUSED
