"""What goes out by itself: once, also late and with many at it; and what is held back is nowhere before."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, Forbidden, Invalid, NotFound
from kit.testing import new_key
from news import desk, fronting, publishing, reading, steps
from news.contract.reading import Front, ListArticles, Search
from news.contract.scheduling import EmbargoArticle, ScheduleArticle, UnscheduleArticle
from news.contract.shapes import OneArticle

HOUR = timedelta(hours=1)


def schedule(newsroom: Any, article: str, after: timedelta = HOUR) -> Any:
    request = ScheduleArticle(id=article, at=utcnow() + after, idempotency_key=new_key())
    return publishing.schedule_article(newsroom.parts, request, newsroom.editor)


def hold_back(newsroom: Any, article: str, after: timedelta = HOUR) -> Any:
    request = EmbargoArticle(id=article, until=utcnow() + after, idempotency_key=new_key())
    return publishing.embargo_article(newsroom.parts, request, newsroom.editor)


def scheduled(newsroom: Any, **fields: Any) -> str:
    article: str = newsroom.create(**fields)
    newsroom.pass_reviews(article)
    assert schedule(newsroom, article).stage == "scheduled"
    return article


def its_time_comes(newsroom: Any, *articles: str) -> None:
    past = utcnow() - timedelta(minutes=5)
    change = {"publish_at": past, "by_due": past}
    newsroom.db.articles.update_many({"_id": {"$in": list(articles)}}, {"$set": change})


def seen_anywhere(newsroom: Any, article: str) -> bool:
    parts = newsroom.parts
    listed = [row.id for row in reading.list_articles(parts, ListArticles(limit=100)).items]
    listed += [row.id for row in reading.list_articles(parts, ListArticles(column="livelihood")).items]
    listed += [row.id for row in fronting.front(parts, Front()).items]
    listed += [row.id for row in reading.search(parts, Search(q="社区食堂")).items]
    try:
        reading.get_article(parts, OneArticle(id=article))
    except NotFound:
        return article in listed or bool(newsroom.told(article))
    return True


def test_it_goes_out_when_its_time_has_come_and_not_before(newsroom: Any) -> None:
    article = scheduled(newsroom)
    assert publishing.publish_due(newsroom.parts) == 0
    assert not seen_anywhere(newsroom, article)
    its_time_comes(newsroom, article)
    assert publishing.publish_due(newsroom.parts) == 1
    assert publishing.publish_due(newsroom.parts) == 0
    seen = reading.get_article(newsroom.parts, OneArticle(id=article))
    assert utcnow() - seen.published_at < timedelta(minutes=1)  # when it was out, not when it should have been
    assert len(newsroom.told(article)) == 1


def test_with_many_workers_each_goes_out_once(newsroom: Any) -> None:
    articles = [scheduled(newsroom) for _ in range(5)]
    its_time_comes(newsroom, *articles)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: publishing.publish_due(newsroom.parts), range(8))) == 5
    assert all(len(newsroom.told(article)) == 1 for article in articles)


def test_a_worker_whose_clock_is_fast_publishes_nothing_early_and_nothing_twice(
    newsroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = timedelta(seconds=90)
    held, due = newsroom.create(), scheduled(newsroom)
    hold_back(newsroom, held, fast / 2)
    newsroom.pass_reviews(held)
    schedule(newsroom, held, fast / 2)
    by_hand = newsroom.create()
    hold_back(newsroom, by_hand, fast / 2)
    newsroom.pass_reviews(by_hand)
    monkeypatch.setattr(steps, "utcnow", lambda: utcnow() + fast)
    assert publishing.publish_due(newsroom.parts) == 0
    with pytest.raises(Conflict):
        newsroom.publish(by_hand)
    with pytest.raises(Conflict):
        newsroom.hurry(held, newsroom.duty)
    assert not any(seen_anywhere(newsroom, article) for article in (held, by_hand, due))
    its_time_comes(newsroom, due)
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: publishing.publish_due(newsroom.parts), range(2))) == 1
    assert len(newsroom.told(due)) == 1


def test_who_is_late_to_cancel_is_told_that_it_is_out(newsroom: Any) -> None:
    article = scheduled(newsroom)
    its_time_comes(newsroom, article)
    publishing.publish_due(newsroom.parts)
    request = UnscheduleArticle(id=article, idempotency_key=new_key())
    with pytest.raises(Conflict) as late:
        publishing.unschedule_article(newsroom.parts, request, newsroom.editor)
    assert late.value.extra["state"] == "published"


def test_what_was_cancelled_or_published_by_hand_does_not_go_out_again(newsroom: Any) -> None:
    cancelled, by_hand, elsewhere = (scheduled(newsroom) for _ in range(3))
    request = UnscheduleArticle(id=cancelled, idempotency_key=new_key())
    publishing.unschedule_article(newsroom.parts, request, newsroom.editor)
    newsroom.publish(by_hand)
    old = {"state": "published", "published_at": utcnow()}  # by an instance that knows no times
    newsroom.db.articles.update_one({"_id": elsewhere}, {"$set": old, "$inc": {"version": 1}})
    its_time_comes(newsroom, elsewhere)
    assert publishing.publish_due(newsroom.parts) == 0
    assert len(newsroom.told(by_hand)) == 1


def test_one_that_cannot_go_out_holds_up_no_other(newsroom: Any) -> None:
    broken, whole = scheduled(newsroom), scheduled(newsroom)
    its_time_comes(newsroom, broken, whole)
    newsroom.db.articles.update_one({"_id": broken}, {"$set": {"by_due": utcnow() - HOUR, "words.title": None}})
    assert publishing.publish_due(newsroom.parts) == 1
    assert seen_anywhere(newsroom, whole)


def test_what_is_held_back_is_nowhere_before_its_time(newsroom: Any) -> None:
    article = newsroom.create()
    hold_back(newsroom, article)
    newsroom.pass_reviews(article)
    with pytest.raises(Conflict):
        newsroom.publish(article)
    with pytest.raises(Invalid) as early:
        schedule(newsroom, article, HOUR / 2)
    assert early.value.errors[0]["field"] == "at"
    schedule(newsroom, article, HOUR * 2)
    publishing.publish_due(newsroom.parts)
    assert not seen_anywhere(newsroom, article)
    row = desk.get_desk_article(newsroom.parts, OneArticle(id=article), newsroom.reporter)
    assert row.embargo_until
    assert row.publish_at
    its_time_comes(newsroom, article)
    assert publishing.publish_due(newsroom.parts) == 0  # the time was moved in the database, the embargo was not
    assert not seen_anywhere(newsroom, article)
    passed = {"embargo_until": utcnow() - HOUR}
    newsroom.db.articles.update_one({"_id": article}, {"$set": passed})
    assert publishing.publish_due(newsroom.parts) == 1
    assert seen_anywhere(newsroom, article)


def test_an_embargo_is_lifted_only_with_a_reason_that_stays(newsroom: Any) -> None:
    article = newsroom.create()
    hold_back(newsroom, article)

    def lift(by: Any, **fields: Any) -> Any:
        request = EmbargoArticle(id=article, idempotency_key=new_key(), **fields)
        return publishing.embargo_article(newsroom.parts, request, by)

    with pytest.raises(Invalid) as refused:
        lift(newsroom.editor)
    assert refused.value.errors[0]["field"] == "note"
    newsroom.pass_reviews(article)
    with pytest.raises(Forbidden):
        lift(newsroom.reporter, note="想早点发")
    lift(newsroom.editor, note="发布会提前")
    row = desk.get_desk_article(newsroom.parts, OneArticle(id=article), newsroom.reporter)
    assert (row.embargo_until, row.course[-1].note) == (None, "发布会提前")


def test_a_held_back_article_is_not_published_in_haste_either(newsroom: Any) -> None:
    article = newsroom.create()
    hold_back(newsroom, article)
    with pytest.raises(Conflict):
        newsroom.hurry(article, newsroom.duty)
    assert not seen_anywhere(newsroom, article)
