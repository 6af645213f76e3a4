"""首接负责 on the real database: an objection waits with the supervisor, and who may not rule does not."""

from typing import Any

import pytest

from kit.errors import Conflict, Forbidden
from kit.identity import Caller
from petition import desk, reading
from petition.contract.desk import ListDeskCases
from petition.contract.shapes import OneCase
from petition.contract.steps import ObjectToDispatch, ReturnCase, RuleDispatch

BASIS = {"basis": "职责属于水务部门", "suggested_department": "swj"}
SWJ = Caller("staff", "s_swj", frozenset({"handler"}), frozenset({"swj"}))


def objected(office: Any) -> str:
    no: str = office.submit()
    office.accept(no)
    office.dispatch(no, department="swj")
    back = {"basis": "不属于本部门职责", "suggested_department": "jw"}
    office.do(desk.return_case, ReturnCase, SWJ, no, **back)
    office.dispatch(no)
    office.do(desk.object_to_dispatch, ObjectToDispatch, office.handler, no, **BASIS)
    return no


def rule(office: Any, no: str, department: str, by: Caller | None = None) -> None:
    office.do(
        desk.rule_dispatch, RuleDispatch, by or office.supervisor, no, department=department, answer="按职责分工承办"
    )  # fmt: skip


def test_an_objection_waits_with_the_supervisor_until_he_rules(office: Any) -> None:
    no = objected(office)

    def requests() -> list[str]:
        found = desk.list_desk_cases(office.parts, ListDeskCases(queue="requests"), office.supervisor)
        return [row.no for row in found.items]

    assert requests() == [no]
    for by in (office.clerk, office.handler, office.approver):
        with pytest.raises(Forbidden):
            rule(office, no, "swj", by)
    rule(office, no, "swj")
    assert requests() == []
    assert "return" not in desk.get_desk_case(office.parts, OneCase(no=no), SWJ).may
    with pytest.raises(Conflict):
        office.do(desk.return_case, ReturnCase, SWJ, no, basis="不属于本部门职责", suggested_department="jw")


def test_everybody_reads_the_ruling_and_nobody_outside_the_objection_before_it(office: Any) -> None:
    no = objected(office)
    for reader in (office.author, office.visitor):
        assert BASIS["basis"] not in reading.get_case(office.parts, OneCase(no=no), reader).model_dump_json()
        assert BASIS["basis"] not in reading.get_history(office.parts, OneCase(no=no), reader).model_dump_json()
    rule(office, no, "jw")
    for reader in (office.author, office.visitor):
        hop = reading.get_case(office.parts, OneCase(no=no), reader).hops[-1]
        assert (hop.department.code, hop.ruled) == ("jw", True)
        assert "按职责分工承办" in (hop.answer or "")
        told = reading.get_history(office.parts, OneCase(no=no), reader).model_dump_json()
        assert "按职责分工承办" in told
        assert office.supervisor.id not in told
