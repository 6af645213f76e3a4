"""The desk on the real database: one wins, everybody sees his queue and nobody another's."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, Forbidden, Invalid, NotFound, ServiceError
from petition import desk, rating, steps
from petition.contract.desk import CountDeskCases, ListDeskCases
from petition.contract.shapes import OneCase
from petition.contract.steps import AcceptCase, AddNote, AskExtension, AssignCase, RefuseCase, ReturnCase, SendBackReply
from petition.domain import history
from petition.domain.refusals import Refused


def outcomes(*attempts: Callable[[], Any]) -> list[str]:
    """What each of the attempts, made at the same time, came to."""
    barrier = threading.Barrier(len(attempts))

    def run(attempt: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            attempt()
        except ServiceError as error:
            return f"{error.code} {error.extra.get('state')}"
        return "ok"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return sorted(pool.map(run, attempts))


def test_of_two_clerks_one_wins_and_the_other_learns_the_state(office: Any) -> None:
    for _ in range(10):
        no = office.submit()
        found = outcomes(lambda: office.accept(no), lambda: office.accept(no, by=office.second_clerk))  # noqa: B023
        assert found == ["conflict accepted", "ok"]
        assert [entry.kind for entry in office.case(no).history] == ["submit", "accept"]


def test_reply_against_return_against_extension_leaves_one_way(office: Any) -> None:
    back = {"basis": "不属于本部门职责", "suggested_department": "zjw"}
    more = {"days": 2, "reason": "需要等待施工方案批复"}
    for _ in range(8):
        no = office.submit()
        office.accept(no)
        office.dispatch(no)
        found = outcomes(
            lambda: office.draft(no),  # noqa: B023
            lambda: office.do(desk.return_case, ReturnCase, office.handler, no, **back),  # noqa: B023
            lambda: office.do(desk.ask_extension, AskExtension, office.handler, no, **more),  # noqa: B023
        )
        case = office.case(no)
        taken = [entry.kind for entry in case.history[3:]]
        assert found.count("ok") == len(taken)
        assert len({"draft_reply", "return"} & set(taken)) == 1
        assert "ask_extension" not in taken[1:], "only a case that waits for its handling is extended"
        assert history.verify(no, case.history) is None


def test_a_stale_version_is_refused_with_the_current_one(office: Any) -> None:
    no = office.submit()
    version = office.accept(no).version
    office.do(desk.add_note, AddNote, office.clerk, no, text="先联系镇里", public=False)
    with pytest.raises(Conflict) as caught:
        office.dispatch(no, version=version)
    assert caught.value.extra["version"] == version + 1
    assert caught.value.extra["state"] == "accepted"
    assert office.dispatch(no, version=version + 1).state == "dispatched"


def test_many_notes_at_once_are_all_kept_or_refused_none_lost(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    note = lambda n: lambda: office.do(desk.add_note, AddNote, office.clerk, no, text=f"第{n}条", public=False)  # noqa: E731
    found = outcomes(*(note(n) for n in range(8)))
    case = office.case(no)
    assert found.count("ok") == len(case.notes) >= 5
    assert history.verify(no, case.history) is None


def test_a_repeated_command_gets_its_first_answer_later_too(office: Any) -> None:
    no = office.submit()
    command = AcceptCase(no=no, urgency="request", idempotency_key="once")
    first = desk.accept_case(office.parts, command, office.clerk)
    office.dispatch(no)
    assert desk.accept_case(office.parts, command, office.clerk) == first
    with pytest.raises(Conflict):
        desk.accept_case(office.parts, command.model_copy(update={"urgency": "urgent"}), office.clerk)
    other = office.submit()
    with pytest.raises(Conflict):
        desk.accept_case(office.parts, command.model_copy(update={"no": other}), office.clerk)


def test_the_same_command_at_once_is_done_once(office: Any) -> None:
    no = office.submit()
    command = AcceptCase(no=no, urgency="request", idempotency_key="once")
    assert outcomes(*[lambda: desk.accept_case(office.parts, command, office.clerk)] * 8) == ["ok"] * 8
    assert len(office.case(no).history) == 2


def test_a_handler_of_another_department_finds_no_private_case_and_may_not_touch_a_public_one(office: Any) -> None:
    private, public = office.submit(visibility="private"), office.submit()
    for no in (private, public):
        office.accept(no)
        office.dispatch(no)
    back = {"basis": "不属于本部门职责", "suggested_department": "zjw"}
    with pytest.raises(NotFound):
        desk.get_desk_case(office.parts, OneCase(no=private), office.stranger)
    with pytest.raises(NotFound):
        office.do(desk.return_case, ReturnCase, office.stranger, private, **back)
    with pytest.raises(Forbidden):
        desk.get_desk_case(office.parts, OneCase(no=public), office.stranger)
    with pytest.raises(Forbidden):
        office.do(desk.return_case, ReturnCase, office.stranger, public, **back)
    assert office.case(private).version == office.case(public).version == 3


def test_a_queue_is_filtered_by_town_category_and_who_handles_it(office: Any) -> None:
    here, there, other = office.submit(), office.submit(town="110114009"), office.submit(category="broken_lamps")
    for no in (here, there, other):
        office.accept(no)
        office.dispatch(no)
    office.do(desk.assign_case, AssignCase, office.approver, there, handler=office.handler.id)

    def queue(**filters: Any) -> set[str]:
        request = ListDeskCases(queue="handling", **filters)
        return {row.no for row in desk.list_desk_cases(office.parts, request, office.handler).items}

    assert queue() == {here, there, other}
    assert queue(town="110114009") == {there}
    assert queue(category="kindergarten") == {here, there}
    assert queue(mine=True) == {there}
    assert queue(town="110114112", mine=True) == set()


def test_queues_show_what_is_due_next_first_to_whom_it_waits_for(office: Any) -> None:
    late, soon = office.submit(), office.submit()
    office.accept(late, urgency="complaint")
    office.accept(soon, urgency="critical")
    waiting = office.submit()
    office.ask(waiting)
    handled = office.answered()
    at_jw = office.submit()
    office.accept(at_jw)
    office.dispatch(at_jw)

    def queue(by: Any, name: str | None = None) -> list[str]:
        page = desk.list_desk_cases(office.parts, ListDeskCases(queue=name), by)
        return [row.no for row in page.items]

    assert queue(office.clerk, "intake") == [soon, late]
    assert queue(office.clerk, "waiting") == [waiting]
    assert set(queue(office.clerk)) == {soon, late, waiting}
    assert queue(office.handler, "handling") == [at_jw]
    assert queue(office.handler, "answered") == [handled]
    assert queue(office.stranger) == []
    assert set(queue(office.supervisor)) == {soon, late, waiting, handled, at_jw}
    with pytest.raises(Forbidden):
        queue(office.handler, "intake")
    with pytest.raises(Forbidden):
        queue(office.leader, "handling")


def test_pages_of_a_queue_lose_and_repeat_nothing_while_cases_come_and_go(office: Any) -> None:
    numbers = [office.submit() for _ in range(12)]
    office.db.cases.update_many({}, {"$set": {"by_due": utcnow()}})  # all due in the same millisecond
    seen, cursor = [], None
    while True:
        page = desk.list_desk_cases(office.parts, ListDeskCases(limit=5, cursor=cursor), office.clerk)
        seen += [row.no for row in page.items]
        cursor = page.next_cursor
        office.submit()
        if cursor is None or len(seen) > 40:
            break
    assert len(seen) == len(set(seen))
    assert set(numbers) <= set(seen)


def test_the_draft_is_the_offices_until_it_is_published(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    office.dispatch(no)
    office.draft(no)
    seen = desk.get_desk_case(office.parts, OneCase(no=no), office.approver)
    assert seen.draft is not None
    assert seen.draft.drafted_by == office.handler.id
    assert "approve" in seen.actions
    assert "approve" not in desk.get_desk_case(office.parts, OneCase(no=no), office.handler).actions
    office.do(desk.send_back_reply, SendBackReply, office.approver, no, remark="请写明时间")
    assert desk.get_desk_case(office.parts, OneCase(no=no), office.handler).draft.remark == "请写明时间"


def test_a_refusal_tells_its_reason_and_what_to_do(office: Any) -> None:
    no = office.submit()
    office.do(desk.refuse_case, RefuseCase, office.clerk, no, reason="litigation", text="本事项正在诉讼中")
    verdict = desk.get_desk_case(office.parts, OneCase(no=no), office.clerk).verdict
    assert verdict.name == "已进入诉讼、仲裁、行政复议程序"
    assert verdict.basis == "信访工作条例关于依法分类处理的规定"
    assert verdict.advice


def test_a_case_is_handed_to_a_handler_of_the_department_in_charge_and_to_nobody_else(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    office.dispatch(no)

    def assign(to: str, by: Any = office.approver) -> Any:
        return office.do(desk.assign_case, AssignCase, by, no, handler=to)

    for wrong in (office.stranger.id, office.approver.id, "s_nobody"):
        with pytest.raises(Invalid) as caught:
            assign(wrong)
        assert caught.value.errors[0]["field"] == "handler"
    assert office.case(no).handler is None
    assign(office.handler.id)
    assert office.case(no).handler == office.handler.id
    asked = len(office.colleagues.asked)
    assign(office.handler.id, by=office.handler)
    assert len(office.colleagues.asked) == asked, "of himself his token has told"


def test_ended_limits_close_each_case_once_with_many_workers(office: Any) -> None:
    asked, answered = office.submit(), office.answered()
    office.ask(asked)
    stuck = office.submit()
    office.ask(stuck)
    office.db.cases.update_one({"_id": stuck}, {"$set": {"clocks": "broken", "by_expires": utcnow()}})
    assert rating.end_limits(office.parts, utcnow()) == 0
    late = utcnow() + timedelta(days=16)
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: rating.end_limits(office.parts, late), range(6))) == 2
    assert office.case(asked).ending == "unanswered_question"
    assert office.case(answered).ending == "answered_unrated"
    assert [entry.kind for entry in office.case(asked).history] == ["submit", "ask", "expire_question"]
    assert rating.end_limits(office.parts, late) == 0


def test_events_are_numbered_without_gap_and_hold_references_only(office: Any) -> None:
    no = office.answered(text="我的电话是13812345678，请尽快施工", title="王某的问题请解决")
    office.rate(no, comment="谢谢")
    events = office.db.cases.find_one({"_id": no})["_outbox"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert {"petition.case_replied.v1", "petition.case_rated.v1"} <= {event["type"] for event in events}
    assert set(events[0]["data"]) == {"no", "state", "town", "category", "department", "public", "author"}
    assert "13812345678" not in str(events)
    assert "王某" not in str(events)


def test_refusals_of_the_domain_all_become_answers() -> None:
    assert {cls.__name__ for cls in Refused.__subclasses__()} == {"NotPermitted", "WrongState", "BadValue"}
    assert steps.ATTEMPTS >= 3


NUMBERS = "请拨打12345或13812345678，张三住在2号楼。"


def test_the_clerk_decides_what_is_masked_and_the_offices_see_all(office: Any) -> None:
    no = office.submit(text=NUMBERS)
    (proposed,) = desk.get_desk_case(office.parts, OneCase(no=no), office.clerk).proposed_masks
    assert NUMBERS[proposed.start : proposed.end] == "13812345678"
    name = NUMBERS.index("张三")
    masks = [proposed.model_dump(include={"field", "start", "end", "kind"}), _stretch(name, name + 2)]
    office.accept(no, masks=masks)
    assert office.case(no).shown.text == "请拨打12345或〔已隐去〕，〔已隐去〕住在2号楼。"
    assert desk.get_desk_case(office.parts, OneCase(no=no), office.clerk).text == NUMBERS


def test_a_stretch_that_the_clerk_lets_stand_stands_and_one_outside_the_text_is_refused(office: Any) -> None:
    no = office.submit(text=NUMBERS)
    with pytest.raises(Invalid) as caught:
        office.accept(no, masks=[_stretch(0, len(NUMBERS) + 1)])
    assert caught.value.errors[0]["field"] == "masks"
    office.accept(no, masks=[])
    assert office.case(no).shown.text == NUMBERS


def _stretch(start: int, end: int) -> dict[str, Any]:
    return {"field": "text", "start": start, "end": end}


def test_the_count_of_a_queue_is_the_length_of_its_list(office: Any) -> None:
    for place in ("村口", "村委会门口"):
        no = office.submit(title=f"{place}路灯不亮", text=f"{place}的路灯已经两周不亮，请修理。")
        office.accept(no)
        office.dispatch(no)
    office.do(desk.assign_case, AssignCase, office.approver, no, handler=office.handler.id)
    office.submit()
    for by in (office.clerk, office.handler, office.approver, office.supervisor, office.leader):
        for filters in ({}, {"mine": True}, {"town": "110114112"}):
            counts = desk.get_desk_counts(office.parts, CountDeskCases(**filters), by)
            assert counts.items
            for row in counts.items:
                listed = desk.list_desk_cases(office.parts, ListDeskCases(queue=row.queue, limit=100, **filters), by)
                assert row.count == len(listed.items), (by, row.queue, filters)
    mine = desk.get_desk_counts(office.parts, CountDeskCases(mine=True), office.handler)
    assert {row.queue: row.count for row in mine.items}["handling"] == 1
