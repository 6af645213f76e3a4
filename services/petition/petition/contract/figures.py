"""How the district answers, counted."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from kit.transfers import FileId
from petition.contract.shapes import CaseCommand, Code, Named

FigureMonth = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Dimension = Literal["district", "town", "category", "department"]


class GetFigures(Request):
    by: Dimension = Field("district", title="分组")
    month: FigureMonth = Field(title="月份")


class GetFigureDays(Request):
    first: date = Field(alias="from", title="起始日期")
    last: date = Field(alias="to", title="截止日期")
    by: Dimension = Field("district", title="分组")
    value: Annotated[str, StringConstraints(max_length=40)] = Field("", title="哪一个")

    @model_validator(mode="after")
    def _one_of_them(self) -> "GetFigureDays":
        if (self.by == "district") != (self.value == ""):
            raise ValueError("请说明是哪个部门、街镇或哪类事项；全区不用填写")
        return self

    @model_validator(mode="after")
    def _a_quarter_at_most(self) -> "GetFigureDays":
        if not 0 <= (self.last - self.first).days < 93:
            raise ValueError("请选择不超过 93 天的时间段")
        return self


class AskExclusion(CaseCommand):
    reason: Code = Field(title="剔除理由")
    text: Text = Field(title="说明", min_length=5, max_length=500)


class DecideExclusion(Command):
    id: FileId = Field(title="编号")
    granted: bool = Field(title="是否同意")
    answer: Text = Field(title="决定说明", min_length=2, max_length=500)


class ListExclusions(PageRequest):
    waiting: bool = Field(False, title="只看待决定的")


class ExclusionView(View):
    """剔除: a wish that a case be taken out of the rates; the reason of a granted one is public."""

    id: str
    no: str
    reason: str
    reason_name: str
    text: str
    asked_by: str
    asked_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    granted: bool | None
    answer: str | None


class ExclusionPage(Page[ExclusionView]):
    pass


class RateDefinition(Named):
    """What a rate counts, in plain words; `counts`: with which endings a case is in its denominator, `open` is none."""

    text: str
    counts: list[str]


class FigureDefinition(Named):
    """What a figure beside the rates counts, in plain words; `median` and `p90` say how these are taken."""

    text: str


class ExclusionReasonView(Named):
    text: str


class DefinitionsView(View):
    """A version of the definitions: for cases filed from the month `from_month` on.

    `reply_hours` are counted from filing, day and night; so many marks (of 5) and more are satisfied; rates over
    fewer than `smallest_ranked` cases are not ranked. `verified`: whether the district has confirmed them.
    """

    version: int
    from_month: str
    rates: list[RateDefinition]
    figures: list[FigureDefinition]
    reply_hours: int
    satisfied_from: int
    smallest_ranked: int
    source: str
    checked_on: date
    verified: bool


class FigureDefinitions(View):
    """All versions, and what else the figures go by. A month closes `closes_after_days` after its end."""

    versions: list[DefinitionsView]
    closes_after_days: int
    exclusion_reasons: list[ExclusionReasonView]
    smallest_group: int
    point_decimals: int


class RateView(View):
    """A rate as two whole numbers; `percent` is for reading, null where nothing is counted.

    `ranked`: the denominator reaches the district's `smallest_ranked`, so that the rate may be compared.
    """

    code: str
    name: str
    numerator: int
    denominator: int
    percent: float | None
    ranked: bool


class TimesView(View):
    """How long something took: median and 90th percentile of `count` values by nearest rank, in whole seconds."""

    code: str
    name: str
    count: int
    median_seconds: int | None
    p90_seconds: int | None


class EndingCount(Named):
    count: int


class CoSignerFigures(View):
    """What those who joined the cases judged, apart from their authors: `marks` is the sum of the marks, of 5 each."""

    rated: int
    solved: int
    marks: int


class PublicFiguresView(View):
    """The figures over the cases that everyone may read, as everybody can count them from the open data."""

    cases: int
    excluded: int
    overdue: int
    returned: int
    reopened: int
    yellow_cards: int
    red_cards: int
    first_answer: TimesView
    steps: list[TimesView]


class FiguresView(View):
    """The figures of some cases. All but `cases`, `excluded` and `corrected` are without those excluded (剔除).

    `public_rates` and `public` are the same over the cases that everyone may read: those in the open data; where these
    are few they are empty and null, and `public` is null of what was counted before there was any. `few`: they are
    fewer than the district's `smallest_group`, or the whole would give them away; who is not staff is told then how
    many they are and what the offices did, and nothing that could be one person's: lists are empty, times null,
    `reopened` and `co_signers` zero.
    """

    few: bool

    cases: int
    excluded: int
    corrected: int
    overdue: int
    returned: int
    reopened: int
    yellow_cards: int
    red_cards: int
    rates: list[RateView]
    public_rates: list[RateView]
    public: PublicFiguresView | None
    first_answer: TimesView
    steps: list[TimesView]
    endings: list[EndingCount]
    co_signers: CoSignerFigures


class GroupFigures(Named):
    """The figures of a group; `ranked` is false where no rate can be compared, since there are too few cases.

    Whether a rate may be compared is said by the rate itself: of many cases few may have been rated.

    Of a closed month, `figures` are those that it closed with, and `correction` what they are by now where cases have
    changed since.
    """

    ranked: bool
    figures: FiguresView
    correction: FiguresView | None
    as_of: Moment


class MonthFigures(View):
    """A month by groups, with the definitions that hold for it."""

    month: str
    by: Dimension
    definitions: DefinitionsView
    closed_at: Moment | None
    groups: list[GroupFigures]


class DayFigures(View):
    """The district, or one of its towns, categories or departments, on the day when the cases were filed."""

    day: date
    version: int
    figures: FiguresView
    as_of: Moment


class FigureDays(View):
    """Days on which nothing was filed are not there.

    Of a town, a category or a department, who is not staff is told of every day what is told of few: how many cases,
    and what the offices did. A day of the district less its other towns, or a month of a town less its other days,
    would tell the rest of single people.
    """

    by: Dimension = "district"
    code: str = ""
    name: str = ""
    days: list[DayFigures]
