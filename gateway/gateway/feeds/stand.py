"""Answers the addresses of feeds and sitemaps: made of kept answers, and not made at all for who has them.

Partners' programs (ninjs) are answered beside it, by `wire`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from werkzeug import Request

from gateway.answers import PUBLIC, Answer, validated
from gateway.dispatch import Dispatcher
from gateway.feeds import sitemaps
from gateway.feeds.formats import FORMATS, Feed
from gateway.feeds.ninjs import NINJS
from gateway.feeds.shown import moment
from gateway.feeds.wire import Wire
from gateway.rendered import Rendered, validator
from gateway.routes import Route
from gateway.visitors import Visitor
from kit.errors import Invalid, NotFound

_UNTOLD = "untold"  # by an instance of before


@dataclass(frozen=True)
class _Ask:
    """A question by somebody who was let in; `origin` is where he reaches us."""

    route: Route
    request: Request
    path: Mapping[str, str]
    visitor: Visitor

    @property
    def origin(self) -> str:
        return str(self.request.host_url).rstrip("/")


@dataclass(frozen=True)
class _Told:
    """What the service told, its age in seconds where nothing newer can be had, and what is made of it."""

    bodies: list[bytes]
    age: int | None
    content_type: str
    write: Callable[[], bytes]
    changed: datetime | None = None


class Stand:
    """`app` is what the district calls its app."""

    def __init__(self, dispatcher: Dispatcher, rendered: Rendered, app: str) -> None:
        self._dispatcher = dispatcher
        self._rendered = rendered
        self._app = app
        self._wire = Wire(dispatcher, app)

    def answer(self, route: Route, request: Request, path: Mapping[str, str]) -> Answer:
        """The answer, or 304 for who has it. Raises `NotFound`, and what the service raises."""
        if route.feed == NINJS:
            return self._wire.answer(route, request)
        ask = _Ask(route, request, path, self._dispatcher.admit(route, request))
        tell = {"index": self._index, "month": self._month, "news": self._news}.get(route.feed, self._feed)
        try:
            told = tell(ask)
        except Invalid:  # nothing has such a name
            raise NotFound from None
        answer = Answer(headers=PUBLIC if told.age is None else [*PUBLIC, ("Age", str(told.age))])
        answer.content_type = told.content_type
        etag = validator(*told.bodies, ask.origin, request.path)
        answer = validated(answer, etag, told.changed, request)
        if answer.status != 304:
            answer.body = self._rendered.get(etag, told.write)
        return answer

    def _feed(self, ask: _Ask) -> _Told:
        body, age = self._read(ask, dict(ask.path))
        view = orjson.loads(body)
        about = view["column"] or view["town"]
        name = "/".join(("feed", *(f"{key}={value}" for key, value in sorted(ask.path.items()))))
        feed = Feed(
            name=name,
            title=f"{self._app} · {about['name'] if about else '新闻'}",
            origin=ask.origin,
            path=ask.request.path,
            updated=moment(view["updated"]),
            articles=view["items"],
            withdrawn=view["withdrawn"],
        )
        content_type, write = FORMATS[ask.route.feed]
        return _Told([body], age, content_type, lambda: write(feed), feed.updated)

    def _index(self, ask: _Ask) -> _Told:
        body, age = self._read(ask, {})
        months = orjson.loads(body)["months"]
        return _Told([body], age, sitemaps.CONTENT_TYPE, lambda: sitemaps.index(ask.origin, months))

    def _month(self, ask: _Ask) -> _Told:
        return self._map(ask, dict(ask.path), sitemaps.of_month)

    def _news(self, ask: _Ask) -> _Told:
        """What is older than two days leaves this map by itself: nobody knows since when it reads so."""
        return self._map(ask, {}, lambda origin, rows: sitemaps.of_news(origin, rows, self._app), most=1000)

    def _map(
        self,
        ask: _Ask,
        given: dict[str, Any],
        write: Callable[[str, list[Mapping[str, Any]]], bytes],
        most: int = sitemaps.MOST,
    ) -> _Told:
        """A map of rows, page after page."""
        bodies: list[bytes] = []
        rows: list[Mapping[str, Any]] = []
        gone: str | None = None
        age, cursor = None, None
        while len(rows) < most and (cursor or not bodies):
            body, age = self._read(ask, {**given, "limit": 1000, **({"cursor": cursor} if cursor else {})})
            page = orjson.loads(body)
            bodies.append(body)
            rows += page["items"]
            cursor, gone = page["next_cursor"], page.get("withdrawn_at", _UNTOLD)
        times = [row["changed_at"] for row in rows] if given and gone != _UNTOLD else []
        changed = max((moment(at) for at in (*times, gone) if at), default=None) if times else None
        return _Told(bodies, age, sitemaps.CONTENT_TYPE, lambda: write(ask.origin, rows), changed)

    def _read(self, ask: _Ask, given: dict[str, Any]) -> tuple[bytes, int | None]:
        return self._dispatcher.shared(ask.route, given, ask.visitor, ask.path)
