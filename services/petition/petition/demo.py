"""The cases of a demonstration, as the district's data tell them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kit.district import load
from petition.domain.case import Visibility

Reaches = Literal[
    "submitted", "questioned", "accepted", "dispatched", "returned", "in_review", "approved", "answered", "rated",
    "unrated", "refused", "elsewhere", "withdrawn",
]  # fmt: skip


class Row(BaseModel):
    """What a case is about and what becomes of it. `reaches` says how far it comes.

    `second_rating` is the author's when a bad one brought it back and it was answered again; without one it waits.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    author: str
    category: str
    town: str
    place: str
    title: str
    text: str
    visibility: Visibility
    reaches: Reaches
    urgency: str
    department: str = ""
    co_departments: tuple[str, ...] = ()
    suggested_department: str = ""
    question: str = ""
    reason: str = ""
    where: str = ""
    verdict: str = ""
    withdrawal: str = ""
    reply: dict[str, str] = {}
    rating: dict[str, Any] = {}
    second_rating: dict[str, Any] = {}


class DemoRow(Row):
    """A row of demo/cases.yml: a case, and when it was filed. `last`: how its number ends, if others name it."""

    last: str = ""
    filed_days_ago: int | None = None
    filed_hours_ago: int | None = None


class DemoCases(BaseModel):
    """demo/cases.yml."""

    model_config = ConfigDict(extra="forbid")

    source: str
    checked_on: date
    verified: bool
    cases: list[DemoRow]


class DemoPeople(BaseModel):
    """What this service needs of demo/people.yml."""

    departments: tuple[str, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Demo:
    """The cases, and the department whose demo staff go by the bare name of their role."""

    cases: tuple[DemoRow, ...]
    first_department: str


def read_demo(folder: Path) -> Demo:
    """Reads both files. Raises `pydantic.ValidationError` naming the row that is wrong."""
    cases = load(folder, "demo/cases.yml", DemoCases).cases
    return Demo(tuple(cases), load(folder, "demo/people.yml", DemoPeople).departments[0])
