"""One feed in three formats. All say the same: which articles there are, since when, how they read now."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

import orjson

from gateway.feeds.shown import Article, address, content, identity, moment

ATOM, TOMBSTONES = "http://www.w3.org/2005/Atom", "http://purl.org/atompub/tombstones/1.0"
CONTENT, DUBLIN = "http://purl.org/rss/1.0/modules/content/", "http://purl.org/dc/elements/1.1/"
for _prefix, _space in (("atom", ATOM), ("at", TOMBSTONES), ("content", CONTENT), ("dc", DUBLIN)):
    register_namespace(_prefix, _space)
_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
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
    _add(channel, "title", feed.title)
    _add(channel, "link", f"{feed.origin}/news")
    _add(channel, "description", feed.title)
    _add(channel, "language", LANGUAGE)
    _add(channel, "lastBuildDate", format_datetime(feed.updated))
    _add(channel, f"{{{ATOM}}}link", rel="self", type="application/rss+xml", href=feed.url)
    for article in feed.articles:
        item = SubElement(channel, "item")
        _add(item, "title", article["title"])
        _add(item, "link", address(feed.origin, article["id"]))
        _add(item, "guid", identity(article["id"]), isPermaLink="false")
        _add(item, "pubDate", format_datetime(moment(article["published_at"])))
        _add(item, "category", article["column"]["name"])
        _add(item, f"{{{DUBLIN}}}creator", article["desk"])
        _add(item, "description", article["lead"] or article["title"])
        _add(item, f"{{{CONTENT}}}encoded", content(article, feed.origin))
    return _xml(root)


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
        _add(root, f"{{{TOMBSTONES}}}deleted-entry", ref=identity(gone["id"]), when=gone["withdrawn_at"])
    return _xml(root)


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
    _add(parent, f"{{{ATOM}}}{name}", text, **attributes)


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> None:
    element = SubElement(parent, tag, {name: _NOT_IN_XML.sub("", value) for name, value in attributes.items()})
    element.text = _NOT_IN_XML.sub("", text) or None


def _xml(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text
