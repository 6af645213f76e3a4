"""Pictures of articles: their files, the right to show them, and where they are used."""

from datetime import date
from typing import Literal

from pydantic import Field

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from kit.transfers import MEGABYTE, Copy, FileId, Picture, PictureData, Size
from news.domain.article import State
from news.domain.media import RightStanding

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)


class ReadPicture(Request):
    """A piece of a picture, in one of its sizes; a copy is at most so many pixels wide as it is called."""

    id: FileId = Field(title="图片编号")
    size: Size | Copy = Field("full", title="图片大小")
    offset: int = Field(0, title="起点", ge=0)
    length: int = Field(256 * 1024, title="长度", ge=1, le=MEGABYTE)


class ArticlePictureData(PictureData):
    """A piece of a file; `public_seconds` is how long everyone may see it from now on, null where no end is stated.

    `kept_at` is since when the file is as it is. `name` is what a PDF is called by the article that gives it out.
    """

    public_seconds: int | None
    name: str | None
    kept_at: Moment | None = None


class Uploaded(Picture):
    """What an upload became: a picture, or a PDF with its pages and size in bytes, whose width and height are 0."""

    pages: int | None
    size: int | None


class ListMedia(PageRequest):
    """Pictures, newest first; `expiring` and `expired` by their last day. `q`: by words of their descriptions."""

    only: Literal["expiring", "expired", "unused"] | None = Field(None, title="筛选")
    q: Text = Field("", title="搜索内容", max_length=100)


class OneMedium(Command):
    id: FileId = Field(title="图片编号")


class StateRights(OneMedium):
    """`last_day` is the last on which the picture may be shown; without one there is no end."""

    last_day: date | None = Field(None, title="最后展示日期", ge=FIRST_DAY, le=LAST_DAY)
    licence: Text = Field("", title="来源与授权", max_length=200)


class UseView(View):
    """An article that uses a picture."""

    id: str
    title: str
    state: State
    state_name: str


class MediumView(View):
    """A picture of the newsroom as it was described last, with the first articles that use it; `used` counts to 100."""

    id: str
    width: int
    height: int
    alt: str
    credit: str
    caption: str
    created: Moment
    licence: str
    last_day: date | None
    standing: RightStanding
    used: int
    uses: list[UseView]


class MediumPage(Page[MediumView]):
    """A page of pictures. Looked through for unused ones it may be short, or empty, and go on all the same."""


class RightsReceipt(View):
    id: str
    last_day: date | None
    licence: str
    standing: RightStanding


class PictureRightsTold(View):
    """The right to show a picture of an article has changed: references only."""

    article: str
    picture: str
