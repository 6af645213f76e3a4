"""Limits and the clocks that run against them.

A limit is wall time (`PT2H`, `P15D`: runs day and night) or working days (`5 workdays`: due at close of business). An
overall clock starts with the filing; waiting for the resident moves its due time, as a named entry beside the
original, which stays.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from petition.domain.calendar import Calendar, Due

_WALL = re.compile(r"P(?=.)(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?)?")
_WORKDAYS = re.compile(r"(\d+) workdays?")

WAITED, EXTENDED, REPLANNED = "waited_for_resident", "extended", "replanned"
_JUST_BEFORE_CLOSE = timedelta(minutes=1)  # a limit in working days is due at the close, which counts as the next day


def wall_time(limit: str) -> timedelta | None:
    """The length of a wall-time limit, None for one in working days."""
    found = _WALL.fullmatch(limit)
    if not found:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    return timedelta(days=days, hours=hours, minutes=minutes)


def workdays(limit: str) -> int | None:
    """The length of a limit in working days, None for wall time."""
    found = _WORKDAYS.fullmatch(limit)
    return int(found[1]) if found else None


def _checked(limit: str) -> str:
    if not wall_time(limit) and not workdays(limit):
        raise ValueError(f"not a limit: {limit!r}; write PT2H, P15D or 5 workdays")
    return limit


Limit = Annotated[str, AfterValidator(_checked)]


def due(limit: str, start: datetime, calendar: Calendar) -> Due:
    """When a limit that starts at `start` ends."""
    length = wall_time(limit)
    if length is not None:
        return Due(start.astimezone(UTC) + length)
    count = workdays(limit)
    assert count is not None
    return calendar.end_of_workdays(start, count)


class Wait(BaseModel):
    """A time in which the case waited for its author. `used` working days count against what may be waited in all."""

    model_config = ConfigDict(frozen=True)

    since: datetime
    until: datetime
    moves_workdays: int
    used: int


def wait(since: datetime, until: datetime, calendar: Calendar) -> Wait:
    """The wait from a question to its answer, counted as its limit is: one in the evening counts as of the next day.

    Each begun wait uses at least one working day of the allowance.
    """
    days = calendar.workdays_waited(since, until)
    return Wait(since=since, until=until, moves_workdays=days, used=max(days, 1))


class Move(BaseModel):
    """One change of a due time: why, and from when to when."""

    model_config = ConfigDict(frozen=True)

    reason: str
    at: datetime
    before: datetime
    after: datetime


class Clock(BaseModel):
    """One limit that runs, or ran until `stopped_at`. `original_due` never changes; `due` is what counts now."""

    model_config = ConfigDict(frozen=True)

    name: str
    limit: Limit
    started_at: datetime
    original_due: datetime
    due: datetime
    provisional: bool = False
    moves: tuple[Move, ...] = ()
    stopped_at: datetime | None = None

    @property
    def running(self) -> bool:
        """Whether it still runs."""
        return self.stopped_at is None

    def kept(self, now: datetime) -> bool:
        """Whether it was stopped in time or can still be, by its moved due time."""
        return (self.stopped_at or now) <= self.due

    def stopped(self, now: datetime) -> "Clock":
        """The same clock, stopped now. A clock stops once."""
        return self if self.stopped_at else self.model_copy(update={"stopped_at": now})

    def moved_by(self, waited: Wait, calendar: Calendar) -> "Clock":
        """The same clock with the wait added to its due time: by working days, or by wall time for a wall limit."""
        return self._moved(WAITED, waited.until, self._after(waited, calendar))

    def extended_by(self, days: int, at: datetime, calendar: Calendar) -> "Clock":
        """The same clock, which is in working days, with so many more of them."""
        return self._moved(EXTENDED, at, calendar.end_of_workdays(self.due - _JUST_BEFORE_CLOSE, days))

    def replanned(self, planned: "Clock", at: datetime) -> "Clock":
        """The same clock, due when `planned` is: the same limit by a calendar that has been published since."""
        if planned.due == self.due:
            return self.model_copy(update={"provisional": planned.provisional})
        move = Move(reason=REPLANNED, at=at, before=self.due, after=planned.due)
        changed = {"due": planned.due, "moves": (*self.moves, move), "provisional": planned.provisional}
        return self.model_copy(update=changed)

    def _moved(self, reason: str, at: datetime, after: Due) -> "Clock":
        if after.at == self.due:
            return self
        move = Move(reason=reason, at=at, before=self.due, after=after.at)
        provisional = self.provisional or after.provisional
        return self.model_copy(update={"due": after.at, "moves": (*self.moves, move), "provisional": provisional})

    def _after(self, waited: Wait, calendar: Calendar) -> Due:
        if wall_time(self.limit) is not None:
            return Due(self.due + (waited.until - waited.since))
        if not waited.moves_workdays:
            return Due(self.due)
        return calendar.end_of_workdays(self.due - _JUST_BEFORE_CLOSE, waited.moves_workdays)


def after_due(clock: Clock, workday_limit: str, wall_limit: str, calendar: Calendar) -> datetime:
    """The due time of a clock and a limit of its own kind more: working days for working days, wall time for wall."""
    if wall_time(clock.limit) is not None:
        return due(wall_limit, clock.due, calendar).at
    return due(workday_limit, clock.due - _JUST_BEFORE_CLOSE, calendar).at


def start(name: str, limit: str, at: datetime, calendar: Calendar) -> Clock:
    """A clock that starts at `at`."""
    end = due(limit, at, calendar)
    return Clock(name=name, limit=limit, started_at=at, original_due=end.at, due=end.at, provisional=end.provisional)
