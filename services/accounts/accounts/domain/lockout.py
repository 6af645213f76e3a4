"""How long a guesser waits. The delay grows but ends."""

import math
from datetime import datetime, timedelta
from typing import NamedTuple

FREE_FAILURES_OF_NAME = 4
FREE_FAILURES_OF_ADDRESS = 20
FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=24)


class Failures(NamedTuple):
    """Failed attempts in a row under one name or from one address."""

    in_a_row: int
    last_at: datetime
    blocked_until: datetime | None


def seconds_to_wait(failures: Failures | None, now: datetime) -> int:
    """Whole seconds until the next attempt is looked at; 0 when it may come now."""
    if failures is None or failures.blocked_until is None:
        return 0
    return max(0, math.ceil((failures.blocked_until - now).total_seconds()))


def one_more(failures: Failures | None, free: int, now: datetime) -> Failures:
    """The record after one more failure: ``free`` cost nothing, then 5 s, 10 s, 20 s … up to 15 minutes."""
    remembered = failures is not None and now - failures.last_at < FORGOTTEN_AFTER
    count = (failures.in_a_row if failures and remembered else 0) + 1
    return Failures(count, now, now + _delay(count - free) if count > free else None)


def _delay(costly: int) -> timedelta:
    doublings: int = min(costly - 1, 16)
    return min(LONGEST_DELAY, FIRST_DELAY * float(1 << doublings))
