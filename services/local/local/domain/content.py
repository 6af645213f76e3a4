"""Guides, plays, trades and providers: what a row must hold, wherever it comes from."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Lines = Annotated[tuple[Line, ...], Field(max_length=20)]
MonthDay = Annotated[str, StringConstraints(pattern=r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")]
Month = Annotated[int, Field(ge=1, le=12)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Hours = Annotated[float, Field(gt=0, le=72, allow_inf_nan=False)]


class Part(BaseModel):
    """A row or a part of one. A misspelt field must not be lost silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Part):
    """Something said about the world: where it comes from, seen when, and whether a person checked it."""

    source: Line
    checked_on: date
    verified: bool


class Step(Part):
    """One step of a guide. `items` are codes of the services hub's catalogue."""

    title: Name
    where: Line
    materials: Lines = ()
    limits: Lines = ()
    items: tuple[Code, ...] = ()
    tips: Lines = ()


class Deadline(Part):
    """A time of the year that must not be missed; without days its note says how to learn them."""

    what: Name
    opens: MonthDay | None = None
    closes: MonthDay | None = None
    note: str = Field("", max_length=300)


class Guide(Fact):
    """How to get a thing done, step by step. Guides are shown by `rank`: what residents need most comes first."""

    slug: Code
    title: Name
    summary: Line
    rank: int = Field(ge=1)
    steps: tuple[Step, ...] = Field(min_length=1)
    deadlines: tuple[Deadline, ...] = ()


class Season(StrEnum):
    """A quarter of the year."""

    SPRING = "spring"
    SUMMER = "summer"
    AUTUMN = "autumn"
    WINTER = "winter"


def season_of(month: int) -> Season:
    """The season of a month: spring begins in March."""
    return tuple(Season)[(month - 3) % 12 // 3]


class Status(StrEnum):
    """Whether a place receives people, as far as is known."""

    OPEN = "open"
    UNCONFIRMED = "unconfirmed"
    CLOSED = "closed"


class Kind(Part):
    """A kind of destination."""

    code: Code
    name: Name
    about: Line


class Play(Fact):
    """A way to spend a day: where, when, what to do there, how long it takes. Places are in WGS-84."""

    id: Code
    name: Name
    town: Code
    season: Name
    months: tuple[Month, ...] = Field(min_length=1, max_length=12)
    what: Line
    hours: Hours
    transport: Line
    lon: Longitude
    lat: Latitude
    status: Status = Status.UNCONFIRMED
    note: str = Field("", max_length=300)


def seasons_of(months: tuple[int, ...]) -> list[Season]:
    """The seasons that these months touch, in the year's order."""
    touched = {season_of(month) for month in months}
    return [season for season in Season if season in touched]


class Area(Part):
    """A part of the district by which providers are listed."""

    code: Code
    name: Name


class Trade(Fact):
    """A trade with its areas, and what to know before one calls."""

    code: Code
    name: Name
    areas: tuple[Area, ...] = Field(min_length=1)
    advice: Lines = ()


class Provider(Fact):
    """Someone of a trade. An `example` is nobody real."""

    id: Code
    area: Code
    name: Name
    offers: Line
    open_hours: Name
    contact: Name
    lon: Longitude
    lat: Latitude
    example: bool
