"""What residents keep and follow: once each, told in batches, forgotten with the account."""

from dataclasses import replace
from typing import Any

import pytest

from kit.errors import Conflict, Invalid, NotFound
from kit.identity import Caller
from kit.testing import new_key
from news import keeping
from news.contract.keeping import (
    DropArticle,
    Follow,
    GetKept,
    KeepArticle,
    ListFavourites,
    ListFollows,
    Unfollow,
)
from news.store import keeping as store

READER = Caller("resident", "r_reader", frozenset({"resident"}))


def keep(newsroom: Any, article: str, by: Caller = READER) -> None:
    keeping.keep_article(newsroom.parts, KeepArticle(id=article, idempotency_key=new_key()), by)


def kept(newsroom: Any) -> list[tuple[str, bool]]:
    items = keeping.list_favourites(newsroom.parts, ListFavourites(), READER).items
    return [(row.id, row.article is not None) for row in items]


def follow(newsroom: Any, kind: str, target: str, by: Caller = READER) -> None:
    request = Follow.model_validate({"kind": kind, "target": target, "idempotency_key": new_key()})
    keeping.follow(newsroom.parts, request, by)


def told(newsroom: Any, article: str) -> list[tuple[str, list[str]]]:
    """Of what, and whom."""
    rows = newsroom.db.tellings.find({"_outbox.data.article": article}).sort("_id", 1)
    return [(row["_outbox"][0]["data"]["of"], row["_outbox"][0]["data"]["accounts"]) for row in rows]


def test_what_is_kept_is_kept_once_and_its_withdrawal_shows(newsroom: Any) -> None:
    first, second = newsroom.published(), newsroom.published()
    for article in (first, second, first):
        keep(newsroom, article)
    assert kept(newsroom) == [(second, True), (first, True)]
    newsroom.withdraw(first)
    assert kept(newsroom) == [(second, True), (first, False)]
    keeping.drop_article(newsroom.parts, DropArticle(id=first, idempotency_key=new_key()), READER)
    assert not keeping.get_kept(newsroom.parts, GetKept(id=first), READER).kept
    assert kept(newsroom) == [(second, True)]
    with pytest.raises(NotFound):
        keep(newsroom, newsroom.create())


def test_nobody_keeps_more_than_the_most(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 1)
    first = newsroom.published()
    keep(newsroom, first)
    keep(newsroom, first)
    with pytest.raises(Conflict):
        keep(newsroom, newsroom.published())


def test_followers_of_column_and_town_are_told_in_batches(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BATCH", 2)
    for number in range(5):
        follow(newsroom, "column", "livelihood", Caller("resident", f"r_{number}", frozenset({"resident"})))
    follow(newsroom, "column", "culture")
    follow(newsroom, "town", "110114112")
    article = newsroom.published()
    for _ in range(2):  # the event may come twice
        keeping.tell_followers(newsroom.parts, article)
    assert told(newsroom, article) == [
        ("民生", ["r_0", "r_1"]), ("民生", ["r_2", "r_3"]), ("民生", ["r_4"]), ("崔村镇", ["r_reader"]),
    ]  # fmt: skip


def test_nobody_is_told_of_what_nobody_may_read(newsroom: Any) -> None:
    follow(newsroom, "column", "livelihood")
    draft, gone = newsroom.create(), newsroom.published()
    newsroom.withdraw(gone)
    for article in (draft, gone, "CPN20261127-000000"):
        keeping.tell_followers(newsroom.parts, article)
    assert newsroom.db.tellings.count_documents({}) == 0


def test_follows_are_named_and_ended(newsroom: Any) -> None:
    for _ in range(2):
        follow(newsroom, "column", "culture")
    follow(newsroom, "town", "110114112")
    names = [(row.kind, row.name) for row in keeping.list_follows(newsroom.parts, ListFollows(), READER).items]
    assert names == [("town", "崔村镇"), ("column", "文化")]
    with pytest.raises(Invalid):
        follow(newsroom, "column", "nonsense")
    request = Unfollow(kind="town", target="110114112", idempotency_key=new_key())
    assert not keeping.unfollow(newsroom.parts, request, READER).following
    article = newsroom.published()
    keeping.tell_followers(newsroom.parts, article)
    assert told(newsroom, article) == []


def test_echoes_are_followed_beside_columns_and_towns(newsroom: Any) -> None:
    follow(newsroom, "column", "culture")
    assert not keeping.list_follows(newsroom.parts, ListFollows(), READER).echoes
    for _ in range(2):
        follow(newsroom, "echoes", "all")
    page = keeping.list_follows(newsroom.parts, ListFollows(), READER)
    assert (page.echoes, [row.kind for row in page.items]) == (True, ["column"])
    with pytest.raises(Invalid):
        follow(newsroom, "echoes", "culture")
    request = Unfollow(kind="echoes", target="all", idempotency_key=new_key())
    assert not keeping.unfollow(newsroom.parts, request, READER).following
    assert not keeping.list_follows(newsroom.parts, ListFollows(), READER).echoes


def test_a_topic_is_followed_and_its_followers_are_told_once_each(newsroom: Any) -> None:
    for _ in range(2):
        follow(newsroom, "topic", "parking")
    follow(newsroom, "topic", "transit")
    follow(newsroom, "column", "culture")
    page = keeping.list_follows(newsroom.parts, ListFollows(), READER)
    assert [row.kind for row in page.items] == ["column"]
    assert [(topic.code, topic.name) for topic in page.topics] == [("transit", "公交出行"), ("parking", "停车")]
    article = newsroom.published(topics=["parking", "transit"])
    for _ in range(2):  # the event may come twice
        keeping.tell_followers(newsroom.parts, article)
    assert told(newsroom, article) == [("话题“停车”", [READER.id]), ("话题“公交出行”", [READER.id])]
    request = Unfollow(kind="topic", target="parking", idempotency_key=new_key())
    assert not keeping.unfollow(newsroom.parts, request, READER).following
    assert [one.code for one in keeping.list_follows(newsroom.parts, ListFollows(), READER).topics] == ["transit"]
    with pytest.raises(Invalid):
        follow(newsroom, "topic", "culture")


def test_a_topic_that_the_district_gave_up_tells_nobody_and_can_be_left(newsroom: Any) -> None:
    follow(newsroom, "topic", "parking")
    article = newsroom.published(topics=["parking"])
    directory = newsroom.parts.directory.model_copy(update={"topics": {}})
    newsroom.parts = replace(newsroom.parts, directory=directory)
    keeping.tell_followers(newsroom.parts, article)
    assert told(newsroom, article) == []
    assert [one.name for one in keeping.list_follows(newsroom.parts, ListFollows(), READER).topics] == ["已取消的话题"]
    keeping.unfollow(newsroom.parts, Unfollow(kind="topic", target="parking", idempotency_key=new_key()), READER)
    assert keeping.list_follows(newsroom.parts, ListFollows(), READER).topics == []


def test_who_has_left_keeps_and_follows_nothing(newsroom: Any) -> None:
    keep(newsroom, newsroom.published())
    follow(newsroom, "column", "culture")
    follow(newsroom, "topic", "parking")
    keeping.forget(newsroom.parts, READER.id)
    left = [newsroom.db[name].count_documents({}) for name in ("favourites", "follows", "topic_follows")]
    assert left == [0, 0, 0]


def test_every_query_has_its_index_and_pages_go_on(newsroom: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "BATCH", 2)
    articles = [newsroom.published(topics=["parking"]) for _ in range(3)]
    follow(newsroom, "topic", "parking")
    newsroom.db.command("profile", 2)
    for article in articles:
        keep(newsroom, article)
    for code in ("culture", "science", "livelihood"):
        follow(newsroom, "column", code)
    favourites = keeping.list_favourites(newsroom.parts, ListFavourites(limit=2), READER)
    rest = ListFavourites(limit=2, cursor=favourites.next_cursor)
    assert len(keeping.list_favourites(newsroom.parts, rest, READER).items) == 1
    follows = keeping.list_follows(newsroom.parts, ListFollows(limit=2), READER)
    assert (
        len(keeping.list_follows(newsroom.parts, ListFollows(limit=2, cursor=follows.next_cursor), READER).items) == 1
    )
    keeping.tell_followers(newsroom.parts, articles[0])
    keeping.get_kept(newsroom.parts, GetKept(id=articles[0]), READER)
    keeping.forget(newsroom.parts, READER.id)
    newsroom.db.command("profile", 0)
    profile = list(
        newsroom.db.system.profile.find({"ns": {"$regex": r"\.(favourites|follows|topic_follows|tellings)$"}})
    )
    assert len(profile) > 12
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    assert [row["command"] for row in profile if row.get("hasSortStage")] == []
