"""Which words of an article are kept when others take their place, and who is writing now."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydantic import BaseModel, ConfigDict

from news.domain.article import Article, Words
from news.domain.refusals import Locked

SITTING = timedelta(minutes=10)
"""What one writer saves while typing within this time is one version."""
LOCKED_FOR = timedelta(seconds=90)
"""How long a lock holds without a sign of its holder."""


class Version(BaseModel):
    """The words of an article as they were: at which of its versions, by whom, last saved when."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    article: str
    version: int
    by: str
    at: datetime
    words: Words


@dataclass(frozen=True)
class Lock:
    """Who writes an article now, since when, and until when that is believed without another sign of him."""

    by: str
    since: datetime
    until: datetime


def left_behind(before: Article, after: Article) -> Version | None:
    """The version that is to be kept of the words before a step; None when the step leaves no words behind.

    Saving while typing leaves nothing behind within a sitting, unless another writes or the words are a milestone.
    """
    if before.words == after.words:
        return None
    same_sitting = before.writers[-1:] == after.writers[-1:] and before.written_at == after.written_at
    if same_sitting and not before.milestone:
        return None
    by = before.writers[-1] if before.writers else before.author
    return Version(article=before.id, version=before.version, by=by, at=before.updated_at, words=before.words)


def sitting_began(before: Article, writer: str, now: datetime) -> datetime:
    """When the writer began with the words that he saves now."""
    began = before.written_at
    goes_on = began is not None and before.writers[-1:] == (writer,) and now - began < SITTING and not before.milestone
    return began if goes_on and began else now


def changed(before: Words, after: Words) -> list[str]:
    """The names of what differs."""
    return [name for name in Words.model_fields if getattr(before, name) != getattr(after, name)]


def holder(lock: Lock | None, now: datetime) -> Lock | None:
    """The lock, if it holds now."""
    return lock if lock and lock.until > now else None


def check_lock(lock: Lock | None, writer: str, now: datetime) -> None:
    """Raises `Locked` when somebody else is writing."""
    held = holder(lock, now)
    if held and held.by != writer:
        raise Locked(held.by, held.since)
