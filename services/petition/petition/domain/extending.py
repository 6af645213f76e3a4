"""调查办理: one extension of a case's limit, asked for in time and decided by somebody else.

Source: CLOCKS.md, "Two kinds of clock". Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes
nothing then.
"""

from datetime import datetime

from petition.domain.case import Case, Extension
from petition.domain.change import HANDLING, OVERALL, Change, Rules, record
from petition.domain.clocks import workdays
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue, WrongState

_EXTENDED = (OVERALL, HANDLING)  # those that run: the record of an earlier round stays as it was
_LEAST_BEFORE = 1  # working days between the request and the due time


def ask(case: Case, actor: Actor, now: datetime, rules: Rules, *, days: int, reason: str) -> Change:
    """The handler asks for more working days, not more than the first limit has, at least one before it is over."""
    target = permit(case, Action.ASK_EXTENSION, actor)
    overall = case.clock(OVERALL)
    assert overall is not None
    longest = workdays(overall.limit) or 0
    if rules.calendar.workdays_between(now, overall.due) < _LEAST_BEFORE:
        raise WrongState("延期应在到期前至少1个工作日申请。")
    if not 1 <= days <= longest:
        raise BadValue("days", f"延期为1至{longest}个工作日")
    asked = Extension(days=days, reason=reason, asked_by=actor.id, asked_at=now)
    return record(
        case, Action.ASK_EXTENSION, now, {"state": target, "extension": asked},
        {}, {"by": actor.id, "days": days, "reason": reason},
    )  # fmt: skip


def decide(case: Case, actor: Actor, now: datetime, rules: Rules, *, granted: bool, answer: str) -> Change:
    """An approver other than who asked decides. Granted, the overall limit and the handling have so many days more.

    That it was granted, why and until when, is public; a request that was refused may be made anew.
    """
    target = permit(case, Action.DECIDE_EXTENSION, actor)
    asked = case.extension
    assert asked is not None
    decided = asked.model_copy(update={"decided_by": actor.id, "decided_at": now, "granted": granted, "answer": answer})
    values = {"state": target, "extension": decided}
    if not granted:
        return record(
            case, Action.DECIDE_EXTENSION, now, values, {}, {"by": actor.id, "granted": False, "answer": answer}
        )
    moved = tuple(
        clock.extended_by(asked.days, now, rules.calendar) if clock.running and clock.name in _EXTENDED else clock
        for clock in case.clocks
    )
    return record(
        case, Action.DECIDE_EXTENSION, now, {**values, "clocks": moved},
        {"granted": True, "days": asked.days, "reason": asked.reason}, {"by": actor.id, "answer": answer},
        ("case_extended",),
    )  # fmt: skip
