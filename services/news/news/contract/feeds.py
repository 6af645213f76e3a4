"""What programs read: feeds and what sitemaps are made of."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from kit.contract import Moment, Page, PageRequest, Request, View
from news.contract.reading import ArticleView
from news.contract.shapes import Code, Named

_YEARS = range(2000, 9999)


def _within_reach(at: datetime) -> datetime:
    if at.year not in _YEARS:
        raise ValueError("时间超出范围")
    return at


Month = Annotated[str, StringConstraints(pattern=r"^2[0-9]{3}-(0[1-9]|1[0-2])$")]


class GetFeed(Request):
    """The latest of a column, of a town, or of all."""

    column: Code | None = Field(None, title="栏目")
    town: Code | None = Field(None, title="街道或镇")


class FeedArticle(ArticleView):
    """An article as programs read it."""


class WithdrawnRow(View):
    id: str
    withdrawn_at: Moment


class FeedView(View):
    """The latest articles, and what was withdrawn lately.

    `updated` is when either changed last, or an article of the column or town went to another one.
    """

    column: Named | None
    town: Named | None
    updated: Moment
    items: list[FeedArticle]
    withdrawn: list[WithdrawnRow]
    valid_until: Moment | None = Field(None, description="when the next of its pictures goes by itself")


class ListChanged(PageRequest):
    """What readers see otherwise since then: what was published, corrected or withdrawn, the earliest first."""

    limit: int = Field(50, ge=1, le=100, title="每页条数")
    updated_after: Annotated[AwareDatetime, AfterValidator(_within_reach)] | None = Field(None, title="在此之后有变化")


class PictureEnd(View):
    """From when on a picture may not be shown any more."""

    picture: str
    until: Moment


class ChangedRow(View):
    """An article as it stands now, with when its pictures go; one that was withdrawn has nothing but when and why."""

    id: str
    article: FeedArticle | None
    pictures: list[PictureEnd] = Field([])
    withdrawn_at: Moment | None
    reason: str | None


class ChangedPage(Page[ChangedRow]):
    """`updated_until` is what to ask for next time, when there is no further page; null where nothing ever was."""

    updated_until: Moment | None


class MonthsView(View):
    """The months in which articles were published, the latest first."""

    months: list[str]


class ListPublished(PageRequest):
    """What was published in a month, the latest first; without one, in the last two days."""

    limit: int = Field(1000, ge=1, le=1000, title="每页条数")
    month: Month | None = Field(None, title="月份")


class PublishedRow(View):
    id: str
    title: str
    published_at: Moment
    changed_at: Moment


class PublishedPage(Page[PublishedRow]):
    """`withdrawn_at` is when the last was withdrawn of what was published in the month; null without a month."""

    withdrawn_at: Moment | None = None
