"""督办落实: what the offices' clocks bring about by themselves: reminders, a yellow and a red card, the weekly word.

Source: CLOCKS.md, "Escalation". A stage falls at an instant that the clock alone decides, and on whoever had the case
then, however late it is recorded. Each stage of a clock falls once.
"""

from collections.abc import Iterator
from datetime import datetime
from itertools import count, takewhile
from typing import Any, NamedTuple

from petition.domain import clocks
from petition.domain.case import Case, Escalation, Level, State
from petition.domain.change import DISPATCH, FIRST_ANSWER, INTAKE, Change, Rules, Told, beside, record
from petition.domain.clocks import Clock

_ORDER = (Level.REMINDER, Level.YELLOW, Level.RED, Level.WEEKLY)
_WORSE = (Level.REMINDER, Level.REWORK, Level.YELLOW, Level.RED)
_KINDS = {
    Level.REMINDER: "remind",
    Level.YELLOW: "yellow_card",
    Level.RED: "red_card",
    Level.WEEKLY: "report_to_leader",
}
CARDS = (Level.YELLOW, Level.RED)


class Stage(NamedTuple):
    """A stage of a clock: `number` is the per cent of a reminder, the week of a weekly word, else 0."""

    level: Level
    number: int
    at: datetime


class Alarm(NamedTuple):
    """How far a case has come, and since when: what a supervisor's watch list is sorted by."""

    level: Level
    since: datetime


def next_at(case: Case, rules: Rules) -> datetime | None:
    """When the next stage of the case falls, or fell without being recorded; None when none will as things stand."""
    firsts = [next(_to_come(case, clock, rules), None) for clock in _escalated(case, rules)]
    return min((stage.at for stage in firsts if stage), default=None)


def fall(case: Case, now: datetime, rules: Rules) -> Change | None:
    """All that has fallen until now, recorded; None when nothing has.

    A reminder that a card has overtaken and a week that another has followed are passed over: after an outage nobody
    is told what no longer matters.
    """
    fallen = [
        (clock, stage) for clock in _escalated(case, rules) for stage in _worth_telling(_due(case, clock, now, rules))
    ]
    change = Change(case, ())
    for clock, stage in sorted(fallen, key=lambda one: one[1].at):
        if _rank(stage) > _last(change.case, clock):  # a case taken up again has a second clock that counts from filing
            change = _recorded(change, clock, stage, now)
    return beside(case, change) if fallen else None


def told_of_card(card: Escalation, number: int) -> dict[str, Any]:
    """What the event of a card tells beside the case; `number` counts the cards of the case."""
    return {"card": number, "level": card.level, "clock": card.clock, "unit": card.unit}


def alarm(case: Case, rules: Rules) -> Alarm | None:
    """The worst that still matters: a stage of a running clock, a card without an answer, a bad rating's rework."""
    running = [clock for clock in case.clocks if clock.running]
    early = {(Level.REMINDER, percent) for percent in rules.directory.clocks.escalation.reminders[:-1]}
    standing = [
        one
        for one in case.escalations
        if (one.is_card and one.answer is None)
        or ((one.level, one.number) not in early and any(_is_of(one, clock) for clock in running))
    ]
    alarms = [Alarm(_watched(one.level), one.fell_at) for one in standing]
    if case.supervised and case.state not in (State.ANSWERED, State.CLOSED):
        alarms.append(Alarm(Level.REWORK, case.opened_at))
    worst = max((one.level for one in alarms), key=_WORSE.index, default=None)
    return min((one for one in alarms if one.level is worst), key=lambda one: one.since, default=None)


def _watched(level: Level) -> Level:
    return Level.RED if level is Level.WEEKLY else level


def _escalated(case: Case, rules: Rules) -> list[Clock]:
    """The clocks that escalate: none while the case waits for its author, which is not held against a first answer.

    Nor does anything fall on what was over before it was imported.
    """
    if case.state is State.QUESTIONED or case.imported:
        return []
    names = rules.directory.clocks.escalation.clocks
    return [
        without_waits(case, clock, rules) if clock.name == FIRST_ANSWER else clock
        for clock in case.clocks
        if clock.name in names
    ]


def without_waits(case: Case, clock: Clock, rules: Rules) -> Clock:
    """The clock with its due time moved by all that the case has waited for its author while it ran."""
    for waited in case.waits:
        if waited.since >= clock.started_at and (clock.stopped_at is None or waited.since < clock.stopped_at):
            clock = clock.moved_by(waited, rules.calendar)
    return clock


def _stages(clock: Clock, rules: Rules) -> Iterator[Stage]:
    """All stages of a clock, in order; they never end."""
    plan = rules.directory.clocks.escalation
    length = clock.due - clock.started_at
    for percent in plan.reminders:
        yield Stage(Level.REMINDER, percent, clock.started_at + length * percent / 100)
    yield Stage(Level.YELLOW, 0, clock.due)
    red = clocks.after_due(clock, plan.red_after_workdays, plan.red_after_wall, rules.calendar)
    yield Stage(Level.RED, 0, red)
    week = clocks.wall_time(plan.weekly)
    assert week is not None
    for number in count(1):
        yield Stage(Level.WEEKLY, number, red + week * number)


def _to_come(case: Case, clock: Clock, rules: Rules) -> Iterator[Stage]:
    """The stages after the last that was recorded. A clock that stopped late has its cards yet, and nothing else."""
    last = _last(case, clock)
    for stage in _stages(clock, rules):
        if clock.stopped_at is not None and (stage.at >= clock.stopped_at or stage.level is Level.WEEKLY):
            return
        if _rank(stage) > last and (clock.running or stage.level in CARDS):
            yield stage


def _due(case: Case, clock: Clock, now: datetime, rules: Rules) -> list[Stage]:
    return list(takewhile(lambda stage: stage.at <= now, _to_come(case, clock, rules)))


def _worth_telling(due: list[Stage]) -> list[Stage]:
    return [stage for stage in due if stage.level in CARDS or stage is due[-1]]


def _recorded(change: Change, clock: Clock, stage: Stage, now: datetime) -> Change:
    case = change.case
    one = Escalation(
        clock=clock.name,
        clock_started_at=clock.started_at,
        level=stage.level,
        number=stage.number,
        unit=_in_charge(case, clock, stage.at),
        fell_at=stage.at,
        at=now,
    )
    values = {"escalations": (*case.escalations, one)}
    fields: dict[str, Any] = {"clock": one.clock, "unit": one.unit, "fell_at": one.fell_at.isoformat()}
    if not one.is_card:
        fallen = record(case, _KINDS[stage.level], now, values, {}, fields)
        return Change(fallen.case, change.events)
    told = told_of_card(one, len(case.cards) + 1)
    fallen = record(case, _KINDS[stage.level], now, values, fields, {}, ("card_given",))
    given = tuple(Told(event.type, event.seq, told) for event in fallen.events)
    return Change(fallen.case, (*change.events, *given))


def _in_charge(case: Case, clock: Clock, at: datetime) -> str:
    """The department that had the case then, or intake."""
    if clock.name in (INTAKE, DISPATCH):
        return INTAKE
    had = [hop.department for hop in case.hops if hop.since <= at and (hop.until is None or at < hop.until)]
    return had[-1] if had else INTAKE


def _is_of(one: Escalation, clock: Clock) -> bool:
    return (one.clock, one.clock_started_at) == (clock.name, clock.started_at)


def _last(case: Case, clock: Clock) -> tuple[int, int]:
    """The rank of the last stage of the clock that was recorded."""
    return max((_rank(one) for one in case.escalations if _is_of(one, clock)), default=(-1, 0))


def _rank(one: Stage | Escalation) -> tuple[int, int]:
    """By which the stages of a clock follow each other, whatever their instants are."""
    return _ORDER.index(one.level), one.number
