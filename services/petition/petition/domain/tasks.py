"""主办与协办: what the departments that join in have to do, and what they answer to the one in charge.

`answer` raises `NotPermitted` or `BadValue` and changes nothing then.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from petition.domain.case import Case, Task, TaskAnswer
from petition.domain.change import OVERALL, Change, Rules, record
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue


class Wanted(NamedTuple):
    """A task as it is given: its words, and the working day at whose close of business it is due."""

    text: str
    due: date | None = None


def given(
    case: Case, now: datetime, rules: Rules, wanted: Mapping[str, Wanted], joining: tuple[str, ...]
) -> list[Task]:
    """The tasks of the departments that join in. Raises `BadValue`."""
    if not wanted.keys() <= set(joining):
        raise BadValue("tasks", "只能给协办部门布置任务")
    return [
        Task(department=department, text=task.text, given_at=now, due=_due(case, now, rules, task.due))
        for department, task in wanted.items()
    ]


def answer(case: Case, actor: Actor, now: datetime, rules: Rules, *, task: int, text: str) -> Change:
    """A co-department answers its task, once; only the offices read it. `task` counts the tasks of the case from 1."""
    target = permit(case, Action.ANSWER_TASK, actor)
    chosen = case.tasks[task - 1] if 1 <= task <= len(case.tasks) else None
    if chosen is None or chosen not in case.open_tasks or chosen.department not in actor.departments:
        raise BadValue("task", "请选择本部门待答复的协办任务")
    answered = chosen.model_copy(update={"answer": TaskAnswer(text=text, by=actor.id, at=now)})
    values = {"state": target, "tasks": tuple(answered if one is chosen else one for one in case.tasks)}
    fields = {"by": actor.id, "unit": chosen.department, "task": task, "text": text}
    return record(case, Action.ANSWER_TASK, now, values, {}, fields)


def _due(case: Case, now: datetime, rules: Rules, day: date | None) -> datetime | None:
    if day is None:
        return None
    due, overall = rules.calendar.close_of(day).at, case.clock(OVERALL)
    if not rules.calendar.is_workday(day) or due <= now or (overall is not None and due > overall.due):
        raise BadValue("tasks", "协办期限请选择工作日，不晚于总办理时限")
    return due
