"""How cases of a demonstration live: every step taken through the rules, at plausible times after the filing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from petition.demo import Row
from petition.domain import feedback, handling, intake
from petition.domain.case import Asked, Case
from petition.domain.change import Change, Rules
from petition.domain.lifecycle import TIMER, Actor

_CLERK = Actor("staff", "s_demo_clerk", frozenset({"clerk"}))
_RATING_ENDED = 16 * 24  # hours after the reply


@dataclass(frozen=True)
class Doing:
    """One step: how many hours after the filing, what is done by whom, and in which round."""

    hours: float
    step: Callable[..., Change]
    actor: Actor
    values: Mapping[str, Any] = field(default_factory=dict)
    round: int = 1


def lived(
    no: str,
    asked: Asked,
    row: Row,
    first: str,
    filed: datetime,
    rules: Rules,
    pace: float = 1,
    until: datetime | None = None,
) -> Iterator[tuple[datetime, Change]]:
    """Every step of the case with its time. `first` is the department whose demo staff bear the bare names of roles;

    `pace` stretches the hours between steps, `until` cuts the life off.
    """
    change = intake.submit(no, row.author, asked, filed, rules)
    yield filed, change
    for doing in (*_course(row, first, pace), *_second_round(row, first, pace)):
        at = filed + timedelta(hours=doing.hours)
        if (until is not None and at > until) or (doing.round > 1 and change.case.round == 1):
            return
        change = doing.step(change.case, doing.actor, at, rules, **doing.values)
        yield at, change


def _course(row: Row, first: str, pace: float) -> list[Doing]:
    author = Actor("resident", row.author)
    handler, approver = _staff("handler", row.department, first), _staff("approver", row.department, first)
    accept = Doing(0.5 * pace, intake.accept, _CLERK, {"urgency": row.urgency})
    if row.reaches in _SHORT_COURSES:
        return _short_course(row, author, accept, pace)
    receivers = {"department": row.department, "co_departments": row.co_departments}
    replied = 6.5 * pace
    course = [
        accept,
        Doing(1 * pace, handling.dispatch, _CLERK, receivers),
        Doing(5 * pace, handling.draft_reply, handler, row.reply),
        Doing(6 * pace, handling.approve, approver),
        Doing(replied, handling.publish, handler),
        Doing(replied + 2.5, feedback.rate, author, row.rating),
    ]
    if row.reaches == "returned":
        basis = {"basis": "示例：按职责分工，此事项由其他部门负责", "suggested_department": row.suggested_department}
        return [*course[:2], Doing(3 * pace, handling.send_to_intake, handler, basis)]
    if row.reaches == "unrated":
        course[5] = Doing(replied + _RATING_ENDED, _expire_rating, TIMER)
    return course[: _LENGTHS[row.reaches]]


def _second_round(row: Row, first: str, pace: float) -> list[Doing]:
    """What follows when a bad rating brought the case back."""
    if row.reaches != "rated" or not row.second_rating:
        return []
    handler, approver = _staff("handler", row.department, first), _staff("approver", row.department, first)
    began = 6.5 * pace + 2.5
    return [
        Doing(began + 5 * pace, handling.draft_reply, handler, row.reply, 2),
        Doing(began + 6 * pace, handling.approve, approver, {}, 2),
        Doing(began + 6.5 * pace, handling.publish, handler, {}, 2),
        Doing(began + 6.5 * pace + 2.5, feedback.rate, Actor("resident", row.author), row.second_rating, 2),
    ]


_SHORT_COURSES = ("submitted", "questioned", "accepted", "refused", "elsewhere", "withdrawn")
_LENGTHS = {"dispatched": 2, "in_review": 3, "approved": 4, "answered": 5, "rated": 6, "unrated": 6}


def _short_course(row: Row, author: Actor, accept: Doing, pace: float) -> list[Doing]:
    verdict = {"text": row.verdict}
    soon = 0.5 * pace
    return {
        "submitted": [],
        "questioned": [Doing(soon, intake.ask, _CLERK, {"text": row.question})],
        "accepted": [accept],
        "refused": [Doing(soon, intake.refuse, _CLERK, {"reason": row.reason, **verdict})],
        "elsewhere": [Doing(soon, intake.refer_elsewhere, _CLERK, {"where": row.where, **verdict})],
        "withdrawn": [accept, Doing(3 * pace, intake.withdraw, author, {"reason": row.withdrawal})],
    }[row.reaches]


def _expire_rating(case: Case, _: Actor, now: datetime, rules: Rules) -> Change:
    return feedback.expire_rating(case, now, rules)


def _staff(role: str, department: str, first: str) -> Actor:
    """As accounts names its demo people: those of the first department go by the bare name of their role."""
    suffix = "" if department == first else f"_{department}"
    return Actor("staff", f"s_demo_{role}{suffix}", frozenset({role}), frozenset({department}))
