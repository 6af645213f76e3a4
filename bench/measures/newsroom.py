"""Newsrooms of two sizes to ask: databases with years of news, which differ in nothing but size."""

import time
from random import Random
from typing import Any, NamedTuple

from bench.measure import Plan
from bench.measures.growth import SAMPLE, SEED, run
from bench.world import World
from devtools.progress import say, step
from kit.settings import ServiceSettings
from news.parts import Parts, assemble

COMMENTS_EACH = 5
_LISTED = {"by_listed": 1, "by_column": 1, "by_town": 1, "topics": 1, "created": 1, "words.title": 1}
_COMMENTED = {"article": 1, "author": 1, "created": 1}


class Newsroom(NamedTuple):
    """A database with news, and some of what is in it to ask for."""

    parts: Parts
    articles: list[dict[str, Any]]
    comments: list[dict[str, Any]]

    def article(self, draw: Random) -> dict[str, Any]:
        """Some article that everyone may read."""
        return draw.choice(self.articles)

    def filed(self, draw: Random) -> dict[str, Any]:
        """Some article with a topic; so a topic that has many comes up more often."""
        while not (row := self.article(draw))["topics"]:
            pass
        return row

    def comment(self, draw: Random) -> dict[str, Any]:
        """Some comment that everyone sees; so an article that has many comes up more often."""
        return draw.choice(self.comments)


def newsrooms(world: World, plan: Plan) -> tuple[Newsroom, Newsroom]:
    """The small one and the large one."""
    rooms = _newsroom(world, plan.few_articles), _newsroom(world, plan.articles)
    world.warm()
    return rooms


def counted(newsroom: Newsroom) -> tuple[int, int]:
    """How many articles and comments there are."""
    parts = newsroom.parts
    return parts.articles.collection.estimated_document_count(), parts.comments.collection.estimated_document_count()


def _newsroom(world: World, articles: int) -> Newsroom:
    """The database with so many articles; made when it is missing or not whole, and kept for the next run."""
    name, comments = f"newsroom_{articles}", articles * COMMENTS_EACH
    own, db = world.settings_of("news", database=name), world.client()[name]
    if not db["pictures"].estimated_document_count():  # what was written before there were pictures and topics
        world.client().drop_database(name)
    there = db["articles"].estimated_document_count()
    if there < articles or db["comments"].estimated_document_count() < comments * 0.97:
        with step(f"writing {articles:,} articles and {comments:,} comments (articles there: {there:,})"):
            began = time.monotonic()
            run(["kit.migrate", "news.store"], own)
            if there == 0:
                for collection in ("articles", "comments", "pictures"):
                    db[collection].drop_indexes()  # an index is built faster over what is there already
            size = ["--articles", str(articles), "--comments", str(comments), "--seed", str(SEED)]
            run(["news.crowd", *size], own)
            took = time.monotonic() - began
        say(f"{name}: {articles / took:,.0f} articles and {comments / took:,.0f} comments a second")
    run(["kit.migrate", "news.store"], own)
    parts = assemble(db, world.told(ServiceSettings, "news", name), wake=lambda: None)
    rows = _sample(parts.comments.collection, {"by_public": True}, _COMMENTED)
    listed = {article.id for article in parts.articles.listed_among(sorted({row["article"] for row in rows}))}
    found = Newsroom(
        parts,
        _sample(parts.articles.collection, {"by_listed": True}, _LISTED),
        [row for row in rows if row["article"] in listed],
    )
    say(f"{name}: {counted(found)[0]:,} articles, {counted(found)[1]:,} comments")
    return found


def _sample(collection: Any, query: dict[str, Any], fields: dict[str, int]) -> list[dict[str, Any]]:
    return list(collection.aggregate([{"$sample": {"size": SAMPLE}}, {"$match": query}, {"$project": fields}]))
