"""Working days of the district, and the instants at which limits end.

The State Council's holidays come in as a plain table. A year that the table does not hold yet is provisional: its
weekends and fixed-date holidays are known, its moved working days are not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """When a limit ends, in UTC. `provisional` when it rests on a year whose holidays are not published."""

    at: datetime
    provisional: bool = False


@dataclass(frozen=True)
class Calendar:
    """The working days of one time zone.

    `days_off` and `days_on` are the published exceptions to the week; `fixed_holidays` (month, day) hold in years
    that are not in `published_years`. A working day ends at `close`; intake is staffed from `opens` until `closes`.
    """

    zone: ZoneInfo
    days_off: frozenset[date]
    days_on: frozenset[date]
    published_years: frozenset[int]
    fixed_holidays: frozenset[tuple[int, int]]
    close: time
    opens: time
    closes: time

    def as_known_at(self, at: datetime) -> "Calendar":
        """The calendar while the holidays of the next year were not published yet."""
        year = at.astimezone(self.zone).year
        return replace(
            self,
            days_off=frozenset(day for day in self.days_off if day.year <= year),
            days_on=frozenset(day for day in self.days_on if day.year <= year),
            published_years=frozenset(one for one in self.published_years if one <= year),
        )

    def is_workday(self, day: date) -> bool:
        """Whether offices work on this day, as far as is known."""
        if day in self.days_on:
            return True
        if day in self.days_off or (self._unpublished(day) and (day.month, day.day) in self.fixed_holidays):
            return False
        return day.weekday() < 5

    def counted_day(self, at: datetime) -> date:
        """The working day that something done at this instant counts as done on."""
        local = at.astimezone(self.zone)
        if self.is_workday(local.date()) and local.time() < self.close:
            return local.date()
        return next(self._workdays_after(local.date()))

    def end_of_workdays(self, start: datetime, count: int) -> Due:
        """Close of business of the `count`-th working day after the day on which `start` counts."""
        day = self.counted_day(start)
        workdays = self._workdays_after(day)
        for _ in range(count):
            day = next(workdays)
        end = datetime.combine(day, self.close, self.zone).astimezone(UTC)
        return Due(end, self._touches_unpublished(start.astimezone(self.zone).date(), day))

    def close_of(self, day: date) -> Due:
        """Close of business of this day."""
        end = datetime.combine(day, self.close, self.zone).astimezone(UTC)
        return Due(end, self._unpublished(day))

    def workdays_between(self, start: datetime, end: datetime) -> int:
        """How many working days begin after the local day of `start` and not after that of `end`."""
        return self._workdays_within(start.astimezone(self.zone).date(), end)

    def workdays_waited(self, start: datetime, end: datetime) -> int:
        """The same from the day on which `start` counts: until a limit of n working days is over, n at the most."""
        return self._workdays_within(self.counted_day(start), end)

    def staffed_from(self, at: datetime) -> datetime:
        """The instant itself when intake is staffed then, else the next opening."""
        local = at.astimezone(self.zone)
        if self.opens <= local.time() < self.closes:
            return at
        day = local.date() + (_DAY if local.time() >= self.closes else timedelta())
        return datetime.combine(day, self.opens, self.zone).astimezone(UTC)

    def _workdays_within(self, first: date, end: datetime) -> int:
        last = end.astimezone(self.zone).date()
        return sum(self.is_workday(first + _DAY * n) for n in range(1, (last - first).days + 1))

    def _workdays_after(self, day: date) -> Iterator[date]:
        while True:
            day += _DAY
            if self.is_workday(day):
                yield day

    def _unpublished(self, day: date) -> bool:
        return day.year not in self.published_years

    def _touches_unpublished(self, first: date, last: date) -> bool:
        return any(year not in self.published_years for year in range(first.year, last.year + 1))
