"""What is read most: one reader counts once a day for an article, and nobody can tell afterwards who it was."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field


class RankingRules(BaseModel):
    """ranking.yml, which may be missing: how many readers of an article count on a day who are known by one address."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    readers_of_an_address: int = Field(20, ge=1)


DAYS = 3
"""How many days count, today's among them."""
SHOWN = 10


def day_of(at: datetime, zone: ZoneInfo) -> str:
    """The district's day."""
    return at.astimezone(zone).date().isoformat()


def last_days(at: datetime, zone: ZoneInfo) -> list[str]:
    """The days that count, the latest first."""
    today = at.astimezone(zone).date()
    return [(today - timedelta(days=back)).isoformat() for back in range(DAYS)]


def mark(article: str, reader: str, salt: bytes) -> str:
    """What stands for a reader of an article on one day, whose salt is thrown away; other for each article."""
    return blake2b(f"{article}\0{reader}".encode(), key=salt, digest_size=12).hexdigest()


def visitor(address: str, device: str, rules: RankingRules) -> str:
    """Who has not signed in. An address has places for so many, and a device has one of them.

    A client can invent devices without end, so that two who share a place count as one.
    """
    drawn = int.from_bytes(blake2b(device.encode(), digest_size=8).digest(), "big")
    return f"{address}\0{drawn % rules.readers_of_an_address}"


def ranked(counts: Iterable[Mapping[str, int]]) -> list[str]:
    """The articles by their sum over the days, the most read first; of equals, the newer number first."""
    total: Counter[str] = Counter()
    for day in counts:
        total.update(day)
    return sorted(total, key=lambda article: (total[article], article), reverse=True)
