"""When a sign-in code may be sent, and how long it is good for."""

import math
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone

DIGITS = 6
LIFETIME = timedelta(minutes=5)
TRIES = 5
PAUSE = timedelta(minutes=1)
PER_DAY = 10
_SHANGHAI = timezone(timedelta(hours=8))


class TooSoon(ValueError):
    """The last code went out less than a minute ago; ``seconds`` says how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class TooMany(TooSoon):
    """Ten codes went out on this calendar day; ``seconds`` runs to midnight in Shanghai."""


def new_code() -> str:
    """Six digits nobody can guess, leading zeros included."""
    return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def day_start(now: datetime) -> datetime:
    """Midnight in Shanghai of the day that ``now`` lies in."""
    return now.astimezone(_SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)


def check_may_send(sent: Sequence[datetime], now: datetime) -> None:
    """Raises TooSoon or TooMany; ``sent`` holds the instants of the codes sent to this number before."""
    today = [at for at in sent if at >= day_start(now)]
    if len(today) >= PER_DAY:
        raise TooMany(_seconds(day_start(now) + timedelta(days=1) - now))
    if sent and (free := max(sent) + PAUSE) > now:
        raise TooSoon(_seconds(free - now))


def _seconds(span: timedelta) -> int:
    return max(1, math.ceil(span.total_seconds()))
