"""What the newsroom asks about a case: a clock of its own, an answer once, nothing of the words for the public."""

from datetime import timedelta
from typing import Any

import pytest

from petition.domain import handling, history, press
from petition.domain.case import Visibility
from petition.domain.change import next_due
from petition.domain.press import Asked
from petition.domain.refusals import BadValue, WrongState

ASKED = Asked("CPI20261118-7K3F9Q", 1, "请问何时开工？", 2)
ANSWER = {"question": 1, "text": "已约请施工单位，联系人13812345678，十二月开工。"}


def test_a_question_runs_beside_the_others_and_is_asked_once(story: Any) -> None:
    before = story().dispatched()
    told = story().pressed()
    (asked,) = told.case.press
    clock = told.case.clock("press")
    assert (asked.unit, clock.limit, clock.due) == ("jw", "2 workdays", asked.due)
    assert told.case.version == before.case.version, "nobody loses a step to it"
    assert next_due(told.case).name != "press" or clock.due <= told.case.clock("handling").due
    assert press.ask(told.case, ASKED, told.now, told.rules) is None
    (event,) = told.last.events
    assert (event.type, event.data["investigation"], event.data["question"]) == (
        "petition.press_asked.v1", ASKED.investigation, 1,
    )  # fmt: skip
    second = press.ask(told.case, Asked(ASKED.investigation, 2, "何时完工？", 3), asked.asked_at, told.rules)
    assert second is not None and second.case.press[1].asked_at > asked.asked_at
    assert second.case.clocks[-1].limit == "3 workdays"


def test_the_answer_is_told_to_the_newsroom_and_not_to_the_public(story: Any) -> None:
    told = story().pressed().then(press.answer, "handler", **ANSWER)
    (event,) = told.last.events
    assert event.type == "petition.press_answered.v1"
    assert dict(event.data) == {"investigation": ASKED.investigation, "question": 1}, "references only"
    answer = told.case.press[0].answer.text
    assert "13812345678" not in answer and "十二月开工" in answer
    assert told.case.open_press == () and not told.case.clock("press").running
    shown = str([entry.model_dump() for entry in history.published(told.case.history)])
    assert ASKED.text not in shown and "十二月开工" not in shown and ASKED.investigation not in shown
    with pytest.raises(BadValue):
        story().pressed().then(press.answer, "handler", **{**ANSWER, "question": 2})


def test_a_case_with_as_many_questions_as_it_may_have_refuses_the_next_in_words(story: Any) -> None:
    told = story().pressed()
    case = told.case
    for number in range(2, press.MOST_QUESTIONS + 1):
        change = press.ask(case, Asked(ASKED.investigation, number, "何时完工？", 3), told.now, told.rules)
        assert change is not None
        case = change.case
    with pytest.raises(WrongState, match="已达50个"):
        press.ask(case, Asked("CPI20261118-000000", 1, "何时完工？", 3), told.now, told.rules)
    assert press.ask(case, ASKED, told.now, told.rules) is None, "what it has taken, it still tells of"


def test_it_goes_with_the_case_and_a_card_falls_when_it_is_late(story: Any) -> None:
    told = story().pressed()
    told.then(handling.send_to_intake, "handler", basis="不属于本部门职责", suggested_department="swj").then(
        handling.dispatch, "clerk", department="swj"
    )
    assert "press" in {card.clock for card in told.fallen(timedelta(days=7)).case.cards}
    assert told.then(press.answer, "other_handler", **ANSWER).case.press[0].answer.unit == "swj"


def test_of_a_case_that_nobody_may_see_nothing_is_asked(story: Any) -> None:
    told = story(visibility=Visibility.PRIVATE).dispatched()
    assert press.ask(told.case, ASKED, told.now, told.rules) is None
    hidden = story()  # intake has not let it through
    assert press.ask(hidden.case, ASKED, hidden.now, hidden.rules) is None
