"""Public numbers of articles and tips: the day, and six characters that nobody can count or guess along."""

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

CHARACTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: none looks like another
PATTERN = r"^[A-Z]{1,8}N[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
CASE_PATTERN = r"^[A-Z]{1,8}[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"
"""Of a case of the petition."""


TIP_PATTERN = r"^[A-Z]{1,8}T[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$"


def new_number(prefix: str, now: datetime, zone: ZoneInfo, mark: str = "N") -> str:
    """A number such as `CPN20261123-7K3F9Q`, of a tip (`mark` T) `CPT20261123-7K3F9Q`; the date is the district's."""
    day = now.astimezone(zone).strftime("%Y%m%d")
    return f"{prefix}{mark}{day}-{''.join(secrets.choice(CHARACTERS) for _ in range(6))}"
