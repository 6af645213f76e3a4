"""Months of the district: where one ends, and which lie between."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from news.domain.months import month_of, months_between, span

BEIJING = ZoneInfo("Asia/Shanghai")
LAST_MOMENT = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
NEW_YEAR = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)


def test_a_month_is_the_districts() -> None:
    assert (month_of(LAST_MOMENT, BEIJING), month_of(NEW_YEAR, BEIJING)) == ("2026-12", "2027-01")
    assert span("2026-12", BEIJING)[1] == NEW_YEAR
    assert span("2026-02", BEIJING)[1] == span("2026-03", BEIJING)[0]


def test_all_months_between_are_named_the_latest_first() -> None:
    first = datetime(2026, 10, 31, 1, 0, tzinfo=UTC)
    assert months_between(first, NEW_YEAR, BEIJING) == ["2027-01", "2026-12", "2026-11", "2026-10"]
    assert months_between(NEW_YEAR, NEW_YEAR, BEIJING) == ["2027-01"]
