"""承诺: a reply's promises become clocks when it is published, and what became of them is public."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.domain import escalation, feedback, handling, promises
from petition.domain.change import Rules, next_due
from petition.domain.promises import Given
from petition.domain.refusals import BadValue, NotPermitted

Story = Callable[..., Any]
PARTS = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}
KEPT = {"promise": 1, "kept": True, "text": "路灯已全部修复。"}
DUE = datetime(2026, 12, 18, 18, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_promise_begins_with_the_publication_and_outlives_the_end_of_the_case(story: Story) -> None:
    told = story().promised()
    (one,) = told.case.promises
    assert (one.text, one.due, one.department, one.made_at) == ("修复路灯", DUE, "jw", told.now)
    told.then(feedback.rate, "author", solved=True, satisfied=5)
    clock = next_due(told.case)
    assert (clock.name, clock.due) == ("promise", DUE)
    assert told.case.history[-2].fields["promises"].public


def test_the_report_is_public_and_ends_it_once(story: Story) -> None:
    told = story().promised().then(feedback.rate, "author", solved=True, satisfied=5)
    told.then(promises.report, "handler", **KEPT)
    assert told.case.promises[0].report.kept
    assert next_due(told.case) is None
    assert {name for name, field in told.case.history[-1].fields.items() if field.public} == {"promise", "kept", "text"}
    with pytest.raises(NotPermitted):
        told.then(promises.report, "handler", **KEPT)


def test_two_promises_have_two_clocks(story: Story) -> None:
    given = (Given("修复路灯", date(2026, 12, 18)), Given("公布台账", date(2026, 12, 25)))
    told = story().dispatched().then(handling.draft_reply, "drafter", **PARTS, promises=given)
    told.then(handling.approve, "approver").then(handling.publish, "handler")
    assert len({(clock.name, clock.started_at) for clock in told.case.clocks}) == len(told.case.clocks)
    told.then(promises.report, "handler", **KEPT)
    assert [clock.due.day for clock in told.case.clocks if clock.name == "promise" and clock.running] == [25]
    with pytest.raises(BadValue):
        told.then(promises.report, "handler", **KEPT)


def test_a_broken_promise_has_its_cards_though_the_case_is_closed(story: Story, rules: Rules) -> None:
    told = story().promised().then(feedback.rate, "author", solved=True, satisfied=5)
    told.fallen(DUE - told.now + timedelta(minutes=1))
    assert [(card.clock, card.level, card.unit) for card in told.case.cards] == [("promise", "yellow", "jw")]
    assert escalation.alarm(told.case, rules).level == "yellow"
    told.then(promises.report, "handler", **{**KEPT, "kept": False, "text": "备件未到，延至下周。"})
    assert not told.case.promises[0].report.kept


def test_another_reply_does_not_end_the_promises_of_the_first(story: Story) -> None:
    told = story().promised().then(feedback.rate, "author", solved=False, satisfied=1)
    told.then(handling.draft_reply, "drafter", **PARTS).then(handling.approve, "approver")
    told.then(handling.publish, "handler")
    assert len(told.case.open_promises) == 1
    assert next_due(told.case).name == "promise"


def test_only_the_department_that_promised_reports(story: Story) -> None:
    told = story().promised()
    for who in ("co_handler", "other_handler", "author", "approver"):
        with pytest.raises(NotPermitted):
            told.then(promises.report, who, **KEPT)
    with pytest.raises(BadValue):
        told.then(promises.report, "handler", **{**KEPT, "promise": 2})


@pytest.mark.parametrize("day", [date(2026, 11, 17), date(2036, 1, 1)])
def test_a_promise_is_for_a_day_to_come(story: Story, day: date) -> None:
    with pytest.raises(BadValue) as caught:
        story().dispatched().then(handling.draft_reply, "drafter", **PARTS, promises=(Given("修复路灯", day),))
    assert caught.value.field == "promises"


def test_what_is_sent_back_may_promise_something_else(story: Story) -> None:
    told = (
        story().dispatched().then(handling.draft_reply, "drafter", **PARTS, promises=(Given("修复路灯", DUE.date()),))
    )
    told.then(handling.send_back, "approver", remark="请写明期限")
    told.then(handling.draft_reply, "drafter", **PARTS)
    told.then(handling.approve, "approver").then(handling.publish, "handler")
    assert told.case.promises == ()
