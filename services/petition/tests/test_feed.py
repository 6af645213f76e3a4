"""What feeds tell: what everyone may read, by town or department, under ids that stay."""

from typing import Any

import pytest

from kit.errors import NotFound
from petition import feed
from petition.contract.feed import GetFeed


def ids(office: Any, **of: str) -> list[str]:
    return [one.id for one in feed.get_feed(office.parts, GetFeed(**of)).items]


def test_new_cases_and_replies_are_told_by_town_and_department(office: Any) -> None:
    answered, other = office.answered(), office.submit(town="110114001")
    office.accept(other)
    found = feed.get_feed(office.parts, GetFeed())
    assert {one.no for one in found.items} == {answered, other}
    (reply,) = (one for one in found.items if one.is_reply)
    assert (reply.no, reply.department.code) == (answered, "jw")
    assert reply.text.startswith("已到现场核实")
    assert ids(office, town="110114001") == [other]
    assert set(ids(office, department="jw")) == {answered, reply.id}
    assert ids(office, department="cgw") == []
    for of in ({"town": "000000000"}, {"department": "nobody"}):
        with pytest.raises(NotFound):
            ids(office, **of)


def test_nothing_private_or_not_yet_let_through_and_nothing_of_who_asked(office: Any) -> None:
    office.submit()
    office.accept(office.submit(visibility="private"))
    hidden = office.answered(visibility="anonymous", text="我是张三，电话13812345678，幼儿园什么时候动工？")
    told = feed.get_feed(office.parts, GetFeed())
    assert {one.no for one in told.items} == {hidden}
    text = told.model_dump_json()
    assert not any(secret in text for secret in ("13812345678", office.author.id, office.handler.id))


def test_a_case_at_work_has_its_limit_and_whether_it_is_provisional(office: Any) -> None:
    certain, provisional, answered = office.submit(), office.provisional(), office.answered()
    office.accept(certain)
    refused = office.provisional()
    office.refuse(refused)
    told = {one.id: (one.due, one.provisional) for one in feed.get_feed(office.parts, GetFeed()).items}
    due = {no: office.case(no).clock("overall").due for no in (certain, provisional)}
    assert told[certain] == (due[certain], False)
    assert told[provisional] == (due[provisional], True)
    assert {limit for id_, limit in told.items() if id_ not in due} == {(None, False)}
    assert {answered, refused} < told.keys()


def test_ids_stay_when_the_case_goes_on(office: Any) -> None:
    no = office.answered()
    before = ids(office)
    office.rate(no)
    assert ids(office) == before
