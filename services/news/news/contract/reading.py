"""What everyone asks and reads."""

from typing import Self

from pydantic import Field, model_validator

from kit.contract import Moment, Page, PageRequest, Request, Text, View
from news.contract.shapes import Code, FollowUpView, Named, TextOfArticle


class ListArticles(PageRequest):
    """Of a column, of a town, or of both; or of a topic."""

    column: Code | None = Field(None, title="栏目")
    town: Code | None = Field(None, title="街道或镇")
    topic: Code | None = Field(None, title="话题")

    @model_validator(mode="after")
    def _topic_alone(self) -> Self:
        if self.topic and (self.column or self.town):
            raise ValueError("话题不能与栏目、街镇同时筛选")
        return self


class Search(PageRequest):
    q: Text = Field(title="搜索内容", min_length=1, max_length=100)


class Front(Request):
    limit: int = Field(6, title="条数", ge=1, le=20)


class ColumnView(Named):
    about: str


class ColumnPage(Page[ColumnView]):
    pass


class TopicsView(View):
    """The topics that the district has, in their order."""

    items: list[Named]


class ListedPicture(View):
    """The first picture of an article, as lists show it. `widths` are the copies that there are.

    It is not to be shown from `until` on.
    """

    picture: str
    width: int
    height: int
    alt: str
    widths: list[int]
    until: Moment | None


class ArticleSummary(View):
    """An article in a list. An `example` is shown as 示例数据."""

    id: str
    title: str
    lead: str
    column: Named
    town: Named | None
    desk: str
    example: bool
    published_at: Moment
    picture: ListedPicture | None = Field(None)


class Lasting(View):
    """An answer with pictures, kept no longer than all of them may be shown."""

    valid_until: Moment | None = Field(None, description="when the next of its pictures goes by itself")


class ArticlePage(Page[ArticleSummary], Lasting):
    pass


class FrontPage(Lasting):
    """What the home page shows of the news."""

    items: list[ArticleSummary]


class ArticleView(ArticleSummary, TextOfArticle):
    """An article as everyone reads it; its corrections in the order in which they were made.

    `changed_at` is when its readers last had other words, or saw something else of its cases or pictures.
    """

    changed_at: Moment
    valid_until: Moment | None = Field(None, description="when the next of its pictures goes by itself")
    follow_ups: list[FollowUpView] = Field([], description="what became of the cases that it names")


class Withdrawn(View):
    """What is said, beside `not_found`, of an article that was withdrawn."""

    withdrawn_at: Moment
    reason: str


class Hit(View):
    """Something that a search has found; `path` is its address below /api/v1."""

    kind: str
    id: str
    title: str
    summary: str
    path: str
    picture: ListedPicture | None = Field(None)


class HitPage(Page[Hit], Lasting):
    pass
