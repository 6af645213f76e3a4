"""Publishing, at once or at a time that was set, and withdrawing."""

import logging
from datetime import datetime
from functools import partial

from kit.identity import Caller
from news.contract.desk import PublishArticle, WithdrawArticle
from news.contract.scheduling import EmbargoArticle, ScheduleArticle, UnscheduleArticle
from news.contract.shapes import ArticleReceipt
from news.domain import editing, scheduling
from news.domain.refusals import Refused
from news.parts import Parts
from news.steps import events_of, take
from news.store.documents import article_of

log = logging.getLogger(__name__)

BATCH = 100


def publish_article(parts: Parts, request: PublishArticle, caller: Caller) -> ArticleReceipt:
    """Everyone may read it from now on, by the database's time: a fast clock ends no embargo."""
    return take(parts, caller, request, editing.publish, clock=parts.articles.now)


def schedule_article(parts: Parts, request: ScheduleArticle, caller: Caller) -> ArticleReceipt:
    """Goes out at a time by itself."""
    return take(parts, caller, request, partial(scheduling.schedule, at=request.at), clock=parts.articles.now)


def unschedule_article(parts: Parts, request: UnscheduleArticle, caller: Caller) -> ArticleReceipt:
    """Does not go out by itself any more."""
    return take(parts, caller, request, scheduling.unschedule)


def embargo_article(parts: Parts, request: EmbargoArticle, caller: Caller) -> ArticleReceipt:
    """Held back until a time, or no more, by the database's time."""
    step = partial(scheduling.hold_back, until=request.until, note=request.note)
    return take(parts, caller, request, step, clock=parts.articles.now)


def withdraw_article(parts: Parts, request: WithdrawArticle, caller: Caller) -> ArticleReceipt:
    """Takes a published article back, with a reason that its readers are told."""
    step = partial(editing.withdraw, reason=request.reason)
    return take(parts, caller, request, step, clock=parts.articles.now)


def publish_due(parts: Parts) -> int:
    """Publishes what is due, by the database's time; returns how many.

    Each goes out once, however many processes are at it: the write is made on the version that was read.
    """
    now = parts.articles.now()
    return sum(_publish(parts, number, now) for number in parts.articles.due(now, BATCH))


def _publish(parts: Parts, number: str, now: datetime) -> bool:
    try:
        article = article_of(parts.articles.document(number) or {})
        change = scheduling.publish_due(article, now)
    except Refused:  # somebody has changed it meanwhile
        return False
    except (ValueError, LookupError, StopIteration) as error:  # one article must not hold up the others
        log.error("an article does not go out", extra={"article": number, "error": type(error).__name__})
        return False
    published = parts.articles.replace(article, change.article, events_of(change, now))
    if published:
        parts.wake()
    return published
