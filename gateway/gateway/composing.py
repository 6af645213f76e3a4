"""Answers put together from several services: the parts are fetched side by side, each by the same deadline.

A part that is down or late says so in its place; the page never waits for it beyond the deadline. What everyone may
read is the same for all readers, kept part by part, so that an event renews only the part that it touches.
"""

import contextvars
import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any
from urllib.parse import urlencode

import orjson
from pydantic import ValidationError
from werkzeug import Request

from gateway import metrics
from gateway.answers import PRIVATE, PUBLIC, Answer, with_etag
from gateway.cache import PublicCache, etag_of, key_of
from gateway.dispatch import Dispatcher
from gateway.invalidation import tag_of
from gateway.routes import Part, Route
from gateway.visitors import Visitor
from kit.errors import Invalid, ServiceError, Unauthenticated, from_validation

log = logging.getLogger(__name__)

_UNAVAILABLE = {"status": "unavailable", "detail": "这部分内容暂时无法显示，请稍后再看。"}

Shown = dict[str, Any]


class Composer:
    """Answers the routes that have parts."""

    def __init__(self, dispatcher: Dispatcher, cache: PublicCache, seconds: float) -> None:
        self._dispatcher = dispatcher
        self._cache = cache
        self._seconds = seconds

    def answer(self, route: Route, request: Request) -> Answer:
        """All parts that are for this visitor. Raises `Invalid`, and what refuses the visitor himself."""
        visitor = self._dispatcher.admit(route, request)
        asked = _asked(route, request)
        parts = [part for part in _chosen(route, asked.pop("part", None)) if visitor.caller.admitted_by(part.allow)]
        until = time.monotonic() + self._seconds
        begun = {part: self._begin(part, {**part.given, **asked}, visitor) for part in parts}
        readers_fault = (Unauthenticated, Invalid) if len(parts) == 1 else (Unauthenticated,)
        shown = {part.title: _outcome(part, future, until, readers_fault) for part, future in begun.items()}
        body = orjson.dumps({"parts": shown})
        headers = PUBLIC if visitor.anonymous else PRIVATE
        return with_etag(Answer(body, headers=headers), etag_of(body), request)

    def _begin(self, part: Part, given: Mapping[str, Any], visitor: Visitor) -> "Future[Shown]":
        """Begins to get the part, unless it is kept."""
        if part.kept is None:
            terms = self._dispatcher.terms_of_part(visitor)
            return _beside(lambda: _shown(self._dispatcher.call_part(part.call, given, terms)))
        kept, key = part.kept, key_of(part.call, urlencode(sorted(given.items())))
        if found := self._cache.find(key):
            return _there(_shown(found[0].body, found[1]))
        terms = self._dispatcher.terms_of_part(self._dispatcher.everybody(visitor))

        def load() -> bytes:
            return self._dispatcher.call_part(part.call, given, terms)

        return _beside(lambda: _shown(self._cache.read(key, (tag_of(part, {}),), kept.seconds, load, kept.until)))


def _asked(route: Route, request: Request) -> dict[str, Any]:
    """The fields that the reader gave, checked. Raises `Invalid`."""
    if repeated := next((name for name, values in request.args.lists() if len(values) > 1), None):
        raise Invalid.field(repeated, "参数只能出现一次")
    titles = {name: field.title or name for name, field in route.asks.model_fields.items()}
    try:
        return route.asks.model_validate(request.args.to_dict()).model_dump(exclude_none=True)
    except ValidationError as error:
        raise from_validation(error, titles) from None


def _chosen(route: Route, title: str | None) -> tuple[Part, ...]:
    """The part of this title, or all. Raises `Invalid` for one that does not exist here."""
    if title is None:
        return route.parts
    chosen = tuple(part for part in route.parts if part.title == title)
    if not chosen:
        raise Invalid.field("part", "没有这个分类")
    return chosen


def _there(shown: Shown) -> "Future[Shown]":
    future: Future[Shown] = Future()
    future.set_result(shown)
    return future


def _beside(fetch: Callable[[], Shown]) -> "Future[Shown]":
    """Runs the fetch beside the request, in the same trace."""
    future: Future[Shown] = Future()

    def run() -> None:
        try:
            future.set_result(fetch())
        except Exception as error:  # noqa: BLE001 - raised again where the outcome is asked for
            future.set_exception(error)

    threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True).start()
    return future


def _outcome(part: Part, future: "Future[Shown]", until: float, readers_fault: tuple[type[ServiceError], ...]) -> Shown:
    """What has come by then, or word that nothing has. Raises what is the reader's own fault."""
    try:
        shown = future.result(max(until - time.monotonic(), 0))
    except readers_fault:
        raise
    except (ServiceError, TimeoutError) as error:
        log.warning("a part cannot be shown", extra={"part": part.name, "reason": type(error).__name__})
        shown = _UNAVAILABLE
    except Exception:
        log.exception("a part failed", extra={"part": part.name})
        shown = _UNAVAILABLE
    metrics.PARTS.labels(part.name, shown["status"]).inc()
    return shown


def _shown(body: bytes, age: int | None = None) -> Shown:
    """A part that is there; `age` in seconds when nothing newer can be had."""
    shown: Shown = {"status": "ok", "content": orjson.Fragment(body)}
    return shown if age is None else {**shown, "age": age}
