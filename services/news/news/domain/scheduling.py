"""When an article goes out: at a time that was set, and never before the time until which it is held back."""

from datetime import datetime, timedelta

from news.domain.article import Article, Stage
from news.domain.editing import Change, publish, step
from news.domain.lifecycle import EDITORS, Action, Actor
from news.domain.refusals import BadValue, NotPermitted, Refused

FURTHEST = timedelta(days=180)


def schedule(article: Article, actor: Actor, now: datetime, at: datetime) -> Change:
    """Goes out at that time by itself. Raises `BadValue` for a time that has passed, is too far off, or too early."""
    change = step(article, Action.SCHEDULE, actor, now, publish_at=at)
    if at <= now:
        raise BadValue("at", "请选择一个还没有到的时间")
    if at > now + FURTHEST:
        raise BadValue("at", f"最多可定在{FURTHEST.days}天以内")
    if article.embargo_until and at < article.embargo_until:
        raise BadValue("at", "定时不能早于时限（解禁时间）")
    return change


def unschedule(article: Article, actor: Actor, now: datetime) -> Change:
    """Does not go out by itself any more."""
    return step(article, Action.UNSCHEDULE, actor, now, publish_at=None)


def hold_back(article: Article, actor: Actor, now: datetime, until: datetime | None, note: str = "") -> Change:
    """Held back until then, or no more.

    Raises `BadValue` when it is set to go out before, or would be held back less long without a word why (`note`), and
    `NotPermitted` for a reporter who would have it so although another has set the time.
    """
    change = step(article, Action.EMBARGO, actor, now, note=note, embargo_until=until)
    held = article.embargo_until
    if held and held > now and (until is None or until < held):
        if not actor.roles & EDITORS and _held_back_by(article) != actor.id:
            raise NotPermitted("这个时限由他人设定，如需提前或取消，请编辑办理。")
        if not note:
            raise BadValue("note", "提前或取消时限，请写明理由")
    if until and until <= now:
        raise BadValue("until", "请选择一个还没有到的时间")
    if until and article.publish_at and article.publish_at < until:
        raise BadValue("until", "稿件已定时在此之前发布，请先取消定时")
    return change


def _held_back_by(article: Article) -> str:
    return next((taken.by for taken in reversed(article.course) if taken.action == Action.EMBARGO), "")


def is_due(article: Article, now: datetime) -> bool:
    """Whether its time has come."""
    return article.stage is Stage.SCHEDULED and article.publish_at is not None and article.publish_at <= now


def publish_due(article: Article, now: datetime) -> Change:
    """Goes out, in the name of who set the time. Raises `Refused` when its time has not come."""
    if not is_due(article, now):
        raise Refused("还没有到定时发布的时间。")
    by = next(taken.by for taken in reversed(article.course) if taken.action == Action.SCHEDULE)
    return publish(article, Actor(by, EDITORS), now)
