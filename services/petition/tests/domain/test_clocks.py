"""The limits of CLOCKS.md: its worked examples, and what must hold at any time."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from petition.domain import clocks
from petition.domain.calendar import Calendar
from petition.domain.change import Rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
instants = st.timedeltas(timedelta(), timedelta(days=330)).map(lambda since: NEW_YEAR + since)


@pytest.fixture(scope="module")
def calendar(rules: Rules) -> Calendar:
    return rules.calendar


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("filed", "limit", "due"),
    [
        ("2026-09-30 10:00", "1 workday", "2026-10-08 18:00"),
        ("2026-09-30 18:30", "1 workday", "2026-10-09 18:00"),
        ("2026-09-19 12:00", "1 workday", "2026-09-21 18:00"),
        ("2026-02-13 17:59", "5 workdays", "2026-02-27 18:00"),
        ("2026-10-09 09:00", "1 workday", "2026-10-10 18:00"),
        ("2026-04-30 23:50", "7 workdays", "2026-05-14 18:00"),
        ("2026-02-16 03:00", "PT24H", "2026-02-17 03:00"),
        ("2026-09-30 18:00", "1 workday", "2026-10-09 18:00"),
        ("2026-09-30 17:59", "1 workday", "2026-10-08 18:00"),
        ("2026-12-20 10:00", "P15D", "2027-01-04 10:00"),
    ],
)
def test_worked_examples(calendar: Calendar, filed: str, limit: str, due: str) -> None:
    found = clocks.due(limit, local(filed), calendar)
    assert found.at == local(due)
    assert found.at.tzinfo is UTC
    assert not found.provisional


def test_a_year_without_a_published_calendar_is_provisional_and_keeps_fixed_holidays(calendar: Calendar) -> None:
    found = clocks.due("1 workday", local("2026-12-31 10:00"), calendar)
    assert found.at == local("2027-01-04 18:00")  # 01-01 is a holiday, a Friday
    assert found.provisional
    assert not clocks.due("1 workday", local("2026-12-30 10:00"), calendar).provisional
    assert not clocks.due("PT24H", local("2027-03-01 10:00"), calendar).provisional


def test_the_day_of_filing_counts_by_the_districts_clock_not_by_utc(calendar: Calendar) -> None:
    just_after_midnight = datetime(2026, 11, 22, 16, 30, tzinfo=UTC)  # Monday 00:30 in Shanghai
    assert clocks.due("1 workday", just_after_midnight, calendar).at == local("2026-11-24 18:00")


@pytest.mark.parametrize(
    ("at", "starts"),
    [
        ("2026-11-18 07:59", "2026-11-18 08:00"),
        ("2026-11-18 08:00", "2026-11-18 08:00"),
        ("2026-11-18 19:59", "2026-11-18 19:59"),
        ("2026-11-18 20:00", "2026-11-19 08:00"),
        ("2026-11-18 23:59", "2026-11-19 08:00"),
    ],
)
def test_intake_starts_within_staffed_hours(calendar: Calendar, at: str, starts: str) -> None:
    assert calendar.staffed_from(local(at)) == local(starts)


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "2 hours", "0 workdays", "PT0H", "-1 workdays", "P1M", "five workdays"]
)
def test_what_is_not_a_limit_is_refused(text: str) -> None:
    class Row(BaseModel):
        limit: clocks.Limit

    with pytest.raises(ValidationError):
        Row(limit=text)


@given(instants, st.integers(1, 20))
def test_a_limit_in_working_days_ends_at_close_of_a_working_day(rules: Rules, at: datetime, count: int) -> None:
    end = clocks.due(f"{count} workdays", at, rules.calendar).at.astimezone(SHANGHAI)
    assert end.time() == time(18)
    assert rules.calendar.is_workday(end.date())
    counted = rules.calendar.counted_day(at)
    between = [counted + timedelta(n) for n in range(1, (end.date() - counted).days + 1)]
    assert sum(map(rules.calendar.is_workday, between)) == count


@given(instants, instants, st.integers(1, 20), st.integers(0, 5))
def test_filing_later_or_a_longer_limit_never_ends_earlier(
    rules: Rules, one: datetime, other: datetime, count: int, more: int
) -> None:
    early, late = sorted((one, other))
    assert (
        clocks.due(f"{count} workdays", early, rules.calendar).at
        <= clocks.due(f"{count + more} workdays", late, rules.calendar).at
    )


@given(instants, st.timedeltas(timedelta(), timedelta(days=7)), st.sampled_from(["PT2H", "PT24H", "3 workdays"]))
def test_waiting_moves_the_due_time_beside_the_original(
    rules: Rules, at: datetime, length: timedelta, limit: str
) -> None:
    clock = clocks.start("overall", limit, at, rules.calendar)
    moved = clock.moved_by(clocks.wait(at, at + length, rules.calendar), rules.calendar)
    assert moved.original_due == clock.original_due == clock.due
    assert moved.due >= clock.due
    assert (moved.due > clock.due) == bool(moved.moves)
    if limit.startswith("PT"):
        assert moved.due - clock.due == length


@given(instants, st.integers(1, 5))
def test_a_wait_uses_at_the_end_of_its_limit_what_the_limit_allows(rules: Rules, at: datetime, count: int) -> None:
    end = clocks.due(f"{count} workdays", at, rules.calendar).at
    waited = clocks.wait(at, end, rules.calendar)
    assert (waited.used, waited.moves_workdays) == (count, count)


def test_a_wait_moves_working_day_limits_by_the_working_days_waited(calendar: Calendar) -> None:
    filed = local("2026-09-28 09:00")
    clock = clocks.start("overall", "3 workdays", filed, calendar)
    assert clock.due == local("2026-10-08 18:00")
    over_the_holiday = clocks.wait(local("2026-09-29 10:00"), local("2026-10-08 09:00"), calendar)
    assert over_the_holiday.moves_workdays == 2  # 09-30 and 10-08
    assert clock.moved_by(over_the_holiday, calendar).due == local("2026-10-10 18:00")
    same_day = clocks.wait(local("2026-09-29 10:00"), local("2026-09-29 17:00"), calendar)
    assert clock.moved_by(same_day, calendar) == clock
    assert same_day.used == 1


def test_a_clock_stops_once(calendar: Calendar) -> None:
    at = local("2026-11-18 10:00")
    clock = clocks.start("intake", "PT2H", at, calendar)
    stopped = clock.stopped(at + timedelta(hours=1))
    assert stopped.stopped(at + timedelta(hours=9)) == stopped
    assert stopped.kept(at + timedelta(days=9))
    assert not clock.stopped(at + timedelta(hours=3)).kept(at)


def test_a_calendar_that_arrives_later_changes_the_due_time(calendar: Calendar) -> None:
    published = replace(
        calendar, days_off=calendar.days_off | {date(2027, 1, 4)}, published_years=calendar.published_years | {2027}
    )
    found = clocks.due("1 workday", local("2026-12-31 10:00"), published)
    assert found.at == local("2027-01-01 18:00")
    assert not found.provisional
