"""Numbers of articles: of the district's day, never alike, never to be counted along."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from news.domain.numbers import PATTERN, new_number

BEIJING = ZoneInfo("Asia/Shanghai")
NEARLY_MIDNIGHT = datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_the_date_is_the_districts() -> None:
    assert new_number("CP", NEARLY_MIDNIGHT, BEIJING).startswith("CPN20261123-")
    assert new_number("CP", MIDNIGHT, BEIJING).startswith("CPN20261124-")


def test_numbers_fit_their_pattern_and_differ() -> None:
    made = {new_number("CP", MIDNIGHT, BEIJING) for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(PATTERN, number) for number in made)
