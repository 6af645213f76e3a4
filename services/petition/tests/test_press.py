"""What the newsroom asks: before the office in charge once, in its queue, answered; for the public nothing of it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kit.errors import Conflict, Forbidden, NotFound
from kit.identity import Caller
from kit.testing import new_key
from petition import desk, press, reading
from petition.contract.desk import CountDeskCases, ListDeskCases
from petition.contract.press import AnswerPress, AskPress, PressStanding
from petition.contract.shapes import OneCase
from petition.domain import press as domain

INVESTIGATION, QUESTION = "CPI20261120-ABC123", "请问幼儿园何时开工？"
ANSWER = {"question": 1, "text": "已约请施工单位，十二月开工。"}


NEWS = Caller(kind="service", id="news")


def ask(office: Any, no: str, by: Caller = NEWS, number: int = 1) -> PressStanding:
    asked = {"investigation": INVESTIGATION, "question": number, "no": no, "text": QUESTION, "workdays": 2}
    return press.ask_press(office.parts, AskPress.model_validate({**asked, "idempotency_key": "k"}), by)


def queue(office: Any, by: Any) -> list[str]:
    return [row.no for row in desk.list_desk_cases(office.parts, ListDeskCases(queue="press"), by).items]


def told(office: Any, no: str) -> list[str]:
    waiting = office.db.cases.find_one({"_id": no})["_outbox"]
    assert QUESTION not in str(waiting) and ANSWER["text"] not in str(waiting)
    return [event["type"] for event in waiting if ".press_" in event["type"]]


@pytest.fixture
def no(office: Any) -> str:
    number: str = office.submit()
    office.accept(number)
    office.dispatch(number)
    return number


def test_the_department_finds_the_question_answers_it_and_the_newsroom_hears_of_both(office: Any, no: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(lambda _: ask(office, no), range(8)))
    assert len({one.due for one in asked}) == 1 and asked[0].answer is None
    for by in (office.handler, office.approver, office.supervisor, office.leader):
        assert queue(office, by) == [no]
    assert queue(office, office.stranger) == queue(office, office.clerk) == []
    counts = {
        row.queue: row.count for row in desk.get_desk_counts(office.parts, CountDeskCases(), office.handler).items
    }
    assert counts["press"] == 1
    own = desk.get_desk_case(office.parts, OneCase(no=no), office.handler)
    assert own.desk_press[0].mine and own.desk_press[0].text == QUESTION and "answer_press" in own.may
    key = new_key()
    for _ in range(2):
        office.do(press.answer_press, AnswerPress, office.handler, no, idempotency_key=key, **ANSWER)
    assert queue(office, office.supervisor) == []
    assert told(office, no) == ["petition.press_asked.v1", "petition.press_answered.v1"]
    assert ask(office, no).answer == ANSWER["text"]
    for by in (office.visitor, office.author):
        shown = reading.get_case(office.parts, OneCase(no=no), by)
        (one,) = shown.press
        assert (one.unit.code, one.answered_at is not None) == ("jw", True)
        text = shown.model_dump_json() + reading.get_history(office.parts, OneCase(no=no), by).model_dump_json()
        assert QUESTION not in text and ANSWER["text"] not in text and INVESTIGATION not in text


def test_who_does_not_owe_the_answer_does_not_give_it(office: Any, no: str) -> None:
    ask(office, no)
    for by in (office.stranger, office.clerk):
        with pytest.raises(Forbidden):
            office.do(press.answer_press, AnswerPress, by, no, **ANSWER)


def test_a_case_that_is_not_public_is_not_asked_about(office: Any) -> None:
    private = office.submit(visibility="private")
    office.accept(private)
    for no in (private, "CP20261120-ZZZZZZ"):
        with pytest.raises(NotFound):
            ask(office, no)
    assert office.case(private).press == ()


def test_a_case_that_takes_no_further_question_says_so_in_words(
    office: Any, no: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(domain, "MOST_QUESTIONS", 1)
    first = ask(office, no)
    with pytest.raises(Conflict, match="不再接受新的提问") as full:
        ask(office, no, number=2)
    assert full.value.extra == {}, "it need not come again"
    assert ask(office, no) == first


def test_nobody_asks_in_the_name_of_the_newsroom(office: Any, no: str) -> None:
    for by in (Caller(kind="service", id="accounts"), office.supervisor):
        with pytest.raises(Forbidden):
            ask(office, no, by)
