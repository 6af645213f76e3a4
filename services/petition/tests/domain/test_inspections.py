"""督查: when a supervisor may write one down, what the public reads of it, and what it demands."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import escalation, history, inspections, supervision
from petition.domain.case import Finding, Level
from petition.domain.change import Rules
from petition.domain.refusals import BadValue, WrongState

Story = Callable[..., Any]
WORDS = {"whom": "督查组两人", "place": "幼儿园门口", "text": "现场仍未施工，联系13812345678的负责人。"}


def inspected(told: Any, **fields: Any) -> Any:
    values = {"finding": Finding.UNRECTIFIED, "at": told.now + timedelta(hours=1), "public": True, **WORDS}
    return told.then(inspections.inspect, "supervisor", **{**values, **fields})


@pytest.mark.parametrize("state", ["dispatched", "answered", "closed_rated"])
def test_it_joins_the_history_and_leaves_state_and_clocks_as_they_were(story: Story, state: str) -> None:
    told = story().at(state)
    before = told.case
    after = inspected(told).case
    assert (after.state, after.clocks, after.ending) == (before.state, before.clocks, before.ending)
    assert after.history[-1].kind == "inspect"
    assert after.history[-1].fields["text"].value == "现场仍未施工，联系〔已隐去〕的负责人。"
    assert not after.history[-1].fields["by"].public
    assert history.verify(after.no, after.history) is None


def test_one_for_the_offices_keeps_its_words_and_tells_nobody(story: Story) -> None:
    told = inspected(story().dispatched(), public=False)
    assert told.case.inspections[0].text == WORDS["text"]
    assert not any(field.public for field in told.case.history[-1].fields.values())
    assert told.last.events == ()


def test_what_has_to_be_put_right_is_a_yellow_card_that_the_department_answers(story: Story, rules: Rules) -> None:
    told = inspected(story().at("closed_rated"), demand=True)
    (card,) = told.case.cards
    assert (card.level, card.unit, told.case.inspections[0].card) == (Level.YELLOW, "jw", 1)
    assert [event.type for event in told.last.events] == ["petition.case_progressed.v1", "petition.card_given.v1"]
    assert told.last.events[1].data == {"card": 1, "level": "yellow", "clock": "inspection", "unit": "jw"}
    alarm = escalation.alarm(told.case, rules)
    assert alarm is not None
    assert alarm.level is Level.YELLOW
    told.then(supervision.answer_card, "handler", card=1, text="已更换灯具并安排专人每周巡查。")
    assert escalation.alarm(told.case, rules) is None


def test_an_answer_is_for_one_inspection_alone(story: Story) -> None:
    told = inspected(inspected(story().dispatched(), demand=True), demand=True)
    told.then(supervision.answer_card, "handler", card=2, text="已更换灯具并安排专人每周巡查。")
    assert [card.answer is None for card in told.case.cards] == [True, False]


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("demand", {"finding": Finding.RECTIFIED, "demand": True}),
        ("demand", {"finding": Finding.UNFOUNDED, "demand": True}),
        ("public", {"demand": True, "public": False}),
    ],
)
def test_nothing_is_demanded_for_what_is_put_right_nor_in_secret(
    story: Story, field: str, values: dict[str, Any]
) -> None:
    with pytest.raises(BadValue) as caught:
        inspected(story().dispatched(), **values)
    assert caught.value.field == field


def test_it_happened_after_the_filing_and_before_now(story: Story) -> None:
    for away in (timedelta(days=-30), timedelta(hours=2)):
        told = story().dispatched()
        with pytest.raises(BadValue) as caught:
            inspected(told, at=told.now + away)
        assert caught.value.field == "at"


def test_there_is_an_end_to_writing(story: Story) -> None:
    told = story().dispatched()
    for _ in range(inspections.MOST_INSPECTIONS):
        inspected(told)
    with pytest.raises(WrongState):
        inspected(told)
