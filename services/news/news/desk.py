"""The newsroom's desk: what lies on it."""

from kit.identity import Caller
from news import reading, reviewing
from news.contract.desk import DeskArticle, DeskPage, ListDeskArticles
from news.contract.shapes import OneArticle
from news.domain.article import State
from news.parts import Parts
from news.steps import actor_of, on_desk


def list_desk_articles(parts: Parts, request: ListDeskArticles, caller: Caller) -> DeskPage:
    """The caller's desk, last drafted first."""
    actor = actor_of(caller)
    articles, cursor = parts.articles.on_desk(actor, request.state, request.stage, request.limit, request.cursor)
    return DeskPage(items=reading.desk_rows(parts, articles), next_cursor=cursor)


def get_desk_article(parts: Parts, request: OneArticle, caller: Caller) -> DeskArticle:
    """An article on the caller's desk. Raises `NotFound`."""
    actor = actor_of(caller)
    article = on_desk(parts.articles.article(request.id), actor)
    found = reviewing.findings_of(parts, article.words) if article.state is not State.WITHDRAWN else ()
    return reading.desk_article(parts, article, actor, parts.articles.now(), found)
