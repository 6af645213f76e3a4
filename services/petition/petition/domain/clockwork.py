"""The limits of a case as its history alone tells them, round by round: what its own clocks are held against.

Filing, acceptance, dispatch, return, a question about the reply and every further round write down which limits they
begin. When these are due follows from the calendar; what moves, stops and resumes them, from the entries after. Limits
that began before the history told of them are not there.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from petition.domain import clocks
from petition.domain.calendar import Calendar
from petition.domain.case import Case
from petition.domain.change import (
    BEFORE_REPLY,
    DISPATCH,
    FIRST_ANSWER,
    FOLLOW_UP,
    HANDLING,
    INTAKE,
    OVERALL,
    RETURNING,
    TOLD_LIMITS,
)
from petition.domain.clocks import Clock, Wait
from petition.domain.history import Entry

_FROM_OPENING = (FIRST_ANSWER, OVERALL, HANDLING)
_EXTENDED = (OVERALL, HANDLING)
_ANEW = (INTAKE, DISPATCH)  # what intake has to do begins anew where a merged case goes on
_COMPARED = ("limit", "original_due", "due", "stopped_at")


class Contradiction(NamedTuple):
    """What a clock of a case has otherwise than its history tells; one that the case has not has nothing."""

    clock: str
    started_at: datetime
    field: str
    kept: Any
    told: Any


class Clockwork:
    """The clocks of a case and what it waited for its author, entry by entry.

    By the calendar as it is now or, without `hindsight`, as it was while the holidays of the year after an entry's own
    were not published yet.
    """

    def __init__(self, calendar: Calendar, *, hindsight: bool = True) -> None:
        self.clocks: list[Clock] = []
        self.waits: list[Wait] = []
        self._calendar, self._hindsight = calendar, hindsight
        self._opened_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._ended_at: datetime | None = None
        self._department: str | None = None

    def read(self, entry: Entry) -> None:
        """What the entry stops, moves and resumes, and then what it begins."""
        self._stop(entry, *_STOPS.get(entry.kind, ()))
        if step := _STEPS.get(entry.kind):
            step(self, entry)
        if "ending" in entry.fields:
            self._stop(entry, *TOLD_LIMITS)
            self._asked_at, self._ended_at = None, entry.at
        for name, limit in _limits(entry).items():
            self._begin(name, limit, entry)

    @property
    def asks(self) -> bool:
        """Whether its author is waited for."""
        return self._asked_at is not None

    def last(self, name: str, started_at: datetime) -> Clock | None:
        """The last clock of this name that counts from this instant."""
        own = [clock for clock in self.clocks if (clock.name, clock.started_at) == (name, started_at)]
        return own[-1] if own else None

    def waited(self, clock: Clock) -> Clock:
        """The clock moved by what the author was waited for while it ran."""
        for one in self.waits:
            if one.since >= clock.started_at and (clock.stopped_at is None or one.since < clock.stopped_at):
                clock = clock.moved_by(one, self._calendar)
        return clock

    def _begin(self, name: str, limit: str, entry: Entry) -> None:
        calendar = self._known(entry)
        if name not in _FROM_OPENING:
            at = calendar.staffed_from(entry.at) if name == INTAKE else entry.at
            self.clocks.append(clocks.start(name, limit, at, calendar))
        elif self._opened_at:  # else it may have waited by other rules
            clock = clocks.start(name, limit, self._opened_at, calendar)
            for one in self.waits:
                if one.since >= self._opened_at:
                    clock = clock.moved_by(one, calendar)
            self.clocks.append(clock)

    def _stop(self, entry: Entry, *names: str) -> None:
        self._change(lambda clock: clock.name in names, lambda clock: clock.stopped(entry.at))

    def _change(self, which: Callable[[Clock], bool], changed: Callable[[Clock], Clock]) -> None:
        self.clocks = [changed(clock) if which(clock) else clock for clock in self.clocks]

    def _known(self, entry: Entry) -> Calendar:
        return self._calendar if self._hindsight else self._calendar.as_known_at(entry.at)

    def _open(self, entry: Entry) -> None:
        """A round begins; one whose opening tells of no limits is left alone."""
        self._stop(entry, *TOLD_LIMITS)
        self._opened_at = entry.at if FIRST_ANSWER in _limits(entry) else None

    def _rate(self, entry: Entry) -> None:
        if "round" in entry.fields:
            self._open(entry)

    def _ask(self, entry: Entry) -> None:
        self._asked_at = entry.at

    def _answer(self, entry: Entry) -> None:
        if self._asked_at:
            self.waits.append(clocks.wait(self._asked_at, entry.at, self._known(entry)))
        self._asked_at = None

    def _give(self, entry: Entry) -> None:
        self._department = entry.value("department")

    def _take_back(self, entry: Entry) -> None:
        self._department = None

    def _tell(self, entry: Entry) -> None:
        """A public note or contact of the department in charge is an answer."""
        unit = entry.fields.get("unit")
        if unit is not None and unit.public and unit.value == self._department:
            self._stop(entry, FIRST_ANSWER)

    def _send_back(self, entry: Entry) -> None:
        """The handling of this round goes on against the same due time."""
        handling = self.last(HANDLING, self._opened_at) if self._opened_at else None
        self._change(lambda clock: clock is handling, _resumed)

    def _unmerge(self, entry: Entry) -> None:
        self._change(lambda clock: clock.stopped_at == self._ended_at and clock.name not in _ANEW, _resumed)

    def _extend(self, entry: Entry) -> None:
        if entry.value("granted"):
            days, calendar = entry.value("days"), self._known(entry)
            self._change(
                lambda clock: clock.running and clock.name in _EXTENDED,
                lambda clock: clock.extended_by(days, entry.at, calendar),
            )

    def _replan(self, entry: Entry) -> None:
        """The holidays of a year were published: the limits that rested on them are due when it says."""
        due = entry.value("due") or {}
        self._change(
            lambda clock: clock.running and clock.name in due,
            lambda clock: clock.model_copy(update={"due": datetime.fromisoformat(due[clock.name])}),
        )


def follow(entries: Iterable[Entry], calendar: Calendar, *, hindsight: bool = True) -> Clockwork:
    """The clocks as all these entries tell of them."""
    told = Clockwork(calendar, hindsight=hindsight)
    for entry in entries:
        told.read(entry)
    return told


def contradictions(case: Case, calendar: Calendar) -> list[Contradiction]:
    """What the clocks of the case have otherwise than its history tells.

    A limit into a year whose holidays are published now may have been planned before they were.
    """
    if not (found := _apart(case, calendar, hindsight=True)):
        return []
    then = {one[:3] for one in _apart(case, calendar, hindsight=False)}
    return [one for one in found if one[:3] in then]


def _apart(case: Case, calendar: Calendar, *, hindsight: bool) -> list[Contradiction]:
    told = follow(case.history, calendar, hindsight=hindsight)
    kept, found = _by_start(case.clocks), []
    for key, clock in _by_start(told.clocks).items():
        own = kept.get(key)
        found += [
            Contradiction(clock.name, clock.started_at, name, getattr(own, name, None), told_so)
            for name in _COMPARED
            if (told_so := getattr(clock, name)) != getattr(own, name, None)
        ]
    return found


def _by_start(found: Iterable[Clock]) -> dict[tuple[str, datetime, int], Clock]:
    """The clocks by name, start and how many such there were before: a case taken up again counts from filing again."""
    before: Counter[tuple[str, datetime]] = Counter()
    keyed = {}
    for clock in found:
        start = (clock.name, clock.started_at)
        keyed[*start, before[start]] = clock
        before[start] += 1
    return keyed


def _resumed(clock: Clock) -> Clock:
    return clock.model_copy(update={"stopped_at": None})


def _limits(entry: Entry) -> dict[str, str]:
    return entry.value("limits") or {}


_STOPS: Mapping[str, Iterable[str]] = {
    "ask": (INTAKE,), "accept": (INTAKE,), "dispatch": (DISPATCH,), "return": (RETURNING,),
    "rule_dispatch": (RETURNING,), "draft_reply": (HANDLING, RETURNING), "publish": BEFORE_REPLY,
    "answer_follow_up": (FOLLOW_UP,),
}  # fmt: skip
_STEPS: Mapping[str, Callable[[Clockwork, Entry], None]] = {
    "submit": Clockwork._open, "reopen": Clockwork._open, "rate": Clockwork._rate,
    "ask": Clockwork._ask, "answer": Clockwork._answer, "dispatch": Clockwork._give, "rule_dispatch": Clockwork._give,
    "return": Clockwork._take_back, "note": Clockwork._tell, "log_contact": Clockwork._tell,
    "send_back": Clockwork._send_back, "unmerge": Clockwork._unmerge, "decide_extension": Clockwork._extend,
    "replan_clocks": Clockwork._replan,
}  # fmt: skip
