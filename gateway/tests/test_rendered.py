"""What is made of kept answers: known before it is made, made once, and never for who has it."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from werkzeug import Request
from werkzeug.test import EnvironBuilder

from gateway import app_pages, contracts, echo_pages
from gateway.app_files import AppFiles
from gateway.app_pages import AppPages
from gateway.article_pages import ARTICLES
from gateway.case_pages import CASES
from gateway.echo_pages import EchoPages
from gateway.feeds import cases, sitemaps
from gateway.feeds.stand import Stand
from gateway.guide_pages import GUIDES
from gateway.rendered import Rendered, validator
from gateway.routes import ROUTES, Route

from .test_case_feed import ITEM
from .test_case_pages import CASE
from .test_feeds import ARTICLE
from .test_guide_pages import GUIDE
from .test_routes import PROMISED

SHELL = '<html><head><title>x</title></head><body><div id="app"></div><noscript></noscript></body></html>'
TOLD = {**ARTICLE, "example": False, "follow_ups": [], "files": []}
MONTH = {"items": [ARTICLE], "next_cursor": None, "withdrawn_at": "2026-11-25T08:00:00.000+08:00"}
ECHO = {"items": [], "next_cursor": None}
CASE_FEED = {"title": "问政", "items": [ITEM]}


class House:
    """Where the answers are kept: lets everybody in, and tells all the same."""

    def __init__(self, told: Any) -> None:
        self.told = told

    def admit(self, route: Route, request: Request) -> None:
        """Anybody."""

    def method(self, call: str) -> contracts.Method:
        return PROMISED.methods[call]

    def everybody(self, visitor: None) -> None:
        """Nobody in particular."""

    def shared(self, route: Route, given: Any, visitor: None, path: Any) -> tuple[bytes, int | None]:
        return orjson.dumps(self.told), None


@pytest.fixture
def files(tmp_path: Path) -> AppFiles:
    (tmp_path / "index.html").write_text(SHELL)
    (tmp_path / "places.json").write_text('{"index.html": ["news", "affairs", "life"]}')
    return AppFiles(tmp_path, "问政直通车")


def row(path: str) -> Route:
    return next(route for route in ROUTES if route.path == path)


def asked(path: str, **headers: str) -> Request:
    return Request(EnvironBuilder(path, headers=headers).get_environ())


def article_page(house: Any, files: AppFiles) -> Callable[[Request], Any]:
    pages = AppPages(house, files, Rendered(), row("/api/v1/articles/{id}"), ARTICLES, "问政直通车")
    return lambda request: pages.answer(request, {"id": ARTICLE["id"]})


def case_page(house: Any, files: AppFiles) -> Callable[[Request], Any]:
    pages = AppPages(house, files, Rendered(), row("/api/v1/cases/{no}"), CASES, "问政直通车")
    return lambda request: pages.answer(request, {"no": CASE["no"]})


def guide_page(house: Any, files: AppFiles) -> Callable[[Request], Any]:
    pages = AppPages(house, files, Rendered(), row("/api/v1/guides/{slug}"), GUIDES, "问政直通车")
    return lambda request: pages.answer(request, {"slug": GUIDE["slug"]})


def echo_page(house: Any, files: AppFiles) -> Callable[[Request], Any]:
    pages = EchoPages(house, files, Rendered(), row("/api/v1/echoes"))
    return lambda request: pages.answer(request, {})


def month_map(house: Any, files: AppFiles) -> Callable[[Request], Any]:
    stand = Stand(house, Rendered(), "问政直通车")
    return lambda request: stand.answer(row("/sitemaps/{month}.xml"), request, {"month": "2026-11"})


def case_feed(house: Any, files: AppFiles) -> Callable[[Request], Any]:
    rendered, route = Rendered(), row("/api/v1/feeds/cases.rss")
    return lambda request: cases.answer(house, rendered, route, request)


MADE = [
    pytest.param(article_page, f"/news/{ARTICLE['id']}", TOLD, (app_pages, "written"), id="article"),
    pytest.param(case_page, f"/affairs/cases/{CASE['no']}", CASE, (app_pages, "written"), id="case"),
    pytest.param(guide_page, f"/life/guides/{GUIDE['slug']}", GUIDE, (app_pages, "written"), id="guide"),
    pytest.param(echo_page, "/news/echoes", ECHO, (echo_pages, "with_text"), id="echoes"),
    pytest.param(month_map, "/sitemaps/2026-11.xml", MONTH, (sitemaps, "of_month"), id="month"),
    pytest.param(case_feed, "/api/v1/feeds/cases.rss?town=110114112", CASE_FEED, (cases, "as_rss"), id="cases"),
]


@pytest.mark.parametrize(("open_", "path", "told", "maker"), MADE)
def test_it_is_made_once_and_not_at_all_for_who_has_it(
    open_: Any, path: str, told: Any, maker: tuple[Any, str], files: AppFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = getattr(*maker), list[str]()

    def counted(*given: Any) -> Any:
        made.append(path)
        return make(*given)

    monkeypatch.setattr(*maker, counted)
    house = House(told)
    answer = open_(house, files)
    first = answer(asked(path))
    headers = dict(first.headers)
    assert (first.status, len(made)) == (200, 1)
    for known in ({"If-None-Match": headers["ETag"]}, {"If-None-Match": f"W/{headers['ETag']}"}):
        again = answer(asked(path, **known))
        assert (again.status, again.body, dict(again.headers)["ETag"]) == (304, b"", headers["ETag"])
    if since := headers.get("Last-Modified"):
        assert answer(asked(path, **{"If-Modified-Since": since})).status == 304
        assert answer(asked(path, **{"If-Modified-Since": since, "If-None-Match": '"other"'})).status == 200
    assert answer(asked(path)).body == first.body
    assert len(made) == 1, "once"
    house.told = {**told, "more": True}
    assert dict(answer(asked(path)).headers)["ETag"] != headers["ETag"]
    assert len(made) == 2


@pytest.mark.parametrize(("open_", "path", "told", "maker"), MADE[:4])
def test_each_encoding_has_its_own_validator(
    open_: Any, path: str, told: Any, maker: tuple[Any, str], files: AppFiles
) -> None:
    answer = open_(House(told), files)
    plain, packed = answer(asked(path)), answer(asked(path, **{"Accept-Encoding": "gzip"}))
    assert gzip.decompress(packed.body) == plain.body
    assert dict(packed.headers)["Content-Encoding"] == "gzip"
    assert dict(packed.headers)["ETag"] != dict(plain.headers)["ETag"]
    elsewhere = answer(asked(path, Host="news.example"))
    assert dict(elsewhere.headers)["ETag"] != dict(plain.headers)["ETag"]


def test_a_validator_tells_apart_what_reads_the_same_in_a_row() -> None:
    assert validator("ab", "c") != validator("a", "bc") != validator("abc")
    assert validator("ab", b"c") == validator(b"ab", "c")


def test_what_is_kept_is_bounded_and_what_nobody_asks_for_goes_first() -> None:
    rendered, made = Rendered(most_bytes=30), list[str]()

    def get(name: str) -> bytes:
        return rendered.get(name, lambda: made.append(name) or b"x" * 10)  # type: ignore[func-returns-value]

    for name in ("a", "b", "c", "a", "d", "a", "c", "d", "b"):
        assert get(name) == b"x" * 10
    assert made == ["a", "b", "c", "d", "b"]
    assert rendered.get("huge", lambda: b"x" * 31) == b"x" * 31
    assert get("d") and made[-1] == "d", "what is too large takes the others' places and is not kept"
