"""办理记录 on the real database: who reads a call, a visit or an inspection, and who sees its pictures."""

import uuid
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Invalid, NotFound
from kit.identity import Caller
from kit.pictures import Picture
from kit.transfers import ReadPicture
from petition import contacting, desk, pictures, reading, supervising
from petition.contract.shapes import OneCase
from petition.contract.steps import InspectCase, LogContact

TEXT = "已到现场核实，约定下周施工。"


def at_work(office: Any, **fields: Any) -> str:
    no: str = office.submit(**fields)
    office.accept(no)
    office.dispatch(no, co_departments=["cgw"])
    return no


def brought(office: Any, by: Caller) -> str:
    picture = uuid.uuid4().hex
    office.parts.images.add(picture, by.id, Picture(full=b"full", thumb=b"thumb", width=4, height=3))
    return picture


def visit(office: Any, no: str, *ids: str, public: bool = True) -> None:
    words = {"whom": "物业负责人", "place": "幼儿园门口", "text": TEXT}
    office.do(
        contacting.log_contact, LogContact, office.handler, no,
        kind="visit", at=utcnow(), pictures=list(ids), public=public, **words,
    )  # fmt: skip


def inspection(office: Any, no: str, *ids: str, public: bool = True) -> None:
    words = {"whom": "督查组两人", "place": "幼儿园门口", "text": TEXT, "finding": "partly"}
    office.do(
        supervising.inspect_case, InspectCase, office.supervisor, no,
        at=utcnow(), pictures=list(ids), public=public, **words,
    )  # fmt: skip


def sees(office: Any, picture: str, by: Caller) -> bool:
    try:
        return bool(pictures.read_picture(office.parts, ReadPicture(id=picture), by).data)
    except NotFound:
        return False


@pytest.mark.parametrize("public", [True, False])
def test_a_public_visit_and_its_pictures_are_read_by_all_another_by_the_offices_only(office: Any, public: bool) -> None:
    no, picture = at_work(office), brought(office, office.handler)
    visit(office, no, picture, public=public)
    for reader in (office.author, office.other, office.visitor):
        shown = reading.get_case(office.parts, OneCase(no=no), reader)
        assert [one.text for one in shown.contacts] == ([TEXT] if public else [])
        assert (TEXT in reading.get_history(office.parts, OneCase(no=no), reader).model_dump_json()) == public
        assert office.handler.id not in shown.model_dump_json()
        assert sees(office, picture, reader) == public
    for inside in (office.handler, office.approver, office.clerk, office.supervisor):
        (contact,) = desk.get_desk_case(office.parts, OneCase(no=no), inside).contacts
        assert [one.id for one in contact.pictures] == [picture]
        assert sees(office, picture, inside)
    assert sees(office, picture, office.stranger) == public


@pytest.mark.parametrize("public", [True, False])
def test_a_public_inspection_and_its_pictures_are_read_by_all_another_by_the_offices_only(
    office: Any, public: bool
) -> None:
    no, picture = at_work(office), brought(office, office.supervisor)
    inspection(office, no, picture, public=public)
    for reader in (office.author, office.visitor):
        shown = reading.get_case(office.parts, OneCase(no=no), reader)
        assert [one.finding_name for one in shown.inspections] == (["部分整改"] if public else [])
        assert office.supervisor.id not in shown.model_dump_json()
        assert sees(office, picture, reader) == public
    (found,) = desk.get_desk_case(office.parts, OneCase(no=no), office.handler).inspections
    assert ([one.id for one in found.pictures], sees(office, picture, office.handler)) == ([picture], True)


def test_a_public_visit_of_a_private_case_is_read_by_its_author_and_the_offices(office: Any) -> None:
    no, picture = at_work(office, visibility="private"), brought(office, office.handler)
    visit(office, no, picture)
    assert (sees(office, picture, office.author), sees(office, picture, office.approver)) == (True, True)
    assert (sees(office, picture, office.other), sees(office, picture, office.visitor)) == (False, False)
    found = pictures.read_picture(office.parts, ReadPicture(id=picture), office.author)
    assert not found.public


def test_a_picture_that_is_in_no_case_yet_is_seen_by_who_brought_it(office: Any) -> None:
    picture = brought(office, office.handler)
    assert sees(office, picture, office.handler)
    assert not any(sees(office, picture, by) for by in (office.approver, office.supervisor, office.author))


def test_pictures_of_others_are_not_taken(office: Any) -> None:
    no = at_work(office)
    for wrong in (brought(office, office.author), "0" * 32):
        with pytest.raises(Invalid) as caught:
            visit(office, no, wrong)
        assert caught.value.errors[0]["field"] == "pictures"
    assert office.case(no).contacts == ()
