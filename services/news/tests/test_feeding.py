"""What programs read: the latest by column and town, what was withdrawn, months."""

from datetime import date, timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import Invalid, NotFound
from kit.events import Event
from kit.testing import new_key
from news import coverage, feeding, library, reading
from news.contract.feeds import GetFeed, ListChanged, ListPublished
from news.contract.media import StateRights
from news.contract.shapes import OneArticle

from .conftest import sent

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


@pytest.mark.parametrize(
    ("asked", "moved"), [({"column": "livelihood"}, {"column": "culture"}), ({"town": TOWN}, {"town": None})]
)
def test_a_feed_has_changed_when_an_article_went_elsewhere(
    newsroom: Any, asked: dict[str, str], moved: dict[str, Any]
) -> None:
    where = {"column": "livelihood", "town": TOWN}
    staying, going = newsroom.published(**where), newsroom.published(**where)
    before = feed(newsroom, **asked)
    newsroom.save(going, correction="栏目有误", **{**where, **moved})
    after = feed(newsroom, **asked)
    assert (ids(before.items), ids(after.items)) == ([going, staying], [staying])
    assert after.updated > before.updated
    newsroom.save(staying, correction="日期有误", **where)
    assert feed(newsroom, **asked).updated > after.updated
    newsroom.review_later(going, newsroom.chief)
    assert feed(newsroom, **asked).updated == feed(newsroom, **asked).items[0].changed_at, "no step of his is one here"


def test_a_month_tells_when_the_last_of_it_was_withdrawn(newsroom: Any) -> None:
    going, _ = newsroom.published(), newsroom.published()
    (month,) = feeding.get_published_months(newsroom.parts, Empty()).months
    assert feeding.list_published(newsroom.parts, ListPublished(month=month)).withdrawn_at is None
    newsroom.withdraw(going)
    found = feeding.list_published(newsroom.parts, ListPublished(month=month))
    assert (len(found.items), found.withdrawn_at) == (1, newsroom.parts.articles.article(going).withdrawn_at)


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


def test_who_reads_where_an_article_was_before_is_told_of_its_withdrawal(newsroom: Any) -> None:
    first, last = {"column": "livelihood", "town": TOWN}, {"column": "culture", "town": None}
    going, staying = newsroom.published(**first), newsroom.published(**first)
    newsroom.save(going, correction="栏目有误", **last)
    newsroom.withdraw(going)
    newsroom.withdraw(staying)
    for asked in ({}, {"column": "livelihood"}, {"town": TOWN}):
        assert ids(feed(newsroom, **asked).withdrawn) == [staying, going], asked
    assert ids(feed(newsroom, column="culture").withdrawn) == [going]
    assert feed(newsroom, column="science").withdrawn == []
    back = newsroom.published(**first)
    newsroom.save(back, correction="栏目有误", **last)
    newsroom.save(back, correction="还是民生", **first)
    newsroom.withdraw(back)
    assert ids(feed(newsroom, column="livelihood").withdrawn) == [back, staying, going]


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


class Follower:
    """A program that keeps up with the newsroom, page by page."""

    def __init__(self, newsroom: Any, limit: int = 2) -> None:
        self._newsroom, self._limit = newsroom, limit
        self._until: Any = None

    def poll(self) -> list[tuple[str, str | None]]:
        """What has changed since it asked last: number, and title; no title where it was withdrawn."""
        found: list[Any] = []
        cursor = None
        while True:
            request = ListChanged(limit=self._limit, updated_after=self._until, cursor=cursor)
            page = feeding.list_changed(self._newsroom.parts, request)
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                self._until = page.updated_until
                return [(row.id, row.article and row.article.title) for row in found]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has changed is told without waiting until the second is over."""
    monkeypatch.setattr(feeding, "SETTLED", timedelta(seconds=-5))


@pytest.mark.usefixtures("at_once")
def test_who_follows_is_told_each_change_in_its_order_and_nothing_of_drafts(newsroom: Any) -> None:
    follower = Follower(newsroom)
    assert follower.poll() == []
    made = [newsroom.published(title=f"第{number}条路亮了") for number in range(5)]
    newsroom.create()
    assert [number for number, _ in follower.poll()] == made
    assert follower.poll() == []
    newsroom.save(made[3], title="第三条路提前亮了", correction="进度有更新")
    newsroom.withdraw(made[1])
    assert follower.poll() == [(made[3], "第三条路提前亮了"), (made[1], None)]
    assert [number for number, _ in Follower(newsroom).poll()] == [made[0], made[2], made[4], made[3], made[1]]


@pytest.mark.usefixtures("at_once")
def test_of_what_was_withdrawn_nothing_is_told_but_when_and_why(newsroom: Any) -> None:
    article = newsroom.published()
    newsroom.withdraw(article)
    (row,) = feeding.list_changed(newsroom.parts, ListChanged()).items
    assert (row.id, row.article, row.reason) == (article, None, "内容有误")
    assert row.withdrawn_at is not None


@pytest.mark.usefixtures("at_once")
def test_who_follows_is_told_until_when_a_picture_may_be_shown(newsroom: Any) -> None:
    until, picture = utcnow() + timedelta(days=3), "e" * 32
    row = {"_id": picture, "owner": "s_reporter", "width": 4, "height": 3, "shown_until": until}
    newsroom.db.pictures.insert_one(row)
    block = {"kind": "picture", "picture": picture, "alt": "路灯亮起", "credit": "张三摄"}
    newsroom.published(blocks=[], body=[block])
    newsroom.published()
    first, second = feeding.list_changed(newsroom.parts, ListChanged()).items
    assert [(one.picture, one.until) for one in first.pictures] == [(picture, until)]
    assert second.pictures == []


@pytest.mark.usefixtures("at_once")
def test_who_follows_is_told_when_the_desk_ends_a_right_before_its_day(newsroom: Any) -> None:
    picture = sent(newsroom)
    block = {"kind": "picture", "picture": picture, "alt": "路灯亮起", "credit": "张三摄"}
    shown, other = newsroom.published(blocks=[], body=[block]), newsroom.published()
    newsroom.create(blocks=[], body=[block])
    follower = Follower(newsroom)
    assert [number for number, _ in follower.poll()] == [shown, other]
    before = ListChanged(updated_after=utcnow())
    first_version = reading.get_article(newsroom.parts, OneArticle(id=shown)).changed_at
    stated = StateRights(id=picture, last_day=date(2026, 1, 1), idempotency_key=new_key())
    for _ in range(2):  # the second changes nothing, and is told to nobody
        library.state_rights(newsroom.parts, stated, newsroom.editor)
        (row,) = feeding.list_changed(newsroom.parts, before).items
        assert (row.id, row.article.body[0].expired) == (shown, True)
        assert row.article.changed_at > first_version, "which takes the place of what the program has"
    assert [number for number, _ in follower.poll()] == [shown]
    assert follower.poll() == []
    newsroom.withdraw(shown)
    library.state_rights(newsroom.parts, StateRights(id=picture, idempotency_key=new_key()), newsroom.editor)
    assert follower.poll() == [(shown, None)]


@pytest.mark.usefixtures("at_once")
def test_who_follows_is_told_when_something_has_become_of_its_cases(newsroom: Any, public_case: dict[str, Any]) -> None:
    no = public_case["no"]
    newsroom.cases.views[no] = public_case
    article = newsroom.published(blocks=[], body=[{"kind": "case", "no": no}])
    coverage.link(newsroom.parts, Event(new_key(), "news.article_published.v1", article, 1, utcnow(), {"id": article}))
    coverage.read_anew(newsroom.parts)
    follower = Follower(newsroom)
    assert [number for number, _ in follower.poll()] == [article]
    newsroom.cases.views[no] = {**public_case, "solved": True}
    coverage.hear(newsroom.parts, Event(new_key(), "petition.case_rated.v1", no, 1, utcnow(), {"no": no}))
    coverage.read_anew(newsroom.parts)
    assert [number for number, _ in follower.poll()] == [article]
    assert follower.poll() == []


def test_what_has_just_changed_is_told_once_its_second_is_over(newsroom: Any) -> None:
    article = newsroom.published()
    assert feeding.list_changed(newsroom.parts, ListChanged()).items == []
    earlier = utcnow() - timedelta(seconds=7)
    newsroom.db.articles.update_one({"_id": article}, {"$set": {"updated_at": earlier}})
    page = feeding.list_changed(newsroom.parts, ListChanged())
    assert (ids(page.items), page.updated_until) == ([article], earlier)


@pytest.mark.parametrize("cursor", ["nonsense", "WzEsMl0"])  # the second one is [1,2]
def test_a_cursor_that_nobody_gave_out_is_refused(newsroom: Any, cursor: str) -> None:
    with pytest.raises(Invalid):
        feeding.list_changed(newsroom.parts, ListChanged(cursor=cursor))
