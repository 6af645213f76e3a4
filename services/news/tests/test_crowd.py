"""Years of news for measuring: real ones, the same for the same seed, told to nobody."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from news import library, ranking, reading
from news.contract.media import ListMedia
from news.contract.reading import ListArticles, Search
from news.crowd import Crowd, Size, publish_some, read_crowd
from news.domain.article import Article
from news.store.comments import comment_of
from news.store.documents import article_of, document_of
from news.store.versions import document_of as version_document

ARTICLES, COMMENTS = 300, 1500
TODAY = datetime(2026, 11, 23, 16, tzinfo=UTC)  # midnight in the district


@pytest.fixture
def crowd(newsroom: Any) -> Crowd:
    return read_crowd(newsroom.parts.directory, newsroom.settings, Size(ARTICLES, COMMENTS, 7, TODAY))


def test_what_an_interrupted_run_left_is_completed_and_nothing_comes_twice(newsroom: Any, crowd: Crowd) -> None:
    db = newsroom.db
    publish_some(newsroom.parts, crowd, range(100))
    db.comments.delete_many({"_id": {"$in": [row["_id"] for row in db.comments.find().limit(40)]}})
    db.comment_counts.delete_many({})
    assert publish_some(newsroom.parts, crowd, range(ARTICLES)) == ARTICLES - 100
    assert publish_some(newsroom.parts, crowd, range(ARTICLES)) == 0
    assert db.articles.count_documents({}) == ARTICLES
    written = db.comments.count_documents({})
    assert COMMENTS * 0.97 <= written <= COMMENTS


def test_all_have_lived_by_the_rules_are_counted_right_and_told_to_nobody(newsroom: Any, crowd: Crowd) -> None:
    publish_some(newsroom.parts, crowd, range(ARTICLES))
    db, shown = newsroom.db, Counter[str]()
    for document in db.articles.find():
        article = article_of(document)
        times = [article.drafted_at, *(step.at for step in article.course)]
        assert times == sorted(times)
        copies = {name: value for name, value in document_of(article).items() if name not in Article.model_fields}
        assert copies == {name: document[name] for name in copies}
        assert "_outbox" not in document
    for document in db.comments.find():
        comment = comment_of(document)
        assert document["by_public"] == comment.public
        assert "_outbox" not in document
        shown[comment.article] += comment.counted
    assert {row["_id"]: row["shown"] for row in db.comment_counts.find()} == +shown
    states = Counter(row["state"] for row in db.comments.find({}, {"state": 1}))
    assert states["shown"] > COMMENTS * 0.8
    assert states.keys() >= {"waiting", "refused", "hidden", "deleted"}


def test_few_articles_have_most_comments_and_few_towns_most_news(crowd: Crowd) -> None:
    news = [crowd.at(number) for number in range(ARTICLES)]
    comments = sorted(map(crowd.comments_of, news), reverse=True)
    assert sum(comments) == COMMENTS
    assert sum(comments[: ARTICLES // 10]) > COMMENTS * 0.3
    towns = Counter(one.words.town for one in news)
    assert sum(count for _, count in towns.most_common(7)) > ARTICLES * 0.45


def test_many_have_a_picture_few_have_many_and_some_share_one(newsroom: Any, crowd: Crowd) -> None:
    publish_some(newsroom.parts, crowd, range(ARTICLES))
    shown = [article_of(row).words.pictures for row in newsroom.db.articles.find()]
    without = sum(not pictures for pictures in shown)
    assert ARTICLES * 0.3 < without < ARTICLES * 0.5
    assert 5 <= max(map(len, shown)) <= 6
    used = Counter(picture for pictures in shown for picture in pictures)
    assert used.most_common(1)[0][1] > 5, "one from stock"
    rows = {row["_id"]: row for row in newsroom.db.pictures.find()}
    assert rows.keys() == used.keys()
    ends = [row["shown_until"] for row in rows.values() if "shown_until" in row]
    assert 0 < len(ends) < len(rows) * 0.2
    assert min(ends) < TODAY < max(ends)


def test_a_few_topics_have_most_articles_and_versions_keep_what_they_had(newsroom: Any, crowd: Crowd) -> None:
    publish_some(newsroom.parts, crowd, range(ARTICLES))
    topics = Counter(topic for row in newsroom.db.articles.find() for topic in article_of(row).words.topics)
    known = newsroom.parts.directory.topics
    assert topics.keys() <= known.keys()
    assert sum(count for _, count in topics.most_common(3)) > topics.total() * 0.35
    kept = list(newsroom.db.versions.find())
    assert any(row["topics"] for row in kept)
    for row in kept:
        version = newsroom.parts.versions.find(row["article"], row["version"])
        assert version_document(version) == row


def test_the_same_seed_makes_the_same_and_another_does_not(newsroom: Any, crowd: Crowd) -> None:
    size = crowd.size
    again, other = (read_crowd(newsroom.parts.directory, newsroom.settings, size._replace(seed=n)) for n in (7, 8))
    assert [again.at(n) for n in range(30)] == [crowd.at(n) for n in range(30)]
    assert not {other.at(n).number for n in range(30)} & {crowd.at(n).number for n in range(30)}


def test_what_is_made_is_listed_found_and_ranked(newsroom: Any, crowd: Crowd, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_some(newsroom.parts, crowd, range(ARTICLES))
    (newest,) = reading.list_articles(newsroom.parts, ListArticles(limit=1)).items
    assert newest.id in {hit.id for hit in reading.search(newsroom.parts, Search(q=newest.title[:6])).items}
    pictured = reading.list_articles(newsroom.parts, ListArticles(limit=50)).items
    assert 15 < sum(row.picture is not None for row in pictured) < 40
    row = newsroom.db.articles.find_one({"by_listed": True, "topics": {"$ne": []}}, sort=[("created", -1)])
    (latest,) = reading.list_articles(newsroom.parts, ListArticles(topic=row["topics"][0], limit=1)).items
    assert latest.id == row["_id"]
    (medium,) = library.list_media(newsroom.parts, ListMedia(limit=1), newsroom.editor).items
    assert medium.uses
    found = library.list_media(newsroom.parts, ListMedia(q=medium.alt[:6]), newsroom.editor).items
    assert medium.id in {row.id for row in found}
    monkeypatch.setattr(ranking, "utcnow", lambda: TODAY)
    ranking.rank(newsroom.parts)
    assert len(newsroom.parts.readings.ranking()) > 5
