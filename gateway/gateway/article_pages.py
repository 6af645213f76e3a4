"""An article's page as it leaves the house: its text at once, also where no scripts run, and what the app makes it of.

The app takes the text's place when it has come, without asking for the article again. Gone when it was withdrawn.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any

import orjson
from werkzeug import Request

from gateway.answers import Answer
from gateway.app_files import AppFiles, Page
from gateway.dispatch import Dispatcher
from gateway.feeds.shown import address, identity, moment, pictures, text_of
from gateway.problems import code_of
from gateway.rendered import HTML, PAGE_HEADERS, Rendered, compressed, encoded, takes_gzip
from gateway.routes import PREFIX, Route
from kit.errors import Invalid, NotFound, ServiceError

_TITLE, _HEAD, _SCRIPTLESS, _APP = "<title>", "</head>", "<noscript>", '<div id="app">'
_DESCRIPTION = re.compile(r'(<meta name="description" content=")[^"]*(")')
_ICON = "/icon-512.png"


class ArticlePages:
    """`route` is the row by which the article is read, `app` what the district calls its app."""

    def __init__(self, dispatcher: Dispatcher, files: AppFiles, rendered: Rendered, route: Route, app: str) -> None:
        self._dispatcher = dispatcher
        self._files = files
        self._rendered = rendered
        self._route = route
        self._app = app

    def answer(self, request: Request, path: Mapping[str, Any]) -> Answer:
        """The page; 410 for what was withdrawn, 404 for what never was. Without the news the app says so itself."""
        page = self._files.page(request.path)
        if page is None:
            raise NotFound
        visitor = self._dispatcher.everybody(self._dispatcher.admit(self._route, request))
        given = {"id": str(path["id"])}
        try:
            body, _ = self._dispatcher.shared(self._route, given, visitor, given)
        except (NotFound, Invalid) as error:
            return _missing(page, error, request)
        except ServiceError:
            return self._rendered.page(request, (page.etag,), lambda: page.text, None)
        article, origin = orjson.loads(body), str(request.host_url).rstrip("/")
        return self._rendered.page(
            request,
            (body, page.etag, origin),
            lambda: of_article(page.text, article, body.decode(), origin, self._app),
            max(moment(article["changed_at"]), page.made),
        )


def _missing(page: Page, error: ServiceError, request: Request) -> Answer:
    gone, packed = code_of(error) == "gone", takes_gzip(request)
    said = error.detail if gone else "没有找到这篇报道。"
    text = with_text(page.text, f"<p>{escape(said)}</p>")
    answer = Answer(status=410 if gone else 404, headers=PAGE_HEADERS, content_type=HTML)
    return encoded(answer, compressed(text) if packed else text.encode(), packed=packed)


def of_article(page: str, article: Mapping[str, Any], told: str, origin: str, app: str) -> str:
    """The app's page with the article; `told` is the article as the app would ask for it."""
    description = escape(article["lead"] or article["title"])
    page = page.replace(_TITLE, f"{_TITLE}{escape(article['title'])} · ", 1)
    page = _DESCRIPTION.sub(lambda found: f"{found[1]}{description}{found[2]}", page, count=1)
    page = page.replace(_HEAD, f"{_card(article, origin, app)}{_linked_data(article, origin, app)}{_HEAD}", 1)
    data = _data(told, f'id="told" data-path="{PREFIX}/articles/{escape(article["id"])}"', "application/json")
    page = page.replace(_SCRIPTLESS, f"{data}{_SCRIPTLESS}", 1)  # behind the text, which is to be seen first
    return page.replace(_APP, f"{_APP}{_text(article, origin)}", 1)


def with_text(page: str, text: str) -> str:
    """What is shown where no scripts run."""
    return page.replace(_SCRIPTLESS, f"{_SCRIPTLESS}{text}", 1)


def _card(article: Mapping[str, Any], origin: str, app: str) -> str:
    """What is shown where the address is passed on."""
    image, *_ = [*pictures(article, origin), f"{origin}{_ICON}"]
    url = address(origin, article["id"])
    told = {
        "og:type": "article",
        "og:site_name": app,
        "og:locale": "zh_CN",
        "og:title": article["title"],
        "og:description": article["lead"] or article["title"],
        "og:url": url,
        "og:image": image,
        "article:published_time": article["published_at"],
        "article:modified_time": article["changed_at"],
        "article:section": article["column"]["name"],
    }
    metas = "".join(f'<meta property="{name}" content="{escape(value)}" />' for name, value in told.items())
    return f'<link rel="canonical" href="{escape(url)}" />{metas}'


def _linked_data(article: Mapping[str, Any], origin: str, app: str) -> str:
    """The article in schema.org's words."""
    url = address(origin, article["id"])
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": identity(article["id"]),
        "mainEntityOfPage": url,
        "headline": article["title"],
        "description": article["lead"] or article["title"],
        "datePublished": article["published_at"],
        "dateModified": article["changed_at"],
        "articleSection": article["column"]["name"],
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "image": pictures(article, origin) or [f"{origin}{_ICON}"],
        "author": {"@type": "Organization", "name": article["desk"]},
        "publisher": {"@type": "Organization", "name": app, "logo": f"{origin}{_ICON}"},
    }
    return _data(orjson.dumps(told).decode(), "", "application/ld+json")


def _data(text: str, attributes: str, content_type: str) -> str:
    """Data in a page, which no browser runs; nothing in it can end it."""
    return f'<script type="{content_type}" {attributes}>{text.replace("<", chr(92) + "u003c")}</script>'


def _text(article: Mapping[str, Any], origin: str) -> str:
    """The article as the app shows it: the same elements and classes (app/src/shared/reading.css)."""
    published = article["published_at"]
    facts = (
        f'<span>{escape(article["desk"])}</span><time datetime="{published}">{published[:16].replace("T", " ")}</time>'
    )
    example = '<span class="tag">示例数据</span>' if article["example"] else ""
    head = f'<h1>{escape(article["title"])}</h1><p class="facts">{facts}{example}</p>'
    return (
        f'<div class="reading-shell"><p class="reading-bar"><a href="/news">{escape(article["column"]["name"])}</a></p>'
        f'<main class="reading-page"><article class="reading">{head}{text_of(article, origin)}</article></main></div>'
    )
