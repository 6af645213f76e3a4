"""The district's data that petitions work by: each class is the schema of one file in `district/`.

`district.yml`, `towns.yml` and `departments.yml` are read by other services too.
"""

import re
from collections.abc import Sequence
from datetime import date, time
from itertools import pairwise
from typing import Annotated, Literal, Self, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from petition.domain.case import Ending, Finding, Level, State
from petition.domain.clocks import Limit, wall_time
from petition.domain.masking import Kind

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Latitude = Annotated[float, Field(ge=-90, le=90)]


class Row(BaseModel):
    """A row of a data file. A misspelt field must not be lost silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Row):
    """A row that states something about the real world: from where, seen when, and whether a person checked it."""

    source: str
    checked_on: date
    verified: bool


class Point(Row):
    """A place in WGS-84."""

    lon: Longitude
    lat: Latitude


class Box(Row):
    """What counts as inside the district, in WGS-84."""

    west: Longitude
    south: Latitude
    east: Longitude
    north: Latitude

    def holds(self, point: Point) -> bool:
        """Whether the point lies inside."""
        return self.west <= point.lon <= self.east and self.south <= point.lat <= self.north


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError):
        raise ValueError(f"not a time zone: {name}") from None


class District(Fact):
    """district.yml."""

    name: Name
    code: Annotated[str, StringConstraints(pattern=r"^\d{6}$")]
    number_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}$")]
    timezone: Annotated[str, AfterValidator(_known_zone)]
    bbox: Box


class Town(Fact):
    """A town or street (属地)."""

    code: Annotated[str, StringConstraints(pattern=r"^\d{9}$")]
    name: Name
    kind: Name
    centre: Point


class Department(Fact):
    """Who can be made responsible, with the topics it answers for."""

    code: Code
    name: Name
    short: Name
    topics: tuple[Name, ...]


class Subject(Row):
    """A leaf of the category tree, with what intake is proposed for it."""

    code: Code
    name: Name
    department: Code
    urgency: Code


class Category(Row):
    """A group of subjects."""

    code: Code
    name: Name
    items: tuple[Subject, ...] = Field(min_length=1)


class Urgency(Row):
    """A class of cases with its limits; `handling` is the overall limit less the approval's share."""

    code: Code
    name: Name
    overall: Limit
    handling: Limit
    dispatch: Limit


class StaffedHours(Row):
    opens: time
    closes: time


class EscalationRules(Row):
    """What happens while a clock of the offices runs, and after it has run out.

    `reminders` are per cents of a clock's length, from its start to its due time. Red follows yellow after a limit of
    the clock's own kind; from then on the leader is told every `weekly`.
    """

    clocks: tuple[Code, ...]
    reminders: tuple[Annotated[int, Field(ge=1, le=99)], ...]
    red_after_workdays: Limit
    red_after_wall: Limit
    weekly: Limit

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if list(self.reminders) != sorted(set(self.reminders)):
            raise ValueError("reminders must rise")
        if wall_time(self.weekly) is None or wall_time(self.red_after_wall) is None:
            raise ValueError("weekly and red_after_wall are wall time: P7D, PT24H")
        return self


class Rework(Row):
    """When a bad rating brings a case back: from how little satisfaction on, and after how many rounds."""

    satisfied_at_most: int = Field(ge=0, le=5)
    rounds: int = Field(ge=0)


class ClockRules(Row):
    """clocks.yml; what each number means is said where it is used."""

    close_of_business: time
    intake_hours: StaffedHours
    fixed_holidays: tuple[Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")], ...]
    classes: tuple[Urgency, ...] = Field(min_length=1)
    intake: Limit
    first_answer: Limit
    returning: Limit
    approval: Limit
    waiting_workdays: int = Field(ge=1)
    rating: Limit
    reopening: Limit
    rounds: int = Field(ge=1)
    rework: Rework
    follow_up: Limit
    follow_ups: int = Field(ge=0)
    appealing: Limit
    appeal_decision: Limit
    unmerging: Limit
    redaction: Limit
    cases_a_day: int = Field(ge=1)
    cases_a_day_of_a_device: int = Field(ge=1)
    escalation: EscalationRules


def _pattern(text: str) -> str:
    try:
        return re.compile(text).pattern
    except re.error as error:
        raise ValueError(f"not a regular expression: {text!r} ({error})") from None


Pattern = Annotated[str, AfterValidator(_pattern)]


class Shortest(Row):
    """The fewest letters and digits that each part of a reply should have."""

    facts: int = Field(ge=0)
    rule: int = Field(ge=0)
    done: int = Field(ge=0)
    next: int = Field(ge=0)


class ReplyRules(Row):
    """replies.yml: what a drafted reply is looked at for."""

    shortest: Shortest
    dates: tuple[Pattern, ...] = Field(min_length=1)
    commitments: tuple[Pattern, ...] = Field(min_length=1)
    contacts: tuple[Pattern, ...] = Field(min_length=1)
    alike: int = Field(ge=1, le=100)


TEMPLATE_NAMES = ("place", "town", "category", "department")
"""What a template may name of a case, as {place}."""


def _template(text: str) -> str:
    if unknown := set(re.findall(r"{(.*?)}", text)) - set(TEMPLATE_NAMES):
        raise ValueError(f"a template names {sorted(unknown)}, which is none of {', '.join(TEMPLATE_NAMES)}")
    return text


TemplateText = Annotated[str, StringConstraints(min_length=5, max_length=1000), AfterValidator(_template)]


class Template(Row):
    """A text from which a reply begins, in its four parts; without `categories` or `departments` it suits all."""

    code: Code
    name: Name
    hint: str = ""
    categories: tuple[Code, ...] = ()
    departments: tuple[Code, ...] = ()
    facts: TemplateText
    rule: TemplateText
    done: TemplateText
    next: TemplateText


class Templates(Fact):
    """reply_templates.yml."""

    templates: tuple[Template, ...] = Field(min_length=1, max_length=500)


class Reason(Row):
    """A reason for which intake refuses, with what the resident can do instead."""

    code: Code
    name: Name
    basis: str
    advice: str


class Place(Fact):
    """Where to turn with what the district cannot decide."""

    code: Code
    name: Name
    matters: str
    contact: str


class StateWording(Row):
    """What a state is called, and what happens next by whom; `{department}` stands for the one in charge."""

    name: Name
    what: str
    who: str


class Wording(Row):
    """wording.yml: what people read."""

    steps: dict[str, Name]
    states: dict[State, StateWording]
    endings: dict[str, Name]
    clocks: dict[str, Name]
    levels: dict[Level, Name]
    follow_up: StateWording
    intake_unit: Name
    masked: dict[Kind, Name]
    withheld: dict[Code, Name] = Field(min_length=1)
    findings: dict[Finding, Name]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if missing := set(State) - set(self.states):
            raise ValueError(f"states without wording: {sorted(missing)}")
        if nameless := set(Level) - set(self.levels):
            raise ValueError(f"levels of escalation without wording: {sorted(nameless)}")
        if unnamed := set(Kind) - set(self.masked):
            raise ValueError(f"kinds of masked words without wording: {sorted(unnamed)}")
        if unsaid := set(Finding) - set(self.findings):
            raise ValueError(f"findings of an inspection without wording: {sorted(unsaid)}")
        return self


RATES = (
    "response", "response_original", "replied_in_hours", "on_time", "on_time_original", "solved", "satisfied",
)  # fmt: skip
"""The rates that the code knows how to count."""
FIGURES = (
    "cases", "excluded", "corrected", "overdue", "returned", "reopened", "yellow_cards", "red_cards", "first_answer",
    "collect", "report", "handle", "supervise", "feedback", "median", "p90", "endings", "co_signers",
)  # fmt: skip
"""The figures beside the rates that need words: counts, times, and how a median and nine tenths are taken."""
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class FigureWords(Row):
    """What a figure is called, and what it says in plain words."""

    name: Name
    text: Annotated[str, StringConstraints(min_length=1, max_length=300)]


class RateRules(FigureWords):
    """Of a rate, also with which endings a case is in its denominator."""

    counts: tuple[Ending | Literal["open"], ...] = Field(min_length=1)


class Definitions(Fact):
    """One version of the figures' definitions, for cases filed from the month `from` on.

    `reply_hours` are wall hours from filing to the first answer; marks of `satisfied_from` and more (of 5) are
    satisfied; rates over fewer than `smallest_ranked` cases are not ranked.
    `figures` are the words of the figures beside the rates: they change no number.
    """

    version: int = Field(ge=1)
    since: Month = Field(alias="from")
    reply_hours: int = Field(ge=1, le=720)
    satisfied_from: int = Field(ge=1, le=5)
    smallest_ranked: int = Field(ge=1)
    rates: dict[str, RateRules]
    figures: dict[str, FigureWords] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _every_rate(self) -> Self:
        if set(self.rates) != set(RATES):
            raise ValueError(f"rates must be just these: {', '.join(RATES)}")
        return self


class ExclusionReason(Row):
    """Why a case may be taken out of the rates (剔除)."""

    code: Code
    name: Name
    text: str


class FigureRules(Row):
    """figures.yml."""

    closes_after_days: int = Field(ge=0)
    smallest_group: int = Field(ge=2)
    point_decimals: int = Field(ge=0, le=5)
    exclusion_reasons: tuple[ExclusionReason, ...] = Field(min_length=1)
    versions: tuple[Definitions, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for earlier, later in pairwise(self.versions):
            if earlier.since >= later.since or earlier.version >= later.version:
                raise ValueError("versions must rise, and their months too")
        if any(set(version.figures) != set(FIGURES) for version in self.versions):
            raise ValueError(f"figures must be just these: {', '.join(FIGURES)}")
        if len({reason.code for reason in self.exclusion_reasons}) != len(self.exclusion_reasons):
            raise ValueError("a reason is there twice")
        return self

    def worded(self, kept: Definitions, month: str) -> Definitions:
        """The definitions that a month keeps, with the words of their version."""
        own = (version for version in self.versions if version.version == kept.version)
        return kept.model_copy(update={"figures": next(own, self.of_month(month)).figures})

    def of_month(self, month: str) -> Definitions:
        """The definitions for the cases filed in a month; before the first version's month, the first."""
        held = [version for version in self.versions if version.since <= month]
        return held[-1] if held else self.versions[0]


class Towns(Row):
    """towns.yml."""

    towns: tuple[Town, ...] = Field(min_length=1)


class Departments(Row):
    """departments.yml."""

    departments: tuple[Department, ...] = Field(min_length=1)


class Categories(Row):
    """categories.yml."""

    categories: tuple[Category, ...] = Field(min_length=1)


class WordGroup(Row):
    """Words that bring a case to the leaders' board, and what they are about."""

    code: Annotated[str, StringConstraints(pattern=r"^words_[a-z0-9_]{1,34}$")]
    name: Name
    words: tuple[Annotated[str, StringConstraints(min_length=2, max_length=20)], ...] = Field(min_length=1)


class JoinedRules(Row):
    """From how many people on who have joined it a case is reported, and what that is called."""

    name: Name
    least: int = Field(ge=1)


class ClusterRules(Row):
    """From how many people on, of one town about one thing within so many days, their cases are reported together."""

    voices: int = Field(ge=2)
    days: int = Field(ge=1, le=366)


class LeaderRules(Row):
    """leaders.yml: what is brought to the leaders' board by itself, and until when an instruction may be due."""

    co_signs: JoinedRules
    cluster: ClusterRules
    words: tuple[WordGroup, ...]
    longest_days: int = Field(ge=1, le=1098)

    @model_validator(mode="after")
    def _different(self) -> Self:
        if len({group.code for group in self.words}) != len(self.words):
            raise ValueError("a group of words is there twice")
        return self


class Refusals(Row):
    """refusals.yml."""

    reasons: tuple[Reason, ...] = Field(min_length=1)
    places: tuple[Place, ...]


RowT = TypeVar("RowT", Town, Department, Subject, Urgency, Reason, Place, Template)


class Directory(Row):
    """All of it, looked up by code."""

    district: District
    towns: dict[str, Town]
    departments: dict[str, Department]
    categories: tuple[Category, ...]
    subjects: dict[str, Subject]
    clocks: ClockRules
    urgencies: dict[str, Urgency]
    reasons: dict[str, Reason]
    places: dict[str, Place]
    wording: Wording
    replies: ReplyRules
    templates: tuple[Template, ...]
    figures: FigureRules
    leaders: LeaderRules

    @model_validator(mode="after")
    def _joined(self) -> Self:
        groups = {group.code for group in self.categories}
        for one in self.templates:
            named = set(one.categories) - groups - set(self.subjects) | set(one.departments) - set(self.departments)
            if named:
                raise ValueError(f"template {one.code} names an unknown category or department: {sorted(named)}")
        for subject in self.subjects.values():
            if subject.department not in self.departments or subject.urgency not in self.urgencies:
                raise ValueError(f"category {subject.code} names an unknown department or urgency")
        return self


def directory(
    district: District,
    towns: Towns,
    departments: Departments,
    categories: Categories,
    clocks: ClockRules,
    refusals: Refusals,
    wording: Wording,
    replies: ReplyRules,
    templates: Templates,
    figures: FigureRules,
    leaders: LeaderRules,
) -> Directory:
    """The files joined. Raises ValueError when a code is used twice or names nothing."""
    subjects = [subject for category in categories.categories for subject in category.items]
    return Directory(
        district=district,
        towns=_by_code(towns.towns),
        departments=_by_code(departments.departments),
        categories=categories.categories,
        subjects=_by_code(subjects),
        clocks=clocks,
        urgencies=_by_code(clocks.classes),
        reasons=_by_code(refusals.reasons),
        places=_by_code(refusals.places),
        wording=wording,
        replies=replies,
        templates=tuple(_by_code(templates.templates).values()),
        figures=figures,
        leaders=leaders,
    )


def _by_code(rows: Sequence[RowT]) -> dict[str, RowT]:
    found = {row.code: row for row in rows}
    if len(found) != len(rows):
        raise ValueError("a code is used twice")
    return found
