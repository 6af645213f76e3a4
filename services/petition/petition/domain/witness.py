"""What the history of a case says of its figures, whatever the case's own fields say: one is held against the other.

The first answer, returns, ratings, cards, rounds and the ending are told by public entries; of what these are told by,
nothing is ever taken out. What the history does not tell, as of cases that came by import, is not there.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from petition.domain.case import Ending
from petition.domain.change import INTAKE
from petition.domain.figures import OPEN, Facts
from petition.domain.history import Entry
from petition.domain.importing import IMPORT


@dataclass
class _Course:
    """How far the case has come, entry by entry."""

    imported: bool = False
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
    filed_at: datetime | None = None
    first_answer: int | None = None

    def answer(self, entry: Entry) -> None:
        """The first one counts, in seconds from the filing; a round that began later has an answer of its own."""
        if self.first_answer is None and self.rounds == 1 and self.filed_at is not None:
            self.first_answer = int((entry.at - self.filed_at).total_seconds())

    def begin_round(self, ending: str | None) -> None:
        self.rounds += 1
        self.last_ending, self.ending = ending, None


def contradictions(row: Facts, entries: Iterable[Entry]) -> dict[str, Any]:
    """The facts of the row that the history tells otherwise, as it tells them."""
    return {name: value for name, value in told(entries).items() if getattr(row, name) != value}


def told(entries: Iterable[Entry]) -> dict[str, Any]:
    """The facts that follow from the history alone, by the names that `Facts` has for them."""
    course = _Course()
    for entry in entries:
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
        facts |= {"solved": course.solved, "marks": course.marks, "first_answer": course.first_answer}
    if course.dispatched or not course.imported:
        facts["department"] = course.replied or course.department or INTAKE
    return facts


def _value(entry: Entry, name: str) -> Any:
    return entry.fields[name].value if name in entry.fields else None


def _submit(course: _Course, entry: Entry) -> None:
    course.filed_at = entry.at


def _tell(course: _Course, entry: Entry) -> None:
    """A public note or contact of the department in charge is an answer."""
    unit = entry.fields.get("unit")
    if unit is not None and unit.public and unit.value == course.department:
        course.answer(entry)


def _dispatch(course: _Course, entry: Entry) -> None:
    course.department, course.dispatched = _value(entry, "department"), True


def _return(course: _Course, entry: Entry) -> None:
    course.department = None
    course.returns += 1


def _rule(course: _Course, entry: Entry) -> None:
    """A supervisor may leave the case where it is."""
    department = _value(entry, "department")
    course.returns += department != course.department
    course.department = department


def _publish(course: _Course, entry: Entry) -> None:
    course.replied = _value(entry, "department")
    course.answer(entry)


def _rate(course: _Course, entry: Entry) -> None:
    course.solved, course.marks = _value(entry, "solved"), _value(entry, "satisfied")
    if "round" in entry.fields:
        course.begin_round(Ending.ANSWERED_RATED)


def _reopen(course: _Course, entry: Entry) -> None:
    course.begin_round(course.ending)


def _resume(course: _Course, entry: Entry) -> None:
    course.ending = None


def _decide_appeal(course: _Course, entry: Entry) -> None:
    if _value(entry, "granted"):
        course.ending = None


def _yellow(course: _Course, entry: Entry) -> None:
    course.yellow += 1


def _red(course: _Course, entry: Entry) -> None:
    course.red += 1


def _inspect(course: _Course, entry: Entry) -> None:
    course.yellow += "card" in entry.fields


def _import(course: _Course, entry: Entry) -> None:
    course.imported = True


_STEPS: Mapping[str, Callable[[_Course, Entry], None]] = {
    "submit": _submit, "dispatch": _dispatch, "return": _return, "rule_dispatch": _rule, "publish": _publish,
    "note": _tell, "log_contact": _tell, "refuse": _Course.answer, "elsewhere": _Course.answer,
    "rate": _rate, "reopen": _reopen, "unmerge": _resume, "decide_appeal": _decide_appeal, "yellow_card": _yellow,
    "red_card": _red, "inspect": _inspect, IMPORT: _import,
}  # fmt: skip
