"""What crosses the wire: requests with their limits, views, events."""

from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StringConstraints

from kit.contract import Command, Page, PageRequest, Request, Text, View
from services_hub.domain import catalogue
from services_hub.domain.catalogue import Coming, Material, Question, Section, TimeLimit

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Name = Annotated[Text, Field(min_length=1, max_length=60)]
ShortName = Annotated[Text, Field(max_length=8)]
Line = Annotated[Text, Field(min_length=1, max_length=500)]
MOST_LINES = 50


class OneItem(Request):
    code: Code = Field(title="事项编码")


class ListItems(PageRequest):
    area: Code | None = Field(None, title="领域")
    life_event: Code | None = Field(None, title="人生事件")
    department: Code | None = Field(None, title="主管部门")


class OnePlace(Request):
    id: Code = Field(title="编号")


class ListOffices(PageRequest):
    town: Code | None = Field(None, title="街道或镇")


class ListHospitals(PageRequest):
    town: Code | None = Field(None, title="街道或镇")
    feature: Code | None = Field(None, title="特色服务")


class Search(PageRequest):
    q: Text = Field(title="搜索内容", min_length=1, max_length=100)


class MostUsed(Request):
    limit: int = Field(8, ge=1, le=30, title="条数")


class UpdateItem(Command):
    """What changes in an item; what is absent stays. Refused when the item has changed since `version` was read."""

    code: Code = Field(title="事项编码")
    version: int = Field(title="版本", ge=1)
    name: Name | None = Field(None, title="名称")
    short_name: ShortName | None = Field(None, title="简称")
    summary: Line | None = Field(None, title="简介")
    life_events: list[Code] | None = Field(None, title="人生事件", max_length=MOST_LINES)
    department: Code | None = Field(None, title="主管部门")
    where: Line | None = Field(None, title="办理地点")
    online: Annotated[Text, Field(max_length=500)] | None = Field(None, title="网上办理")
    channels: list[Code] | None = Field(None, title="办理渠道", min_length=1, max_length=MOST_LINES)
    conditions: list[Line] | None = Field(None, title="办理条件", min_length=1, max_length=MOST_LINES)
    steps: list[Line] | None = Field(None, title="办理步骤", min_length=1, max_length=MOST_LINES)
    materials: list[Material] | None = Field(None, title="所需材料", max_length=MOST_LINES)
    time_limit: TimeLimit | None = Field(None, title="办理时限")
    fee: Line | None = Field(None, title="收费")
    legal_basis: list[Line] | None = Field(None, title="办理依据", max_length=MOST_LINES)
    questions: list[Question] | None = Field(None, title="常见问题", max_length=MOST_LINES)
    notes: list[Line] | None = Field(None, title="注意事项", max_length=MOST_LINES)
    sections: list[Section] | None = Field(None, title="政策说明", max_length=MOST_LINES)
    related: list[Code] | None = Field(None, title="相关事项", max_length=MOST_LINES)
    keywords: list[Name] | None = Field(None, title="搜索词", max_length=MOST_LINES)
    rank: int | None = Field(None, title="常用排序", ge=1)
    coming: Coming | None = Field(None, title="即将开通")
    source: Line | None = Field(None, title="信息来源")
    checked_on: date | None = Field(None, title="核对日期")
    verified: bool | None = Field(None, title="是否已核实")


class ItemReceipt(View):
    """What an edit came to."""

    code: str
    version: int


class Named(View):
    """A code and what people call it."""

    code: str
    name: str


class Counted(Named):
    """One of the catalogue's headings and how many items stand under it."""

    summary: str
    items: int


class Areas(View):
    """The headings by which the catalogue is browsed; life events and departments without items are left out."""

    areas: list[Counted]
    life_events: list[Counted]
    departments: list[Counted]


class MaterialView(Material):
    model_config = ConfigDict(extra="ignore")


class TimeLimitView(TimeLimit):
    model_config = ConfigDict(extra="ignore")


class QuestionView(Question):
    model_config = ConfigDict(extra="ignore")


class SectionView(Section):
    model_config = ConfigDict(extra="ignore")


class ComingView(Coming):
    model_config = ConfigDict(extra="ignore")


class PointView(catalogue.Point):
    model_config = ConfigDict(extra="ignore")


class HoursView(catalogue.Hours):
    model_config = ConfigDict(extra="ignore")


class FactView(View):
    """`mark` is what must be shown beside a row that nobody has checked against its authority."""

    source: str
    checked_on: date
    verified: bool
    mark: str | None


class ItemSummary(View):
    """An item in a list.

    `short_name`: for narrow places, empty when `name` fits. `coming`: it is explained here, will be done here later.
    """

    code: str
    name: str
    short_name: str = ""
    summary: str
    area: Named
    department: Named
    channels: list[Named]
    promised: str
    fee: str
    coming: bool
    mark: str | None


class ItemPage(Page[ItemSummary]):
    pass


class MostUsedItems(View):
    items: list[ItemSummary]


class ItemView(FactView):
    """An item with all that people need to know."""

    code: str
    name: str
    summary: str
    area: Named
    life_events: list[Named]
    department: Named
    where: str
    online: str
    channels: list[Named]
    conditions: list[str]
    steps: list[str]
    materials: list[MaterialView]
    time_limit: TimeLimitView
    fee: str
    legal_basis: list[str]
    questions: list[QuestionView]
    notes: list[str]
    sections: list[SectionView]
    related: list[Named]
    keywords: list[str]
    coming: ComingView | None
    version: int


class PlaceView(FactView):
    id: str
    name: str
    town: Named
    address: str
    point: PointView
    transport: str
    notes: list[str]


class OfficeView(PlaceView):
    kind: str
    hours: list[HoursView]
    phone: str
    business: list[str]


class OfficePage(Page[OfficeView]):
    pass


class HospitalView(PlaceView):
    level: str
    departments: list[str]
    features: list[Named]


class HospitalPage(Page[HospitalView]):
    pass


class Hit(View):
    """Something that a search has found; `path` is its address below /api/v1."""

    kind: Literal["item", "office", "hospital"]
    id: str
    title: str
    summary: str
    path: str


class HitPage(Page[Hit]):
    pass


class ItemChanged(View):
    code: str
    version: int


class PlaceChanged(View):
    id: str
    version: int


EVENTS: dict[str, type[View]] = {
    "services_hub.item_changed.v1": ItemChanged,
    "services_hub.office_changed.v1": PlaceChanged,
    "services_hub.hospital_changed.v1": PlaceChanged,
}
CALLS: tuple[str, ...] = ()
