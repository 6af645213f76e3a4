"""Answers partners' programs, which keep up with the news by asking again and again: ninjs, a page at a time."""

from typing import Any
from urllib.parse import urlencode

import orjson
from werkzeug import Request

from gateway import arguments
from gateway.answers import Answer, Headers, validated
from gateway.cache import etag_of
from gateway.dispatch import Dispatcher
from gateway.feeds.ninjs import item
from gateway.feeds.shown import moment
from gateway.routes import Route

KEY = "X-Api-Key"
_RIGHT = "news"
_OWN: Headers = [("Cache-Control", "private, no-cache"), ("Vary", KEY)]


class Wire:
    """`app` is what the district calls its app."""

    def __init__(self, dispatcher: Dispatcher, app: str) -> None:
        self._dispatcher = dispatcher
        self._app = app

    def answer(self, route: Route, request: Request) -> Answer:
        """A page of what has changed, or 304 for who has it. Raises what refuses the program, or what it asks.

        Nothing of it is kept here: what is told next depends on the time.
        """
        visitor = self._dispatcher.admit(route, request)
        self._dispatcher.admit_partner(request.headers.get(KEY, "").strip(), _RIGHT, visitor)
        given = arguments.gather(self._dispatcher.method(route.call), request, {})
        if at := given.get("updated_after"):
            given["updated_after"] = at.replace(" ", "+")  # a plus sign that was sent unescaped arrives as a blank
        found = self._dispatcher.call(route.call, given, self._dispatcher.everybody(visitor), read=True)
        body = orjson.dumps(_page(found, given, request, self._app))
        until = found["updated_until"]
        return validated(Answer(body, headers=_OWN), etag_of(body), moment(until) if until else None, request)


def _page(found: dict[str, Any], given: dict[str, Any], request: Request, app: str) -> dict[str, Any]:
    """The page; `next` is where to ask from now on, today or tomorrow."""
    origin = request.host_url.rstrip("/")
    until, cursor = found["updated_until"], found["next_cursor"]
    rest = {"cursor": cursor} if cursor else {}
    since = given.get("updated_after") if cursor else until
    asked = {"limit": given.get("limit"), "updated_after": since, **rest}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    return {
        "items": [item(row, origin, app) for row in found["items"]],
        "next_cursor": cursor,
        "updated_until": until,
        "next": f"{origin}{request.path}{'?' if query else ''}{query}",
    }
