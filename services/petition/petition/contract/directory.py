"""What the district's forms and filters offer."""

from pydantic import Field

from kit.contract import View
from petition.contract.figures import ExclusionReasonView
from petition.contract.shapes import Named


class TownView(Named):
    kind: str
    lon: float
    lat: float


class DepartmentView(Named):
    short: str
    topics: list[str]


class SubjectView(Named):
    department: str
    urgency: str


class CategoryView(Named):
    items: list[SubjectView]


class ReasonView(Named):
    basis: str
    advice: str


class PlaceView(Named):
    matters: str
    contact: str


class UrgencyView(Named):
    limit: str


class Directory(View):
    """What forms and filters offer."""

    district: Named
    towns: list[TownView]
    departments: list[DepartmentView]
    categories: list[CategoryView]
    urgencies: list[UrgencyView]
    refusal_reasons: list[ReasonView]
    exclusion_reasons: list[ExclusionReasonView]
    places_to_turn: list[PlaceView]
    states: list[Named]
    clocks: list[Named]
    withholding_reasons: list[Named] = Field(description="why the public does not see a picture or words")
    findings: list[Named] = Field(description="what an inspection may come to")
    intake: Named
