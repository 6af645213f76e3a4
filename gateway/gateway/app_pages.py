"""A page of the app as it leaves the house: what it is about at once, for who passes it on and where no scripts run.

The app takes the text's place when it has come. Gone when what it is about was withdrawn.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

import orjson
from werkzeug import Request

from gateway.answers import Answer
from gateway.app_files import AppFiles, Page
from gateway.cache import time_in
from gateway.dispatch import Dispatcher
from gateway.problems import code_of
from gateway.rendered import HTML, PAGE_HEADERS, Rendered, compressed, encoded, takes_gzip
from gateway.routes import Route
from kit.errors import Invalid, NotFound, ServiceError

_TITLE, _HEAD, _SCRIPTLESS, _APP = "<title>", "</head>", "<noscript>", '<div id="app">'
_DESCRIPTION = re.compile(r'(<meta name="description" content=")[^"]*(")')
_ICON = "/icon-512.png"


@dataclass(frozen=True)
class Subject:
    """What a page is about: `text` is its HTML, `url` where people read it, `facts` more for its card by OpenGraph's
    names, `linked` the same in schema.org's words.

    Where the app shows `text` in the same elements until it has come, `asked_at` is the address at which it would ask
    for what the page tells; without one, `text` is for where no scripts run alone.
    """

    title: str
    description: str
    url: str
    image: str
    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    linked: Mapping[str, Any] | None = None
    asked_at: str = ""


@dataclass(frozen=True)
class Kind:
    """Pages of one kind: `subject` makes one of the service's answer, the origin and the app's name; `missing` is said
    where there is none; `changed` names the answer's field that says since when it reads so, if there is one."""

    subject: Callable[[Mapping[str, Any], str, str], Subject]
    missing: str
    changed: str = ""


class AppPages:
    """`route` is the row by which what they are about is read, `app` what the district calls its app."""

    def __init__(
        self, dispatcher: Dispatcher, files: AppFiles, rendered: Rendered, route: Route, kind: Kind, app: str
    ) -> None:
        self._dispatcher = dispatcher
        self._files = files
        self._rendered = rendered
        self._route = route
        self._kind = kind
        self._app = app

    def answer(self, request: Request, path: Mapping[str, Any]) -> Answer:
        """The page; 410 for what was withdrawn, 404 for what never was, or is not for everybody.

        Without the service the app says so itself.
        """
        page = self._files.page(request.path)
        if page is None:
            raise NotFound
        visitor = self._dispatcher.everybody(self._dispatcher.admit(self._route, request))
        given = {name: str(path[name]) for name in self._route.parameters}
        try:
            body, _ = self._dispatcher.shared(self._route, given, visitor, given)
        except (NotFound, Invalid) as error:
            return _missing(page, error, self._kind.missing, request)
        except ServiceError:
            return self._rendered.page(request, (page.etag,), lambda: page.text, None)
        origin = str(request.host_url).rstrip("/")

        def write() -> str:
            return written(
                page.text, self._kind.subject(orjson.loads(body), origin, self._app), body.decode(), self._app
            )

        changed = time_in(body, self._kind.changed)
        return self._rendered.page(
            request, (body, page.etag, origin), write, max(changed, page.made) if changed else None
        )


def icon(origin: str) -> str:
    """The picture of what has none of its own."""
    return f"{origin}{_ICON}"


def written(page: str, subject: Subject, told: str, app: str) -> str:
    """The app's page with its subject; `told` is what the app would ask for."""
    description = escape(subject.description)
    page = page.replace(_TITLE, f"{_TITLE}{escape(subject.title)} · ", 1)
    page = _DESCRIPTION.sub(lambda found: f"{found[1]}{description}{found[2]}", page, count=1)
    page = page.replace(_HEAD, f"{_card(subject, app)}{_linked_data(subject)}{_HEAD}", 1)
    if not subject.asked_at:
        return with_text(page, subject.text)
    data = _data(told, f'id="told" data-path="{escape(subject.asked_at)}"', "application/json")
    page = page.replace(_SCRIPTLESS, f"{data}{_SCRIPTLESS}", 1)  # behind the text, which is to be seen first
    return page.replace(_APP, f"{_APP}{subject.text}", 1)


def with_text(page: str, text: str) -> str:
    """What is shown where no scripts run."""
    return page.replace(_SCRIPTLESS, f"{_SCRIPTLESS}{text}", 1)


def _missing(page: Page, error: ServiceError, missing: str, request: Request) -> Answer:
    gone, packed = code_of(error) == "gone", takes_gzip(request)
    text = with_text(page.text, f"<p>{escape(error.detail if gone else missing)}</p>")
    answer = Answer(status=410 if gone else 404, headers=PAGE_HEADERS, content_type=HTML)
    return encoded(answer, compressed(text) if packed else text.encode(), packed=packed)


def _card(subject: Subject, app: str) -> str:
    """What is shown where the address is passed on."""
    told = {
        "og:type": "article",
        "og:site_name": app,
        "og:locale": "zh_CN",
        "og:title": subject.title,
        "og:description": subject.description,
        "og:url": subject.url,
        "og:image": subject.image,
        **subject.facts,
    }
    metas = "".join(f'<meta property="{name}" content="{escape(value)}" />' for name, value in told.items())
    return f'<link rel="canonical" href="{escape(subject.url)}" />{metas}'


def _linked_data(subject: Subject) -> str:
    """The subject in schema.org's words, where it has any."""
    return _data(orjson.dumps(subject.linked).decode(), "", "application/ld+json") if subject.linked else ""


def _data(text: str, attributes: str, content_type: str) -> str:
    """Data in a page, which no browser runs; nothing in it can end it."""
    return f'<script type="{content_type}" {attributes}>{text.replace("<", chr(92) + "u003c")}</script>'
