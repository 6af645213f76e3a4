"""重新办理: another round with its own overall clock, asked for by the author or brought about by his bad rating.

Source: CLOCKS.md, "Reopening". The earlier round stays as it was. `reopen` raises `NotPermitted` or `WrongState` and
changes nothing then.
"""

from datetime import datetime
from typing import Any

from petition.domain import clocks
from petition.domain.case import Case, Ending, Hop, Rating, Round, State
from petition.domain.change import (
    AFTER_THE_END,
    FIRST_ANSWER,
    HANDLING,
    INTAKE,
    OVERALL,
    RATING,
    Change,
    Rules,
    record,
)
from petition.domain.clocks import Clock
from petition.domain.lifecycle import REOPENABLE, Action, Actor, permit
from petition.domain.refusals import WrongState

_KEPT = frozenset(AFTER_THE_END) - {RATING}


def until(case: Case, rules: Rules) -> datetime | None:
    """Until when the author may have a closed case handled again; None where he may not."""
    if case.ending not in REOPENABLE or case.ended_at is None or case.round >= rules.directory.clocks.rounds:
        return None
    return clocks.due(rules.directory.clocks.reopening, case.ended_at, rules.calendar).at


def reopen(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str) -> Change:
    """The author says what is not settled. The department that answered has it again; what intake asked is answered."""
    permit(case, Action.REOPEN, actor)
    latest = until(case, rules)
    if latest is None:
        raise WrongState("这件诉求不能再次重新办理，可以另行反映。")
    if now > latest:
        raise WrongState("申请重新办理的期限已过，可以另行反映。")
    unanswered = case.ending is Ending.UNANSWERED_QUESTION
    values = _answered(case, text, now, rules) if unanswered else _again(case, now, rules)
    number = case.round + 1
    return record(case, Action.REOPEN, now, values, {"round": number}, {"text": text}, ("case_reopened",))


def is_bad(rating: Rating, rules: Rules) -> bool:
    """Whether a rating brings a case back: not solved, or as little satisfied as the district says."""
    return not rating.solved or rating.satisfied <= rules.directory.clocks.rework.satisfied_at_most


def is_reworked(case: Case, rating: Rating, rules: Rules) -> bool:
    """Whether this rating brings this case back: so often as the district says, beyond which its author may ask."""
    return is_bad(rating, rules) and case.round <= rules.directory.clocks.rework.rounds


def rework(case: Case, rating: Rating, now: datetime, rules: Rules) -> dict[str, Any]:
    """What changes when a bad rating ends a round: the department has the case again, before the supervisor's eyes."""
    ended = {"ratings": (*case.ratings, rating), "ending": Ending.ANSWERED_RATED, "ended_at": now}
    return {**_again(case.model_copy(update=ended), now, rules), "supervised": True}


def _again(case: Case, now: datetime, rules: Rules) -> dict[str, Any]:
    """The department that answered has the case, from now."""
    assert case.department is not None
    limits = rules.directory.urgencies[case.urgency or ""]
    running = (
        clocks.start(FIRST_ANSWER, rules.directory.clocks.first_answer, now, rules.calendar),
        clocks.start(OVERALL, limits.overall, now, rules.calendar),
        clocks.start(HANDLING, limits.handling, now, rules.calendar),
    )
    left = case.hops[-1].model_copy(update={"until": now})
    again = Hop(department=case.department, co_departments=(), since=now, ruled=left.ruled)
    return {
        **_next_round(case, now, running),
        "state": State.DISPATCHED,
        "hops": (*case.hops[:-1], left, again),
        "co_departments": (),
    }


def _answered(case: Case, text: str, now: datetime, rules: Rules) -> dict[str, Any]:
    """Intake has the case with the answer that it waited for."""
    running = (
        clocks.start(FIRST_ANSWER, rules.directory.clocks.first_answer, now, rules.calendar),
        clocks.start(INTAKE, rules.directory.clocks.intake, rules.calendar.staffed_from(now), rules.calendar),
    )
    answer = case.questions[-1].model_copy(update={"answer": text, "answered_at": now})
    return {
        **_next_round(case, now, running),
        "state": State.SUBMITTED,
        "questions": (*case.questions[:-1], answer),
    }


def _next_round(case: Case, now: datetime, running: tuple[Clock, ...]) -> dict[str, Any]:
    assert case.ending is not None and case.ended_at is not None
    over = Round(
        number=case.round,
        started_at=case.opened_at,
        ended_at=case.ended_at,
        ending=case.ending,
        department=case.department,
        reply=case.reply,
        ratings=case.ratings,
    )
    stopped = tuple(clock if clock.name in _KEPT else clock.stopped(now) for clock in case.clocks)
    return {
        "round": case.round + 1,
        "round_started_at": now,
        "rounds": (*case.rounds, over),
        "supervised": False,
        "reply": None,
        "correction": None,
        "ratings": (),
        "extension": None,
        "ending": None,
        "ended_at": None,
        "clocks": (*stopped, *running),
    }
