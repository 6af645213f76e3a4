"""协办任务 on the real database: who finds them in his queue, who answers, who reads the answer."""

from typing import Any

import pytest

from kit.errors import Forbidden
from kit.identity import Caller
from petition import desk, reading
from petition.contract.desk import ListDeskCases
from petition.contract.shapes import OneCase
from petition.contract.steps import AnswerTask

CO_HANDLER = Caller("staff", "s_cgw", frozenset({"handler"}), frozenset({"cgw"}))
ANSWER = "路灯由本部门管理，本周修复"


def tasked(office: Any) -> str:
    no: str = office.submit()
    office.accept(no)
    office.dispatch(no, co_departments=["cgw"], tasks=[{"department": "cgw", "text": "核实路灯权属并反馈"}])
    return no


def owed(office: Any, by: Caller) -> list[str]:
    return [row.no for row in desk.list_desk_cases(office.parts, ListDeskCases(queue="tasks"), by).items]


def test_the_task_waits_in_the_queue_of_its_department_until_it_is_answered(office: Any) -> None:
    no = tasked(office)
    office.dispatch(_accepted(office), co_departments=["cgw"])  # joins in without a task
    assert (owed(office, CO_HANDLER), owed(office, office.handler)) == ([no], [])
    for outside in (office.clerk, office.approver, office.supervisor):
        with pytest.raises(Forbidden):
            owed(office, outside)
    (row,) = [
        one for one in desk.list_desk_cases(office.parts, ListDeskCases(), office.handler).items if one.no == no
    ]  # fmt: skip
    assert row.tasks_open == 1
    office.do(desk.answer_task, AnswerTask, CO_HANDLER, no, task=1, text=ANSWER)
    assert owed(office, CO_HANDLER) == []


def test_the_department_in_charge_reads_the_answer_and_residents_do_not(office: Any) -> None:
    no = tasked(office)
    assert desk.get_desk_case(office.parts, OneCase(no=no), CO_HANDLER).tasks[0].mine
    assert not desk.get_desk_case(office.parts, OneCase(no=no), office.handler).tasks[0].mine
    office.do(desk.answer_task, AnswerTask, CO_HANDLER, no, task=1, text=ANSWER)
    (task,) = desk.get_desk_case(office.parts, OneCase(no=no), office.handler).tasks
    assert (task.answer.text, task.answer.by, task.open) == (ANSWER, CO_HANDLER.id, False)
    for reader in (office.author, office.visitor):
        shown = reading.get_case(office.parts, OneCase(no=no), reader).model_dump_json()
        told = reading.get_history(office.parts, OneCase(no=no), reader).model_dump_json()
        assert ANSWER not in shown + told
        assert "核实路灯权属" not in shown + told


def test_nobody_answers_for_another_department(office: Any) -> None:
    no = tasked(office)
    for outside in (office.handler, office.stranger):
        with pytest.raises(Forbidden):
            office.do(desk.answer_task, AnswerTask, outside, no, task=1, text=ANSWER)
    assert office.case(no).tasks[0].answer is None


def _accepted(office: Any) -> str:
    no: str = office.submit()
    office.accept(no)
    return no
