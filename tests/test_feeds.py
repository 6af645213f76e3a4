"""Feeds, sitemaps and pages on the running stack: what the newsroom does is what programs read, within seconds."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]
import pytest
import requests
from test_news import ARTICLE, on_every_reading, review

from gateway.feeds.formats import TOMBSTONES
from gateway.feeds.shown import identity
from gateway.routes import ROUTES
from kit.testing import Stack
from people import Person

FEEDS = ("all.rss", "all.atom", "livelihood.rss", "livelihood.atom", "towns/110114112.rss", "towns/110114112.atom")


class Program:
    """Something that reads feeds."""

    def __init__(self, stack: Stack) -> None:
        self._url = stack["base_url"]

    def get(self, path: str, **headers: str) -> requests.Response:
        address = {"X-Forwarded-For": "2001:db8:feed::1"}
        return requests.get(f"{self._url}{path}", headers={**address, **headers}, timeout=20)

    def entry(self, feed: str, article: str) -> Any:
        """The article in a feed, None when it is not there."""
        found = feedparser.parse(self.get(f"/feeds/{feed}").content)
        return next((entry for entry in found.entries if entry.id == identity(article)), None)


@pytest.fixture
def program(stack: Stack) -> Program:
    return Program(stack)


@pytest.fixture
def editor(stack: Stack) -> Person:
    return Person(stack, token=stack.token("staff", "s_news_editor", ("editor",)))


@pytest.fixture
def draft(stack: Stack) -> str:
    """A reporter's article that has passed its reviews."""
    reporter = Person(stack, token=stack.token("staff", "s_news_reporter", ("reporter",)))
    article = str(reporter.do("/desk/articles", {**ARTICLE, "town": "110114112"})["id"])
    review(stack, article)
    return article


def in_all(program: Program, condition: Callable[[str], bool]) -> bool:
    return all(condition(feed) for feed in FEEDS)


def test_published_corrected_and_withdrawn_in_every_feed(
    stack: Stack, program: Program, editor: Person, draft: str
) -> None:
    assert in_all(program, lambda feed: program.entry(feed, draft) is None)
    editor.do(f"/desk/articles/{draft}/publication")
    assert on_every_reading(program, lambda: program.entry("all.atom", draft) is not None)
    assert in_all(program, lambda feed: program.entry(feed, draft) is not None)
    assert program.entry("culture.atom", draft) is None
    first = program.entry("all.atom", draft)
    time.sleep(1)
    version = editor.get(f"/desk/articles/{draft}")["version"]
    words = {
        **ARTICLE,
        "town": "110114112",
        "title": "路灯改造提前完成",
        "version": version,
        "correction": "进度有更新",
    }
    editor.do(f"/desk/articles/{draft}", words, method="PUT")
    assert on_every_reading(program, lambda: program.entry("all.atom", draft).title == "路灯改造提前完成")
    corrected = program.entry("all.atom", draft)
    assert (corrected.id, corrected.published) == (first.id, first.published)
    assert corrected.updated > first.updated
    editor.do(f"/desk/articles/{draft}/withdrawal", {"reason": "事实有误"})
    assert on_every_reading(program, lambda: program.entry("all.rss", draft) is None)
    assert in_all(program, lambda feed: program.entry(feed, draft) is None)
    root = ElementTree.fromstring(program.get("/feeds/livelihood.atom").content)
    assert identity(draft) in [gone.get("ref") for gone in root.findall(f"{{{TOMBSTONES}}}deleted-entry")]
    gone = program.get("/feeds/all.json").json()["_withdrawn"]["items"]
    assert identity(draft) in [row["id"] for row in gone]


def test_a_withdrawal_is_told_where_the_article_was_before(program: Program, editor: Person, draft: str) -> None:
    editor.do(f"/desk/articles/{draft}/publication")
    version = editor.get(f"/desk/articles/{draft}")["version"]
    moved = {**ARTICLE, "column": "culture", "town": None, "version": version, "correction": "栏目有误"}
    editor.do(f"/desk/articles/{draft}", moved, method="PUT")
    assert on_every_reading(program, lambda: program.entry("livelihood.atom", draft) is None)
    editor.do(f"/desk/articles/{draft}/withdrawal", {"reason": "事实有误"})

    def told(feed: str) -> bool:
        root = ElementTree.fromstring(program.get(f"/feeds/{feed}.atom").content)
        atom = [gone.get("ref") for gone in root.findall(f"{{{TOMBSTONES}}}deleted-entry")]
        gone = [row["id"] for row in program.get(f"/feeds/{feed}.json").json()["_withdrawn"]["items"]]
        return identity(draft) in atom and identity(draft) in gone

    for feed in ("all", "culture", "livelihood", "towns/110114112"):
        assert on_every_reading(program, lambda: told(feed)), feed  # noqa: B023
    assert not told("science")


def test_who_has_a_feed_is_told_so_until_it_changes(program: Program, editor: Person, draft: str) -> None:
    for _ in range(10):  # another test may publish meanwhile
        known = program.get("/feeds/all.rss")
        etag, modified = known.headers["ETag"], known.headers["Last-Modified"]
        same = program.get("/feeds/all.rss", **{"If-None-Match": etag})
        if same.status_code == 304:
            break
    assert known.headers["Content-Type"].startswith("application/rss+xml")
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    later = (datetime.now(UTC) + timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert program.get("/feeds/all.rss", **{"If-Modified-Since": later}).status_code == 304
    assert program.get("/feeds/all.rss", **{"If-Modified-Since": "nonsense"}).status_code == 200
    assert program.get("/feeds/all.atom", **{"If-None-Match": etag}).status_code == 200
    time.sleep(1.1)
    editor.do(f"/desk/articles/{draft}/publication")
    assert on_every_reading(program, lambda: program.entry("all.rss", draft) is not None)
    assert program.get("/feeds/all.rss", **{"If-None-Match": etag}).status_code == 200
    assert program.get("/feeds/all.rss", **{"If-Modified-Since": modified}).status_code == 200


@pytest.mark.parametrize("path", ["no_such.rss", "towns/999999999.atom", "..%2fadmin.rss", "all.html", "ALL<>.json"])
def test_a_feed_of_nothing_is_not_found(program: Program, path: str) -> None:
    assert program.get(f"/feeds/{path}").status_code == 404


def test_sitemaps_lead_to_the_article_and_forget_it_when_it_is_withdrawn(
    program: Program, editor: Person, draft: str
) -> None:
    editor.do(f"/desk/articles/{draft}/publication")
    assert on_every_reading(program, lambda: draft in program.get("/sitemaps/news.xml").text)
    index = program.get("/sitemap.xml").text
    month = next(part.split(".xml")[0] for part in index.split("/sitemaps/")[2:])
    assert draft in program.get(f"/sitemaps/{month}.xml").text
    assert program.get("/sitemaps/2026-13.xml").status_code == 404
    editor.do(f"/desk/articles/{draft}/withdrawal", {"reason": "事实有误"})
    assert on_every_reading(program, lambda: draft not in program.get("/sitemaps/news.xml").text)
    assert draft not in program.get(f"/sitemaps/{month}.xml").text


def test_what_is_held_back_is_in_no_feed_and_no_map(program: Program, editor: Person, draft: str) -> None:
    at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    editor.do(f"/desk/articles/{draft}/embargo", {"until": at}, method="PUT")
    editor.do(f"/desk/articles/{draft}/schedule", {"at": at}, method="PUT")
    time.sleep(1)
    paths = [f"/feeds/{feed}" for feed in (*FEEDS, "all.json")]
    for path in (*paths, "/sitemaps/news.xml"):
        text = program.get(path).text
        assert draft not in text, path
        assert identity(draft) not in text, path
    assert program.get(f"/news/{draft}").status_code == 404


def test_an_articles_page_is_there_then_gone(program: Program, editor: Person, draft: str) -> None:
    editor.do(f"/desk/articles/{draft}/publication")
    assert on_every_reading(program, lambda: program.get(f"/news/{draft}").status_code == 200)
    page = program.get(f"/news/{draft}")
    assert f'property="og:title" content="{ARTICLE["title"]}"' in page.text
    assert "&lt;b&gt;先亮路口&lt;/b&gt;" in page.text
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert program.get(f"/news/{draft}", **{"If-None-Match": page.headers["ETag"]}).status_code == 304
    assert program.get(f"/news/{draft}", **{"If-Modified-Since": page.headers["Last-Modified"]}).status_code == 304
    long_ago = "Mon, 01 Jan 2024 00:00:00 GMT"
    assert program.get(f"/news/{draft}", **{"If-Modified-Since": long_ago}).status_code == 200
    editor.do(f"/desk/articles/{draft}/withdrawal", {"reason": "事实有误"})
    assert on_every_reading(program, lambda: program.get(f"/news/{draft}").status_code == 410)
    gone = program.get(f"/news/{draft}").text
    assert "事实有误" in gone
    assert '<div id="app">' in gone
    assert program.get("/news/CPN20261123-000000").status_code == 404
    assert program.get("/news/%3Cscript%3E").status_code == 404


FOR_ANYONE = [route for route in ROUTES if route.feed and route.feed != "ninjs"]  # which wants a key: test_ninjs.py


@pytest.mark.parametrize("route", FOR_ANYONE, ids=lambda route: route.path)
def test_every_feed_is_for_anyone_and_changes_nothing(stack: Stack, program: Program, route: Any) -> None:
    path = route.path.format(column="culture", town="110114112", month="2026-11")
    assert program.get(path).status_code == 200
    token = stack.token("staff", "s_feeds_clerk", ("clerk",))
    assert program.get(path, Authorization=f"Bearer {token}").status_code == 200
