"""首接负责: one return, then a ruling, then nothing more; the clock runs on all the time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import handling, objection
from petition.domain.lifecycle import Action, Actor, allowed
from petition.domain.refusals import BadValue, WrongState

Story = Callable[..., Any]
RULED = {"answer": "按职责分工由该部门承办"}


def of(department: str) -> Actor:
    return Actor("staff", f"s_{department}", frozenset({"handler"}), frozenset({department}))


@pytest.mark.parametrize("department", ["jw", "zjw"])
def test_a_ruling_is_for_good_and_public_and_moves_no_due_time(story: Story, department: str) -> None:
    told = story().at("objected")
    due = told.case.clock("overall").due
    told.then(objection.rule, "supervisor", department=department, **RULED)
    case = told.case
    assert (case.department, case.state, case.clock("overall").due) == (department, "dispatched", due)
    assert case.hops[-1].ruled
    assert [hop.department for hop in case.hops] == ["swj", "jw", *(["zjw"] if department == "zjw" else [])]
    assert not {Action.RETURN, Action.OBJECT} & set(allowed(case, of(department)))
    fields = case.history[-1].fields
    assert {name for name, field in fields.items() if field.public} == {"department", "answer"}
    with pytest.raises(WrongState):
        handling.send_to_intake(
            case, of(department), told.now, told.rules, basis="不属于本部门职责", suggested_department="cgw"
        )
    with pytest.raises(WrongState):
        objection.object_to(
            case, of(department), told.now, told.rules, basis="不属于本部门职责", suggested_department="cgw"
        )


def test_the_department_that_is_ruled_away_says_why_in_the_trail_and_goes_without_its_handler(story: Story) -> None:
    told = story().at("objected").then(objection.rule, "supervisor", department="zjw", **RULED)
    left = told.case.hops[-2]
    assert (left.basis, left.suggested_department, left.until) == ("职责属于水务部门", "swj", told.now)
    assert (told.case.handler, told.case.co_departments, told.case.open_tasks) == (None, (), ())
    assert [event.type for event in told.last.events] == ["petition.case_dispatched.v1"]


def test_until_the_ruling_the_objection_is_the_offices_and_the_department_works_on(story: Story) -> None:
    told = story().at("objected")
    assert not any(field.public for field in told.case.history[-1].fields.values())
    assert told.case.department == "jw"
    told.then(handling.add_note, "handler", text="先行联系反映人", public=True)


def test_there_is_no_objection_before_a_return_and_none_too_late(story: Story) -> None:
    basis = {"basis": "不属于本部门职责", "suggested_department": "zjw"}
    with pytest.raises(WrongState):
        story().dispatched().then(objection.object_to, "handler", **basis)
    with pytest.raises(WrongState):
        story().at("returned").then(objection.object_to, "handler", timedelta(days=3), **basis)
    with pytest.raises(BadValue):
        story().at("returned").then(objection.object_to, "handler", **{**basis, "suggested_department": "jw"})


def test_a_ruling_names_a_department_of_the_district(story: Story) -> None:
    with pytest.raises(BadValue):
        story().at("objected").then(objection.rule, "supervisor", department="nowhere", **RULED)


def test_a_draft_of_the_department_ends_its_objection(story: Story) -> None:
    parts = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}
    told = story().at("objected").then(handling.draft_reply, "handler", **parts)
    assert not told.case.objection_pending
