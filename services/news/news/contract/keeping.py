"""What a resident keeps and follows."""

from typing import Literal

from pydantic import Field

from kit.contract import Command, Moment, Page, PageRequest, Request, View
from news.contract.reading import ArticleSummary
from news.contract.shapes import ArticleId, Code, Named

FollowKind = Literal["column", "town"]
FollowAny = Literal["column", "town", "topic", "echoes"]
"""回音壁 (echoes) is followed as a whole: its target is `all`."""


class KeepArticle(Command):
    id: ArticleId = Field(title="编号")


class DropArticle(KeepArticle):
    pass


class GetKept(Request):
    id: ArticleId = Field(title="编号")


class KeptView(View):
    """Whether the caller keeps an article."""

    kept: bool


class ListFavourites(PageRequest):
    pass


class FavouriteView(View):
    """An article that somebody keeps; of one that was withdrawn nothing is left but that."""

    id: str
    at: Moment
    article: ArticleSummary | None


class FavouritePage(Page[FavouriteView]):
    """The last one kept first."""


class Follow(Command):
    kind: FollowAny = Field(title="关注类别")
    target: Code = Field(title="关注对象")


class Unfollow(Follow):
    pass


class ListFollows(PageRequest):
    pass


class FollowView(View):
    """What somebody follows, by the name that people call it."""

    kind: FollowKind
    target: str
    name: str
    at: Moment


class FollowedTopic(Named):
    """A topic that somebody follows. One that the district has no more is called so."""

    at: Moment


class FollowPage(Page[FollowView]):
    """Columns and towns, the last one followed first; beside them whether 回音壁 is followed, and all topics."""

    echoes: bool = False
    topics: list[FollowedTopic] = Field([])


class FollowedView(View):
    """Whether the caller follows it now."""

    following: bool


class FollowersTold(View):
    """Who is told that an article is out: some who follow its column, town or a topic. What is told is public."""

    article: str
    headline: str
    of: str
    accounts: list[str]
