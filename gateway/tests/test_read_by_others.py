"""Sitemaps and article pages as programs of others read them."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from lxml import html
from usp.objects.sitemap import IndexXMLSitemap, PagesXMLSitemap
from usp.tree import sitemap_from_str

from gateway import app_pages, article_pages
from gateway.feeds import sitemaps

from .test_feeds import ARTICLE, ORIGIN

PLAIN = {**ARTICLE, "title": "夜间路灯改造 & 收费说明", "example": False, "follow_ups": [], "files": []}
PAGE = f"{ORIGIN}/news/{ARTICLE['id']}"
SHELL = (
    '<html><head><meta name="description" content="" /><title>x</title></head><body><div id="app"></div></body></html>'
)


def read(text: bytes, kind: type) -> Any:
    """The map, which its reader takes for what it is."""
    found = sitemap_from_str(text.decode())
    assert type(found) is kind, found
    return found


def test_the_index_leads_to_its_maps() -> None:
    found = read(sitemaps.index(ORIGIN, ["2026-11", "2026-10"]), IndexXMLSitemap)
    names = [urlsplit(one.url).path for one in found.sub_sitemaps]
    assert names == ["/sitemaps/news.xml", "/sitemaps/2026-11.xml", "/sitemaps/2026-10.xml"]


def test_a_month_names_each_article_and_since_when_it_reads_so() -> None:
    (page,) = read(sitemaps.of_month(ORIGIN, [PLAIN]), PagesXMLSitemap).all_pages()
    assert (page.url, page.last_modified) == (PAGE, datetime.fromisoformat(ARTICLE["changed_at"]))


def test_the_latest_news_are_news_to_who_reads_news() -> None:
    (page,) = read(sitemaps.of_news(ORIGIN, [PLAIN], "北京昌平"), PagesXMLSitemap).all_pages()
    story = page.news_story
    assert (page.url, story.title, story.publication_name) == (PAGE, PLAIN["title"], "北京昌平")
    assert (story.publication_language, story.publish_date) == (
        "zh-cn",
        datetime.fromisoformat(ARTICLE["published_at"]),
    )


@pytest.fixture
def page() -> Any:
    """An article's page, as another's parser of HTML takes it."""
    return html.document_fromstring(
        app_pages.written(SHELL, article_pages.subject(PLAIN, ORIGIN, "北京昌平"), "{}", "北京昌平")
    )


def test_an_article_is_passed_on_with_all_that_opengraph_asks_for(page: Any) -> None:
    card = {meta.get("property"): meta.get("content") for meta in page.xpath("//head/meta[@property]")}
    assert {"og:title", "og:type", "og:image", "og:url"} <= card.keys()
    assert (card["og:type"], card["og:title"], card["og:url"]) == ("article", PLAIN["title"], PAGE)
    assert all(urlsplit(card[name]).scheme == "https" for name in ("og:image", "og:url"))
    assert datetime.fromisoformat(card["article:published_time"]).tzinfo


def test_an_article_is_a_news_article_to_search_engines(page: Any) -> None:
    (text,) = page.xpath('//script[@type="application/ld+json"]/text()')
    found = json.loads(text)
    assert (found["@context"], found["@type"]) == ("https://schema.org", "NewsArticle")
    assert (found["headline"], found["mainEntityOfPage"]) == (PLAIN["title"], PAGE)
    times = [datetime.fromisoformat(found[name]) for name in ("datePublished", "dateModified")]
    assert times == sorted(times) and all(at.tzinfo for at in times)
    assert {found[who]["@type"] for who in ("author", "publisher")} == {"Organization"}
    assert all(urlsplit(address).scheme == "https" for address in (*found["image"], found["publisher"]["logo"]))
