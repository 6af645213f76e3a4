"""延期: in time, once, by two people, and beside the original due time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.domain import escalation, extending, handling
from petition.domain.change import Rules
from petition.domain.refusals import BadValue, NotPermitted, WrongState

SHANGHAI = ZoneInfo("Asia/Shanghai")
WHY = {"reason": "需要等待施工方案批复"}


def at(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=SHANGHAI).astimezone(UTC)


def until(told: Any, instant: datetime) -> timedelta:
    return instant - told.now


def test_it_moves_the_overall_limit_and_the_handling_beside_the_original_due(story: Any, rules: Rules) -> None:
    told = story().dispatched()  # filed on Wednesday 11-18: due on Friday 11-27, handling a day before
    told.then(extending.ask, "handler", days=3, **WHY).then(extending.decide, "approver", granted=True, answer="")
    overall, handled = told.case.clock("overall"), told.case.clock("handling")
    assert (overall.original_due, overall.due) == (at(11, 27, 18), at(12, 2, 18))
    assert (handled.original_due, handled.due) == (at(11, 26, 18), at(12, 1, 18))
    assert [(move.reason, move.before, move.after) for move in overall.moves] == [
        ("extended", at(11, 27, 18), at(12, 2, 18))
    ]
    first = told.case.clock("first_answer")
    assert first.due == first.original_due, "the resident waits no longer for a first answer"
    assert [event.type for event in told.last.events] == ["petition.case_extended.v1"]
    assert escalation.fall(told.case, at(11, 30, 9), rules) is not None
    cards = escalation.fall(told.case, at(11, 30, 9), rules).case.cards
    assert {card.clock for card in cards} == {"first_answer"}, "what was extended is not late"


def test_it_is_asked_for_a_working_day_before_the_due_time_at_the_latest(story: Any) -> None:
    in_time = story().dispatched()
    in_time.then(extending.ask, "handler", after=until(in_time, at(11, 26, 17)), days=1, **WHY)
    late = story().dispatched()
    with pytest.raises(WrongState):
        late.then(extending.ask, "handler", after=until(late, at(11, 27, 9)), days=1, **WHY)


@pytest.mark.parametrize("days", [0, 8])
def test_it_is_no_longer_than_the_first_limit(story: Any, days: int) -> None:
    with pytest.raises(BadValue):
        story().dispatched().then(extending.ask, "handler", days=days, **WHY)
    story().dispatched().then(extending.ask, "handler", days=7, **WHY)


def test_limits_by_the_hour_are_not_extended(story: Any) -> None:
    told = story().accepted("urgent").then(handling.dispatch, "clerk", department="jw")
    with pytest.raises(WrongState):
        told.then(extending.ask, "handler", days=1, **WHY)


def test_nobody_decides_on_his_own_request_and_none_is_granted_twice(story: Any, cast: Any, rules: Rules) -> None:
    told = story().at("extension_asked")
    with pytest.raises(NotPermitted):
        extending.decide(told.case, cast["drafter"], told.now, rules, granted=True, answer="")
    told.then(extending.decide, "approver", granted=False, answer="请先完成现场核实")
    assert told.case.clock("overall").moves == ()
    assert told.last.events == ()
    told.then(extending.ask, "handler", days=2, **WHY).then(extending.decide, "approver", granted=True, answer="")
    with pytest.raises(WrongState):
        told.then(extending.ask, "handler", days=1, **WHY)


def test_a_request_that_the_answer_has_overtaken_lapses(story: Any, cast: Any, rules: Rules) -> None:
    parts = {"facts": "已核实", "rule": "按规定", "done": "已办理", "next": "下周回访"}
    told = story().at("extension_asked").then(handling.draft_reply, "handler", **parts)
    told.then(handling.approve, "approver").then(handling.publish, "handler")
    with pytest.raises(WrongState):
        extending.decide(told.case, cast["approver"], told.now, rules, granted=True, answer="")
