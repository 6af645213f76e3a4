"""Sitemaps: an index, a map for each month, and one of the last two days' news."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, register_namespace

from gateway.feeds.shown import address
from gateway.feeds.xml import add, document

SITEMAP, NEWS = "http://www.sitemaps.org/schemas/sitemap/0.9", "http://www.google.com/schemas/sitemap-news/0.9"
register_namespace("news", NEWS)
CONTENT_TYPE = "application/xml; charset=utf-8"
MOST = 50_000  # addresses in one map, by the protocol

Row = Mapping[str, Any]


def index(origin: str, months: Sequence[str]) -> bytes:
    """Where the maps are."""
    root = Element(f"{{{SITEMAP}}}sitemapindex")
    for name in ("news", *months):
        _add(SubElement(root, f"{{{SITEMAP}}}sitemap"), SITEMAP, loc=f"{origin}/sitemaps/{name}.xml")
    return document(root)


def of_month(origin: str, rows: Iterable[Row]) -> bytes:
    """The articles of a month."""
    root = Element(f"{{{SITEMAP}}}urlset")
    for row in rows:
        url = SubElement(root, f"{{{SITEMAP}}}url")
        _add(url, SITEMAP, loc=address(origin, row["id"]), lastmod=row["changed_at"])
    return document(root)


def of_news(origin: str, rows: Iterable[Row], publication: str) -> bytes:
    """The articles of the last two days, as search engines for news want them."""
    root = Element(f"{{{SITEMAP}}}urlset")
    for row in rows:
        url = SubElement(root, f"{{{SITEMAP}}}url")
        _add(url, SITEMAP, loc=address(origin, row["id"]))
        news = SubElement(url, f"{{{NEWS}}}news")
        _add(SubElement(news, f"{{{NEWS}}}publication"), NEWS, name=publication, language="zh-cn")
        _add(news, NEWS, publication_date=row["published_at"], title=row["title"])
    return document(root)


def _add(parent: Element, space: str, **texts: str) -> None:
    for name, text in texts.items():
        add(parent, f"{{{space}}}{name}", text)
