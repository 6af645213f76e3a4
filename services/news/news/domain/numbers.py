"""Public numbers of articles and tips: the day, and six characters that nobody can count or guess along."""

import secrets
from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none looks like another
PATTERN = r"^[A-Z]{1,8}N[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
ALERT_PATTERN = r"^[A-Z]{1,8}A[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
COMMENT_PATTERN = r"^[A-Z]{1,8}C[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
TIP_PATTERN = r"^[A-Z]{1,8}T[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
INVESTIGATION_PATTERN = r"^[A-Z]{1,8}I[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
BUNDLE_PATTERN = r"^[A-Z]{1,8}B[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
CASE_PATTERN = r"^[A-Z]{1,8}[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
"""Of a case of the petition."""


def case_number(prefix: str, day: date, last: str) -> str:
    """The number of a case that was filed on this day of the district's and ends in these six characters."""
    return f"{prefix}{day:%Y%m%d}-{last}"


def new_number(
    prefix: str, now: datetime, zone: ZoneInfo, kind: str = "N", choose: Callable[[str], str] = secrets.choice
) -> str:
    """A number such as `CPN20261123-7K3F9Q`; the date is the district's, `kind` tells what it is of (N: an article)."""
    day = now.astimezone(zone).strftime("%Y%m%d")
    return f"{prefix}{kind}{day}-{''.join(choose(CHARACTERS) for _ in range(6))}"
