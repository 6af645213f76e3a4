"""The newsroom's desk: writing, publishing, correcting, withdrawing. Each step commits once, however often it comes."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from pymongo.errors import DuplicateKeyError

from kit import outbox
from kit.clock import utcnow
from kit.errors import Conflict, Forbidden, Invalid, NotFound, ServiceError, Unavailable
from kit.idempotency import Once
from kit.identity import Caller
from kit.mongo import Document
from news import reading
from news.contract import (
    ArticleCommand,
    ArticleReceipt,
    ArticleTold,
    CreateArticle,
    DeskArticle,
    DeskPage,
    ListDeskArticles,
    OneArticle,
    PublishArticle,
    SaveArticle,
    WithdrawArticle,
)
from news.domain import editing, lifecycle
from news.domain.article import Article, Block, Words
from news.domain.editing import Change
from news.domain.lifecycle import Actor
from news.domain.numbers import new_number
from news.domain.refusals import BadValue, NotPermitted, Refused
from news.parts import Parts
from news.store import article_of

ATTEMPTS = 5
Step = Callable[[Article, Actor, datetime], Change]


def list_desk_articles(parts: Parts, request: ListDeskArticles, caller: Caller) -> DeskPage:
    """The caller's desk, last drafted first."""
    articles, cursor = parts.articles.on_desk(actor_of(caller), request.state, request.limit, request.cursor)
    return DeskPage(items=reading.desk_rows(parts, articles), next_cursor=cursor)


def get_desk_article(parts: Parts, request: OneArticle, caller: Caller) -> DeskArticle:
    """An article on the caller's desk. Raises `NotFound`."""
    article = _on_desk(parts.articles.article(request.id), actor_of(caller))
    return reading.desk_article(parts, article, actor_of(caller))


def create_article(parts: Parts, request: CreateArticle, caller: Caller) -> ArticleReceipt:
    """Begins a draft. The same request, repeated or run at the same time, makes one and gets its number.

    Raises `Invalid` for a column or town that does not exist, `Conflict` for another request under the same key.
    """
    once = Once(caller.id, request)
    for _ in range(ATTEMPTS):
        if answer := once.find(parts.articles.collection):
            return ArticleReceipt.model_validate(answer)
        now = utcnow()
        district = parts.directory.district
        number = new_number(district.number_prefix, now, district.zone)
        article = editing.create(number, actor_of(caller), _words_of(parts, request), now).article
        receipt = reading.receipt_of(article)
        try:
            parts.articles.insert(article, [], once.note(receipt.model_dump(mode="json"), now))
        except DuplicateKeyError:  # the same request ran at the same time, or the number is taken
            continue
        return receipt
    raise Unavailable


def save_article(parts: Parts, request: SaveArticle, caller: Caller) -> ArticleReceipt:
    """New words for a draft, or a correction of what is published."""

    def save(article: Article, actor: Actor, now: datetime) -> Change:
        return editing.save(article, actor, now, _words_of(parts, request), request.correction)

    return _take(parts, caller, request, save)


def publish_article(parts: Parts, request: PublishArticle, caller: Caller) -> ArticleReceipt:
    """Everyone may read it from now on."""
    return _take(parts, caller, request, editing.publish)


def withdraw_article(parts: Parts, request: WithdrawArticle, caller: Caller) -> ArticleReceipt:
    """Takes a published article back, with a reason that its readers are told."""
    return _take(parts, caller, request, partial(editing.withdraw, reason=request.reason))


def actor_of(caller: Caller) -> Actor:
    """The caller as the rules know people."""
    return Actor(caller.id, caller.roles)


def events_of(change: Change, now: datetime) -> list[Document]:
    """The change's event as it waits in the document; its number is the article's version."""
    if not change.told:
        return []
    article = change.article
    told = ArticleTold(
        id=article.id, column=article.words.column, town=article.words.town, version=article.version
    ).model_dump(mode="json")
    return [outbox.event(f"news.article_{change.told}.v1", article.id, article.version, told, now)]


def _take(parts: Parts, caller: Caller, command: ArticleCommand, step: Step) -> ArticleReceipt:
    """Takes the step. A repeated command gets its first answer.

    Raises `NotFound` for what is not on the caller's desk, `Forbidden` for a step that is for others, `Conflict` with
    the state at hand when the article has moved on, `Invalid` for a value that does not do.
    """
    once, actor = Once(caller.id, command), actor_of(caller)
    for _ in range(ATTEMPTS):
        document = parts.articles.document(command.id) or {}
        if answer := once.answered_by(document):
            return ArticleReceipt.model_validate(answer)
        article = _on_desk(article_of(document) if document else None, actor)
        _check_version(article, command)
        now = utcnow()
        change = _taken(step, article, actor, now)
        receipt = reading.receipt_of(change.article)
        answer = once.push(receipt.model_dump(mode="json"), now)
        try:
            written = parts.articles.replace(article, change.article, events_of(change, now), answer)
        except DuplicateKeyError:  # the key was used for another article
            once.find(parts.articles.collection)
            continue
        if written:
            parts.wake()
            return receipt
    raise Conflict(extra={"retry_after": 1})


def _on_desk(article: Article | None, actor: Actor) -> Article:
    if article is None or not lifecycle.works_on(article, actor):
        raise NotFound("没有找到这篇稿件。")
    return article


def _words_of(parts: Parts, request: CreateArticle) -> Words:
    if not parts.columns.exists(request.column):
        raise Invalid.field("column", "没有这个栏目")
    if request.town is not None and request.town not in parts.directory.towns:
        raise Invalid.field("town", "没有这个街道或镇")
    fields = request.model_dump(include={"column", "town", "title", "lead", "desk", "source"})
    return Words(blocks=tuple(Block(kind=b.kind, text=b.text) for b in request.blocks), **fields)


def _check_version(article: Article, command: ArticleCommand) -> None:
    if command.version not in (None, article.version):
        raise Conflict("这篇稿件已被他人更新，请刷新后再修改。", extra=_standing(article))


def _taken(step: Step, article: Article, actor: Actor, now: datetime) -> Change:
    try:
        return step(article, actor, now)
    except Refused as refusal:
        raise _answer_to(refusal, article) from None


def _answer_to(refusal: Refused, article: Article) -> ServiceError:
    if isinstance(refusal, BadValue):
        return Invalid.field(refusal.field, str(refusal))
    if isinstance(refusal, NotPermitted):
        return Forbidden(str(refusal))
    return Conflict(str(refusal), extra=_standing(article))


def _standing(article: Article) -> dict[str, Any]:
    return reading.receipt_of(article).model_dump(mode="json")
