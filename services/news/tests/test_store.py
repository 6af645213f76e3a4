"""Documents and queries: what is stored comes back, and every query finds by an index."""

from datetime import timedelta
from itertools import combinations, product
from pathlib import Path
from typing import Any

from kit import search
from kit.clock import utcnow
from kit.contract import Empty, PageRequest
from kit.events import Event
from kit.testing import new_key
from news import (
    comparing,
    coverage,
    desk,
    echoes,
    feeding,
    fronting,
    gathering,
    investigating,
    library,
    locking,
    pictures,
    proposing,
    publishing,
    reading,
    seed,
    tip_desk,
    tipping,
    waiting,
)
from news.contract.bundles import DismissBundle, ListBundles
from news.contract.coverage import ListEchoes
from news.contract.desk import GetDifference, ListDeskArticles, ListVersions, LockArticle, UnlockArticle
from news.contract.feeds import GetFeed, ListChanged, ListPublished
from news.contract.investigations import ListInvestigations, OneInvestigation, OpenInvestigation
from news.contract.media import ListMedia, OneMedium, StateRights
from news.contract.proposals import SetTipApart
from news.contract.reading import Front, ListArticles, Search
from news.contract.shapes import OneArticle
from news.contract.tips import DeclineTip, ListDeskTips, OneTip
from news.district import read_columns
from news.domain.article import Article
from news.domain.tips import TextReading
from news.store.documents import article_of, document_of

from .conftest import sent
from .tipline import Tipline, resident


def test_an_article_comes_back_as_it_was_stored(newsroom: Any) -> None:
    article = newsroom.published()
    newsroom.save(article, correction="更正")
    newsroom.save(article, correction="栏目有误", column="culture", town="110114111")
    document = newsroom.db.articles.find_one({"_id": article})
    kept = article_of(document)
    assert kept == newsroom.parts.articles.article(article)
    copies = {name: value for name, value in document_of(kept).items() if name not in Article.model_fields}
    assert copies == {name: document[name] for name in copies}


def test_what_was_withdrawn_holds_nothing_to_be_found_by(newsroom: Any) -> None:
    article = newsroom.published()
    assert newsroom.db.articles.find_one({"_id": article})[search.FIELD]
    newsroom.withdraw(article)
    assert newsroom.db.articles.find_one({"_id": article})[search.FIELD] == []


def test_no_query_scans_a_collection_or_sorts(newsroom: Any, public_case: dict[str, Any]) -> None:
    for column in ("culture", "science", "culture", "news"):
        newsroom.published(column=column, topics=["parking"])
    drafts = [newsroom.create(), newsroom.create(newsroom.colleague)]
    earlier = utcnow() - timedelta(minutes=1)  # what has just changed is not told yet
    newsroom.db.articles.update_many({}, {"$set": {"updated_at": earlier}})
    newsroom.db.command("profile", 2)
    everything(newsroom, drafts[0], public_case)
    newsroom.db.command("profile", 0)
    news = "articles|columns|versions|pictures|comments|reports|followed_cases"
    ours = rf"\.({news}|investigations|tips|apart|bundles|unmatched)$"
    profile = list(newsroom.db.system.profile.find({"ns": {"$regex": ours}}))
    assert len(profile) > 40
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    assert [row["command"] for row in profile if row.get("hasSortStage")] == []


def everything(newsroom: Any, draft: str, case: dict[str, Any]) -> None:
    """Every query that the service makes."""
    parts = newsroom.parts
    asked: list[dict[str, Any]] = [{}, {"column": "culture"}, {"town": "110114112"}, {"topic": "parking"}]
    for chosen in (*asked, {"column": "culture", "town": "110114112"}):
        first = reading.list_articles(parts, ListArticles(limit=1, **chosen))
        reading.list_articles(parts, ListArticles(limit=1, cursor=first.next_cursor, **chosen))
    for by in (newsroom.reporter, newsroom.editor):
        titled = ({"q": "社区食堂"}, {"q": "社区", "stage": "writing"})
        for chosen in (
            {},
            {"state": "draft"},
            {"stage": "writing"},
            {"returned": True},
            {"stage": "published", "state": "published"},
            *titled,
        ):
            page = desk.list_desk_articles(parts, ListDeskArticles(limit=1, **chosen), by)
            desk.list_desk_articles(parts, ListDeskArticles(limit=1, cursor=page.next_cursor, **chosen), by)
    for chosen in ({}, {"column": "culture"}, {"town": "110114112"}):
        feeding.get_feed(parts, GetFeed(**chosen))
    feeding.get_published_months(parts, Empty())
    recent = feeding.list_published(parts, ListPublished(limit=1))
    feeding.list_published(parts, ListPublished(limit=1, cursor=recent.next_cursor, month="2026-11"))
    every_query_of_followers(newsroom)
    hits = reading.search(parts, Search(q="社区食堂开门", limit=1))
    reading.search(parts, Search(q="社区食堂开门", limit=1, cursor=hits.next_cursor))
    columns = reading.list_columns(parts, PageRequest(limit=3))
    reading.list_columns(parts, PageRequest(limit=3, cursor=columns.next_cursor))
    fronting.front(parts, Front())
    desk.get_desk_article(parts, OneArticle(id=draft), newsroom.editor)
    newsroom.save(draft, 1, title="社区食堂今天开门")
    newsroom.save(draft, 2, title="社区食堂昨天开门")
    versions = comparing.list_versions(parts, ListVersions(id=draft, limit=1), newsroom.editor)
    comparing.list_versions(parts, ListVersions(id=draft, cursor=versions.next_cursor), newsroom.editor)
    comparing.get_difference(parts, GetDifference(id=draft, earlier=1), newsroom.editor)
    lock = LockArticle(id=draft, idempotency_key="lock")
    locking.lock_article(parts, lock, newsroom.editor)
    locking.unlock_article(parts, UnlockArticle(id=draft, idempotency_key="unlock"), newsroom.editor)
    every_query_of_tips(newsroom)
    parts.articles.shows("a" * 32)
    parts.articles.giving("a" * 32, 5)
    every_query_of_media(newsroom)
    publishing.publish_due(parts)
    pictures.forget_uploads(parts)
    newsroom.release(draft)
    reading.get_article(parts, OneArticle(id=draft))
    every_query_of_coverage(newsroom, case)
    every_query_of_investigations(newsroom)
    for by in (newsroom.reporter, newsroom.editor, newsroom.duty, newsroom.chief):
        waiting.get_newsroom_counts(parts, by)
    seed.seed_columns(parts, read_columns(Path("district")))


def every_query_of_followers(newsroom: Any) -> None:
    """What programs ask that keep up."""
    page = feeding.list_changed(newsroom.parts, ListChanged(limit=1))
    assert page.next_cursor
    feeding.list_changed(newsroom.parts, ListChanged(limit=1, cursor=page.next_cursor))
    earlier = utcnow() - timedelta(minutes=2)
    feeding.list_changed(newsroom.parts, ListChanged(updated_after=earlier, cursor=page.next_cursor))


def every_query_of_coverage(newsroom: Any, case: dict[str, Any]) -> None:
    parts, no = newsroom.parts, case["no"]
    newsroom.cases.views[no] = {**case, "solved": True}
    for _ in range(2):
        report = newsroom.published(blocks=[], body=[{"kind": "case", "no": no}])
        coverage.link(parts, Event(new_key(), "news.article_published.v1", report, 1, utcnow(), {"id": report}))
    coverage.hear(parts, Event(new_key(), "petition.case_rated.v1", no, 1, utcnow(), {"no": no}))
    assert coverage.read_anew(parts) == 1
    for chosen in ({}, {"outcome": "solved"}):
        page = echoes.list_echoes(parts, ListEchoes(limit=1, **chosen))
        echoes.list_echoes(parts, ListEchoes(limit=1, cursor=page.next_cursor, **chosen))


def every_query_of_investigations(newsroom: Any) -> None:
    parts = newsroom.parts
    for _ in range(2):
        matter = {"title": "路灯为何不亮", "question": "归谁管理", "lead": newsroom.reporter.id}
        request = OpenInvestigation(idempotency_key=new_key(), **matter)
        number = investigating.open_investigation(parts, request, newsroom.editor).id
    investigating.ask_petition(parts)
    investigating.erase_records(parts)
    parts.tips.note_reading("x", "key", TextReading(at=utcnow(), by="s_reporter", investigation=number))
    parts.tips.readings("x")
    investigating.get_investigation(parts, OneInvestigation(id=number), newsroom.reporter)
    proposing.get_investigation_proposals(parts, OneInvestigation(id=number), newsroom.editor)
    for by, state in product((newsroom.reporter, newsroom.editor), (None, "open")):
        investigating.list_investigations(parts, ListInvestigations(overdue=True), by)
        found = investigating.list_investigations(parts, ListInvestigations(limit=1, state=state), by)
        following = ListInvestigations(limit=1, state=state, cursor=found.next_cursor)
        investigating.list_investigations(parts, following, by)


def every_query_of_media(newsroom: Any) -> None:
    parts, now = newsroom.parts, utcnow()
    parts.library.credit(["0" * 32], "张三摄")
    parts.investigations.with_picture("0" * 32)
    parts.investigations.reported_by("CPN20261120-ABC123")
    for number in range(4):
        row = {"_id": f"{number}" * 32, "owner": "s_reporter", "width": 4, "height": 3}
        newsroom.db.pictures.insert_one(row)
    library.take_in(parts)
    parts.library.describe("0" * 32, "路灯亮起", "张三摄", "", "CPN20261120-ABC123")
    for chosen in ({}, {"only": "expiring"}, {"only": "expired"}, {"only": "unused"}, {"q": "路灯亮起"}):
        for number in range(4):
            until = now + timedelta(days=-number if chosen.get("only") == "expired" else 2)
            newsroom.db.pictures.update_one({"_id": f"{number}" * 32}, {"$set": {"shown_until": until}})
        found = library.list_media(parts, ListMedia(limit=1, **chosen), newsroom.editor)
        library.list_media(parts, ListMedia(limit=1, cursor=found.next_cursor, **chosen), newsroom.editor)
        library.list_media(parts, ListMedia(limit=1, **chosen), newsroom.reporter)
    library.state_rights(parts, StateRights(id="0" * 32, idempotency_key="rights"), newsroom.editor)
    library.delete_picture(parts, OneMedium(id="1" * 32, idempotency_key="delete"), newsroom.editor)
    library.remove_deleted(parts)


def every_query_of_tips(newsroom: Any) -> None:
    """Sending, following, the desk's lists by all that narrows them, what the timers look for."""
    line, author = Tipline(newsroom), resident("author")
    code = line.send(author).code
    numbers = [line.new(author) for _ in range(3)]
    line.follow(code)
    mine = tipping.list_my_tips(line.parts, PageRequest(limit=1), author)
    tipping.list_my_tips(line.parts, PageRequest(limit=1, cursor=mine.next_cursor), author)
    narrowed = [("mine", True), ("town", "110114112"), ("state", "received")]
    asked: list[dict[str, Any]] = [dict(some) for count in range(4) for some in combinations(narrowed, count)]
    for chosen in (*asked, {"article": "CPN20261127-000000"}):
        page = tip_desk.list_desk_tips(line.parts, ListDeskTips(limit=1, **chosen), newsroom.editor)
        if page.next_cursor:
            cursor = page.next_cursor
            tip_desk.list_desk_tips(line.parts, ListDeskTips(limit=1, cursor=cursor, **chosen), newsroom.editor)
    tip_desk.get_desk_tip(line.parts, OneTip(no=numbers[0]), newsroom.editor)
    apart = SetTipApart(no=numbers[0], other=numbers[1], idempotency_key="apart")
    proposing.set_tip_apart(line.parts, apart, newsroom.editor)
    assert proposing.get_tip_proposals(line.parts, OneTip(no=numbers[0]), newsroom.editor).tips
    proposing.set_tip_apart(line.parts, apart.model_copy(update={"apart": False}), newsroom.editor)
    every_query_of_bundles(newsroom)
    proposing.set_tip_apart(line.parts, apart.model_copy(update={"apart": True}), newsroom.editor)
    tipping.index_words(line.parts)
    line.do(tip_desk.decline_tip, DeclineTip, newsroom.duty, numbers[0], reason="unclear")
    line.picture()
    tipping.forget_unused(line.parts)
    tipping.erase_contacts(line.parts)
    newsroom.db.tips.update_one({"_id": numbers[0]}, {"$set": {"entries.$[].at": utcnow() - timedelta(days=400)}})
    assert tipping.erase_texts(line.parts) == 1
    line.parts.tips.forget_author(author.id)


def every_query_of_bundles(newsroom: Any) -> None:
    parts = newsroom.parts
    gathering.gather(parts)
    parts.unmatched.add("CP20261118-7K3F9Q", utcnow())
    newsroom.cases.away = True
    gathering.gather(parts)
    newsroom.cases.away = False
    (found,) = gathering.list_bundles(parts, ListBundles()).items
    copy = {"state": "open", "joined_at": utcnow(), "by_size": 2, "version": 1}
    newsroom.db.bundles.insert_one({"_id": "CPB20261127-000000", "members": [{"no": "x", "at": utcnow()}], **copy})
    for order in ("latest", "most"):
        page = gathering.list_bundles(parts, ListBundles(limit=1, order=order))
        gathering.list_bundles(parts, ListBundles(limit=1, order=order, cursor=page.next_cursor))
    dismissal = DismissBundle(id=found.id, version=found.version, reason="已核实过", idempotency_key=new_key())
    gathering.dismiss_bundle(parts, dismissal, newsroom.editor)


def test_lists_read_no_text_and_of_the_pictures_the_first(newsroom: Any) -> None:
    first, second = sent(newsroom), sent(newsroom)
    shown = [{"kind": "picture", "picture": one, "alt": "新路灯", "credit": "张三摄"} for one in (first, second)]
    newsroom.published(blocks=[], body=[{"kind": "paragraph", "text": "路灯亮了。"}, *shown])
    newsroom.published()
    (plain, pictured), _ = newsroom.parts.articles.listed(None, None, 10, None)
    assert plain.words.blocks == ()
    assert [block.picture for block in pictured.words.blocks] == [first]


def test_topics_stand_where_an_earlier_release_does_not_trip_over_them(newsroom: Any) -> None:
    article = newsroom.published(topics=["parking", "transit"])
    newsroom.save(article, topics=["transit"], correction="更正")
    document = newsroom.db.articles.find_one({"_id": article})
    version = newsroom.db.versions.find_one({"article": article})
    for kept, topics in ((document, ["transit"]), (version, ["parking", "transit"])):
        assert "topics" not in kept["words"]
        assert kept["topics"] == topics
    newsroom.db.articles.update_one({"_id": article}, {"$unset": {"topics": ""}})  # as it was before there were any
    newsroom.db.versions.update_many({}, {"$unset": {"topics": ""}})
    assert newsroom.parts.articles.article(article).words.topics == ()
    assert newsroom.parts.versions.find(article, version["version"]).words.topics == ()
