"""The public cache: hits, invalidation, races, bounds, silence of the broker."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import orjson
import pytest

from gateway import cache as cache_module
from gateway.cache import CacheFront, PublicCache, key_of, matches
from kit.clock import utcnow
from kit.errors import NotFound

TAG = ("GET /cases/{no}", "CP1")
HEADERS = [("X-Content-Type-Options", "nosniff")]


@pytest.fixture
def cache() -> PublicCache:
    cache = PublicCache(HEADERS, stale_seconds=60)
    cache.listening()
    return cache


def body_of(cache: PublicCache, key: str) -> bytes | None:
    found = cache.find(key)
    return found[0].body if found else None


def test_what_was_read_is_found_until_its_event_comes(cache: PublicCache) -> None:
    assert cache.read("/a", [TAG], 60, lambda: b"1") == b"1"
    assert body_of(cache, "/a") == b"1"
    cache.drop(("GET /cases/{no}", "CP2"))
    assert body_of(cache, "/a") == b"1"
    cache.drop(TAG)
    assert body_of(cache, "/a") is None


def test_an_entry_ends_with_its_time(cache: PublicCache) -> None:
    cache.read("/a", [TAG], 0.05, lambda: b"1")
    time.sleep(0.06)
    assert cache.find("/a") is None


def ending_in(milliseconds: int) -> bytes:
    return orjson.dumps({"valid_until": utcnow() + timedelta(milliseconds=milliseconds)})


CHANGED = b'{"changed_at":"2026-11-24T09:30:00.500+08:00"}'


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, "200 OK"),
        ({"HTTP_IF_MODIFIED_SINCE": "Tue, 24 Nov 2026 01:30:00 GMT"}, "304 Not Modified"),
        ({"HTTP_IF_MODIFIED_SINCE": "Tue, 24 Nov 2026 01:29:59 GMT"}, "200 OK"),
        ({"HTTP_IF_MODIFIED_SINCE": "nonsense"}, "200 OK"),
        ({"HTTP_IF_MODIFIED_SINCE": "Tue, 24 Nov 2026 01:30:00 GMT", "HTTP_IF_NONE_MATCH": '"other"'}, "200 OK"),
    ],
)
def test_who_names_a_time_is_told_whether_it_reads_so_since_then(
    cache: PublicCache, asked: dict[str, str], status: str
) -> None:
    cache.read("/a", [TAG], 60, lambda: CHANGED, changed="changed_at")
    cache.read("/undated", [TAG], 60, lambda: CHANGED)
    front, seen = CacheFront(lambda environ, start: [b"behind"], cache), list[Any]()
    environ = {"REQUEST_METHOD": "GET", "QUERY_STRING": "", "wsgi.url_scheme": "http", **asked}
    front({**environ, "PATH_INFO": "/a"}, lambda *told: seen.append(told))
    ((told, headers),) = seen
    assert (told, dict(headers)["Last-Modified"]) == (status, "Tue, 24 Nov 2026 01:30:00 GMT")
    front({**environ, "PATH_INFO": "/undated"}, lambda *told: seen.append(told))
    assert (seen[1][0], "Last-Modified" in dict(seen[1][1])) == ("200 OK", False)


def test_what_ends_by_itself_is_not_kept_beyond_that(cache: PublicCache) -> None:
    for key, body in (("/a", ending_in(60)), ("/b", ending_in(60_000)), ("/c", b'{"valid_until":null}')):
        cache.read(key, [TAG], 60, lambda body=body: body, "valid_until")
    assert body_of(cache, "/a")
    time.sleep(0.07)
    assert [body_of(cache, key) is not None for key in ("/a", "/b", "/c")] == [False, True, True]


def test_what_has_ended_when_it_arrives_is_not_kept(cache: PublicCache) -> None:
    assert cache.read("/a", [TAG], 60, lambda: ending_in(-10), "valid_until")
    assert cache.find("/a") is None


def test_what_ends_by_itself_ends_without_the_broker_too(cache: PublicCache) -> None:
    cache.read("/a", [TAG], 60, lambda: ending_in(60), "valid_until")
    cache.deaf()
    assert body_of(cache, "/a")
    time.sleep(0.07)
    assert cache.find("/a") is None


def test_a_read_that_races_an_event_is_not_kept(cache: PublicCache) -> None:
    def load() -> bytes:
        cache.drop(TAG)
        return b"old"

    assert cache.read("/a", [TAG], 60, load) == b"old"
    assert cache.find("/a") is None


def test_who_asks_after_the_event_does_not_join_a_read_from_before(cache: PublicCache) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> bytes:
        begun.set()
        go_on.wait(5)
        return b"old"

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(cache.read, "/a", [TAG], 60, slow)
        begun.wait(5)
        cache.drop(TAG)
        assert cache.read("/a", [TAG], 60, lambda: b"new") == b"new"
        go_on.set()
        assert first.result() == b"old"
    assert body_of(cache, "/a") == b"new"


def test_many_who_ask_at_once_cost_one_read(cache: PublicCache) -> None:
    loads: list[int] = []

    def load() -> bytes:
        loads.append(1)
        time.sleep(0.1)
        return b"1"

    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: cache.read("/a", [TAG], 60, load), range(20)))
    assert answers == [b"1"] * 20
    assert len(loads) == 1


def test_a_failed_read_fails_for_all_and_is_not_kept(cache: PublicCache) -> None:
    def load() -> bytes:
        time.sleep(0.1)
        raise NotFound

    def outcome(_: int) -> str:
        with pytest.raises(NotFound):
            cache.read("/a", [TAG], 60, load)
        return "refused"

    with ThreadPoolExecutor(5) as pool:
        assert list(pool.map(outcome, range(5))) == ["refused"] * 5
    assert cache.read("/a", [TAG], 60, lambda: b"now there") == b"now there"


def test_without_events_answers_are_served_with_their_age_for_the_stated_time() -> None:
    cache = PublicCache(HEADERS, stale_seconds=0.2)
    cache.listening()
    cache.read("/a", [TAG], 0.01, lambda: b"1")
    cache.deaf()
    time.sleep(0.05)
    found = cache.find("/a")
    assert found is not None
    assert found[1] == 0
    time.sleep(0.2)
    assert cache.find("/a") is None


def test_nothing_is_kept_while_no_events_arrive(cache: PublicCache) -> None:
    cache.deaf()
    cache.read("/a", [TAG], 60, lambda: b"1")
    assert cache.find("/a") is None
    cache.listening()
    assert cache.find("/a") is None


def test_a_read_begun_before_the_broker_was_lost_is_not_kept_after_its_return(cache: PublicCache) -> None:
    def load() -> bytes:
        cache.deaf()
        cache.listening()
        return b"may have missed an event"

    cache.read("/a", [TAG], 60, load)
    assert cache.find("/a") is None


def test_all_goes_when_events_arrive_again(cache: PublicCache) -> None:
    cache.read("/a", [TAG], 60, lambda: b"1")
    cache.deaf()
    cache.listening()
    assert cache.find("/a") is None


def test_it_stays_within_its_bounds(cache: PublicCache, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MOST_ENTRIES", 10)
    monkeypatch.setattr(cache_module, "MOST_BYTES", 50)
    for number in range(100):
        cache.read(f"/{number}", [("route", str(number))], 60, lambda: b"x" * 9)
    assert len(cache._entries) == len(cache._by_tag) == 5
    assert cache._bytes == 45
    assert body_of(cache, "/99") is not None


def test_one_question_has_one_key() -> None:
    assert key_of("/cases", "b=2&a=%31") == key_of("/cases", "a=1&b=2")
    assert key_of("/cases", "a=1") != key_of("/cases", "a=1&b=")
    assert key_of("/cases", "") == "/cases"


@pytest.mark.parametrize(
    ("known", "same"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False), (None, False)],
)
def test_if_none_match(known: str | None, same: bool) -> None:
    assert matches(known, '"a"') is same


def through(front: CacheFront, **environ: str) -> tuple[str, dict[str, str], bytes]:
    seen: list[Any] = []
    given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/a", "QUERY_STRING": "", "wsgi.url_scheme": "http", **environ}
    body = b"".join(front(given, lambda status, headers: seen.extend([status, dict(headers)])))
    return seen[0], seen[1], body


def test_the_front_answers_readers_and_leaves_the_rest_to_the_application(cache: PublicCache) -> None:
    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        return [b"application"]

    front = CacheFront(application, cache)
    cache.read("/a", [TAG], 60, lambda: b"kept")
    status, headers, body = through(front)
    assert (status, body, headers["X-Content-Type-Options"]) == ("200 OK", b"kept", "nosniff")
    assert headers["Content-Length"] == "4"
    status, unchanged, body = through(front, HTTP_IF_NONE_MATCH=headers["ETag"])
    assert (status, body, unchanged["ETag"]) == ("304 Not Modified", b"", headers["ETag"])
    assert through(front, HTTP_AUTHORIZATION="Bearer x")[2] == b"application"
    assert through(front, REQUEST_METHOD="POST")[2] == b"application"
    assert through(front, QUERY_STRING="x=1")[2] == b"application"
