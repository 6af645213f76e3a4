"""Who writes an article now: one at a time, by the database's time; a colleague may take over, openly."""

from kit.contract import Nothing
from kit.identity import Caller
from news import reading
from news.contract.desk import LockArticle, LockReceipt, UnlockArticle
from news.domain.lifecycle import Actor
from news.domain.versions import holder
from news.parts import Parts
from news.steps import actor_of, on_desk


def lock_article(parts: Parts, request: LockArticle, caller: Caller) -> LockReceipt:
    """The caller writes now, or goes on writing. Raises `NotFound` for what is not on his desk."""
    actor = actor_of(caller)
    _check(parts, request.id, actor)
    now = parts.articles.now()
    held = parts.articles.take_lock(request.id, actor.id, now, take_over=request.take_over)
    lock = holder(parts.articles.lock_of(request.id), now)
    return LockReceipt(held=held, lock=reading.lock_view(lock, actor))


def unlock_article(parts: Parts, request: UnlockArticle, caller: Caller) -> Nothing:
    """The caller writes no more; another's lock stays. Raises `NotFound` for what is not on his desk."""
    actor = actor_of(caller)
    _check(parts, request.id, actor)
    parts.articles.release_lock(request.id, actor.id)
    return Nothing()


def _check(parts: Parts, number: str, actor: Actor) -> None:
    on_desk(parts.articles.article(number), actor)
