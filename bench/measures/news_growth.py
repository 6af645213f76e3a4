"""What grows with the number of articles: what everyone reads, what programs read, the desk, search.

The same use cases, with the same questions in turn, on two databases of one server that differ in nothing but size.
"""

import secrets
from collections.abc import Callable
from random import Random
from typing import Any

from bench.measure import Measure, Plan, Row, Target
from bench.measures.growth import compare, part_of
from bench.measures.newsroom import Newsroom, counted, newsrooms
from bench.world import World
from kit.contract import Empty
from kit.identity import STAFF, Caller
from kit.paging import encode_cursor
from news import commenting, desk, feeding, fronting, library, ranking, reading
from news.contract.comments import ListComments
from news.contract.desk import ListDeskArticles
from news.contract.feeds import GetFeed
from news.contract.front import ChooseFront
from news.contract.media import ListMedia
from news.contract.reading import Front, ListArticles, Search
from news.contract.shapes import OneArticle
from news.domain.front import MOST

_EDITOR = Caller(STAFF, "s_bench", frozenset({"editor"}))


def _front(newsroom: Newsroom, draw: Random) -> Any:
    return fronting.front(newsroom.parts, Front())


def _newest(newsroom: Newsroom, draw: Random) -> Any:
    return reading.list_articles(newsroom.parts, ListArticles())


def _filtered(newsroom: Newsroom, draw: Random) -> Any:
    row = newsroom.article(draw)
    filters = {name: row[f"by_{name}"] for name in ("column", "town") if row[f"by_{name}"]}
    chosen = draw.sample(sorted(filters), draw.randint(1, len(filters)))
    return reading.list_articles(newsroom.parts, ListArticles(**{name: filters[name] for name in chosen}))


def _deep(newsroom: Newsroom, draw: Random) -> Any:
    """A page somewhere down a column, as who scrolls gets it: by the cursor of an article."""
    row = newsroom.article(draw)
    cursor = encode_cursor(row["created"], row["_id"])
    return reading.list_articles(newsroom.parts, ListArticles(column=row["by_column"], cursor=cursor))


def _topic(newsroom: Newsroom, draw: Random) -> Any:
    topic = draw.choice(newsroom.filed(draw)["topics"])
    return reading.list_articles(newsroom.parts, ListArticles(topic=topic))


def _deep_in_topic(newsroom: Newsroom, draw: Random) -> Any:
    row = newsroom.filed(draw)
    cursor = encode_cursor(row["created"], row["_id"])
    return reading.list_articles(newsroom.parts, ListArticles(topic=draw.choice(row["topics"]), cursor=cursor))


def _article(newsroom: Newsroom, draw: Random) -> Any:
    """An article as who opens it gets it: with the first page of its comments."""
    number = newsroom.article(draw)["_id"]
    reading.get_article(newsroom.parts, OneArticle(id=number))
    return commenting.list_comments(newsroom.parts, ListComments(id=number))


def _most_read(newsroom: Newsroom, draw: Random) -> Any:
    return ranking.get_most_read(newsroom.parts, Empty())


def _feed(newsroom: Newsroom, draw: Random) -> Any:
    return feeding.get_feed(newsroom.parts, GetFeed(column=newsroom.article(draw)["by_column"]))


def _desk(newsroom: Newsroom, draw: Random) -> Any:
    return desk.list_desk_articles(newsroom.parts, ListDeskArticles(), _EDITOR)


def _library(newsroom: Newsroom, draw: Random) -> Any:
    return library.list_media(newsroom.parts, ListMedia(), _EDITOR)


def _gone(newsroom: Newsroom, draw: Random) -> Any:
    return library.list_media(newsroom.parts, ListMedia(only="expired"), _EDITOR)


def _search(newsroom: Newsroom, draw: Random) -> Any:
    return reading.search(newsroom.parts, Search(q=part_of(newsroom.article(draw)["words"]["title"], draw)))


PAGES: dict[str, Callable[[Newsroom, Random], Any]] = {
    "front page": _front,
    "newest articles": _newest,
    "articles of a column or town": _filtered,
    "articles far down a column": _deep,
    "articles of a topic": _topic,
    "articles far down a topic": _deep_in_topic,
    "an article with its first comments": _article,
    "most read": _most_read,
    "a column's feed": _feed,
    "desk: articles": _desk,
    "desk: pictures": _library,
    "desk: pictures whose right has ended": _gone,
}


def news(world: World, plan: Plan) -> list[Row]:
    """Front page and lists with their pictures, an article's page, what is read most, a feed, the desk."""
    places = newsrooms(world, plan)
    for place in places:
        _choose_front(place)
    return [_compared(name, ask, places, plan, Target(most=1.5)) for name, ask in PAGES.items()]


def search(world: World, plan: Plan) -> list[Row]:
    """Two to six characters of the title of some article."""
    return [_compared("news search", _search, newsrooms(world, plan), plan, Target(most=2.5))]


def _choose_front(newsroom: Newsroom) -> None:
    """As many articles as editors may choose; what was chosen for a run before may have lapsed."""
    articles = [row["_id"] for row in newsroom.articles[:MOST]]
    fronting.choose_front(
        newsroom.parts, ChooseFront(idempotency_key=f"bench-{secrets.token_hex(8)}", articles=articles), _EDITOR
    )


def _compared(
    name: str,
    ask: Callable[[Newsroom, Random], Any],
    places: tuple[Newsroom, Newsroom],
    plan: Plan,
    target: Target,
) -> Row:
    (few, _), (many, comments) = map(counted, places)
    return compare(f"{name}, p99 at {{}} articles, {comments:,} comments", ask, places, (few, many), plan, target)


MEASURES = (Measure("news", news), Measure("news-search", search))
