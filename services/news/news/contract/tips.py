"""爆料: what is sent, how its author follows it, and what the newsroom asks and sees."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from kit.transfers import FileId, Picture
from news.contract.shapes import ArticleId, Code, Named, Version, without_repeats
from news.domain.numbers import TIP_PATTERN
from news.domain.tips import MOST_ARTICLES, Standing

TipNo = Annotated[str, StringConstraints(pattern=TIP_PATTERN, to_upper=True)]


class Spot(Request):
    """A place in WGS-84."""

    lon: float = Field(title="经度", ge=-180, le=180)
    lat: float = Field(title="纬度", ge=-90, le=90)


class Contact(Request):
    """How the editor in charge reaches the author; it is kept sealed."""

    name: Text = Field("", title="称呼", max_length=30)
    phone: Text = Field(title="联系电话", min_length=5, max_length=30)


class SendTip(Command):
    """`mine`: who has signed in finds the tip again by his account; without it nobody knows whose it is."""

    text: Text = Field(title="线索内容", min_length=5, max_length=5000)
    column: Code | None = Field(None, title="栏目")
    town: Code | None = Field(None, title="街道或镇")
    place: Text = Field("", title="具体地点", max_length=100)
    point: Spot | None = Field(None, title="位置")
    pictures: Annotated[list[FileId], Field(max_length=9), AfterValidator(without_repeats)] = Field([], title="图片")
    contact: Contact | None = Field(None, title="联系方式")
    mine: bool = Field(True, title="记到我的账号")


class GetTipStatus(Request):
    """How far the tip of this receipt code has come."""

    code: Text = Field(title="回执码", min_length=1, max_length=60)


class TipReceipt(View):
    """What is told once, to whoever sent a tip: the code by which he follows it. It is kept nowhere as it is."""

    code: str
    state: Standing
    state_name: str
    sent_at: Moment


class ArticleLink(View):
    """A published article that came of a tip."""

    id: str
    title: str


class TipEvent(View):
    """What the author is told of, with the newsroom's words and, where it helps, what he can do instead."""

    kind: str
    at: Moment
    title: str
    text: str
    advice: str


class TipStatus(View):
    """How far a tip has come, for whoever holds its receipt: nothing of what was written in it.

    `erased`: what it said was erased in time.
    """

    state: Standing
    state_name: str
    next: str
    town: Named | None
    sent_at: Moment
    events: list[TipEvent]
    articles: list[ArticleLink]
    erased: bool = False


class MyTip(TipStatus):
    """One's own tip. `contact` says whether a contact is kept: none, kept or erased."""

    no: str
    text: str
    place: str
    pictures: list[Picture]
    contact: str


class MyTipPage(Page[MyTip]):
    pass


class ListDeskTips(PageRequest):
    """`mine`: those that the caller is in charge of. `article`: those of which it came."""

    state: Standing | None = Field(None, title="状态")
    town: Code | None = Field(None, title="街道或镇")
    mine: bool = Field(False, title="我负责的")
    article: ArticleId | None = Field(None, title="稿件编号")


class OneTip(Request):
    no: TipNo = Field(title="爆料编号")


class TipCommand(Command):
    """A step at the desk. With `version`, it is refused when the tip has changed since that version was read."""

    no: TipNo = Field(title="爆料编号")
    version: Version | None = Field(None, title="版本")


class AssignTip(TipCommand):
    editor: str = Field(title="负责编辑", min_length=1, max_length=64)


class MessageAuthor(TipCommand):
    text: Text = Field(title="留言", min_length=2, max_length=500)


_Articles = Annotated[list[ArticleId], Field(max_length=MOST_ARTICLES), AfterValidator(without_repeats)]


class AdoptTip(TipCommand):
    text: Text = Field("", title="留言", max_length=500)
    articles: _Articles = Field([], title="稿件")


class DeclineTip(TipCommand):
    reason: Code = Field(title="原因")
    text: Text = Field("", title="说明", max_length=500)


class LinkTip(TipCommand):
    """All articles that came of it, instead of those that were named before."""

    articles: _Articles = Field(title="稿件")


class OpenTipContact(TipCommand):
    reason: Text = Field(title="查看原因", min_length=4, max_length=200)


class TipContact(View):
    """The contact in the clear, for the one in charge, who has just said why he reads it."""

    name: str
    phone: str


class TipStep(View):
    """What a step came to."""

    no: str
    state: Standing
    state_name: str
    version: int


class TipBeginning(View):
    """What tells a tip from others in the newsroom; nothing of who sent it."""

    no: str
    state: Standing
    state_name: str
    opening: Annotated[str, Field(description="how the text begins")]
    town: Named | None
    place: str
    sent_at: Moment


class DeskTipRow(TipBeginning):
    """A tip in a list of the desk."""

    column: Named | None
    picture_count: int
    contact: Annotated[str, Field(description="none, kept or erased")]
    assignee: str | None
    version: int
    erased: bool = Field(False, description="what it said was erased in time")


class DeskTipPage(Page[DeskTipRow]):
    pass


class DeskArticleLink(View):
    """An article that came of a tip, wherever it stands."""

    id: str
    title: str
    stage_name: str
    published: bool


class TipEntry(View):
    """Something that happened to a tip, as the desk reads it; `to` is whom it was given to."""

    kind: str
    at: Moment
    by: str
    title: str
    text: str
    to: str


class OpeningView(View):
    """Somebody read the contact, and why."""

    at: Moment
    by: str
    reason: str


class ReadingView(View):
    """Somebody read the text, for an investigation."""

    at: Moment
    by: str
    investigation: str


class PointView(View):
    lon: float
    lat: float


class ReasonView(Named):
    """Why a tip may be declined; `advice` is shown to its author."""

    advice: str


class DeskTip(DeskTipRow):
    """A tip as the newsroom sees it, and what the reader may do with it.

    `openings` of the contact, and `readings` of the text by who looks into it without being an editor, are for those
    who assign and the one in charge; empty for others. `reasons` are those of the district, for who may decline it.
    """

    text: str
    point: PointView | None
    pictures: list[Picture]
    contact_until: Moment | None
    articles: list[DeskArticleLink]
    entries: list[TipEntry]
    openings: list[OpeningView]
    readings: list[ReadingView] = Field([])
    may: list[str]
    reasons: list[ReasonView]
