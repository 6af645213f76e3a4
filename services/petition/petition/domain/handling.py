"""上报通报、调查办理、督办落实: to a department, its work, its answer and who stands for it.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from petition.domain import clocks, lifecycle
from petition.domain import promises as promises_of
from petition.domain import tasks as tasks_of
from petition.domain.case import Case, Hop, Note, Reply
from petition.domain.change import (
    APPROVAL,
    BEFORE_REPLY,
    DISPATCH,
    FIRST_ANSWER,
    HANDLING,
    RATING,
    RETURNING,
    Change,
    Rules,
    acting_unit,
    record,
    stop,
)
from petition.domain.clocks import Clock
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.promises import Given
from petition.domain.refusals import BadValue, WrongState
from petition.domain.tasks import Wanted
from petition.domain.templates import check_filled

MOST_NOTES = 500
NO_TASKS: Mapping[str, Wanted] = MappingProxyType({})


def dispatch(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Rules,
    *,
    department: str,
    co_departments: tuple[str, ...] = (),
    tasks: Mapping[str, Wanted] = NO_TASKS,
) -> Change:
    """The case goes to a department in charge, and to those that join in, each with its task if it was given one."""
    target = permit(case, Action.DISPATCH, actor)
    _check_departments(department, co_departments, rules)
    given = tasks_of.given(case, now, rules, tasks, co_departments)
    hidden = {"tasks": [one.model_dump(mode="json", include={"department", "text", "due"}) for one in given]}
    returning = clocks.start(RETURNING, rules.directory.clocks.returning, now, rules.calendar)
    hop = Hop(department=department, co_departments=co_departments, since=now)
    return record(
        case, Action.DISPATCH, now,
        {
            "state": target,
            "department": department,
            "co_departments": co_departments,
            "handler": None,
            "hops": (*case.hops, hop),
            "tasks": (*case.tasks, *given),
            "clocks": (*stop(case, now, DISPATCH), returning),
        },
        {"department": department, "co_departments": list(co_departments)},
        {"by": actor.id, **(hidden if given else {})}, ("case_dispatched",),
    )  # fmt: skip


def send_to_intake(
    case: Case, actor: Actor, now: datetime, rules: Rules, *, basis: str, suggested_department: str
) -> Change:
    """The department returns a wrong dispatch: with legal basis and another department, once, within its limit."""
    target = permit(case, Action.RETURN, actor)
    window = case.clock(RETURNING)
    if window is None or now > window.due:
        raise WrongState("退回期限已过，请继续办理。")
    check_suggested(case, suggested_department, rules)
    hop = case.hops[-1].model_copy(update={"until": now, "basis": basis, "suggested_department": suggested_department})
    limits = rules.directory.urgencies[case.urgency or ""]
    again = clocks.start(DISPATCH, limits.dispatch, now, rules.calendar)
    return record(
        case, Action.RETURN, now,
        {
            "state": target,
            "department": None,
            "co_departments": (),
            "handler": None,
            "hops": (*case.hops[:-1], hop),
            "clocks": (*stop(case, now, RETURNING), again),
        },
        {"department": case.department, "basis": basis, "suggested_department": suggested_department},
        {"by": actor.id}, ("case_returned",),
    )  # fmt: skip


def check_suggested(case: Case, department: str, rules: Rules) -> None:
    """Raises `BadValue` unless this is another department of the district than the one in charge."""
    if department not in rules.directory.departments or department == case.department:
        raise BadValue("suggested_department", "请选择建议承办的其他部门")


def assign(case: Case, actor: Actor, now: datetime, rules: Rules, *, handler: Actor | None) -> Change:
    """The department names the person who handles it, a handler of its own; None: nobody in service was found."""
    target = permit(case, Action.ASSIGN, actor)
    if handler is None or not lifecycle.handler(case, handler):
        raise BadValue("handler", "请选择本部门在岗的承办人")
    return record(
        case, Action.ASSIGN, now, {"state": target, "handler": handler.id}, {}, {"by": actor.id, "handler": handler.id}
    )


def add_note(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str, public: bool) -> Change:
    """A remark on the work. A public one by the department in charge is a first answer to the resident."""
    target = permit(case, Action.NOTE, actor)
    if len(case.notes) >= MOST_NOTES:
        raise WrongState("这件诉求的记录已达上限。")
    unit = acting_unit(case, actor.departments)
    note = Note(at=now, by=actor.id, unit=unit, text=text, public=public)
    answers = public and unit == case.department
    values = {
        "state": target,
        "notes": (*case.notes, note),
        "clocks": stop(case, now, FIRST_ANSWER) if answers else case.clocks,
    }
    if public:
        return record(
            case, Action.NOTE, now, values, {"unit": unit, "text": text}, {"by": actor.id}, ("case_progressed",)
        )
    return record(case, Action.NOTE, now, values, {}, {"unit": unit, "text": text, "by": actor.id})


def draft_reply(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Rules,
    *,
    facts: str,
    rule: str,
    done: str,
    next: str,
    promises: Sequence[Given] = (),
) -> Change:
    """The department writes its answer in four parts, with what it promises; it goes to a second person."""
    target = permit(case, Action.DRAFT_REPLY, actor)
    assert case.department is not None
    parts = {"facts": facts, "rule": rule, "done": done, "next": next}
    check_filled(parts)
    pledges = promises_of.pledged(promises, now, rules)
    reply = Reply(**parts, department=case.department, drafted_by=actor.id, drafted_at=now, pledges=pledges)
    approval = clocks.start(APPROVAL, rules.directory.clocks.approval, now, rules.calendar)
    stopped = stop(case, now, HANDLING, RETURNING)
    return record(
        case, Action.DRAFT_REPLY, now, {"state": target, "reply": reply, "clocks": (*stopped, approval)},
        {}, {"by": actor.id, **parts, **_told(reply)}, ("case_progressed",),
    )  # fmt: skip


def approve(case: Case, actor: Actor, now: datetime, rules: Rules) -> Change:
    """Someone other than the author of the draft stands for it."""
    target = permit(case, Action.APPROVE, actor)
    reply = _reply(case).model_copy(update={"approved_by": actor.id, "approved_at": now})
    return record(
        case, Action.APPROVE, now, {"state": target, "reply": reply, "clocks": stop(case, now, APPROVAL)},
        {}, {"by": actor.id}, ("case_progressed",),
    )  # fmt: skip


def send_back(case: Case, actor: Actor, now: datetime, rules: Rules, *, remark: str) -> Change:
    """The approver wants a better answer; handling goes on against the same due time."""
    target = permit(case, Action.SEND_BACK, actor)
    reply = _reply(case).model_copy(update={"remark": remark, "approved_by": None, "approved_at": None})
    stopped = stop(case, now, APPROVAL)
    return record(
        case, Action.SEND_BACK, now, {"state": target, "reply": reply, "clocks": _resume(stopped, HANDLING)},
        {}, {"by": actor.id, "remark": remark}, ("case_progressed",),
    )  # fmt: skip


def publish(case: Case, actor: Actor, now: datetime, rules: Rules) -> Change:
    """The approved answer reaches the resident, and everyone where the case is public; the time to rate begins."""
    target = permit(case, Action.PUBLISH, actor)
    reply = _reply(case).model_copy(update={"published_at": now})
    rating = clocks.start(RATING, rules.directory.clocks.rating, now, rules.calendar)
    parts = {**reply.said.model_dump(), "department": reply.department, **_told(reply)}
    made = promises_of.made(reply, now)
    running = (*stop(case, now, *BEFORE_REPLY), rating, *map(promises_of.clock_of, made))
    return record(
        case, Action.PUBLISH, now,
        {"state": target, "reply": reply, "promises": (*case.promises, *made), "clocks": running},
        parts, {"by": actor.id}, ("case_replied",),
    )  # fmt: skip


def _told(reply: Reply) -> dict[str, list[dict[str, str]]]:
    """The promises as the history has them; a reply without any has no such field."""
    pledges = [one.model_dump(mode="json") for one in reply.pledges]
    return {"promises": pledges} if pledges else {}


def _resume(running: tuple[Clock, ...], name: str) -> tuple[Clock, ...]:
    """The last clock of this name runs again; those of earlier rounds are over."""
    last = max((at for at, clock in enumerate(running) if clock.name == name), default=None)
    return tuple(c.model_copy(update={"stopped_at": None}) if at == last else c for at, c in enumerate(running))


def _reply(case: Case) -> Reply:
    assert case.reply is not None
    return case.reply


def _check_departments(department: str, co_departments: tuple[str, ...], rules: Rules) -> None:
    known = rules.directory.departments
    if department not in known:
        raise BadValue("department", "请选择主办部门")
    if department in co_departments or len(set(co_departments)) != len(co_departments):
        raise BadValue("co_departments", "协办部门不能重复，也不能与主办部门相同")
    if not all(code in known for code in co_departments):
        raise BadValue("co_departments", "请选择协办部门")
