"""Writing, publishing, correcting and withdrawing: each step gives the changed article and the fact to be told."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from news.domain.article import Article, Correction, Left, Remark, Stage, State, Taken, Words
from news.domain.checking import Finding, demand_reason
from news.domain.lifecycle import Action, Actor, row_for
from news.domain.refusals import BadValue, Refused
from news.domain.versions import sitting_began


@dataclass(frozen=True)
class Change:
    """A changed article; `told` is empty when its event concerns nobody outside.

    `retitled`: what everyone reads has another title.
    """

    article: Article
    told: str = ""
    retitled: bool = False


@dataclass(frozen=True)
class Saved:
    """What is saved: the words; `correction` tells readers what changed; `auto` when the page saves by itself.

    `must` are findings that these words bring and that must be changed; `note` says why they stay.
    """

    words: Words
    correction: str = ""
    auto: bool = False
    must: Sequence[Finding] = ()
    note: str = ""


def create(number: str, actor: Actor, words: Words, now: datetime, *, auto: bool = False) -> Change:
    """A new draft."""
    article = Article(
        id=number,
        author=actor.id,
        words=words,
        stage=Stage.WRITING,
        version=1,
        drafted_at=now,
        updated_at=now,
        writers=(actor.id,),
        written_at=now,
        milestone=not auto,
    )
    return Change(article)


def save(article: Article, actor: Actor, now: datetime, saved: Saved) -> Change:
    """New words. Once the article is published, the reader is told what was corrected, and it is reviewed later.

    Raises `BadValue` for a correction without that, or that brings what must be changed without a word why.
    Raises `Refused` when the page would save by itself what is not being written any more.
    """
    row = row_for(article, Action.SAVE, actor)
    if saved.auto and article.stage is not Stage.WRITING:
        raise Refused(
            "稿件已不在撰写中，修改后请手动保存。"
        )  # it would undo an approval, or correct in public, unasked
    corrections, course = article.corrections, article.course
    if article.state is State.PUBLISHED:
        if not saved.correction:
            raise BadValue("correction", "修改已发布的报道，请填写更正说明")
        demand_reason(saved.must, saved.note)
        corrections = (*corrections, Correction(at=now, note=saved.correction))
        said = with_reason(saved.correction, saved.note)
        course = (*course, Taken(at=now, by=actor.id, action=Action.SAVE, stage=row.target, note=said))
    change = moved(
        article,
        row.target,
        row.told,
        now,
        words=saved.words.model_copy(update={"example": article.words.example}),
        corrections=corrections,
        course=course,
        left=(*article.left, *_left(article, saved.words, now)),
        writers=(*(one for one in article.writers if one != actor.id), actor.id),
        written_at=sitting_began(article, actor.id, now),
        milestone=not saved.auto,
    )
    return replace(change, retitled=article.listed and article.words.title != saved.words.title)


def _left(article: Article, words: Words, now: datetime) -> tuple[Left, ...]:
    """That its readers do not find it any more where they found it."""
    was = article.words
    column = was.column if was.column != words.column else None
    town = was.town if was.town != words.town else None
    return (Left(at=now, column=column, town=town),) if article.listed and (column or town) else ()


def with_reason(said: str, note: str) -> str:
    """What is said with a step, and why something stays that the check says must be changed."""
    return f"{said}\n检查提示予以保留：{note}" if note else said


def publish(article: Article, actor: Actor, now: datetime) -> Change:
    """Everyone may read it from now on. Raises `Refused` while it is held back."""
    check_embargo(article, now)
    return step(article, Action.PUBLISH, actor, now, published_at=now, publish_at=None, milestone=True)


def check_embargo(article: Article, now: datetime) -> None:
    """Raises `Refused` while the article is held back, whoever would publish it and for whatever reason."""
    if article.embargo_until and now < article.embargo_until:
        raise Refused("这篇稿件设有时限，解禁之前不能发布。可以定在解禁时间发布。")


def withdraw(article: Article, actor: Actor, now: datetime, reason: str) -> Change:
    """Nobody outside reads it any more; its address says why."""
    return step(article, Action.WITHDRAW, actor, now, note=reason, withdrawn_at=now, withdrawal=reason)


def step(
    article: Article,
    action: Action,
    actor: Actor,
    now: datetime,
    *,
    note: str = "",
    remarks: tuple[Remark, ...] = (),
    **values: object,
) -> Change:
    """A step of the table, noted in the article's course. Raises `Refused`, `NotPermitted`."""
    row = row_for(article, action, actor)
    taken = Taken(at=now, by=actor.id, action=action, stage=row.target, note=note, remarks=remarks)
    return moved(article, row.target, row.told, now, course=(*article.course, taken), **values)


def moved(article: Article, stage: Stage, told: str, now: datetime, **values: object) -> Change:
    """The article as it stands after a step."""
    changed = {"stage": stage, "version": article.version + 1, "updated_at": now, **values}
    return Change(article.model_copy(update=changed), told)
