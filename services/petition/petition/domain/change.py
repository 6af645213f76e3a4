"""What a step on a case comes to: the changed case, its entry and events; and the clocks that steps work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from petition.domain import history
from petition.domain.calendar import Calendar
from petition.domain.case import Case, Ending, State
from petition.domain.clocks import Clock
from petition.domain.district import Directory
from petition.domain.refusals import WrongState

INTAKE, DISPATCH, FIRST_ANSWER, OVERALL = "intake", "dispatch", "first_answer", "overall"
HANDLING, APPROVAL, RETURNING = "handling", "approval", "returning"
QUESTION, RATING = "question", "rating"
APPEALING, UNMERGING = "appealing", "unmerging"
REDACTION, APPEAL_DECISION = "redaction", "appeal_decision"
FOLLOW_UP, PROMISE, INSTRUCTION, PRESS = "follow_up", "promise", "instruction", "press"
HIDING_DECISION = "hiding_decision"
INSPECTION = "inspection"
"""No clock that runs: what a card is given for that a supervisor gives at the place (督查)."""
AFTER_THE_END = (RATING, APPEALING, UNMERGING, REDACTION, PROMISE, INSTRUCTION, PRESS, HIDING_DECISION)
"""Clocks that an end leaves as they stand: what somebody may still do, and what the offices still owe."""
BEFORE_REPLY = frozenset((INTAKE, DISPATCH, FIRST_ANSWER, OVERALL, HANDLING, APPROVAL))
"""Duties that the published reply ends."""
TOLD_LIMITS = frozenset((INTAKE, DISPATCH, RETURNING, FIRST_ANSWER, OVERALL, HANDLING, FOLLOW_UP))
"""Clocks whose limit stands in the history where they begin, so that it tells for ever whether it was kept."""
DUTIES = BEFORE_REPLY | {FOLLOW_UP, PROMISE, INSTRUCTION, PRESS}
"""Clocks against which the offices work; the others limit a right of the resident or of a department."""


@dataclass(frozen=True)
class Rules:
    """What a step is judged by: the district's data and its calendar."""

    directory: Directory
    calendar: Calendar


@dataclass(frozen=True)
class Told:
    """An event that the change tells: its type and number within the case, and what it tells beside the case."""

    type: str
    seq: int
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Change:
    """A changed case with what is told of it."""

    case: Case
    events: tuple[Told, ...]


def next_due(case: Case) -> Clock | None:
    """The duty of the offices that ends first."""
    running = [clock for clock in case.clocks if clock.running and clock.name in DUTIES]
    return min(running, key=lambda clock: clock.due, default=None)


def expires_at(case: Case) -> datetime | None:
    """When a right of the resident ends, upon which the case closes by itself."""
    name = {State.QUESTIONED: QUESTION, State.ANSWERED: RATING}.get(case.state)
    clock = case.clock(name) if name else None
    return clock.due if clock and clock.running else None


def record(
    case: Case,
    kind: str,
    now: datetime,
    values: Mapping[str, Any],
    public: Mapping[str, Any],
    hidden: Mapping[str, Any],
    events: tuple[str, ...] = (),
) -> Change:
    """The case with `values`, one more entry in its history, and the events told of it.

    `public` and `hidden` are the entry's fields; hidden ones are published as commitments only. Which limits the step
    begins is public.
    """
    parent = case.history[-1] if case.history else history.genesis(case.no)
    entry = history.append(parent, str(kind), now, {**public, **_limits_begun(case, values)}, hidden)
    counted = {"version": case.version + 1, "told": case.told + len(events), "history": (*case.history, entry)}
    told = tuple(Told(f"petition.{name}.v1", case.told + n) for n, name in enumerate(events, start=1))
    return Change(case.model_copy(update={**values, **counted}), told)


def _limits_begun(case: Case, values: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """The limits of the clocks that these values add to the case's."""
    begun = values.get("clocks", ())[len(case.clocks) :]
    limits = {clock.name: clock.limit for clock in begun if clock.name in TOLD_LIMITS}
    return {"limits": limits} if limits else {}


def beside(before: Case, change: Change) -> Change:
    """The change as one that happens beside the steps of people: counted apart, so that nobody loses a step to it."""
    own = {"version": before.version, "ticks": before.ticks + 1}
    return Change(change.case.model_copy(update=own), change.events)


def close(
    case: Case,
    kind: str,
    now: datetime,
    ending: Ending,
    values: Mapping[str, Any],
    public: Mapping[str, Any],
    hidden: Mapping[str, Any],
    event: str,
) -> Change:
    """Ends the case. What may still be done afterwards keeps its window: a rating may be changed until it closes."""
    names = [clock.name for clock in case.clocks if clock.name not in AFTER_THE_END]
    end = {"state": State.CLOSED, "ending": ending, "ended_at": now, "clocks": stop(case, now, *names)}
    return record(case, kind, now, {**values, **end}, {**public, "ending": ending.value}, hidden, (event,))


def stop(case: Case, now: datetime, *names: str) -> tuple[Clock, ...]:
    """The case's clocks, those of these names stopped."""
    return tuple(clock.stopped(now) if clock.name in names else clock for clock in case.clocks)


def acting_unit(case: Case, departments: frozenset[str]) -> str:
    """Which of somebody's departments acts on the case: that in charge before those that help, else intake."""
    if case.department in departments:
        return case.department
    return min(departments & case.departments, default=INTAKE)


def check_expired(case: Case, name: str, now: datetime) -> None:
    """Raises `WrongState` unless the clock of this name ran until its end."""
    clock = case.clock(name)
    if clock is None or not clock.running or now <= clock.due:
        raise WrongState("期限未到。")
