"""三审三校: an article is read by an editor, the duty editor and the chief editor; each of them may return it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from news.domain.article import Article, Remark, Stage, plain
from news.domain.checking import Finding, brought, demand_reason
from news.domain.editing import Change, check_embargo, step, with_reason
from news.domain.lifecycle import Action, Actor
from news.domain.refusals import BadValue

QUOTED = 40  # characters of a block by which its remark is found again


@dataclass(frozen=True)
class Said:
    """A remark as the reviewer makes it: to a block, by its place, or to the whole."""

    text: str
    block: int | None = None


def submit(article: Article, actor: Actor, now: datetime, found: Sequence[Finding], note: str) -> Change:
    """Hands it in for the first review. Raises `BadValue` when what must be changed stays without a word why."""
    change = step(article, Action.SUBMIT, actor, now, note=note, returned=False, milestone=True)
    demand_reason(brought(found), note)
    return change


def recall(article: Article, actor: Actor, now: datetime) -> Change:
    """Back to its writer, as long as nobody has reviewed it."""
    return step(article, Action.RECALL, actor, now)


def approve(article: Article, actor: Actor, now: datetime, note: str) -> Change:
    """On to the next review, or ready to be published."""
    return step(article, Action.APPROVE, actor, now, note=note)


def send_back(article: Article, actor: Actor, now: datetime, said: Sequence[Said], note: str) -> Change:
    """Back to its writer with remarks. Raises `BadValue` without any, or for a block that is not there."""
    if not said and not note:
        raise BadValue("remarks", "请写明退回的意见")
    remarks = tuple(_remark(article, number, one) for number, one in enumerate(said))
    return step(article, Action.RETURN, actor, now, note=note, remarks=remarks, returned=True)


def publish_urgently(
    article: Article, actor: Actor, now: datetime, reason: str, found: Sequence[Finding] = (), note: str = ""
) -> Change:
    """Everyone may read it from now on; it is reviewed later. Raises `Refused` while it is held back.

    Raises `BadValue` when what must be changed stays without a word why (`note`), unless that was said with handing in.
    """
    check_embargo(article, now)
    said = with_reason(reason, note)
    change = step(
        article, Action.PUBLISH_URGENTLY, actor, now, note=said, published_at=now, milestone=True, returned=False
    )
    demand_reason(brought(found) if article.stage is Stage.WRITING else (), note)
    return change


def review_later(article: Article, actor: Actor, now: datetime, note: str) -> Change:
    """The review of what was published in haste."""
    return step(article, Action.REVIEW_LATER, actor, now, note=note)


def _remark(article: Article, number: int, said: Said) -> Remark:
    blocks = article.words.blocks
    if said.block is not None and said.block >= len(blocks):
        raise BadValue(f"remarks.{number}.block", "没有这一段，请刷新后再写意见")
    quoted = "" if said.block is None else plain(blocks[said.block]).text[:QUOTED]
    return Remark(block=said.block, quoted=quoted, text=said.text)
