"""Who has an answer is told so, by its ETag and by its time, at every address of the news that anyone reads."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
import requests
from matrix_world import World
from pymongo import MongoClient
from test_matrix_news import filed, pictured, reported

from gateway.routes import PREFIX, ROUTES
from kit.identity import ANYONE
from kit.testing import Stack, wait_until

PAGES = ("/news/{id}", "/news/echoes", "/robots.txt")
READ = [route.path for route in ROUTES if route.call.startswith("news.") and route.method == "GET"]
ADDRESSES = [
    *(route.path for route in ROUTES if route.path in READ and ANYONE in route.allow and route.feed != "ninjs"),
    *PAGES,
]
LEAVES = "what leaves the list leaves no time behind"
UNDATED = {
    f"{PREFIX}/columns": LEAVES,
    f"{PREFIX}/articles": LEAVES,
    f"{PREFIX}/echoes": LEAVES,
    f"{PREFIX}/articles/{{id}}/comments": LEAVES,
    f"{PREFIX}/alerts": "an alert begins and ends by itself",
    f"{PREFIX}/alerts/past": "an alert ends by itself",
    f"{PREFIX}/topics": LEAVES,
    f"{PREFIX}/most-read": "it is counted anew all the time",
    "/sitemap.xml": "a month whose last article was withdrawn leaves no time behind",
    "/sitemaps/news.xml": "what is older than two days leaves it by itself",
    "/news/echoes": LEAVES,
    "/robots.txt": "it changes with the software and the address that is asked",
}
"""Addresses where nobody knows since when the answer reads so, and why: by its ETag alone it is told there."""
ATTEMPTS = 6  # other tests publish meanwhile


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


@pytest.fixture(scope="module")
def get(stack: Stack) -> Callable[..., requests.Response]:
    def get(path: str, **headers: str) -> requests.Response:
        sent = {"X-Forwarded-For": "2001:db8:feed::2", "Accept-Encoding": "gzip", **headers}
        return requests.get(f"{stack['base_url']}{path}", headers=sent, timeout=20)

    return get


def place(world: World, path: str) -> str:
    """An address of this kind at which there is something."""
    ids = {"article-pictures": pictured, "article-files": filed}
    number = next((made(world) for part, made in ids.items() if part in path), None) or reported(world)
    month = reported_month(world)
    return path.format(id=number, column="news", town="110114112", month=month)


def reported_month(world: World) -> str:
    found = world.mongo["news"]["articles"].find_one({"_id": reported(world)}) or {}
    return f"{found['published_at']:%Y-%m}"


@pytest.mark.parametrize("path", ADDRESSES)
def test_who_has_an_answer_is_told_so(world: World, get: Callable[..., requests.Response], path: str) -> None:
    address = place(world, path)
    wait_until(lambda: get(address).status_code == 200)
    assert any(is_told_so(get, path, address) for _ in range(ATTEMPTS)), get(address).headers


def is_told_so(get: Callable[..., requests.Response], path: str, address: str) -> bool:
    known = get(address)
    assert known.status_code == 200
    etag, changed = known.headers["ETag"], known.headers.get("Last-Modified")
    assert (changed is None) == (path in UNDATED), known.headers
    asked: list[Mapping[str, str]] = [{"If-None-Match": etag}, *([{"If-Modified-Since": changed}] if changed else [])]
    answers = [get(address, **condition) for condition in asked]
    other = get(address, **{"If-None-Match": '"other"', **({"If-Modified-Since": changed} if changed else {})})
    assert other.status_code == 200, "an ETag counts for more than a time"
    if get(address).headers["ETag"] != etag:
        return False
    assert [answer.status_code for answer in answers] == [304] * len(asked)
    assert all(not answer.content and answer.headers["ETag"] == etag for answer in answers)
    return True


def test_search_engines_find_the_map_and_leave_alone_what_is_somebodys_own(
    get: Callable[..., requests.Response], stack: Stack
) -> None:
    told = get("/robots.txt")
    assert told.headers["Content-Type"] == "text/plain; charset=utf-8"
    rules = RobotFileParser()
    rules.parse(told.text.splitlines())
    assert rules.site_maps() == [f"{stack['base_url']}/sitemap.xml"]
    assert get("/sitemap.xml").status_code == 200
    for path in ("/", "/news/CPN20261123-7K3F9Q", "/feeds/all.rss", f"{PREFIX}/article-pictures/{'a' * 32}?size=full"):
        assert rules.can_fetch("*", path), path
    for path in ("/desk", "/desk/articles", "/me", "/me/cases", f"{PREFIX}/articles", f"{PREFIX}/me"):
        assert not rules.can_fetch("*", path), path
