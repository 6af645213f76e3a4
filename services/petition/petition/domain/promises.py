"""承诺: what a reply says will be done by a day comes back to the department then, and what became of it is published.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from petition.domain.case import Case, Pledge, Promise, PromiseReport, Reply
from petition.domain.change import PROMISE, Change, Rules, record
from petition.domain.clocks import Clock
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue

_LONGEST = timedelta(days=3 * 366)
_APART = timedelta(milliseconds=1)  # a clock is told by its name and start; the database keeps milliseconds


class Given(NamedTuple):
    """A promise as the draft of a reply has it."""

    text: str
    day: date


def pledged(given: Sequence[Given], now: datetime, rules: Rules) -> tuple[Pledge, ...]:
    """The pledges of a draft. Raises `BadValue` for a day that is over or further than anyone can see."""
    pledges = tuple(Pledge(text=one.text, due=rules.calendar.close_of(one.day).at) for one in given)
    if any(not now < one.due < now + _LONGEST for one in pledges):
        raise BadValue("promises", "承诺的日期应在今天之后、三年以内")
    return pledges


def made(reply: Reply, now: datetime) -> tuple[Promise, ...]:
    """The promises that the published reply makes, each beginning at an instant of its own."""
    return tuple(
        Promise(text=one.text, due=one.due, made_at=now + _APART * number, department=reply.department)
        for number, one in enumerate(reply.pledges)
    )


def clock_of(promise: Promise) -> Clock:
    """Its clock, which the promise itself set: until its day, as wall time."""
    minutes = max(int((promise.due - promise.made_at) / timedelta(minutes=1)), 1)
    return Clock(
        name=PROMISE,
        limit=f"PT{minutes}M",
        started_at=promise.made_at,
        original_due=promise.due,
        due=promise.due,
    )


def report(case: Case, actor: Actor, now: datetime, rules: Rules, *, promise: int, kept: bool, text: str) -> Change:
    """The department says what became of a promise, once; everyone reads it. `promise` counts from 1."""
    target = permit(case, Action.REPORT_PROMISE, actor)
    chosen = case.promises[promise - 1] if 1 <= promise <= len(case.promises) else None
    if chosen is None or chosen.report is not None or chosen.department not in actor.departments:
        raise BadValue("promise", "请选择本部门待反馈的承诺")
    told = chosen.model_copy(update={"report": PromiseReport(kept=kept, text=text, by=actor.id, at=now)})
    values = {
        "state": target,
        "promises": tuple(told if one is chosen else one for one in case.promises),
        "clocks": tuple(clock.stopped(now) if _is_of(clock, chosen) else clock for clock in case.clocks),
    }
    public = {"promise": promise, "kept": kept, "text": text}
    return record(case, Action.REPORT_PROMISE, now, values, public, {"by": actor.id}, ("case_promise_reported",))


def _is_of(clock: Clock, promise: Promise) -> bool:
    return clock.name == PROMISE and clock.started_at == promise.made_at
