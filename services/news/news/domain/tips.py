"""爆料: what somebody tells the newsroom, who looks into it, and what became of it.

Who tells it stays unknown to the newsroom: an account is kept only where he wants to find his tip again by it, and no
view of the desk has it.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from news.domain.lifecycle import EDITORS, URGENT, Actor
from news.domain.masking import masked
from news.domain.refusals import BadValue, NotPermitted, Refused

ASSIGNERS = URGENT
"""Duty editor and chief editor say who looks into a tip."""
MOST_ARTICLES = 10


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Standing(StrEnum):
    """How far a tip has come."""

    RECEIVED = "received"
    CHECKING = "checking"
    ADOPTED = "adopted"
    DECLINED = "declined"


DECIDED = frozenset((Standing.ADOPTED, Standing.DECLINED))


class TipAction(StrEnum):
    """What the desk can do with a tip."""

    ASSIGN = "assign"
    MESSAGE = "message"
    ADOPT = "adopt"
    DECLINE = "decline"
    LINK = "link"
    OPEN_CONTACT = "open_contact"


MISTAKEN = "此前告知您的报道与您提供的线索无关，是编辑部关联有误，现已更正。"
"""What the author is told when an article that he was told of did not come of his tip."""
Kind = Literal["assign", "message", "adopt", "decline", "report"]
SHOWN: frozenset[str] = frozenset(("message", "adopt", "decline", "report"))
"""What the author is told of, in the words that stand in the entry; of who has it he is told by the state."""


class Entry(_Part):
    """Something that happened to a tip. `about` is whom it was given to, the reason, or the article."""

    kind: Kind
    at: datetime
    by: str
    text: str = ""
    about: str = ""


class Opening(_Part):
    """Somebody read the contact, and why."""

    at: datetime
    by: str
    reason: str


class TextReading(_Part):
    """Somebody who looks into an investigation that has taken the tip up read what it says, as far as he may."""

    at: datetime
    by: str
    investigation: str


class Place(_Part):
    """Where it is, in WGS-84."""

    lon: float
    lat: float


class TipPicture(_Part):
    """A picture of a tip. Sizes in pixels."""

    id: str
    width: int
    height: int


class Tip(_Part):
    """What somebody told. `contact_until` is when his contact is erased; None when there is none any more.

    `text_erased`: what it said was erased, and its pictures; its number, its dates and what became of it stay.
    """

    no: str
    author: str | None = None
    column: str | None = None
    town: str | None = None
    place: str = ""
    point: Place | None = None
    text: str
    pictures: tuple[TipPicture, ...] = ()
    state: Standing = Standing.RECEIVED
    assignee: str | None = None
    sent_at: datetime
    contact_until: datetime | None = None
    contact_erased: bool = False
    articles: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    openings: tuple[Opening, ...] = ()
    text_erased: bool = False
    version: int = 1


@dataclass(frozen=True)
class TipChange:
    """A tip after a step, and what its author is told of; empty when nothing."""

    tip: Tip
    told: str = ""


@dataclass(frozen=True)
class Row:
    """Who takes a step, and from which states. The one in charge (`own`) may, and so may these roles."""

    sources: frozenset[Standing]
    roles: frozenset[str]
    own: bool


_ANY = frozenset(Standing)
_IN_HAND = frozenset((Standing.CHECKING, Standing.ADOPTED))
TABLE = {
    TipAction.ASSIGN: Row(_ANY, ASSIGNERS, own=False),
    TipAction.MESSAGE: Row(_ANY - {Standing.RECEIVED}, ASSIGNERS, own=True),
    TipAction.ADOPT: Row(frozenset((Standing.CHECKING,)), ASSIGNERS, own=True),
    TipAction.DECLINE: Row(frozenset((Standing.RECEIVED, Standing.CHECKING)), ASSIGNERS, own=True),
    TipAction.LINK: Row(frozenset((Standing.ADOPTED,)), ASSIGNERS, own=True),
    TipAction.OPEN_CONTACT: Row(_ANY - {Standing.RECEIVED}, frozenset(), own=True),
}
_NOT_NOW = {
    Standing.RECEIVED: "这条爆料还没有分派，请先确定负责的编辑。",
    Standing.CHECKING: "这条爆料正在核实，不能进行这项操作。",
    Standing.ADOPTED: "这条爆料已采用，不能进行这项操作。",
    Standing.DECLINED: "这条爆料已决定不采用。需要继续核实的，请重新分派。",
}


def send(tip: Tip, *, contact_days: int | None) -> Tip:
    """The tip as it arrives; its contact, if there is one, is kept for so many days at most."""
    until = tip.sent_at + timedelta(days=contact_days) if contact_days is not None else None
    return tip.model_copy(update={"contact_until": until})


def assign(tip: Tip, actor: Actor, to: Actor | None, now: datetime) -> TipChange:
    """Gives the tip to an editor, who looks into it from now on; an adopted one stays so.

    Raises `BadValue` (field `editor`).
    """
    _check(tip, TipAction.ASSIGN, actor)
    if to is None or not to.roles & EDITORS:
        raise BadValue("editor", "请选择一位在职的编辑")
    if to.id == tip.assignee and tip.state in _IN_HAND:
        raise BadValue("editor", "这条爆料已由这位编辑负责")
    entry = Entry(kind="assign", at=now, by=actor.id, about=to.id)
    if tip.state in _IN_HAND:  # who of the editors has it is not the author's concern
        return TipChange(_after(tip, entry, assignee=to.id))
    return TipChange(_after(tip, entry, state=Standing.CHECKING, assignee=to.id), "checking")


def message(tip: Tip, actor: Actor, now: datetime, *, text: str) -> TipChange:
    """Says something to the author."""
    _check(tip, TipAction.MESSAGE, actor)
    return TipChange(_after(tip, Entry(kind="message", at=now, by=actor.id, text=text)), "messaged")


def adopt(
    tip: Tip, actor: Actor, now: datetime, *, text: str, articles: Collection[str], public: Collection[str], days: int
) -> TipChange:
    """The newsroom works with it; `articles` are those that came of it, `public` those of them that are out.

    The contact is kept for so many `days` more.
    """
    _check(tip, TipAction.ADOPT, actor)
    entry = Entry(kind="adopt", at=now, by=actor.id, text=text)
    adopted = _after(tip, entry, **_decided(tip, Standing.ADOPTED, now, days))
    linked = _linked(adopted, actor.id, articles, public, now)
    return TipChange(linked, _told(tip, linked) or "adopted")


def decline(tip: Tip, actor: Actor, now: datetime, *, reason: str, text: str, days: int) -> TipChange:
    """The newsroom does not work with it, and says why. The contact is kept for so many `days` more."""
    _check(tip, TipAction.DECLINE, actor)
    entry = Entry(kind="decline", at=now, by=actor.id, text=text, about=reason)
    return TipChange(_after(tip, entry, **_decided(tip, Standing.DECLINED, now, days)), "declined")


def link(tip: Tip, actor: Actor, now: datetime, *, articles: Collection[str], public: Collection[str]) -> TipChange:
    """These are the articles that came of it, instead of those before; `public` are those of them that are out."""
    _check(tip, TipAction.LINK, actor)
    linked = _linked(tip.model_copy(update={"version": tip.version + 1}), actor.id, articles, public, now)
    return TipChange(linked, _told(tip, linked))


def report(tip: Tip, article: str, now: datetime) -> TipChange | None:
    """An article that came of it is out; None when the author was told of it before."""
    if article not in tip.articles or article in _reported(tip):
        return None
    return TipChange(_after(tip, _report(article, "", now)), "reported")


def attach(tip: Tip, actor: Actor, now: datetime, *, article: str) -> TipChange | None:
    """An article that is out came of the investigation that has taken it up; None where that is told or not for it."""
    named = article in tip.articles
    full = not named and len(tip.articles) >= MOST_ARTICLES
    if tip.state is not Standing.ADOPTED or tip.text_erased or full or (named and article in _reported(tip)):
        return None
    articles = tuple(dict.fromkeys((*tip.articles, article)))
    return TipChange(_after(tip, _report(article, actor.id, now), articles=articles), "reported")


def detach(tip: Tip, actor: Actor, now: datetime, *, article: str) -> TipChange | None:
    """An article that was named by mistake did not come of it; who was told that it had is told so.

    None where it is not named.
    """
    if article not in tip.articles:
        return None
    kept = tuple(one for one in tip.articles if one != article)
    if article not in _reported(tip):
        return TipChange(tip.model_copy(update={"articles": kept, "version": tip.version + 1}))
    entry = Entry(kind="message", at=now, by=actor.id, text=MISTAKEN)
    return TipChange(_after(tip, entry, articles=kept), "messaged")


def open_contact(tip: Tip, actor: Actor, now: datetime, *, reason: str) -> TipChange:
    """The one in charge reads the contact; that he did, and why, stays. Raises `Refused` when there is none."""
    _check(tip, TipAction.OPEN_CONTACT, actor)
    if not has_contact(tip, now):
        raise Refused("联系方式已按规定删除。" if tip.contact_erased or tip.contact_until else "爆料人没有留联系方式。")
    opening = Opening(at=now, by=actor.id, reason=reason)
    opened = tip.model_copy(update={"openings": (*tip.openings, opening), "version": tip.version + 1})
    return TipChange(opened)


def has_contact(tip: Tip, now: datetime) -> bool:
    """Whether the contact may still be read; what erases it may come a little later."""
    return tip.contact_until is not None and now < tip.contact_until


def text_until(tip: Tip, *, days: int, days_after: int) -> datetime:
    """When what it says is erased: so many days after it was decided what becomes of it, else after it came."""
    decided = [entry.at for entry in tip.entries if entry.kind in ("adopt", "decline")] if tip.state in DECIDED else []
    return decided[-1] + timedelta(days=days_after) if decided else tip.sent_at + timedelta(days=days)


def erased(tip: Tip) -> Tip:
    """What is left of it in the end: number, dates, town, what became of it, and who has opened the contact."""
    said = {"text": "", "place": "", "point": None, "pictures": ()}
    entries = tuple(entry.model_copy(update={"text": ""}) for entry in tip.entries)
    contact = {"contact_until": None, "contact_erased": tip.contact_erased or tip.contact_until is not None}
    version = tip.version + 1
    return tip.model_copy(update={**said, **contact, "entries": entries, "text_erased": True, "version": version})


def outlined(tip: Tip) -> Tip:
    """What who looks into it without being an editor reads of it: nothing by which anybody could be reached."""
    return tip.model_copy(update={"text": masked(tip.text), "place": masked(tip.place)})


def allowed(tip: Tip, actor: Actor, now: datetime) -> list[TipAction]:
    """What the actor may do with the tip now."""
    if tip.text_erased:
        return []
    steps = [action for action, row in TABLE.items() if tip.state in row.sources and _may(tip, row, actor)]
    return [step for step in steps if step is not TipAction.OPEN_CONTACT or has_contact(tip, now)]


def sees_openings(tip: Tip, actor: Actor) -> bool:
    """Whether the actor reads who has opened the contact, or read the text for an investigation.

    Those who assign do, and the one in charge.
    """
    return bool(actor.roles & ASSIGNERS) or tip.assignee == actor.id


def _check(tip: Tip, action: TipAction, actor: Actor) -> None:
    row = TABLE[action]
    if not _may(tip, row, actor):
        raise NotPermitted(_by_whom(row))
    if tip.text_erased:
        raise Refused("这条爆料的内容已按期限删除，不能再办理。")
    if tip.state not in row.sources:
        raise Refused(_NOT_NOW[tip.state])


def _may(tip: Tip, row: Row, actor: Actor) -> bool:
    return bool(actor.roles & row.roles) or (row.own and bool(actor.roles & EDITORS) and tip.assignee == actor.id)


def _by_whom(row: Row) -> str:
    if not row.own:
        return "爆料由值班编辑或总编辑分派。"
    return "这条爆料由负责的编辑、值班编辑或总编辑办理。" if row.roles else "联系方式只有负责这条爆料的编辑可以查看。"


def _after(tip: Tip, entry: Entry, **changed: object) -> Tip:
    return tip.model_copy(update={"entries": (*tip.entries, entry), "version": tip.version + 1, **changed})


def _decided(tip: Tip, state: Standing, now: datetime, days: int) -> dict[str, object]:
    until = tip.contact_until
    return {"state": state, "contact_until": until and min(until, now + timedelta(days=days))}


def _linked(tip: Tip, by: str, articles: Collection[str], public: Collection[str], now: datetime) -> Tip:
    kept = tuple(dict.fromkeys(articles))
    fresh = [article for article in kept if article in public and article not in _reported(tip)]
    entries = (*tip.entries, *(_report(article, by, now) for article in fresh))
    return tip.model_copy(update={"articles": kept, "entries": entries})


def _told(before: Tip, after: Tip) -> str:
    return "reported" if _reported(after) - _reported(before) else ""


def _reported(tip: Tip) -> set[str]:
    return {entry.about for entry in tip.entries if entry.kind == "report"}


def _report(article: str, by: str, now: datetime) -> Entry:
    return Entry(kind="report", at=now, by=by, about=article)
