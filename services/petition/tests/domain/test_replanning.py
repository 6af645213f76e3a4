"""Limits that rest on a year without published holidays, once these are known."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.domain import extending, instructing, replanning
from petition.domain.change import Rules

SHANGHAI = ZoneInfo("Asia/Shanghai")
FILED = datetime(2026, 12, 29, 10, 0, tzinfo=SHANGHAI)  # a Tuesday
PUBLISHED_SINCE = {
    "days_off": frozenset({date(2027, 1, 1), date(2027, 1, 4), date(2027, 1, 5)}),
    "days_on": frozenset({date(2027, 1, 2)}),
}


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI).astimezone(UTC)  # type: ignore[misc]


@pytest.fixture
def published(rules: Rules) -> Rules:
    """The same rules when 2027 is known: two days off after New Year, and a Saturday of work."""
    known = replace(
        rules.calendar,
        days_off=rules.calendar.days_off | PUBLISHED_SINCE["days_off"],
        days_on=rules.calendar.days_on | PUBLISHED_SINCE["days_on"],
        published_years=rules.calendar.published_years | {2027},
    )
    return replace(rules, calendar=known)


@pytest.fixture
def told(story: Any) -> Any:
    return story(FILED).dispatched()


def test_what_is_provisional_moves_beside_what_was_due_at_first(told: Any, published: Rules) -> None:
    before = told.case.clock("overall")
    assert (before.due, before.provisional) == (at(2027, 1, 8, 18), True)
    change = replanning.replan(told.case, told.now, published)
    assert change is not None
    after = change.case.clock("overall")
    assert (after.original_due, after.due, after.provisional) == (before.due, at(2027, 1, 11, 18), False)
    assert [(move.reason, move.before, move.after) for move in after.moves] == [("replanned", before.due, after.due)]
    assert not replanning.is_provisional(change.case)
    assert change.case.history[-1].kind == "replan_clocks"
    assert [event.type for event in change.events] == ["petition.case_replanned.v1"]


def test_nobody_loses_a_step_to_it_and_it_happens_once(told: Any, published: Rules) -> None:
    change = replanning.replan(told.case, told.now, published)
    assert change is not None
    assert (change.case.version, change.case.ticks) == (told.case.version, told.case.ticks + 1)
    assert replanning.replan(change.case, told.now + timedelta(days=1), published) is None


def test_while_the_year_is_not_published_nothing_changes(told: Any, rules: Rules) -> None:
    assert replanning.is_provisional(told.case)
    assert replanning.replan(told.case, told.now, rules) is None


def test_what_is_certain_by_now_says_so_though_it_does_not_move(told: Any, rules: Rules) -> None:
    unmoved = replace(rules.calendar, published_years=rules.calendar.published_years | {2027})
    known = replace(unmoved, days_off=unmoved.days_off | {date(2027, 1, 1)})
    change = replanning.replan(told.case, told.now, replace(rules, calendar=known))
    assert change is not None
    assert change.case.clock("overall").moves == ()
    assert not replanning.is_provisional(change.case)


def test_the_day_that_a_leader_named_stays(told: Any, published: Rules) -> None:
    told.then(instructing.instruct, "leader", text="请尽快落实", day=date(2027, 1, 7))
    change = replanning.replan(told.case, told.now, published)
    assert change is not None
    assert change.case.clock("instruction").due == at(2027, 1, 7, 18)


def test_an_extension_is_counted_again_by_the_days_that_are_known(told: Any, published: Rules) -> None:
    why = {"reason": "需要等待施工方案批复"}
    told.then(extending.ask, "handler", days=3, **why).then(extending.decide, "approver", granted=True, answer="")
    assert told.case.clock("overall").due == at(2027, 1, 13, 18)
    change = replanning.replan(told.case, told.now, published)
    assert change is not None
    assert change.case.clock("overall").due == at(2027, 1, 14, 18)
    assert [move.reason for move in change.case.clock("overall").moves] == ["extended", "replanned"]


def test_wall_time_and_stopped_clocks_stay(told: Any, published: Rules) -> None:
    change = replanning.replan(told.case, told.now, published)
    assert change is not None
    for before, after in zip(told.case.clocks, change.case.clocks, strict=True):
        if before.stopped_at or not before.provisional:
            assert after == before
