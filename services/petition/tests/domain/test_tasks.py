"""协办: tasks at the dispatch, answered by the departments that join in, ended by a return or the reply."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.domain import handling, tasks
from petition.domain.refusals import BadValue, NotPermitted
from petition.domain.tasks import Wanted

Story = Callable[..., Any]
PARTS = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}
ANSWER = {"task": 1, "text": "路灯由本部门管理，本周修复"}


def test_an_answer_is_kept_with_the_task_and_for_the_offices_only(story: Story) -> None:
    told = story().at("tasked")
    due = datetime(2026, 11, 24, 18, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [(one.department, one.due) for one in told.case.open_tasks] == [("cgw", due)]
    dispatched = told.case.history[-1]
    assert not dispatched.fields["tasks"].public
    told.then(tasks.answer, "co_handler", **ANSWER)
    assert told.case.open_tasks == ()
    assert told.case.tasks[0].answer.by == "s_co_handler"
    assert not any(field.public for field in told.case.history[-1].fields.values())
    with pytest.raises(NotPermitted):
        told.then(tasks.answer, "co_handler", **ANSWER)


def test_a_department_answers_its_own_task_only(story: Story) -> None:
    told = story().accepted()
    wanted = {"cgw": Wanted("核实路灯权属并反馈"), "swj": Wanted("核实排水情况并反馈")}
    told.then(handling.dispatch, "clerk", department="jw", co_departments=("cgw", "swj"), tasks=wanted)
    for wrong in (2, 3, 0):
        with pytest.raises(BadValue):
            told.then(tasks.answer, "co_handler", **{**ANSWER, "task": wrong})
    told.then(tasks.answer, "other_handler", **{**ANSWER, "task": 2})
    assert [one.department for one in told.case.open_tasks] == ["cgw"]


@pytest.mark.parametrize("due", [date(2026, 11, 17), date(2026, 11, 21), date(2026, 11, 30)])
def test_a_task_is_due_on_a_working_day_to_come_and_not_after_the_case(story: Story, due: date) -> None:
    with pytest.raises(BadValue) as caught:
        story().accepted().then(
            handling.dispatch, "clerk", department="jw", co_departments=("cgw",),
            tasks={"cgw": Wanted("核实路灯权属并反馈", due)},
        )  # fmt: skip
    assert caught.value.field == "tasks"


def test_tasks_are_for_those_who_join_in(story: Story) -> None:
    with pytest.raises(BadValue):
        story().accepted().then(handling.dispatch, "clerk", department="jw", tasks={"cgw": Wanted("核实路灯权属")})


def test_a_return_ends_them_and_the_next_dispatch_begins_anew(story: Story) -> None:
    told = story().at("tasked")
    told.then(handling.send_to_intake, "handler", basis="不属于本部门职责", suggested_department="swj")
    assert told.case.open_tasks == ()
    told.then(handling.dispatch, "clerk", department="swj", co_departments=("cgw",))
    assert told.case.open_tasks == ()
    with pytest.raises(NotPermitted):
        told.then(tasks.answer, "co_handler", **ANSWER)


def test_the_reply_does_not_wait_for_them_but_ends_them(story: Story) -> None:
    told = story().at("tasked").then(handling.draft_reply, "drafter", **PARTS)
    assert told.case.open_tasks
    told.then(handling.approve, "approver").then(handling.publish, "handler", timedelta(minutes=1))
    assert told.case.open_tasks == ()
