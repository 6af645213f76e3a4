"""One feed in three formats. All say the same: which articles there are, since when, how they read now."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

import orjson

from gateway.feeds.shown import Article, address, content, identity, lines, moment
from gateway.feeds.xml import ATOM, CONTENT, DUBLIN, TOMBSTONES, add, document

LANGUAGE = "zh-CN"


@dataclass(frozen=True)
class Feed:
    """A feed as it is asked for: `path` is its address below `origin`, `name` the same for ever."""

    name: str
    title: str
    origin: str
    path: str
    updated: datetime
    articles: Sequence[Article]
    withdrawn: Sequence[Mapping[str, Any]]

    @property
    def url(self) -> str:
        """Where it is."""
        return f"{self.origin}{self.path}"


def rss(feed: Feed) -> bytes:
    """RSS 2.0, with the whole text (content:encoded). What was withdrawn is not there any more."""
    root = Element("rss", version="2.0")
    channel = SubElement(root, "channel")
    add(channel, "title", feed.title)
    add(channel, "link", f"{feed.origin}/news")
    add(channel, "description", feed.title)
    add(channel, "language", LANGUAGE)
    add(channel, "lastBuildDate", format_datetime(feed.updated))
    add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed.url)
    for article in feed.articles:
        item = SubElement(channel, "item")
        add(item, "title", article["title"])
        add(item, "link", address(feed.origin, article["id"]))
        add(item, "guid", identity(article["id"]), isPermaLink="false")
        add(item, "pubDate", format_datetime(moment(article["published_at"])))
        add(item, "category", article["column"]["name"])
        add(item, f"{{{DUBLIN}}}creator", article["desk"])
        add(item, "description", lines(article["lead"] or article["title"]))
        add(item, f"{{{CONTENT}}}encoded", content(article, feed.origin))
    return document(root)


def atom(feed: Feed) -> bytes:
    """Atom (RFC 4287): `updated` moves with a correction, `published` never; what was withdrawn is told (RFC 6721)."""
    root = Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": LANGUAGE})
    _atom(root, "id", identity(feed.name))
    _atom(root, "title", feed.title)
    _atom(root, "updated", feed.updated.isoformat())
    _atom(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    _atom(root, "link", rel="alternate", type="text/html", href=f"{feed.origin}/news")
    for article in feed.articles:
        entry = SubElement(root, f"{{{ATOM}}}entry")
        _atom(entry, "id", identity(article["id"]))
        _atom(entry, "title", article["title"])
        _atom(entry, "link", rel="alternate", type="text/html", href=address(feed.origin, article["id"]))
        _atom(entry, "published", article["published_at"])
        _atom(entry, "updated", article["changed_at"])
        _atom(SubElement(entry, f"{{{ATOM}}}author"), "name", article["desk"])
        _atom(entry, "category", term=article["column"]["code"], label=article["column"]["name"])
        _atom(entry, "summary", article["lead"] or article["title"])
        _atom(entry, "content", content(article, feed.origin), type="html")
    for gone in feed.withdrawn:
        add(root, f"{{{TOMBSTONES}}}deleted-entry", ref=identity(gone["id"]), when=gone["withdrawn_at"])
    return document(root)


def json_feed(feed: Feed) -> bytes:
    """JSON Feed 1.1. What was withdrawn is told in an extension, as the format has nothing for it."""
    items = [
        {
            "id": identity(article["id"]),
            "url": address(feed.origin, article["id"]),
            "title": article["title"],
            "summary": article["lead"] or article["title"],
            "content_html": content(article, feed.origin),
            "date_published": article["published_at"],
            "date_modified": article["changed_at"],
            "authors": [{"name": article["desk"]}],
            "tags": [article["column"]["name"]],
            "language": LANGUAGE,
        }
        for article in feed.articles
    ]
    gone = [{"id": identity(row["id"]), "date": row["withdrawn_at"]} for row in feed.withdrawn]
    return orjson.dumps(
        {
            "version": "https://jsonfeed.org/version/1.1",
            "title": feed.title,
            "home_page_url": f"{feed.origin}/news",
            "feed_url": feed.url,
            "language": LANGUAGE,
            "items": items,
            "_withdrawn": {"about": "撤回的报道，请从已保存的内容中移除。", "items": gone},
        }
    )


FORMATS: dict[str, tuple[str, Callable[[Feed], bytes]]] = {
    "rss": ("application/rss+xml; charset=utf-8", rss),
    "atom": ("application/atom+xml; charset=utf-8", atom),
    "json": ("application/feed+json; charset=utf-8", json_feed),
}


def _atom(parent: Element, name: str, text: str = "", **attributes: str) -> None:
    add(parent, f"{{{ATOM}}}{name}", text, **attributes)
