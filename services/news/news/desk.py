"""The newsroom's desk: what lies on it."""

import re

from kit import text
from kit.identity import Caller
from news import reading, reviewing
from news.contract.desk import DeskArticle, DeskPage, ListDeskArticles
from news.contract.shapes import OneArticle
from news.domain.article import Article, State
from news.domain.numbers import PATTERN
from news.parts import Parts
from news.steps import actor_of, on_desk
from news.store.articles import Chosen


def list_desk_articles(parts: Parts, request: ListDeskArticles, caller: Caller) -> DeskPage:
    """The caller's desk, last drafted first; with `q` what of it has this number, or whose titles hold its words.

    A page that is searched may be shorter than asked, and even empty where a cursor still leads on.
    """
    actor = actor_of(caller)
    chosen = Chosen(actor, request.state, request.stage, request.returned)
    if request.q:
        articles, cursor = _found(parts, request, chosen)
    else:
        articles, cursor = parts.articles.on_desk(chosen, request.limit, request.cursor)
    return DeskPage(items=reading.desk_rows(parts, articles), next_cursor=cursor)


def _found(parts: Parts, request: ListDeskArticles, chosen: Chosen) -> tuple[list[Article], str | None]:
    if re.fullmatch(PATTERN, number := request.q.upper()):
        article = parts.articles.article(number)
        return [article] if article and chosen.holds(article) else [], None
    grams = text.query_grams(request.q)
    if not grams:
        return [], None
    articles, cursor = parts.articles.on_desk_holding(grams, chosen, request.limit, request.cursor)
    return [article for article in articles if text.matches(request.q, article.words.title)], cursor


def get_desk_article(parts: Parts, request: OneArticle, caller: Caller) -> DeskArticle:
    """An article on the caller's desk. Raises `NotFound`."""
    actor = actor_of(caller)
    article = on_desk(parts.articles.article(request.id), actor)
    found = reviewing.findings_of(parts, article.words) if article.state is not State.WITHDRAWN else ()
    return reading.desk_article(parts, article, actor, parts.articles.now(), found)
