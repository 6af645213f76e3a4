"""What grows with the number of comments: those below an article, far down them, one's own, the desk's queue."""

from collections.abc import Callable
from random import Random
from typing import Any

from bench.measure import Measure, Plan, Row, Target
from bench.measures.growth import compare
from bench.measures.newsroom import Newsroom, counted, newsrooms
from bench.world import World
from kit.identity import STAFF, Caller
from kit.paging import encode_cursor
from news import commenting, moderating
from news.contract.comments import ListComments, ListDeskComments, ListOwnComments

_EDITOR = Caller(STAFF, "s_bench", frozenset({"editor"}))


def _below(newsroom: Newsroom, draw: Random) -> Any:
    return commenting.list_comments(newsroom.parts, ListComments(id=newsroom.comment(draw)["article"]))


def _deep(newsroom: Newsroom, draw: Random) -> Any:
    row = newsroom.comment(draw)
    cursor = encode_cursor(row["created"], row["_id"])
    return commenting.list_comments(newsroom.parts, ListComments(id=row["article"], cursor=cursor))


def _own(newsroom: Newsroom, draw: Random) -> Any:
    row = newsroom.comment(draw)
    caller = Caller("resident", row["author"])
    return commenting.list_own_comments(newsroom.parts, ListOwnComments(id=row["article"]), caller)


def _queue(newsroom: Newsroom, draw: Random) -> Any:
    return moderating.list_desk_comments(newsroom.parts, ListDeskComments(), _EDITOR)


PAGES: dict[str, Callable[[Newsroom, Random], Any]] = {
    "comments of an article": _below,
    "comments far down an article": _deep,
    "a resident's own comments": _own,
    "desk: comments that wait": _queue,
}


def comments(world: World, plan: Plan) -> list[Row]:
    """The pages of comments, in the same newsrooms as the pages of articles."""
    places = newsrooms(world, plan)
    (_, few), (_, many) = map(counted, places)
    return [
        compare(f"{name}, p99 at {{}} comments", ask, places, (few, many), plan, Target(most=1.5))
        for name, ask in PAGES.items()
    ]


MEASURES = (Measure("comments", comments),)
