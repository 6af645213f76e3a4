"""追问、重新办理、承诺 on the real database: who reads what, in which queue it waits, and what is found and counted."""

from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, Forbidden, Invalid
from kit.identity import Caller
from petition import desk, rating, reading
from petition.contract.desk import ListDeskCases
from petition.contract.filing import FollowUpReply, ReopenCase
from petition.contract.lists import Front
from petition.contract.shapes import OneCase
from petition.contract.steps import AnswerFollowUp, CorrectReply, DecideCorrection, DraftReply, ReportPromise

WHY = "道路仍然没有照明，晚上看不清。"
QUESTION = "请问具体哪一天完工？"
ANSWER = "十二月二十日完工。"
REPLY = {
    "facts": "已到现场核实情况",
    "rule": "按照有关规定办理",
    "done": "已经安排施工单位",
    "next": "下月公布施工进度",
}
DONE = {"promise": 1, "kept": True, "text": "路灯已全部修复。"}


def queue(office: Any, name: str, by: Caller) -> list[str]:
    return [row.no for row in desk.list_desk_cases(office.parts, ListDeskCases(queue=name), by).items]


def view(office: Any, no: str, by: Caller) -> Any:
    return reading.get_case(office.parts, OneCase(no=no), by)


def everything(office: Any, no: str, by: Caller) -> str:
    return view(office, no, by).model_dump_json() + str(
        reading.get_history(office.parts, OneCase(no=no), by).model_dump_json()
    )


def promised(office: Any) -> str:
    no: str = office.submit()
    office.accept(no)
    office.dispatch(no)
    day = utcnow().date() + timedelta(days=30)
    office.do(
        desk.draft_reply, DraftReply, office.handler, no, **REPLY, promises=[{"text": "修复全部路灯", "day": day}]
    )
    office.publish(no)
    return no


def test_a_bad_rating_brings_the_case_back_to_its_department_and_before_the_supervisor(office: Any) -> None:
    no = office.answered()
    assert office.rate(no, solved=False, satisfied=1, comment="路灯还是不亮").state == "dispatched"
    assert queue(office, "handling", office.handler) == queue(office, "watched", office.supervisor) == [no]
    (row,) = desk.list_desk_cases(office.parts, ListDeskCases(queue="watched"), office.supervisor).items
    assert (row.round, row.alarm, row.alarm_name) == (2, "rework", "差评重办")
    seen = view(office, no, office.visitor)
    assert (seen.round, seen.reply, seen.ratings) == (2, None, [])
    (first,) = seen.rounds
    assert (first.reply.facts, first.ratings[0].satisfied, first.ending_name) == (
        "已到现场核实", 1, "已答复并评价",
    )  # fmt: skip
    assert "路灯还是不亮" not in everything(office, no, office.visitor)
    assert "路灯还是不亮" in view(office, no, office.author).rounds[0].ratings[0].comment


def test_a_case_that_is_handled_again_stays_among_the_answered_ones(office: Any) -> None:
    no = office.answered()
    before = reading.front(office.parts, Front(limit=3)).replies
    office.rate(no, solved=False, satisfied=1)
    after = reading.front(office.parts, Front(limit=3))
    assert (after.replies, [item.no for item in after.items]) == (before, [no])


def test_the_author_has_a_closed_case_handled_again_and_sees_until_when_he_may(office: Any) -> None:
    no = office.answered()
    office.rate(no)
    until = view(office, no, office.author).reopen_until
    assert timedelta(days=29) < until - utcnow() < timedelta(days=31)
    assert view(office, no, office.visitor).reopen_until is None
    for outside in (office.other, office.handler):
        with pytest.raises(Forbidden):
            office.do(rating.reopen_case, ReopenCase, outside, no, text=WHY)
    office.do(rating.reopen_case, ReopenCase, office.author, no, text=WHY)
    assert WHY in everything(office, no, office.author)
    assert WHY not in everything(office, no, office.visitor)
    office.draft(no)
    office.publish(no)
    assert view(office, no, office.visitor).reply is not None
    with pytest.raises(Conflict):
        office.do(rating.reopen_case, ReopenCase, office.author, no, text=WHY)


def test_a_question_about_the_reply_waits_with_the_department_and_is_between_the_two(office: Any) -> None:
    no = office.answered()
    assert view(office, no, office.author).follow_ups_left == 2
    office.do(rating.follow_up_reply, FollowUpReply, office.author, no, text=QUESTION)
    assert queue(office, "handling", office.handler) == [no]
    (row,) = desk.list_desk_cases(office.parts, ListDeskCases(queue="handling"), office.handler).items
    assert (row.follow_up_pending, row.due_clock) == (True, "追问答复")
    assert view(office, no, office.author).next_step.what == "答复您的追问"
    office.do(desk.answer_follow_up, AnswerFollowUp, office.handler, no, text=ANSWER)
    assert queue(office, "handling", office.handler) == []
    for by in (office.author, office.handler, office.supervisor):
        (one,) = view(office, no, by).follow_ups
        assert (one.text, one.answer, one.unit.code) == (QUESTION, ANSWER, "jw")
    for by in (office.visitor, office.other):
        seen = everything(office, no, by)
        assert QUESTION not in seen
        assert ANSWER not in seen


def test_a_promise_comes_back_to_the_department_and_its_end_is_published(office: Any) -> None:
    no = promised(office)
    office.rate(no)
    assert queue(office, "promises", office.handler) == [no]
    for outside in (office.approver, office.clerk, office.supervisor):
        with pytest.raises(Forbidden):
            queue(office, "promises", outside)
    assert [one.mine for one in view(office, no, office.handler).promises] == [True]
    office.do(desk.report_promise, ReportPromise, office.handler, no, **DONE)
    assert queue(office, "promises", office.handler) == []
    (shown,) = view(office, no, office.visitor).promises
    assert (shown.text, shown.report.kept, shown.report.text) == ("修复全部路灯", True, DONE["text"])
    assert office.handler.id not in everything(office, no, office.visitor)
    with pytest.raises((Invalid, Forbidden)):
        office.do(desk.report_promise, ReportPromise, office.handler, no, **DONE)


def test_who_approves_reads_the_promises_of_the_draft(office: Any) -> None:
    no: str = office.submit()
    office.accept(no)
    office.dispatch(no)
    given = [{"text": "修复全部路灯", "day": utcnow().date() + timedelta(days=30)}]
    office.do(desk.draft_reply, DraftReply, office.handler, no, **REPLY, promises=given)
    draft = desk.get_desk_case(office.parts, OneCase(no=no), office.approver).draft
    assert [one.text for one in draft.pledges] == ["修复全部路灯"]
    assert "修复全部路灯" not in everything(office, no, office.visitor)
    wrong = [{"text": "修复全部路灯", "day": utcnow().date() - timedelta(days=1)}]
    other: str = office.submit(title="路灯不亮", text="村口的路灯已经两周不亮。")
    office.accept(other)
    office.dispatch(other)
    with pytest.raises(Invalid) as caught:
        office.do(desk.draft_reply, DraftReply, office.handler, other, **REPLY, promises=wrong)
    assert caught.value.errors[0]["field"] == "promises"


def test_a_correction_waits_with_who_approves_and_is_read_by_all_with_what_was_said_before(office: Any) -> None:
    no = office.answered()
    office.rate(no)
    new = {**REPLY, "next": "明年一月公布施工进度"}
    office.do(desk.correct_reply, CorrectReply, office.handler, no, **new, reason="进度安排有变化")
    assert queue(office, "review", office.approver) == [no]
    assert "明年一月" not in everything(office, no, office.visitor)
    assert desk.get_desk_case(office.parts, OneCase(no=no), office.approver).correction.reason == "进度安排有变化"
    office.do(desk.decide_correction, DecideCorrection, office.approver, no, granted=True)
    assert queue(office, "review", office.approver) == []
    reply = view(office, no, office.visitor).reply
    assert (reply.next, reply.corrections[0].before.next) == (new["next"], "下月公布进度")
    assert office.handler.id not in everything(office, no, office.visitor)


def test_one_of_two_reopenings_at_once_wins(office: Any) -> None:
    no = office.answered()
    office.rate(no)
    office.do(rating.reopen_case, ReopenCase, office.author, no, text=WHY)
    with pytest.raises(Conflict):
        office.do(rating.reopen_case, ReopenCase, office.author, no, text=WHY)
    assert office.case(no).round == 2
