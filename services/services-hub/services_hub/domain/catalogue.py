"""The catalogue of what people come to an office for. Each `…File` class is the schema of one file of the district."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
ShortName = Annotated[str, StringConstraints(max_length=8)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=500)]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Weekday = Annotated[int, Field(ge=1, le=7)]


class Row(BaseModel):
    """A row of a data file. A misspelt field must not be lost silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Row):
    """A row that states something about the real world: from where, seen when, and whether a person checked it."""

    source: Line
    checked_on: date
    verified: bool


class Material(Row):
    """Something to bring.

    `electronic`: the electronic licence counts as the original. `commitment`: a signed statement may stand for it
    (告知承诺), because the office can check it by itself.
    """

    name: Name
    note: Annotated[str, StringConstraints(max_length=200)] = ""
    electronic: bool = False
    commitment: bool = False


class TimeLimit(Row):
    """How long the office may take by law, and what it promises."""

    legal: Annotated[str, StringConstraints(max_length=200)] = ""
    promised: Annotated[str, StringConstraints(max_length=200)] = ""


class Question(Row):
    """A question often asked, and its answer."""

    question: Line
    answer: Line


class Section(Row):
    """A chapter of what else there is to know, such as the rules by which points are counted."""

    title: Name
    lines: tuple[Line, ...] = Field(min_length=1)


class Coming(Row):
    """What will be possible here, and where to go until then."""

    title: Name
    possible: tuple[Line, ...] = Field(min_length=1)
    until_then: tuple[Line, ...] = Field(min_length=1)


class Item(Fact):
    """An item of business (事项). `rank` is its place among the most used, from 1; most have none.

    `short_name`: what stands beside its sign on a phone; empty when `name` is short enough.
    """

    code: Code
    name: Name
    short_name: ShortName = ""
    life_events: tuple[Code, ...] = ()
    department: Code
    summary: Line
    where: Line
    online: Annotated[str, StringConstraints(max_length=500)] = ""
    channels: tuple[Code, ...] = Field(min_length=1)
    conditions: tuple[Line, ...] = Field(min_length=1)
    steps: tuple[Line, ...] = Field(min_length=1)
    materials: tuple[Material, ...] = ()
    time_limit: TimeLimit
    fee: Line
    legal_basis: tuple[Line, ...] = ()
    questions: tuple[Question, ...] = ()
    notes: tuple[Line, ...] = ()
    sections: tuple[Section, ...] = ()
    related: tuple[Code, ...] = ()
    keywords: tuple[Name, ...] = ()
    rank: int | None = Field(None, ge=1)
    coming: Coming | None = None


class ItemFile(Row):
    """hub/items/<area>.yml. `shared` holds what its rows refer to by YAML anchors."""

    area: Code
    shared: dict[str, Any] = {}
    items: tuple[Item, ...] = Field(min_length=1)


class Point(Row):
    """A place in WGS-84."""

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)


class Hours(Row):
    """Open on these days of the week (1 is Monday) from and to these times of day."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    opens: TimeOfDay
    closes: TimeOfDay


class Place(Fact):
    """A house that people go to."""

    id: Code
    name: Name
    town: Code
    address: Line
    point: Point
    transport: Annotated[str, StringConstraints(max_length=200)] = ""
    notes: tuple[Line, ...] = ()


class Office(Place):
    """An office with its hours. `phone` is a public service number, or empty."""

    kind: Name
    hours: tuple[Hours, ...] = Field(min_length=1)
    phone: Annotated[str, StringConstraints(pattern=r"^\d{0,12}$")] = ""
    business: tuple[Line, ...] = Field(min_length=1)


class Offices(Row):
    """hub/offices.yml."""

    shared: dict[str, Any] = {}
    offices: tuple[Office, ...] = Field(min_length=1)


class Hospital(Place):
    """A hospital. `features`: what people look for first, such as an emergency room."""

    level: Name
    departments: tuple[Name, ...] = Field(min_length=1)
    features: tuple[Code, ...] = ()


class Term(Row):
    """A code and what people call it."""

    code: Code
    name: Name
    summary: Annotated[str, StringConstraints(max_length=200)] = ""


class Hospitals(Row):
    """hub/hospitals.yml."""

    shared: dict[str, Any] = {}
    features: tuple[Term, ...] = ()
    hospitals: tuple[Hospital, ...]


class Frame(Row):
    """hub/frame.yml: areas, life events, ways to get it done, and who is in charge without being a department."""

    areas: tuple[Term, ...] = Field(min_length=1)
    life_events: tuple[Term, ...]
    channels: tuple[Term, ...] = Field(min_length=1)
    authorities: tuple[Term, ...] = ()


class Synonym(Row):
    """What people say, and the catalogue's own words for it."""

    say: tuple[Name, ...] = Field(min_length=1)
    means: Name


class Phrases(Row):
    """hub/phrases.yml: synonyms, and words of a question that say nothing about its subject."""

    synonyms: tuple[Synonym, ...]
    fillers: tuple[Name, ...]


class Listed(BaseModel):
    """A row of a list that other services own: towns, departments. Only its name matters here."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    code: Code
    name: Name


class Towns(Row):
    """towns.yml."""

    towns: tuple[Listed, ...]


class Departments(Row):
    """departments.yml."""

    departments: tuple[Listed, ...]


class Catalogue(Row):
    """Everything together: what one row names, another row must be."""

    frame: Frame
    towns: tuple[Listed, ...]
    departments: tuple[Listed, ...]
    files: tuple[ItemFile, ...]
    offices: tuple[Office, ...]
    hospitals: Hospitals
    phrases: Phrases

    @property
    def items(self) -> tuple[Item, ...]:
        """All items, area by area."""
        return tuple(item for file in self.files for item in file.items)

    @property
    def terms(self) -> dict[str, tuple[Term, ...]]:
        """The named lists by kind."""
        departments = (*_terms(self.departments), *self.frame.authorities)
        return {
            "area": self.frame.areas,
            "life_event": self.frame.life_events,
            "department": departments,
            "channel": self.frame.channels,
            "town": _terms(self.towns),
            "feature": self.hospitals.features,
        }

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Codes are given once, and every reference leads somewhere."""
        known = {kind: {term.code for term in terms} for kind, terms in self.terms.items()}
        known["item"] = {item.code for item in self.items}
        _once("item", (item.code for item in self.items))
        _once("office", (office.id for office in self.offices))
        _once("hospital", (hospital.id for hospital in self.hospitals.hospitals))
        missing = [f"{where}: no {kind} {code}" for where, kind, code in self._references() if code not in known[kind]]
        if missing:
            raise ValueError("; ".join(missing))
        return self

    def _references(self) -> Iterable[tuple[str, str, str]]:
        for file in self.files:
            yield file.area, "area", file.area
            for item in file.items:
                yield from ((item.code, kind, code) for kind, code in references(item.model_dump()))
        for office in self.offices:
            yield office.id, "town", office.town
        for hospital in self.hospitals.hospitals:
            yield hospital.id, "town", hospital.town
            yield from ((hospital.id, "feature", code) for code in hospital.features)


def references(fields: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """(kind, code) of all that an item's fields, or some of them, refer to."""
    if "department" in fields:
        yield "department", fields["department"]
    for name, kind in (("life_events", "life_event"), ("channels", "channel"), ("related", "item")):
        yield from ((kind, code) for code in fields.get(name, ()))


def _terms(rows: Iterable[Listed]) -> tuple[Term, ...]:
    return tuple(Term(code=row.code, name=row.name) for row in rows)


def _once(kind: str, codes: Iterable[str]) -> None:
    twice = [code for code, times in Counter(codes).items() if times > 1]
    if twice:
        raise ValueError(f"{kind} given twice: {', '.join(twice)}")
