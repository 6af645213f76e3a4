"""Feeds and sitemaps as parsers of others read them, whatever an article says."""

import json
import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import feedparser  # type: ignore[import-untyped]
import feedparser_rs  # type: ignore[import-untyped]
import pytest

from gateway import app_pages, article_pages
from gateway.feeds import sitemaps
from gateway.feeds.formats import ATOM, FORMATS, TOMBSTONES, Feed
from gateway.feeds.shown import content, identity, moment

HOSTILE = "<script>alert(1)</script> & \"'\x0b]]> 末"
ORIGIN = "https://news.example"
PICTURE = {
    "kind": "picture",
    "picture": "a" * 32,
    "width": 4,
    "height": 3,
    "alt": '"><script>',
    "credit": "张三摄",
    "caption": "新灯",
}
ARTICLE: dict[str, Any] = {
    "id": "CPN20261123-7K3F9Q",
    "title": HOSTILE,
    "lead": "首批路段本月点亮。",
    "column": {"code": "livelihood", "name": "民生"},
    "town": None,
    "desk": "民生新闻部",
    "source": "本端",
    "published_at": "2026-11-23T16:00:00.000+08:00",
    "changed_at": "2026-11-24T09:30:00.000+08:00",
    "corrections": [{"at": "2026-11-24T09:30:00.000+08:00", "note": "日期有误"}],
    "body": [
        {"kind": "heading", "text": "怎么改"},
        {"kind": "paragraph", "text": HOSTILE},
        {"kind": "quote", "text": "先亮路口。"},
        PICTURE,
        {"kind": "case", "no": "CP20261123-7K3F9Q", "note": ""},
        {"kind": "item", "code": "marriage_registration", "note": "办理指南"},
    ],
}
PICTURE_ADDRESS = f"{ORIGIN}/api/v1/article-pictures/{'a' * 32}?size=full"
BECAME: dict[str, Any] = {
    "no": "CP20261123-7K3F9Q",
    "title": "路灯不亮",
    "outcome": "solved",
    "state": "已办结",
    "department": "区城管委",
    "town": "马池口镇",
    "done": "十四盏路灯恢复照明。",
    "done_at": "2026-11-24T09:30:00.000+08:00",
    "promises": [],
}
ASKED = {
    "unit": "区城管委",
    "asked_at": "2026-11-20T10:00:00.000+08:00",
    "due": "2026-11-23T18:00:00.000+08:00",
    "answered_at": None,
    "overdue": False,
}
GONE = {"id": "CPN20261120-000000", "withdrawn_at": "2026-11-25T08:00:00.000+08:00"}


def feed(*articles: dict[str, Any]) -> Feed:
    updated = moment("2026-11-25T08:00:00.000+08:00")
    return Feed("feed", "问政直通车 · 新闻", ORIGIN, "/feeds/all.x", updated, articles, [GONE])


def parsed(kind: str, *articles: dict[str, Any]) -> Any:
    found = feedparser.parse(FORMATS[kind][1](feed(*articles)), sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    return found


@pytest.mark.parametrize(("kind", "version"), [("rss", "rss20"), ("atom", "atom10")])
def test_a_parser_of_others_finds_the_article(kind: str, version: str) -> None:
    found = parsed(kind, ARTICLE)
    assert (found.version, found.feed.title) == (version, "问政直通车 · 新闻")
    (entry,) = found.entries
    assert entry.id == "urn:uuid:014356e7-6d38-54e1-ac44-024c1c38a77b"  # the same for ever
    assert entry.link == f"{ORIGIN}/news/CPN20261123-7K3F9Q"
    assert entry.title == HOSTILE.replace("\x0b", "")
    assert entry.published_parsed[:5] == (2026, 11, 23, 8, 0)
    assert "<script>" not in entry.content[0].value.replace("&lt;script&gt;", "")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in entry.content[0].value


def test_atom_tells_when_it_was_changed_and_what_was_withdrawn() -> None:
    assert parsed("atom", ARTICLE).entries[0].updated_parsed[:5] == (2026, 11, 24, 1, 30)
    root = ElementTree.fromstring(FORMATS["atom"][1](feed(ARTICLE)))
    (tombstone,) = root.findall(f"{{{TOMBSTONES}}}deleted-entry")
    assert tombstone.attrib == {"ref": identity(GONE["id"]), "when": GONE["withdrawn_at"]}
    assert len(root.findall(f"{{{ATOM}}}entry")) == 1


@pytest.mark.parametrize(
    "said", [{"lead": "水压<b时断水，a<b 请看<script>x</script>"}, {"lead": "", "title": "a<b>c</b>&"}]
)
def test_a_description_is_html_of_which_nothing_is_markup(said: dict[str, str]) -> None:
    document = FORMATS["rss"][1](feed({**ARTICLE, **said}))
    (item,) = feedparser.parse(document, sanitize_html=False).entries
    assert unescape(item.summary) == (said["lead"] or said["title"])
    assert "<" not in item.summary


def test_rss_says_that_its_id_is_no_address() -> None:
    (guid,) = ElementTree.fromstring(FORMATS["rss"][1](feed(ARTICLE))).iter("guid")
    assert guid.attrib == {"isPermaLink": "false"}


def test_json_feed_is_read_by_a_parser_of_others_and_tells_the_same() -> None:
    text = FORMATS["json"][1](feed(ARTICLE))
    found = feedparser_rs.parse(text)
    assert not found.bozo
    assert found.version in ("json11", "json-1.1", "jsonfeed11", "json")
    assert found.entries[0].id == parsed("atom", ARTICLE).entries[0].id
    document = json.loads(text)
    assert document["version"] == "https://jsonfeed.org/version/1.1"
    assert document["items"][0]["date_modified"] == ARTICLE["changed_at"]
    assert document["_withdrawn"]["items"] == [{"id": identity(GONE["id"]), "date": GONE["withdrawn_at"]}]


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_an_empty_feed_is_a_feed(kind: str) -> None:
    assert parsed(kind).entries == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "尚未答复"),
        ({"overdue": True}, "已逾期，尚未答复"),
        ({"answered_at": "2026-11-22T18:00:00.000+08:00"}, "2026-11-22已答复"),
        ({"answered_at": "2026-11-24T18:00:00.000+08:00", "overdue": True}, "2026-11-24已答复，超过了期限"),
    ],
)
def test_what_the_newsroom_asked_is_told_with_what_came_of_it(fields: dict[str, Any], said: str) -> None:
    shown = content({**ARTICLE, "follow_ups": [{**BECAME, "press": [{**ASKED, **fields}]}]}, ORIGIN)
    assert f"<p>2026-11-20，编辑部向区城管委采访，应于2026-11-23前答复；{said}</p>" in shown


def test_of_a_text_nothing_is_markup() -> None:
    shown = content(ARTICLE, ORIGIN)
    assert "<script" not in shown
    assert 'alt="&quot;&gt;&lt;script&gt;"' in shown
    assert f'href="{ORIGIN}/affairs/cases/CP20261123-7K3F9Q"' in shown


def test_sitemaps_name_addresses_months_and_the_latest_news() -> None:
    space = {"s": sitemaps.SITEMAP, "n": sitemaps.NEWS}
    index = ElementTree.fromstring(sitemaps.index(ORIGIN, ["2026-11", "2026-10"]))
    names = [loc.text for loc in index.findall("s:sitemap/s:loc", space)]
    assert names == [f"{ORIGIN}/sitemaps/{name}.xml" for name in ("news", "2026-11", "2026-10")]
    month = ElementTree.fromstring(sitemaps.of_month(ORIGIN, [ARTICLE]))
    assert month.findtext("s:url/s:loc", namespaces=space) == f"{ORIGIN}/news/CPN20261123-7K3F9Q"
    assert month.findtext("s:url/s:lastmod", namespaces=space) == ARTICLE["changed_at"]
    clean = {**ARTICLE, "title": "路灯"}
    news = ElementTree.fromstring(sitemaps.of_news(ORIGIN, [clean], "问政直通车"))
    assert news.findtext("s:url/n:news/n:title", namespaces=space) == "路灯"
    assert news.findtext("s:url/n:news/n:publication/n:language", namespaces=space) == "zh-cn"


def test_an_articles_page_says_what_it_is_and_shows_its_text_without_scripts() -> None:
    head = '<head><meta name="description" content="看新闻" /><title>问政直通车</title></head>'
    page = f'<html>{head}<body><div id="app"></div><noscript>请开启</noscript></body></html>'
    told = {**ARTICLE, "example": True, "follow_ups": [BECAME]}
    shown = app_pages.written(page, article_pages.subject(told, ORIGIN, "问政直通车"), json.dumps(told), "问政直通车")
    assert "<script>" not in shown
    metas = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)" />', shown))
    assert (metas["og:type"], metas["og:image"]) == ("article", PICTURE_ADDRESS)
    assert metas["description"] == metas["og:description"] == ARTICLE["lead"]
    assert metas["article:modified_time"] == ARTICLE["changed_at"]
    body = shown[shown.index('<div id="app">') :]
    assert "&lt;script&gt;alert(1)" in body and "路灯不亮" in body
    assert body.index('<article class="reading">') < body.index("<noscript>请开启")
    linked, embedded = [json.loads(data) for data in re.findall(r"<script type=\S+ ?[^>]*>(.*?)</script>", shown)]
    assert (linked["@type"], linked["headline"], linked["image"]) == ("NewsArticle", HOSTILE, [PICTURE_ADDRESS])
    assert embedded == told


def page_of(article: dict[str, Any]) -> str:
    page = '<title></title></head><div id="app"></div><noscript>'
    return app_pages.written(
        page, article_pages.subject({**article, "example": False}, ORIGIN, "问政直通车"), "{}", "问政直通车"
    )


COPIES = {**PICTURE, "width": 700, "height": 525, "widths": [480, 960], "licence": "示例图库", "expired": False}


def test_a_page_lets_browsers_choose_among_copies_and_feeds_name_a_jpeg() -> None:
    article = {**ARTICLE, "body": [COPIES, {**COPIES, "picture": "b" * 32}]}
    page = page_of(article)
    first, second = page.split("<picture>")[1:]
    assert f"{ORIGIN}/api/v1/article-pictures/{'a' * 32}?size=webp480 480w, " in first
    assert f"{'a' * 32}?size=webp960 700w" in first
    assert 'width="700" height="525"' in first
    assert 'fetchpriority="high"' in first
    assert 'loading="lazy"' not in first
    assert 'loading="lazy"' in second
    assert "示例图库" in second
    told = f'<meta property="og:image" content="{ORIGIN}/api/v1/article-pictures/{"a" * 32}?size=full" />'
    assert told in page
    shown = content(article, ORIGIN)
    assert "webp" not in shown
    assert f'src="{ORIGIN}/api/v1/article-pictures/{"a" * 32}?size=full"' in shown


def test_a_picture_that_may_not_be_shown_any_more_leaves_its_words() -> None:
    article = {**ARTICLE, "body": [{**COPIES, "expired": True}, {**COPIES, "picture": "b" * 32}]}
    page = page_of(article)
    for shown in (page, content(article, ORIGIN)):
        assert "a" * 32 not in shown
        assert "<p>图片因授权到期不再显示：&quot;&gt;&lt;script&gt;</p>" in shown
    assert f'og:image" content="{ORIGIN}/api/v1/article-pictures/{"b" * 32}' in page


def test_a_file_is_a_link_with_its_title_and_size() -> None:
    file = {"at": 0, "file": "c" * 32, "title": '公示"><script>', "pages": 3, "size": 1_260_000}
    article = {**ARTICLE, "body": [{"kind": "paragraph", "text": "（附件：公示）"}], "files": [file]}
    for shown in (content(article, ORIGIN), page_of(article)):
        assert (
            f'<a href="{ORIGIN}/api/v1/article-files/{"c" * 32}" download="公示&quot;&gt;&lt;script&gt;.pdf">' in shown
        )
        assert "（PDF，3页，1.3 MB）" in shown
        assert "（附件：公示）" not in shown
        assert "<script>" not in shown


def test_a_feed_tells_what_became_of_the_cases() -> None:
    entry = parsed("atom", {**ARTICLE, "follow_ups": [BECAME]}).entries[0]
    assert "问题办理进展" in entry.content[0].value and "十四盏路灯恢复照明" in entry.content[0].value
    photo = {
        "id": "a" * 32,
        "width": 4,
        "height": 3,
        "at": "2026-11-24T09:30:00.000+08:00",
        "what": "区城管委<现场走访",
    }
    entry = parsed("atom", {**ARTICLE, "follow_ups": [{**BECAME, "pictures": [photo]}]}).entries[0]
    assert f"/api/v1/media/{'a' * 32}?size=thumb" in entry.content[0].value
    assert "2026-11-24 区城管委&lt;现场走访" in entry.content[0].value
