"""What an article's page says: its text in the app's own elements, and the article as the app would ask for it."""

from collections.abc import Mapping
from html import escape
from typing import Any

from gateway.app_pages import Kind, Subject, icon
from gateway.feeds.shown import address, identity, minute, pictures, text_of
from gateway.routes import PREFIX


def subject(article: Mapping[str, Any], origin: str, app: str) -> Subject:
    """An article for its page."""
    shown = pictures(article, origin)
    return Subject(
        title=article["title"],
        description=article["lead"] or article["title"],
        url=address(origin, article["id"]),
        image=shown[0] if shown else icon(origin),
        text=_text(article, origin),
        facts={
            "article:published_time": article["published_at"],
            "article:modified_time": article["changed_at"],
            "article:section": article["column"]["name"],
        },
        linked=_linked(article, origin, app),
        asked_at=f"{PREFIX}/articles/{article['id']}",
    )


ARTICLES = Kind(subject, missing="没有找到这篇报道。", changed="changed_at")


def _linked(article: Mapping[str, Any], origin: str, app: str) -> dict[str, Any]:
    """The article in schema.org's words."""
    return {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "@id": identity(article["id"]),
        "mainEntityOfPage": address(origin, article["id"]),
        "headline": article["title"],
        "description": article["lead"] or article["title"],
        "datePublished": article["published_at"],
        "dateModified": article["changed_at"],
        "articleSection": article["column"]["name"],
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "image": pictures(article, origin) or [icon(origin)],
        "author": {"@type": "Organization", "name": article["desk"]},
        "publisher": {"@type": "Organization", "name": app, "logo": icon(origin)},
    }


def _text(article: Mapping[str, Any], origin: str) -> str:
    """The article as the app shows it: the same elements and classes (app/src/shared/reading.css)."""
    published = article["published_at"]
    facts = f'<span>{escape(article["desk"])}</span><time datetime="{published}">{minute(published)}</time>'
    example = '<span class="tag">示例数据</span>' if article["example"] else ""
    head = f'<h1>{escape(article["title"])}</h1><p class="facts">{facts}{example}</p>'
    return (
        f'<div class="reading-shell"><p class="reading-bar"><a href="/news">{escape(article["column"]["name"])}</a></p>'
        f'<main class="reading-page"><article class="reading">{head}{text_of(article, origin)}</article></main></div>'
    )
