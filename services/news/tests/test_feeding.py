"""What programs read: the latest by column and town, what was withdrawn, months."""

from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import NotFound
from news import feeding
from news.contract.feeds import GetFeed, ListPublished

TOWN = "110114112"


def feed(newsroom: Any, **chosen: str) -> Any:
    return feeding.get_feed(newsroom.parts, GetFeed(**chosen))


def ids(rows: Any) -> list[str]:
    return [row.id for row in rows]


def test_a_feed_is_of_all_of_a_column_or_of_a_town(newsroom: Any) -> None:
    first = newsroom.published(column="culture", town=None)
    second = newsroom.published(column="science", town=TOWN)
    newsroom.create(column="culture")
    assert ids(feed(newsroom).items) == [second, first]
    assert ids(feed(newsroom, column="culture").items) == [first]
    assert ids(feed(newsroom, town=TOWN).items) == [second]
    assert feed(newsroom, column="culture").column.name == "文化"
    for unknown in ({"column": "no_such"}, {"town": "999999999"}):
        with pytest.raises(NotFound):
            feed(newsroom, **unknown)


def test_a_correction_moves_the_time_of_change_and_nothing_else(newsroom: Any) -> None:
    article = newsroom.published()
    before = feed(newsroom)
    newsroom.save(article, title="社区食堂昨天开门", correction="日期有误")
    after = feed(newsroom)
    (old,), (new,) = before.items, after.items
    assert (old.id, old.published_at, old.changed_at) == (new.id, new.published_at, old.published_at)
    assert new.changed_at > old.changed_at
    assert after.updated == new.changed_at
    assert new.corrections[0].note == "日期有误"


def test_a_later_review_changes_nothing_for_readers(newsroom: Any) -> None:
    article = newsroom.create()
    newsroom.hurry(article, newsroom.duty)
    before = feed(newsroom)
    newsroom.review_later(article, newsroom.chief)
    assert feed(newsroom) == before


def test_what_was_withdrawn_is_told_for_a_month_and_its_text_never(newsroom: Any) -> None:
    gone, old, elsewhere = newsroom.published(), newsroom.published(), newsroom.published(column="science", town=None)
    for article in (gone, old, elsewhere):
        newsroom.withdraw(article)
    long_ago = {"withdrawn_at": utcnow() - timedelta(days=31)}
    newsroom.db.articles.update_one({"_id": old}, {"$set": long_ago})
    assert set(ids(feed(newsroom).withdrawn)) == {gone, elsewhere}
    assert ids(feed(newsroom, column="livelihood").withdrawn) == [gone]
    assert ids(feed(newsroom, town=TOWN).withdrawn) == [gone]
    assert feed(newsroom).items == []
    assert feed(newsroom).updated == max(row.withdrawn_at for row in feed(newsroom).withdrawn)


def test_an_empty_feed_is_a_feed(newsroom: Any) -> None:
    assert feed(newsroom).items == feed(newsroom).withdrawn == []
    assert feeding.get_published_months(newsroom.parts, Empty()).months == []
    assert feeding.list_published(newsroom.parts, ListPublished()).items == []


def test_months_and_what_was_published_in_them(newsroom: Any) -> None:
    now, made = utcnow(), [newsroom.published() for _ in range(5)]
    for number, article in enumerate(made[:2]):
        at = now - timedelta(days=40, minutes=number)
        newsroom.db.articles.update_one({"_id": article}, {"$set": {"created": at, "published_at": at}})
    months = feeding.get_published_months(newsroom.parts, Empty()).months
    assert len(months) in (2, 3)
    seen = [article for month in months for article in published(newsroom, month=month)]
    assert seen == [*made[:1:-1], *made[:2]]
    assert published(newsroom) == made[:1:-1]


def published(newsroom: Any, **chosen: str) -> list[str]:
    """All of it, page by page."""
    found: list[str] = []
    cursor = None
    while True:
        page = feeding.list_published(newsroom.parts, ListPublished(limit=2, cursor=cursor, **chosen))
        found += ids(page.items)
        cursor = page.next_cursor
        if cursor is None:
            return found
