"""What waits at the desk, as a query: the same one finds a queue's pages and counts it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pymongo import ASCENDING, DESCENDING

from kit.mongo import Document
from kit.paging import Order
from petition.domain.case import Level

SOONEST = (("by_due", ASCENDING), ("_id", ASCENDING))
LONGEST = (("by_requested", ASCENDING), ("_id", ASCENDING))
FIRST_REPORTED = (("by_reported", ASCENDING), ("_id", ASCENDING))
LAST_COVERED = (("by_covered", DESCENDING), ("_id", DESCENDING))
WORST = (("by_alarm", ASCENDING), ("_id", ASCENDING))
FILTERED = (("by_town", ASCENDING), ("by_category", ASCENDING), ("handler", ASCENDING))
"""What queues are filtered by: read off the index, behind what they are sorted by."""


ALARMS = {Level.RED: 0, Level.YELLOW: 1, Level.REWORK: 2, Level.REMINDER: 3}
"""How the levels of the watch list are sorted."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Waiting:
    """A queue: what is in it, by which index it is found, and what comes first."""

    query: Document
    hint: str
    order: Order


def at_work(queues: Sequence[str], departments: Sequence[str] | None, filters: Mapping[str, str]) -> Waiting:
    """What the offices work on, what is due next first; of some departments, or of all when None.

    `filters` are by the fields of `FILTERED`.
    """
    query: Document = {"by_queue": {"$in": list(queues)}, **filters}
    if departments is None:
        return Waiting(query, "work", SOONEST)
    return Waiting({**query, "by_departments": {"$in": list(departments)}}, "department_work", SOONEST)


def requested(kinds: Sequence[str]) -> Waiting:
    """The cases about which somebody wants something decided, who has waited longest first."""
    return Waiting({"by_requests": {"$in": list(kinds)}}, "requests", LONGEST)


def watched() -> Waiting:
    """The cases whose clocks run out or have run out, the worst first, and of these the longest."""
    return Waiting({"by_alarm": {"$gte": ""}}, "watched", WORST)


def alarmed(level: Level) -> Waiting:
    """Those of them that have come to this level."""
    place = ALARMS[level]
    return Waiting({"by_alarm": {"$gte": str(place), "$lt": str(place + 1)}}, "watched", WORST)


def owed(departments: Sequence[str]) -> Waiting:
    """The cases on which these departments owe an answer to the one in charge, due next first."""
    return Waiting({"by_tasks": {"$in": list(departments)}}, "tasks", SOONEST)


def promised(departments: Sequence[str]) -> Waiting:
    """The cases in which these departments have promised what is not reported on, due next first."""
    return Waiting({"by_promises": {"$in": list(departments)}}, "promises", SOONEST)


def reported() -> Waiting:
    """The cases that were brought to the leaders' board and that no leader has looked at, the first ones first."""
    return Waiting({"by_reported": {"$gte": _LONG_AGO}}, "reported", FIRST_REPORTED)


def instructed(units: Sequence[str]) -> Waiting:
    """The cases on which these offices owe a leader an answer, due next first."""
    return Waiting({"by_instructed": {"$in": list(units)}}, "instructed", SOONEST)


def covered() -> Waiting:
    """The open cases that published reports are about, the latest report first."""
    return Waiting({"by_covered": {"$gte": _LONG_AGO}}, "covered", LAST_COVERED)


def pressed(units: Sequence[str]) -> Waiting:
    """The cases on which these offices owe the newsroom an answer, due next first."""
    return Waiting({"by_press": {"$in": list(units)}}, "press", SOONEST)
