"""Answers that are the same for many, kept: found before the door by who has not signed in, behind it by who has.

An entry lives until an event says that what it shows has changed. A read that was under way when the event came is
not kept, and nobody joins it any more. Without the broker no event can come: then entries are served, with their age,
for a stated time, and none is added.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import orjson

from gateway import metrics
from kit.clock import utcnow
from kit.errors import Unavailable

MOST_ENTRIES = 20_000
MOST_BYTES = 64 * 1024 * 1024

HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
_COUNTED = {outcome: metrics.CACHE.labels(outcome) for outcome in ("hit", "stale", "joined")}

Tag = tuple[str, str]
Environ = dict[str, Any]
StartResponse = Callable[[str, list[tuple[str, str]]], Any]


class Entry(NamedTuple):
    """An answer ready to be sent. From `ends_at` on it is untrue by itself, and never served."""

    body: bytes
    etag: str
    headers: list[tuple[str, str]]
    headers_unchanged: list[tuple[str, str]]
    tags: tuple[Tag, ...]
    stored_at: float
    expires_at: float
    ends_at: float
    changed: datetime | None


class _Flight:
    """One read under way, joined by all who ask the same meanwhile."""

    def __init__(self, tags: tuple[Tag, ...]) -> None:
        self.tags = tags
        self.body: Future[bytes] = Future()
        self.spoiled = False


class PublicCache:
    """Thread-safe; bounded in entries and bytes, the oldest go first."""

    def __init__(self, headers: list[tuple[str, str]], stale_seconds: float) -> None:
        self._headers = headers
        self._stale_seconds = stale_seconds
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._by_tag: dict[Tag, set[str]] = {}
        self._flights: dict[str, _Flight] = {}
        self._bytes = 0
        self._listening = False
        self._deaf_since = float("-inf")

    def find(self, key: str) -> tuple[Entry, int | None] | None:
        """The entry, and its age in seconds when no event can have dropped it; None when it must not be served."""
        entry = self._entries.get(key)
        now = time.monotonic()
        if entry is None or now >= entry.ends_at:
            return None
        if self._listening:
            return (entry, None) if now < entry.expires_at else None
        if now - self._deaf_since > self._stale_seconds:
            return None
        return entry, int(now - entry.stored_at)

    def read(
        self,
        key: str,
        tags: Iterable[Tag],
        seconds: float,
        load: Callable[[], bytes],
        until: str = "",
        changed: str = "",
    ) -> bytes:
        """The answer that `load` fetches, kept for at most `seconds`; who asks the same meanwhile shares it.

        Who found none just before another's came is given that one.

        `until` names its field that says from when on it is untrue by itself, `changed` the one that says since when it
        reads so. Raises what `load` raises.
        """
        with self._lock:
            flight = self._flights.get(key)
            if joined := flight is not None:
                _COUNTED["joined"].inc()
            elif (kept := self.find(key)) and kept[1] is None:
                return kept[0].body
            else:
                flight = self._flights[key] = _Flight(tuple(tags))
        assert flight is not None
        if not joined:
            self._fly(key, flight, seconds, load, until, changed)
        return flight.body.result()

    def drop(self, tag: Tag) -> None:
        """Forgets all that shows what has changed, and keeps what is being read now from being kept."""
        with self._lock:
            for key in list(self._by_tag.get(tag, ())):
                self._remove(key)
            self._spoil(lambda flight: tag in flight.tags)

    def flush(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._entries.clear()
            self._by_tag.clear()
            self._bytes = 0
            self._spoil(lambda flight: True)

    def listening(self) -> None:
        """Events arrive from now on; what was kept before may have missed some, so it goes."""
        self.flush()
        self._listening = True

    def deaf(self) -> None:
        """No events arrive any more."""
        with self._lock:
            if self._listening:
                self._listening, self._deaf_since = False, time.monotonic()
            self._spoil(lambda flight: True)

    def _fly(
        self, key: str, flight: _Flight, seconds: float, load: Callable[[], bytes], until: str, changed: str
    ) -> None:
        try:
            body = load()
        except BaseException as error:
            self._land(key, flight)
            ended_alone = not isinstance(error, Exception)  # a worker that stops must not stop those who wait with it
            flight.body.set_exception(Unavailable() if ended_alone else error)
            if ended_alone:
                raise
            return
        ends = time_in(body, until)
        true_for = (ends - utcnow()).total_seconds() if ends else float("inf")
        with self._lock:
            if self._listening and not flight.spoiled and true_for > 0:
                self._store(key, body, flight.tags, seconds, true_for, time_in(body, changed))
        self._land(key, flight)
        flight.body.set_result(body)

    def _land(self, key: str, flight: _Flight) -> None:
        with self._lock:
            if self._flights.get(key) is flight:
                del self._flights[key]

    def _spoil(self, concerns: Callable[[_Flight], bool]) -> None:
        for key, flight in list(self._flights.items()):
            if concerns(flight):
                flight.spoiled = True
                del self._flights[key]

    def _store(
        self,
        key: str,
        body: bytes,
        tags: tuple[Tag, ...],
        seconds: float,
        true_for: float,
        changed: datetime | None,
    ) -> None:
        self._remove(key)
        etag, now = etag_of(body), time.monotonic()
        short = [*self._headers, ("ETag", etag), *last_modified(changed)]
        full = [*short, ("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        self._entries[key] = Entry(body, etag, full, short, tags, now, now + seconds, now + true_for, changed)
        self._bytes += len(body)
        for tag in tags:
            self._by_tag.setdefault(tag, set()).add(key)
        while len(self._entries) > MOST_ENTRIES or self._bytes > MOST_BYTES:
            self._remove(next(iter(self._entries)))

    def _remove(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is None:
            return
        self._bytes -= len(entry.body)
        for tag in entry.tags:
            keys = self._by_tag[tag]
            keys.discard(key)
            if not keys:
                del self._by_tag[tag]


class CacheFront:
    """WSGI application before Flask: answers what is kept, passes on the rest."""

    def __init__(self, app: Callable[[Environ, Any], Iterable[bytes]], cache: PublicCache) -> None:
        self._app = app
        self._cache = cache

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "GET" or "HTTP_AUTHORIZATION" in environ:
            return self._app(environ, start_response)
        found = self._cache.find(key_of(environ["PATH_INFO"], environ["QUERY_STRING"]))
        if found is None:
            return self._app(environ, start_response)
        return _send(*found, environ, start_response)


def _send(entry: Entry, age: int | None, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    _COUNTED["hit" if age is None else "stale"].inc()
    more = [] if age is None else [("Age", str(age))]
    if environ["wsgi.url_scheme"] == "https":
        more.append(HSTS)
    if has_it(environ, entry.etag, entry.changed):
        start_response("304 Not Modified", entry.headers_unchanged + more)
        return ()
    start_response("200 OK", entry.headers + more)
    return (entry.body,)


def time_in(body: bytes, field: str) -> datetime | None:
    """The time in this field of an answer; None where there is none."""
    at = orjson.loads(body).get(field) if field else None
    return datetime.fromisoformat(at) if at else None


def last_modified(changed: datetime | None) -> list[tuple[str, str]]:
    """The header that says since when an answer reads so, where that is known."""
    return [("Last-Modified", format_datetime(changed.astimezone(UTC), usegmt=True))] if changed else []


def has_it(environ: Mapping[str, Any], etag: str, changed: datetime | None) -> bool:
    """Whether the client has these bytes already.

    By the time alone only where it names no ETag (RFC 9110, 13.1.3).
    """
    if known := environ.get("HTTP_IF_NONE_MATCH"):
        return matches(known, etag)
    asked = environ.get("HTTP_IF_MODIFIED_SINCE")
    if not asked or changed is None:
        return False
    try:
        since = parsedate_to_datetime(asked)
    except ValueError:
        return False
    return since.tzinfo is not None and changed.replace(microsecond=0) <= since


def key_of(path: str, query: str) -> str:
    """One key for all spellings of the same question: parameters sorted, escapes normalised."""
    if not query:
        return path
    return f"{path}?{urlencode(sorted(parse_qsl(query, keep_blank_values=True)))}"


def etag_of(body: bytes) -> str:
    """A strong validator of the bytes."""
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'


def matches(known: str | None, etag: str) -> bool:
    """Whether `If-None-Match` names the validator (RFC 9110, 13.1.2: weak comparison)."""
    if not known:
        return False
    return known.strip() == "*" or etag in (part.strip().removeprefix("W/") for part in known.split(","))
