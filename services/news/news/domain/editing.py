"""Writing, publishing, correcting and withdrawing: each step gives the changed article and the fact to be told."""

from dataclasses import dataclass
from datetime import datetime

from news.domain.article import Article, Correction, State, Words
from news.domain.lifecycle import Action, Actor, row_for
from news.domain.refusals import BadValue


@dataclass(frozen=True)
class Change:
    """A changed article; `told` is empty when its event concerns nobody outside."""

    article: Article
    told: str = ""


def create(number: str, actor: Actor, words: Words, now: datetime) -> Change:
    """A new draft."""
    article = Article(
        id=number, author=actor.id, words=words, state=State.DRAFT, version=1, drafted_at=now, updated_at=now
    )
    return Change(article)


def save(article: Article, actor: Actor, now: datetime, words: Words, correction: str) -> Change:
    """New words. Once the article is published, the reader is told what was corrected: raises `BadValue` without."""
    row = row_for(article, Action.SAVE, actor)
    corrections = article.corrections
    if article.state is State.PUBLISHED:
        if not correction:
            raise BadValue("correction", "修改已发布的报道，请填写更正说明")
        corrections = (*corrections, Correction(at=now, note=correction))
    kept = words.model_copy(update={"example": article.words.example})
    return _moved(article, row.target, row.told, now, words=kept, corrections=corrections)


def publish(article: Article, actor: Actor, now: datetime) -> Change:
    """Everyone may read it from now on."""
    row = row_for(article, Action.PUBLISH, actor)
    return _moved(article, row.target, row.told, now, published_at=now)


def withdraw(article: Article, actor: Actor, now: datetime, reason: str) -> Change:
    """Nobody outside reads it any more; its address says why."""
    row = row_for(article, Action.WITHDRAW, actor)
    return _moved(article, row.target, row.told, now, withdrawn_at=now, withdrawal=reason)


def _moved(article: Article, state: State, told: str, now: datetime, **values: object) -> Change:
    changed = {"state": state, "version": article.version + 1, "updated_at": now, **values}
    return Change(article.model_copy(update=changed), told)
