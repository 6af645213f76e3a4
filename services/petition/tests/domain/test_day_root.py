"""Days of the district and the chain of their records."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

import pytest

from petition.domain import day_root

ZONE = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 11, 26)
NOW = datetime(2026, 11, 26, 16, 10, 3, 5000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 25, 15, 59, 59, 999000, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 11, 25, 16, tzinfo=UTC), DAY),
        (datetime(2026, 11, 26, 15, 59, 59, tzinfo=UTC), DAY),
    ],
)
def test_a_day_is_the_districts(at: datetime, day: date) -> None:
    assert day_root.day_of(at, ZONE) == day


def test_a_day_is_sealed_some_minutes_after_its_end() -> None:
    assert day_root.end_of(DAY, ZONE) == datetime(2026, 11, 26, 16, tzinfo=UTC)
    assert day_root.sealed_from(DAY, ZONE) == datetime(2026, 11, 26, 16, 10, tzinfo=UTC)


def test_the_hash_is_what_the_papers_say() -> None:
    first = day_root.record(None, DAY, 2, "ab" * 32, NOW)
    covered = "\n".join(["0" * 64, "2026-11-26", "2", "ab" * 32, "2026-11-26T16:10:03.005Z"])
    assert first.hash == sha256(covered.encode()).hexdigest()
    second = day_root.record(first, DAY + timedelta(days=1), 0, "cd" * 32, NOW)
    assert second.previous == first.hash


def test_a_record_covers_all_that_it_says() -> None:
    same = {"previous": None, "day": DAY, "size": 2, "root": "ab" * 32, "now": NOW}
    changes = [
        {}, {"previous": day_root.record(**same)}, {"day": DAY + timedelta(days=1)}, {"size": 3}, {"root": "ac" * 32},
        {"now": NOW + timedelta(milliseconds=1)},
    ]  # fmt: skip
    assert len({day_root.record(**{**same, **change}).hash for change in changes}) == len(changes)
