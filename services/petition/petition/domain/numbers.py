"""Public numbers of cases: the day, and six characters that nobody can count or guess along."""

import secrets
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PATTERN = r"^[A-Z]{1,8}[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"


def new_number(prefix: str, now: datetime, zone: ZoneInfo, pick: Callable[[str], str] = secrets.choice) -> str:
    """A number such as `CP20261123-7K3F9Q`; the date is the district's."""
    day = now.astimezone(zone).strftime("%Y%m%d")
    return f"{prefix}{day}-{''.join(pick(CROCKFORD) for _ in range(6))}"
