"""批示: its limit is a clock of its own, its words are for the offices, and whoever has the case answers."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.domain import escalation, handling, instructing, intake
from petition.domain.change import Rules, next_due
from petition.domain.refusals import BadValue, NotPermitted, WrongState

Story = Callable[..., Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = datetime(2026, 11, 24, 18, tzinfo=SHANGHAI)
ANSWER = {"instruction": 1, "text": "已约请施工单位，十二月开工。"}
PARTS = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}


def test_it_sets_a_limit_of_its_own_and_moves_no_other(story: Story) -> None:
    told = story().dispatched()
    before = told.case.clocks
    told.then(instructing.instruct, "leader", text="请本周内办结。", day=DUE.date())
    (given,) = told.case.instructions
    assert (given.due, given.unit, given.by) == (DUE, "jw", "s_leader")
    assert told.case.clocks[:-1] == before
    clock = told.case.clocks[-1]
    assert (clock.name, clock.limit, clock.due, clock.started_at) == ("instruction", "4 workdays", DUE, told.now)
    public = {name for name, field in told.case.history[-1].fields.items() if field.public}
    assert public == {"unit", "due"}


def test_supervision_sees_it_overdue_also_when_the_case_is_answered(story: Story, rules: Rules) -> None:
    told = story().instructed()
    told.then(handling.draft_reply, "drafter", **PARTS).then(handling.approve, "approver")
    told.then(handling.publish, "handler")
    assert next_due(told.case).name == "instruction"
    told.fallen(DUE - told.now + timedelta(minutes=1))
    assert [(card.clock, card.level, card.unit) for card in told.case.cards] == [("instruction", "yellow", "jw")]
    told.fallen(timedelta(days=1))
    assert [card.level for card in told.case.cards] == ["yellow", "red"], "a working day later"
    assert escalation.alarm(told.case, rules).level == "red"


def test_the_answer_ends_it_once_and_is_for_the_offices(story: Story) -> None:
    told = story().instructed().then(instructing.answer, "handler", **ANSWER)
    assert told.case.open_instructions == ()
    assert not told.case.clocks[-1].running
    assert "text" not in {name for name, field in told.case.history[-1].fields.items() if field.public}
    with pytest.raises(NotPermitted):
        told.then(instructing.answer, "handler", **ANSWER)


def test_it_goes_with_the_case_and_intake_answers_what_no_department_has(story: Story) -> None:
    told = story().instructed()
    back = {"basis": "不属于本部门职责", "suggested_department": "swj"}
    told.then(handling.send_to_intake, "handler", **back)
    with pytest.raises(NotPermitted):
        told.then(instructing.answer, "handler", **ANSWER)
    told.then(handling.dispatch, "clerk", department="swj")
    told.then(instructing.answer, "other_handler", **ANSWER)
    assert told.case.instructions[0].answer.unit == "swj"
    refused = story().closed_instructed().then(instructing.answer, "clerk", **ANSWER)
    assert refused.case.instructions[0].answer.unit == "intake"


@pytest.mark.parametrize("day", [date(2026, 11, 17), date(2026, 11, 22), date(2028, 1, 5)])
def test_it_is_for_a_working_day_to_come(story: Story, day: date) -> None:
    with pytest.raises(BadValue) as caught:
        story().dispatched().then(instructing.instruct, "leader", text="请办结。", day=day)
    assert caught.value.field == "day"


def test_it_may_be_due_today(story: Story) -> None:
    told = story().dispatched().then(instructing.instruct, "leader", text="请今天答复。", day=date(2026, 11, 18))
    assert told.case.clocks[-1].limit == "PT300M"  # from 13:00 to the close
    told.fallen(timedelta(hours=6))
    assert [card.clock for card in told.case.cards] == ["instruction"]


def test_two_at_one_instant_have_two_clocks(story: Story) -> None:
    told = story().instructed().then(instructing.instruct, "leader", timedelta(), text="并请回访。", day=DUE.date())
    assert len({(clock.name, clock.started_at) for clock in told.case.clocks}) == len(told.case.clocks)
    told.then(instructing.answer, "handler", **ANSWER)
    assert len(told.case.open_instructions) == 1
    with pytest.raises(BadValue):
        told.then(instructing.answer, "handler", **ANSWER)
    told.then(instructing.answer, "approver", **{**ANSWER, "instruction": 2})
    assert next_due(told.case).name != "instruction"


def test_an_instruction_looks_at_what_was_reported(story: Story) -> None:
    told = story().reported().then(instructing.instruct, "leader", text="请本周内办结。", day=DUE.date())
    assert told.case.unseen_reports == ()
    ended = told.then(intake.withdraw, "author", reason="已经解决")
    with pytest.raises(WrongState):
        ended.then(instructing.instruct, "leader", text="请本周内办结。", day=DUE.date())
    assert len(ended.case.open_instructions) == 1, "a withdrawal does not answer a leader"
