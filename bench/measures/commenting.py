"""What grows with the number of comments: those below an article, far down them, one's own, the desk's queue."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from typing import Any, NamedTuple

from bench.measure import Measure, Plan, Row, Target
from bench.measures.growth import SEED, compare
from bench.world import World
from devtools.progress import say, step
from kit.identity import Caller
from kit.migrate import complete
from kit.mongo import Document, apply
from kit.paging import encode_cursor
from kit.settings import ServiceSettings
from news import commenting, moderating
from news.contract.comments import ListComments, ListDeskComments, ListOwnComments
from news.domain.article import Article, Block, Kind, Stage, Words
from news.domain.comments import Comment, CommentState
from news.parts import Parts, assemble
from news.store import SCHEMA
from news.store.comments import document_of

ARTICLES = 200
AUTHORS = 5_000
BATCH = 5_000
_BEGAN = datetime(2026, 11, 1, tzinfo=UTC)
_EDITOR = Caller("staff", "s_bench", frozenset({"editor"}))
_STATES = (*[CommentState.SHOWN] * 17, CommentState.WAITING, CommentState.HIDDEN, CommentState.REFUSED)


class Newsroom(NamedTuple):
    """A database with comments."""

    parts: Parts
    comments: int


def _article(draw: Random) -> str:
    return f"CPN20261101-{draw.randrange(ARTICLES):06}"


def _below(newsroom: Newsroom, draw: Random) -> Any:
    return commenting.list_comments(newsroom.parts, ListComments(id=_article(draw)))


def _deep(newsroom: Newsroom, draw: Random) -> Any:
    at = _BEGAN + timedelta(seconds=draw.randrange(newsroom.comments))
    return commenting.list_comments(newsroom.parts, ListComments(id=_article(draw), cursor=encode_cursor(at, "CPC")))


def _own(newsroom: Newsroom, draw: Random) -> Any:
    caller = Caller("resident", f"r_{draw.randrange(AUTHORS):016}")
    return commenting.list_own_comments(newsroom.parts, ListOwnComments(id=_article(draw)), caller)


def _queue(newsroom: Newsroom, draw: Random) -> Any:
    return moderating.list_desk_comments(newsroom.parts, ListDeskComments(), _EDITOR)


PAGES: dict[str, Callable[[Newsroom, Random], Any]] = {
    "comments of an article": _below,
    "comments far down an article": _deep,
    "a resident's own comments": _own,
    "desk: comments that wait": _queue,
}


def comments(world: World, plan: Plan) -> list[Row]:
    """The pages of comments with as many of them as there are cases elsewhere."""
    small, large = _newsroom(world, plan.few_cases), _newsroom(world, plan.cases)
    sizes = (small.comments, large.comments)
    return [
        compare(f"{name}, p99 at {{}} comments", ask, (small, large), sizes, plan, Target(most=1.5))
        for name, ask in PAGES.items()
    ]


def _newsroom(world: World, count: int) -> Newsroom:
    """The database with so many comments; made when it is missing, and kept for the next run."""
    name = f"news_{count}"
    db = world.client()[name]
    if db["comments"].estimated_document_count() < count:
        with step(f"writing {count:,} comments"):
            world.client().drop_database(name)
            rows = _comments(count)
            while some := list(islice(rows, BATCH)):
                db["comments"].insert_many(some, ordered=False)
    apply(complete(SCHEMA), db)
    parts = assemble(db, world.told(ServiceSettings, "news", name), wake=lambda: None)
    if parts.articles.collection.estimated_document_count() == 0:
        for number in range(ARTICLES):
            parts.articles.insert(_published(number), [], {"key": f"bench {number}"})
    say(f"{name}: {count:,} comments")
    return Newsroom(parts, count)


def _published(number: int) -> Article:
    blocks = (Block(kind=Kind.PARAGRAPH, text="示例正文。" * 40),)
    words = Words(column="culture", title=f"示例报道第{number}篇", lead="", blocks=blocks, desk="示例", source="示例")
    times = dict.fromkeys(("drafted_at", "updated_at", "published_at"), _BEGAN)
    return Article(
        id=f"CPN20261101-{number:06}", author="s_bench", words=words, stage=Stage.PUBLISHED, version=1, **times
    )


def _comments(count: int) -> Iterator[Document]:
    draw = Random(SEED)
    for number in range(count):
        comment = Comment(
            id=f"CPC{number:014}",
            article=_article(draw),
            column="culture",
            author=f"r_{draw.randrange(AUTHORS):016}",
            name="居民0000",
            text="写得清楚，希望多一些这样的报道。",
            state=draw.choice(_STATES),
            created=_BEGAN + timedelta(seconds=number),
        )
        yield {"_id": comment.id, **document_of(comment)}


MEASURES = (Measure("comments", comments),)
