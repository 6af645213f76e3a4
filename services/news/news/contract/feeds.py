"""What programs read: feeds and what sitemaps are made of."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kit.contract import Moment, Page, PageRequest, Request, View
from news.contract.reading import ArticleView
from news.contract.shapes import Code, Named

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
    """The latest articles, and what was withdrawn lately; `updated` is when either changed last."""

    column: Named | None
    town: Named | None
    updated: Moment
    items: list[FeedArticle]
    withdrawn: list[WithdrawnRow]
    valid_until: Moment | None = Field(None, description="when the next of its pictures goes by itself")


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
    pass
