"""Due times planned anew when the holidays of a year are published. Source: CLOCKS.md, "Calendar"."""

from datetime import datetime

from petition.domain import clocks
from petition.domain.case import Case
from petition.domain.change import HANDLING, INSTRUCTION, OVERALL, PROMISE, Change, Rules, beside, record
from petition.domain.clocks import Clock

KIND = "replan_clocks"


def is_provisional(case: Case) -> bool:
    """Whether a running limit of the case rests on a year whose holidays were not published."""
    return any(map(_waits_for_holidays, case.clocks))


def replan(case: Case, now: datetime, rules: Rules) -> Change | None:
    """The case with the limits that rested on such a year as the calendar has them now; None when nothing changes.

    What was due at first stays beside it. Promises and instructions keep the day that was named, and wall time knows no
    holidays.
    """
    planned = tuple(_planned(case, one, now, rules) if _waits_for_holidays(one) else one for one in case.clocks)
    if planned == case.clocks:
        return None
    due = {
        after.name: after.due.isoformat() for before, after in zip(case.clocks, planned, strict=True) if after != before
    }
    return beside(case, record(case, KIND, now, {"clocks": planned}, {"due": due}, {}, ("case_replanned",)))


def _waits_for_holidays(clock: Clock) -> bool:
    return clock.running and clock.provisional and clock.name not in (PROMISE, INSTRUCTION)


def _planned(case: Case, clock: Clock, now: datetime, rules: Rules) -> Clock:
    fresh = clocks.start(clock.name, clock.limit, clock.started_at, rules.calendar)
    if clock.name in (OVERALL, HANDLING):
        fresh = _moved_again(case, fresh, rules)
    return clock.replanned(fresh, now)


def _moved_again(case: Case, clock: Clock, rules: Rules) -> Clock:
    """The clock moved by what the case waited in this round, and by the extension that was granted."""
    for waited in case.waits:
        if waited.since >= case.opened_at:
            clock = clock.moved_by(clocks.wait(waited.since, waited.until, rules.calendar), rules.calendar)
    extension = case.extension
    if extension and extension.granted and extension.decided_at:
        clock = clock.extended_by(extension.days, extension.decided_at, rules.calendar)
    return clock
