"""Sitemaps and article pages as programs of others read them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from linkpreview import Link, LinkPreview
from pydantic import ValidationError
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
def page() -> LinkPreview:
    """An article's page, as a program of others takes it that shows what is behind a link."""
    told = app_pages.written(SHELL, article_pages.subject(PLAIN, ORIGIN, "北京昌平"), "{}", "北京昌平")
    return LinkPreview(Link(PAGE, told), parser="lxml")


def test_an_article_is_passed_on_with_all_that_opengraph_asks_for(page: LinkPreview) -> None:
    card = page.opengraph
    assert (card.title, card.description, card.site_name) == (PLAIN["title"], PLAIN["lead"], "北京昌平")
    required = {name: card._get_property(f"og:{name}") for name in ("title", "type", "image", "url")}
    assert (required["type"], required["url"]) == ("article", PAGE)
    assert all(urlsplit(required[name]).scheme == "https" for name in ("image", "url"))
    assert required["image"] == card.image == page.absolute_image
    times = [datetime.fromisoformat(card._get_property(f"article:{name}_time")) for name in ("published", "modified")]
    assert times == sorted(times)
    assert all(at.tzinfo for at in times)


@pytest.fixture(scope="module")
def news_article() -> Any:
    """What schema.org says that a news article may have, and of what kind: all else is refused."""
    from schema_org import NewsArticle  # takes seconds

    return lambda found: NewsArticle.model_validate(found, strict=False)


def told_of(page: LinkPreview) -> dict[str, Any]:
    """What the page says of itself in JSON-LD."""
    (found,) = page.jsonld.get_schema()
    assert found.pop("@context") == "https://schema.org"
    assert (found.pop("@type"), found.pop("type")) == ("NewsArticle", "newsarticle")  # the latter is the program's own
    assert found.pop("@id").startswith("urn:uuid:")
    return dict(found)


def test_an_article_is_a_news_article_to_search_engines(page: LinkPreview, news_article: Any) -> None:
    found = news_article(told_of(page))
    assert (found.headline, str(found.main_entity_of_page)) == (PLAIN["title"], PAGE)
    times = [datetime.fromisoformat(PLAIN[name]) for name in ("published_at", "changed_at")]
    assert [found.date_published, found.date_modified] == times
    assert {type(one).__name__ for one in (found.author, found.publisher)} == {"Organization"}
    assert [found.author.name, found.publisher.name] == [PLAIN["desk"], "北京昌平"]
    assert all(urlsplit(str(address)).scheme == "https" for address in (*found.image, found.publisher.logo))


@pytest.mark.parametrize(
    "wrong",
    [
        {"headLine": "路灯"},
        {"datePublished": "昨天"},
        {"isAccessibleForFree": "大概"},
        {"author": {"@type": "Organization", "nickname": "民生新闻部"}},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_schema_org_does_not_know_would_be_refused(page: LinkPreview, news_article: Any, wrong: Any) -> None:
    with pytest.raises(ValidationError):
        news_article({**told_of(page), **wrong})
