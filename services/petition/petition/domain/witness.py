"""What the history of a case says of its figures, whatever the case's own fields say: one is held against the other.

When the case was filed and for what, the first answer, returns, ratings, cards, rounds and the ending are told by
public entries; of what these are told by, nothing is ever taken out. Whether a limit was kept follows from the clocks
as the history tells of them (`clockwork`). Whether everyone may read it was said at the filing, and holds from the
acceptance on. What the history does not tell, as of cases that came by import or were filed before it told of limits,
is not there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from petition.domain.case import Ending, Visibility
from petition.domain.change import FIRST_ANSWER, INTAKE, OVERALL, Rules
from petition.domain.clockwork import Clockwork
from petition.domain.district import Definitions
from petition.domain.figures import OPEN, Facts, kept
from petition.domain.history import Entry
from petition.domain.importing import IMPORT


@dataclass
class _Course:
    """How far the case has come, entry by entry."""

    clockwork: Clockwork
    zone: tzinfo
    filed: Entry | None = None
    imported: bool = False
    accepted: bool = False
    visibility: str | None = None
    let_through: bool = False
    department: str | None = None
    replied: str | None = None
    dispatched: bool = False
    ending: str | None = None
    last_ending: str | None = None
    rounds: int = 1
    returns: int = 0
    yellow: int = 0
    red: int = 0
    solved: bool | None = None
    marks: int | None = None
    answered_at: datetime | None = None

    def answer(self, entry: Entry) -> None:
        """The first one counts; a round that began later has an answer of its own."""
        if self.answered_at is None and self.rounds == 1:
            self.answered_at = entry.at

    def begin_round(self, ending: str | None) -> None:
        self.rounds += 1
        self.last_ending, self.ending = ending, None


def contradictions(
    row: Facts, entries: Iterable[Entry], definitions: Definitions, now: datetime, rules: Rules
) -> dict[str, Any]:
    """The facts of the row that the history tells otherwise, as it tells them."""
    found = told(entries, definitions, now, rules)
    return {name: value for name, value in found.items() if getattr(row, name) != value}


def told(entries: Iterable[Entry], definitions: Definitions, now: datetime, rules: Rules) -> dict[str, Any]:
    """The facts that follow from the history alone as of now, by the names that `Facts` has for them."""
    course = _Course(Clockwork(rules.calendar), rules.calendar.zone)
    for entry in entries:
        course.clockwork.read(entry)
        if step := _STEPS.get(entry.kind):
            step(course, entry)
        if "ending" in entry.fields:
            course.ending = entry.fields["ending"].value
    facts: dict[str, Any] = {
        "ending": course.ending or course.last_ending or OPEN,
        "reopened": course.rounds > 1,
        "returns": course.returns,
        "yellow_cards": course.yellow,
        "red_cards": course.red,
    }
    if not course.imported:
        facts |= {"solved": course.solved, "marks": course.marks}
        facts |= _filing(course) | _first_answer(course, definitions, now) | _overall(course, now)
    if course.visibility:
        facts["public"] = course.let_through and course.visibility != Visibility.PRIVATE
    if course.dispatched or not course.imported:
        facts["department"] = course.replied or course.department or INTAKE
    return facts


def _filing(course: _Course) -> dict[str, Any]:
    if course.filed is None:
        return {}
    day = course.filed.at.astimezone(course.zone).date().isoformat()
    return {"month": day[:7], "day": day, "town": course.filed.value("town"),
            "category": course.filed.value("category")}  # fmt: skip


def _first_answer(course: _Course, definitions: Definitions, now: datetime) -> dict[str, Any]:
    if course.filed is None:
        return {}
    filed, answered = course.filed.at, course.answered_at
    runs, within = course.ending is None, filed + timedelta(hours=definitions.reply_hours)
    facts: dict[str, Any] = {
        "first_answer": int((answered - filed).total_seconds()) if answered else None,
        "replied_in_hours": kept(answered, within, now, runs=runs),
    }
    if first := course.clockwork.last(FIRST_ANSWER, filed):
        due = course.clockwork.waited(first).due
        facts["response"] = kept(answered, due, now, runs=runs and not course.clockwork.asks)
        facts["response_original"] = kept(answered, first.original_due, now, runs=runs)
    return facts


def _overall(course: _Course, now: datetime) -> dict[str, Any]:
    overall = course.clockwork.last(OVERALL, course.filed.at) if course.filed else None
    if overall is None:
        return {} if course.accepted else {"on_time": None, "on_time_original": None}
    done, runs = overall.stopped_at, overall.running
    return {
        "on_time": kept(done, overall.due, now, runs=runs and not course.clockwork.asks),
        "on_time_original": kept(done, overall.original_due, now, runs=runs),
    }


def _submit(course: _Course, entry: Entry) -> None:
    course.filed, course.visibility = entry, entry.value("visibility")


def _accept(course: _Course, entry: Entry) -> None:
    course.let_through = True
    course.accepted |= course.rounds == 1


def _tell(course: _Course, entry: Entry) -> None:
    """A public note or contact of the department in charge is an answer."""
    unit = entry.fields.get("unit")
    if unit is not None and unit.public and unit.value == course.department:
        course.answer(entry)


def _dispatch(course: _Course, entry: Entry) -> None:
    course.department, course.dispatched = entry.value("department"), True


def _return(course: _Course, entry: Entry) -> None:
    course.department = None
    course.returns += 1


def _rule(course: _Course, entry: Entry) -> None:
    """A supervisor may leave the case where it is."""
    department = entry.value("department")
    course.returns += department != course.department
    course.department = department


def _publish(course: _Course, entry: Entry) -> None:
    course.replied = entry.value("department")
    course.answer(entry)


def _rate(course: _Course, entry: Entry) -> None:
    course.solved, course.marks = entry.value("solved"), entry.value("satisfied")
    if "round" in entry.fields:
        course.begin_round(Ending.ANSWERED_RATED)


def _reopen(course: _Course, entry: Entry) -> None:
    course.begin_round(course.ending)


def _resume(course: _Course, entry: Entry) -> None:
    """What was merged goes on."""
    course.ending = None


def _decide_appeal(course: _Course, entry: Entry) -> None:
    if entry.value("granted"):
        course.ending = None


def _yellow(course: _Course, entry: Entry) -> None:
    course.yellow += 1


def _red(course: _Course, entry: Entry) -> None:
    course.red += 1


def _inspect(course: _Course, entry: Entry) -> None:
    course.yellow += "card" in entry.fields


def _import(course: _Course, entry: Entry) -> None:
    course.imported = course.let_through = True
    course.visibility = course.visibility or entry.value("visibility")


_STEPS: Mapping[str, Callable[[_Course, Entry], None]] = {
    "submit": _submit, "accept": _accept, "dispatch": _dispatch, "return": _return,
    "rule_dispatch": _rule, "publish": _publish,
    "note": _tell, "log_contact": _tell, "refuse": _Course.answer, "elsewhere": _Course.answer,
    "rate": _rate, "reopen": _reopen, "unmerge": _resume, "decide_appeal": _decide_appeal, "yellow_card": _yellow,
    "red_card": _red, "inspect": _inspect, IMPORT: _import,
}  # fmt: skip
