"""What crosses the wire: requests with their limits, views, events."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from local.domain.content import Code, Hours, Latitude, Longitude, Month, MonthDay, Season, Status

FARTHEST = 50_000  # metres

Version = Annotated[int, Field(ge=1)]
Name = Annotated[Text, Field(min_length=1, max_length=60)]
Line = Annotated[Text, Field(min_length=1, max_length=300)]
Lines = Annotated[list[Line], Field(max_length=20)]


class OneGuide(Request):
    slug: Code = Field(title="指南代码")


class OnePlay(Request):
    id: Code = Field(title="玩法编号")


class ListPlays(PageRequest):
    kind: Code | None = Field(None, title="类别")
    town: Code | None = Field(None, title="街道或镇")
    season: Season | None = Field(None, title="季节")


class ListProviders(PageRequest):
    trade: Code = Field(title="行业")
    area: Code | None = Field(None, title="片区")


class Nearby(PageRequest):
    """A place in WGS-84 and how far from it to look, in metres."""

    lat: Latitude = Field(title="纬度")
    lon: Longitude = Field(title="经度")
    kind: Literal["plays", "providers"] | None = Field(None, title="类别")
    radius: float = Field(5000, title="范围（米）", ge=1, le=FARTHEST, allow_inf_nan=False)


class Search(PageRequest):
    q: Text = Field(title="搜索内容", min_length=1, max_length=100)


class Highlights(Request):
    """Without `month`, the month that it is in the district."""

    limit: int = Field(6, title="条数", ge=1, le=20)
    month: Month | None = Field(None, title="月份")


class StepWords(Request):
    """A step as an editor writes it."""

    title: Name = Field(title="步骤名称")
    where: Line = Field(title="办理地点")
    materials: Lines = Field(default_factory=list, title="材料")
    limits: Lines = Field(default_factory=list, title="时限")
    items: list[Code] = Field(default_factory=list, title="相关事项", max_length=20)
    tips: Lines = Field(default_factory=list, title="提示")


class DeadlineWords(Request):
    """A yearly deadline as an editor writes it; days such as 05-01."""

    what: Name = Field(title="事项")
    opens: MonthDay | None = Field(None, title="开始日期")
    closes: MonthDay | None = Field(None, title="截止日期")
    note: Text = Field("", title="说明", max_length=300)


class Revision(Command):
    """What an editor changes of a row, written on `version`; what is not given stays."""

    version: Version = Field(title="版本")
    source: Line | None = Field(None, title="来源")
    checked_on: date | None = Field(None, title="核对日期")
    verified: bool | None = Field(None, title="是否核实")


class UpdateGuide(Revision):
    slug: Code = Field(title="指南代码")
    title: Name | None = Field(None, title="名称")
    summary: Line | None = Field(None, title="简介")
    steps: list[StepWords] | None = Field(None, title="步骤", min_length=1, max_length=30)
    deadlines: list[DeadlineWords] | None = Field(None, title="时间节点", max_length=20)


class UpdatePlay(Revision):
    id: Code = Field(title="玩法编号")
    name: Name | None = Field(None, title="名称")
    town: Code | None = Field(None, title="街道或镇")
    season: Name | None = Field(None, title="适宜季节")
    months: list[Month] | None = Field(None, title="适宜月份", min_length=1, max_length=12)
    what: Line | None = Field(None, title="玩法")
    hours: Hours | None = Field(None, title="用时")
    transport: Line | None = Field(None, title="交通")
    lon: Longitude | None = Field(None, title="经度")
    lat: Latitude | None = Field(None, title="纬度")
    status: Status | None = Field(None, title="开放情况")
    note: Annotated[Text, Field(max_length=300)] | None = Field(None, title="说明")


class Named(View):
    """A code and what people call it."""

    code: str
    name: str


class Sourced(View):
    """Where a row comes from. What is not `verified` is shown as 示例数据."""

    source: str
    checked_on: date
    verified: bool


class GuideSummary(Sourced):
    slug: str
    title: str
    summary: str


class GuidePage(Page[GuideSummary]):
    pass


class StepView(View):
    """A step of a guide; `items` are codes of the services hub's catalogue."""

    title: str
    where: str
    materials: list[str]
    limits: list[str]
    items: list[str]
    tips: list[str]


class DeadlineView(View):
    """Days of every year, such as 05-01."""

    what: str
    opens: str | None
    closes: str | None
    note: str


class GuideView(GuideSummary):
    """A guide with its steps in order."""

    steps: list[StepView]
    deadlines: list[DeadlineView]
    version: int
    updated_at: Moment


class DestinationView(Named):
    """A kind of destination, and how many plays it has."""

    about: str
    plays: int


class DestinationPage(Page[DestinationView]):
    pass


class PlaySummary(Sourced):
    """A play in a list. `hours` is how long it takes."""

    id: str
    name: str
    kind: Named
    town: Named
    season: str
    months: list[int]
    hours: float
    status: Status
    status_name: str


class PlayPage(Page[PlaySummary]):
    pass


class PlayView(PlaySummary):
    """A play, with its place in WGS-84."""

    what: str
    transport: str
    lon: float
    lat: float
    note: str
    version: int
    updated_at: Moment


class ProviderView(Sourced):
    """Someone of a trade. An `example` is nobody real, and its contact cannot be dialled."""

    id: str
    name: str
    area: Named
    offers: str
    open_hours: str
    contact: str
    lon: float
    lat: float
    example: bool


class ProviderPage(Page[ProviderView]):
    """Providers of a trade, with its areas and what to know before one calls."""

    trade: Named
    areas: list[Named]
    advice: list[str]


class NearbyView(View):
    """What is near; `distance` in metres, `path` its address below /api/v1."""

    kind: Literal["plays", "providers"]
    id: str
    name: str
    summary: str
    lon: float
    lat: float
    distance: float
    verified: bool
    path: str


class NearbyPage(Page[NearbyView]):
    pass


class Hit(View):
    """Something that a search has found; `path` is its address below /api/v1."""

    kind: str
    id: str
    title: str
    summary: str
    path: str


class HitPage(Page[Hit]):
    pass


class HighlightsView(View):
    """What the home page shows of local life."""

    month: int
    guides: list[GuideSummary]
    plays: list[PlaySummary]


class GuideReceipt(View):
    slug: str
    version: int


class PlayReceipt(View):
    id: str
    version: int


class GuideTold(View):
    """Data of the event that a guide has changed."""

    slug: str
    version: int


class RowTold(View):
    """Data of the event that a play or a provider has changed."""

    id: str
    version: int


EVENTS: dict[str, type[View]] = {
    "local.guide_changed.v1": GuideTold,
    "local.play_changed.v1": RowTold,
    "local.provider_changed.v1": RowTold,
}
CALLS: tuple[str, ...] = ()
