"""An article's page as it leaves the house: the app, and its text where no scripts run; gone when it was withdrawn."""

from collections.abc import Mapping
from html import escape
from typing import Any

import orjson
from werkzeug import Request

from gateway.answers import PUBLIC, Answer, with_etag
from gateway.app_files import AppFiles
from gateway.cache import etag_of
from gateway.dispatch import Dispatcher
from gateway.feeds.shown import BECAME, address, content, follow_ups, picture_address
from gateway.problems import code_of
from gateway.routes import Route
from kit.errors import Invalid, NotFound, ServiceError

HTML = "text/html; charset=utf-8"
_TITLE, _HEAD, _SCRIPTLESS = "<title>", "</head>", "<noscript>"


class ArticlePages:
    """`route` is the row by which the article is read."""

    def __init__(self, dispatcher: Dispatcher, files: AppFiles, route: Route) -> None:
        self._dispatcher = dispatcher
        self._files = files
        self._route = route

    def answer(self, request: Request, path: Mapping[str, Any]) -> Answer:
        """The page; 410 for what was withdrawn, 404 for what never was. Without the news the app says so itself."""
        page = self._files.page(request.path)
        if page is None:
            raise NotFound
        status, body = self._filled(page, request, path)
        answer = Answer(body.encode(), status, PUBLIC, HTML)
        return with_etag(answer, etag_of(answer.body), request) if status == 200 else answer

    def _filled(self, page: str, request: Request, path: Mapping[str, Any]) -> tuple[int, str]:
        visitor = self._dispatcher.everybody(self._dispatcher.admit(self._route, request))
        given = {"id": str(path["id"])}
        try:
            body, _ = self._dispatcher.shared(self._route, given, visitor, given)
        except (NotFound, Invalid) as error:
            gone = code_of(error) == "gone"
            said = error.detail if gone else "没有找到这篇报道。"
            return (410 if gone else 404), with_text(page, f"<p>{escape(said)}</p>")
        except ServiceError:
            return 200, page
        origin = str(request.host_url).rstrip("/")
        return 200, _of_article(page, orjson.loads(body), origin)


def _of_article(page: str, article: Mapping[str, Any], origin: str) -> str:
    title = article["title"]
    told = {
        "og:type": "article",
        "og:title": title,
        "og:description": article["lead"] or title,
        "og:url": address(origin, article["id"]),
        "article:published_time": article["published_at"],
        "article:section": article["column"]["name"],
    }
    if image := _image(article, origin):
        told["og:image"] = image
    metas = "".join(f'<meta property="{name}" content="{escape(value)}" />' for name, value in told.items())
    facts = " · ".join((article["desk"], article["published_at"][:16].replace("T", " ")))
    became = f"<h2>{escape(BECAME)}</h2>{follow_ups(article, origin)}" if article.get("follow_ups") else ""
    said = f"<p>{escape(facts)}</p>{content(article, origin, copies=True)}{became}"
    text = f"<article><h1>{escape(title)}</h1>{said}</article>"
    return with_text(page.replace(_TITLE, f"{_TITLE}{escape(title)} · ", 1).replace(_HEAD, f"{metas}{_HEAD}", 1), text)


def _image(article: Mapping[str, Any], origin: str) -> str:
    """The first picture that may be shown."""
    pictures = (block for block in article["body"] if block["kind"] == "picture" and not block.get("expired"))
    first = next(pictures, None)
    return picture_address(origin, first["picture"], "full") if first else ""


def with_text(page: str, text: str) -> str:
    """What is shown where no scripts run."""
    return page.replace(_SCRIPTLESS, f"{_SCRIPTLESS}{text}", 1)
