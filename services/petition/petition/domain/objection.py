"""首接负责: a case that was returned once is not returned again; a second objection goes to the supervisor, who rules.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from datetime import datetime

from petition.domain.case import Case, Hop, Objection
from petition.domain.change import RETURNING, Change, Rules, record, stop
from petition.domain.handling import check_suggested
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue, WrongState


def object_to(
    case: Case, actor: Actor, now: datetime, rules: Rules, *, basis: str, suggested_department: str
) -> Change:
    """The department says that the case is another's: within its limit, once a case. It goes on working meanwhile."""
    target = permit(case, Action.OBJECT, actor)
    window = case.clock(RETURNING)
    if window is None or now > window.due:
        raise WrongState("提出异议的期限已过，请继续办理。")
    check_suggested(case, suggested_department, rules)
    assert case.department is not None
    one = Objection(
        unit=case.department, by=actor.id, at=now, basis=basis, suggested_department=suggested_department
    )  # fmt: skip
    fields = {"by": actor.id, "basis": basis, "suggested_department": suggested_department}
    return record(case, Action.OBJECT, now, {"state": target, "objection": one}, {}, fields)


def rule(case: Case, actor: Actor, now: datetime, rules: Rules, *, department: str, answer: str) -> Change:
    """A supervisor rules where the case belongs, for good: with the one that objected, or with another at once."""
    target = permit(case, Action.RULE_DISPATCH, actor)
    if department not in rules.directory.departments:
        raise BadValue("department", "请选择承办部门")
    assert case.objection is not None
    decided = case.objection.model_copy(
        update={"decided_by": actor.id, "decided_at": now, "department": department, "answer": answer}
    )
    values = {"state": target, "objection": decided, "clocks": stop(case, now, RETURNING)}
    public = {"department": department, "answer": answer}
    if department == case.department:
        values["hops"] = (*case.hops[:-1], case.hops[-1].model_copy(update={"ruled": True}))
        return record(case, Action.RULE_DISPATCH, now, values, public, {"by": actor.id}, ("case_progressed",))
    left = {"until": now, "basis": decided.basis, "suggested_department": decided.suggested_department}
    hops = (*case.hops[:-1], case.hops[-1].model_copy(update=left))
    moved = {
        "department": department,
        "co_departments": (),
        "handler": None,
        "hops": (*hops, Hop(department=department, co_departments=(), since=now, ruled=True)),
    }
    return record(case, Action.RULE_DISPATCH, now, {**values, **moved}, public, {"by": actor.id}, ("case_dispatched",))
