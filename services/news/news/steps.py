"""A step of an article, from the request to its one write: it commits once, however often it comes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from kit import outbox
from kit.clock import utcnow
from kit.errors import Conflict, NotFound
from kit.idempotency import Once
from kit.identity import Caller
from kit.mongo import Document
from news import reading
from news.contract.desk import ArticleCommand
from news.contract.events import ArticleTold, HeadlineCorrected
from news.contract.shapes import ArticleReceipt
from news.domain import lifecycle, versions
from news.domain.article import Article
from news.domain.editing import Change
from news.domain.lifecycle import Actor
from news.parts import Parts
from news.refusing import answering
from news.store.articles import lock_in
from news.store.documents import article_of

Step = Callable[[Article, Actor, datetime], Change]


def actor_of(caller: Caller) -> Actor:
    """The caller as the rules know people."""
    return Actor(caller.id, caller.roles)


def events_of(change: Change, now: datetime) -> list[Document]:
    """The change's events as they wait in the document; their number is the article's version."""
    if not change.told:
        return []
    article = change.article
    told = ArticleTold(
        id=article.id, column=article.words.column, town=article.words.town, version=article.version
    ).model_dump(mode="json")
    events = [outbox.event(f"news.article_{change.told}.v1", article.id, article.version, told, now)]
    if change.retitled:
        headline = HeadlineCorrected(article=article.id, headline=article.words.title, version=article.version)
        about = f"{article.id}/headline"
        events.append(outbox.event("news.headline_corrected.v1", about, article.version, headline.model_dump(), now))
    return events


def take(
    parts: Parts,
    caller: Caller,
    command: ArticleCommand,
    step: Step,
    *,
    writes: bool = False,
    clock: Callable[[], datetime] | None = None,
) -> ArticleReceipt:
    """Takes the step. A repeated command gets its first answer. `writes`: it is not taken while another is writing.

    `clock`: whose time it is taken by, where this process's own is not good enough.

    Raises `NotFound` for what is not on the caller's desk, `Forbidden` for a step that is for others, `Conflict` with
    the state at hand when the article has moved on, `Invalid` for a value that does not do.
    """
    once, actor = Once(caller.id, command), actor_of(caller)

    def attempt(document: Document) -> ArticleReceipt | None:
        article, now = on_desk(article_of(document) if document else None, actor), (clock or utcnow)()
        with answering(lambda: _standing(article)):
            if writes:
                versions.check_lock(lock_in(document), actor.id, now)
            _check_version(parts, article, command)
            change = step(article, actor, now)
        receipt = reading.receipt_of(change.article)
        if left := versions.left_behind(article, change.article):
            parts.versions.keep(left)  # before the write, which may be another's: then it is kept once more, the same
        answer = once.push(receipt.model_dump(mode="json"), now)
        if not parts.articles.replace(article, change.article, events_of(change, now), answer):
            return None
        parts.wake()
        return receipt

    return once.take(ArticleReceipt, parts.articles.collection, lambda: parts.articles.document(command.id), attempt)


def on_desk(article: Article | None, actor: Actor) -> Article:
    """The article, if it is on the actor's desk. Raises `NotFound`."""
    if article is None or not lifecycle.works_on(article, actor):
        raise NotFound("没有找到这篇稿件。")
    return article


def _check_version(parts: Parts, article: Article, command: ArticleCommand) -> None:
    if command.version in (None, article.version):
        return
    read = parts.versions.find(article.id, command.version)
    told = {"by": article.writers[-1] if article.writers else article.author, "at": article.updated_at.isoformat()}
    changed = versions.changed(read.words, article.words) if read else None  # not every version is kept
    raise Conflict("这篇稿件已被他人更新，请刷新后再修改。", extra={**_standing(article), **told, "changed": changed})


def _standing(article: Article) -> dict[str, Any]:
    return reading.receipt_of(article).model_dump(mode="json")
