"""Who sees what: the public, the author, the offices."""

from typing import Any

import pytest

from kit.errors import Invalid, NotFound
from kit.paging import encode_cursor
from petition import desk, directory, leaving, reading
from petition.contract.lists import ListCases
from petition.contract.shapes import OneCase
from petition.contract.steps import AddNote
from petition.domain import history
from petition.domain.history import Entry, Field

SECRETS = {"text": "我叫王小明，电话13812345678，请修好", "place": "一号楼", "title": "请看13987654321"}


def view(office: Any, no: str, by: Any) -> Any:
    return reading.get_case(office.parts, OneCase(no=no), by)


def listed(office: Any, **filters: Any) -> list[str]:
    return [row.no for row in reading.list_cases(office.parts, ListCases(**filters)).items]


def everything_public(office: Any, no: str) -> str:
    """All that is told to someone who is neither the author nor in office."""
    texts = [
        view(office, no, office.visitor).model_dump_json(),
        view(office, no, office.other).model_dump_json(),
        view(office, no, office.stranger).model_dump_json(),
        reading.get_history(office.parts, OneCase(no=no), office.visitor).model_dump_json(),
        reading.list_cases(office.parts, ListCases()).model_dump_json(),
    ]
    return "".join(texts)


def test_nobody_but_its_author_and_intake_sees_a_case_before_it_is_let_through(office: Any) -> None:
    no = office.submit()
    assert listed(office) == []
    for by in (office.visitor, office.other, office.stranger):
        with pytest.raises(NotFound):
            view(office, no, by)
        with pytest.raises(NotFound):
            reading.get_history(office.parts, OneCase(no=no), by)
    mine = view(office, no, office.author)
    assert mine.mine
    assert mine.under_review
    assert mine.state_name == "待审核"
    office.accept(no)
    assert listed(office) == [no]
    assert not view(office, no, office.visitor).under_review


def test_a_private_case_stays_between_its_author_and_those_in_charge(office: Any) -> None:
    no = office.answered(visibility="private")
    for by in (office.visitor, office.other, office.stranger):
        with pytest.raises(NotFound):
            view(office, no, by)
        with pytest.raises(NotFound):
            reading.get_history(office.parts, OneCase(no=no), by)
    assert listed(office) == []
    assert view(office, no, office.handler).text
    assert view(office, no, office.leader).text
    assert view(office, no, office.author).reply is not None


@pytest.mark.parametrize("visibility", ["public", "anonymous"])
def test_no_number_and_no_author_leaks_to_the_public(office: Any, visibility: str) -> None:
    no = office.answered(visibility=visibility, **SECRETS)
    office.rate(no, comment="打电话13812345678找我")
    public = everything_public(office, no)
    for secret in ("13812345678", "13987654321", office.author.id, "s_clerk", "s_handler", "s_approver", "找我"):
        assert secret not in public
    own = view(office, no, office.author).model_dump_json()
    assert "13812345678" in own
    assert view(office, no, office.handler).title == SECRETS["title"]


def test_an_anonymous_author_hides_the_point_too(office: Any) -> None:
    point = {"lon": 116.33, "lat": 40.22}
    open_case, anonymous = office.submit(point=point), office.submit(point=point, visibility="anonymous")
    office.accept(open_case)
    office.accept(anonymous)
    assert view(office, open_case, office.visitor).point is not None
    assert view(office, anonymous, office.visitor).point is None
    assert view(office, anonymous, office.author).point is not None
    assert "116.33" not in reading.get_history(office.parts, OneCase(no=anonymous), office.visitor).model_dump_json()


def test_internal_notes_and_drafts_are_commitments_to_the_public(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    office.dispatch(no)
    office.do(desk.add_note, AddNote, office.handler, no, text="内部研究意见", public=False)
    office.do(desk.add_note, AddNote, office.handler, no, text="明天到现场查看", public=True)
    office.draft(no)
    public = everything_public(office, no)
    assert "内部研究意见" not in public
    assert "已经安排施工" not in public
    assert "明天到现场查看" in public
    assert "内部研究意见" not in view(office, no, office.author).model_dump_json()
    assert "内部研究意见" in desk.get_desk_case(office.parts, OneCase(no=no), office.handler).model_dump_json()


def entry_of(told: Any) -> Entry:
    fields = {name: Field(**field.model_dump(), public=True) for name, field in told.fields.items()}
    return Entry(**{**told.model_dump(), "fields": fields})


def test_the_history_told_to_anyone_verifies(office: Any) -> None:
    no = office.answered()
    kinds = ["submit", "accept", "dispatch", "draft_reply", "approve", "publish"]
    for by in (office.visitor, office.author, office.handler):
        told = reading.get_history(office.parts, OneCase(no=no), by)
        assert history.verify(no, [entry_of(row) for row in told.entries]) is None
        assert [row.kind for row in told.entries] == kinds


def test_lists_filter_by_each_field_and_all_together(office: Any) -> None:
    here, there = office.submit(), office.submit(town="110114001", category="broadband")
    office.accept(here)
    office.accept(there)
    office.dispatch(here)
    assert listed(office) == [there, here]
    assert listed(office, town="110114112") == [here]
    assert listed(office, category="broadband") == [there]
    assert listed(office, department="jw") == [here]
    assert listed(office, state="accepted") == [there]
    assert listed(office, town="110114112", category="kindergarten", department="jw", state="dispatched") == [here]
    assert listed(office, town="110114112", category="broadband") == []


def test_pages_neither_lose_nor_repeat_while_new_cases_arrive(office: Any) -> None:
    numbers = [office.submit() for _ in range(11)]
    for no in numbers:
        office.accept(no)
    same = office.case(numbers[0]).filed_at
    office.db.cases.update_many({"_id": {"$in": numbers[:7]}}, {"$set": {"filed_at": same}})
    seen: list[str] = []
    cursor = None
    while True:
        page = reading.list_cases(office.parts, ListCases(limit=3, cursor=cursor))
        seen += [row.no for row in page.items]
        office.accept(office.submit())
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == 11
    assert set(seen) == set(numbers)


@pytest.mark.parametrize("cursor", ["", "x", "bnVsbA", encode_cursor("a"), encode_cursor(1, 2, 3)])
def test_a_made_up_cursor_is_refused_or_leads_nowhere(office: Any, cursor: str) -> None:
    office.accept(office.submit())
    try:
        assert len(reading.list_cases(office.parts, ListCases(cursor=cursor)).items) <= 1
    except Invalid as error:
        assert error.errors[0]["field"] == "cursor"


def test_my_cases_are_mine(office: Any) -> None:
    mine, _ = office.submit(), office.submit(by=office.other)
    page = reading.list_my_cases(office.parts, ListCases(), office.author)
    assert [row.no for row in page.items] == [mine]
    assert page.items[0].next_step == view(office, mine, office.author).next_step
    office.refuse(mine)
    assert reading.list_my_cases(office.parts, ListCases(), office.author).items[0].next_step is None


def test_what_happens_next_is_said_for_every_state(office: Any) -> None:
    no = office.submit()
    said = [view(office, no, office.author).next_step]
    office.accept(no)
    said.append(view(office, no, office.author).next_step)
    office.dispatch(no)
    said.append(view(office, no, office.author).next_step)
    office.draft(no)
    said.append(view(office, no, office.author).next_step)
    office.publish(no)
    said.append(view(office, no, office.author).next_step)
    assert [step.who for step in said] == ["问政受理中心", "问政受理中心", "区教委", "区教委", "反映人"]
    assert all(step.until is not None for step in said)
    office.rate(no)
    assert view(office, no, office.author).next_step.until is None


def test_a_closed_account_leaves_the_matter_without_its_author(office: Any) -> None:
    public, private = office.answered(**SECRETS), office.submit(visibility="private")
    office.submit(by=office.other)
    leaving.forget_author(office.parts, office.author.id)
    leaving.forget_author(office.parts, office.author.id)
    kept = str(office.db.cases.find_one({"_id": public}, {"_outbox": 0}))
    assert office.author.id not in kept
    assert "13812345678" not in kept
    assert view(office, public, office.visitor).reply is not None
    assert office.case(private).author is None
    with pytest.raises(NotFound):
        view(office, private, office.author)
    assert history.verify(public, office.case(public).history) is None
    assert office.db.cases.count_documents({"author": office.other.id}) == 1


def test_the_directory_offers_what_forms_need(office: Any) -> None:
    found = directory.get_directory(office.parts.rules)
    assert len(found.towns) == 22
    assert len(found.categories) >= 12
    assert found.district.name == "昌平区"
    assert {urgency.code for urgency in found.urgencies} == {"critical", "urgent", "inquiry", "request", "complaint"}


def test_times_are_told_in_beijing_time(office: Any) -> None:
    no = office.submit()
    told = view(office, no, office.author).model_dump(mode="json")
    assert told["filed_at"].endswith("+08:00")
    assert all(clock["due"].endswith("+08:00") for clock in told["clocks"])
    assert told["next_step"]["until"].endswith("+08:00")
