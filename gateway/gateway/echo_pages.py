"""回音壁 as it leaves the house: the app, and its text where no scripts run, page after page."""

from collections.abc import Mapping
from html import escape
from typing import Any
from urllib.parse import quote

import orjson
from werkzeug import Request

from gateway.answers import Answer
from gateway.app_files import AppFiles
from gateway.app_pages import with_text
from gateway.dispatch import Dispatcher
from gateway.feeds.shown import address, follow_ups
from gateway.passage import ECHOES
from gateway.rendered import Rendered
from gateway.routes import Route
from kit.errors import Invalid, NotFound, ServiceError

_ASKED = ("cursor", "outcome")
_CHOICES = (("", "全部"), ("unsolved", "尚未解决"), ("closed", "已办结"), ("solved", "已解决"))


class EchoPages:
    """`route` is the row by which the reports are listed."""

    def __init__(self, dispatcher: Dispatcher, files: AppFiles, rendered: Rendered, route: Route) -> None:
        self._dispatcher = dispatcher
        self._files = files
        self._rendered = rendered
        self._route = route

    def answer(self, request: Request, path: Mapping[str, Any]) -> Answer:
        """The page. Without the news the app says so itself.

        Since when it reads so nobody knows: a report that has left it leaves no time behind.
        """
        page = self._files.page(request.path)
        if page is None:
            raise NotFound
        visitor = self._dispatcher.everybody(self._dispatcher.admit(self._route, request))
        given = {name: request.args[name] for name in _ASKED if request.args.get(name)}
        try:
            body, _ = self._dispatcher.shared(self._route, given, visitor, {})
        except Invalid:
            raise NotFound from None
        except ServiceError:
            return self._rendered.page(request, (page.etag,), lambda: page.text, None)
        origin = str(request.host_url).rstrip("/")
        return self._rendered.page(
            request,
            (body, page.etag, origin, orjson.dumps(given)),
            lambda: with_text(page.text, _text(orjson.loads(body), given, origin)),
            None,
        )


def _text(view: Mapping[str, Any], given: Mapping[str, str], origin: str) -> str:
    reports = "".join(_report(one, origin) for one in view["items"]) or "<p>还没有这样的报道。</p>"
    choices = " · ".join(f'<a href="{_page({"outcome": code})}">{name}</a>' for code, name in _CHOICES)
    more = {**given, "cursor": view["next_cursor"]} if view["next_cursor"] else None
    onward = f'<p><a href="{_page(more)}">更早的报道</a></p>' if more else ""
    return f'<main class="scriptless"><h1>回音壁</h1><p>{choices}</p>{reports}{onward}</main>'


def _report(one: Mapping[str, Any], origin: str) -> str:
    link = f'<a href="{escape(address(origin, one["id"]))}">{escape(one["title"])}</a>'
    facts = " · ".join((one["desk"], one["published_at"][:10]))
    return f"<article><h2>{link}</h2><p>{escape(facts)}</p>{follow_ups(one, origin)}</article>"


def _page(asked: Mapping[str, str]) -> str:
    query = "&".join(f"{name}={quote(value)}" for name, value in asked.items() if value)
    return escape(f"{ECHOES}?{query}" if query else ECHOES)
