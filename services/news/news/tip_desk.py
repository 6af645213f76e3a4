"""爆料, the newsroom's side: who looks into a tip, what its author is told, what came of it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from kit import outbox
from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound
from kit.events import Event, StillChanging
from kit.idempotency import ATTEMPTS, Once
from kit.identity import Caller
from kit.mongo import Document
from news import tip_views
from news.contract.events import TipTold
from news.contract.tips import (
    AdoptTip,
    AssignTip,
    DeclineTip,
    DeskTip,
    DeskTipPage,
    LinkTip,
    ListDeskTips,
    MessageAuthor,
    OneTip,
    OpenTipContact,
    TipCommand,
    TipContact,
    TipStep,
)
from news.domain import tips
from news.domain.lifecycle import Actor
from news.domain.tips import Tip, TipChange
from news.parts import Parts
from news.refusing import answering
from news.steps import actor_of
from news.store.tips import tip_of

REPORTS_QUEUE = "news.tip_reports"
REPORTS_TYPES = ("news.article_published.v1",)
LINKED_AT_ONCE = 100
Step = Callable[[Tip, Actor, datetime], TipChange]


def list_desk_tips(parts: Parts, request: ListDeskTips, caller: Caller) -> DeskTipPage:
    """Tips, newest first; of a state, of a town, those of which an article came, or those the caller has."""
    if request.article is not None:
        found, cursor = parts.tips.of_article(request.article, request.limit, request.cursor)
    else:
        filters = {"assignee": caller.id if request.mine else None, "town": request.town, "state": request.state}
        found, cursor = parts.tips.on_desk(filters, request.limit, request.cursor)
    return DeskTipPage(items=tip_views.rows(parts, found), next_cursor=cursor)


def get_desk_tip(parts: Parts, request: OneTip, caller: Caller) -> DeskTip:
    """A tip as the newsroom sees it. Raises `NotFound`."""
    return tip_views.desk(parts, _found(parts.tips.tip(request.no)), actor_of(caller))


def assign_tip(parts: Parts, request: AssignTip, caller: Caller) -> TipStep:
    """Gives the tip to an editor. Of oneself the token says all; of others accounts is asked."""

    def assign(tip: Tip, actor: Actor, now: datetime) -> TipChange:
        chosen = caller if request.editor == caller.id else parts.colleagues.find(request.editor)
        return tips.assign(tip, actor, actor_of(chosen) if chosen else None, now)

    return _take(parts, caller, request, assign)


def message_author(parts: Parts, request: MessageAuthor, caller: Caller) -> TipStep:
    """Says something to the author."""
    return _take(parts, caller, request, lambda tip, actor, now: tips.message(tip, actor, now, text=request.text))


def adopt_tip(parts: Parts, request: AdoptTip, caller: Caller) -> TipStep:
    """The newsroom works with it. Raises `Invalid` for an article that does not exist."""

    def adopt(tip: Tip, actor: Actor, now: datetime) -> TipChange:
        public, days = _public(parts, request.articles), parts.directory.tips.contact_days_after
        return tips.adopt(tip, actor, now, text=request.text, articles=request.articles, public=public, days=days)

    return _take(parts, caller, request, adopt)


def decline_tip(parts: Parts, request: DeclineTip, caller: Caller) -> TipStep:
    """The newsroom does not work with it, for a reason of the district's. Raises `Invalid` for another one."""
    rules = parts.directory.tips
    if rules.reason(request.reason) is None:
        raise Invalid.field("reason", "没有这个原因")

    def decline(tip: Tip, actor: Actor, now: datetime) -> TipChange:
        return tips.decline(tip, actor, now, reason=request.reason, text=request.text, days=rules.contact_days_after)

    return _take(parts, caller, request, decline)


def link_tip(parts: Parts, request: LinkTip, caller: Caller) -> TipStep:
    """Names the articles that came of it. Raises `Invalid` for an article that does not exist."""

    def link(tip: Tip, actor: Actor, now: datetime) -> TipChange:
        return tips.link(tip, actor, now, articles=request.articles, public=_public(parts, request.articles))

    return _take(parts, caller, request, link)


def open_tip_contact(parts: Parts, request: OpenTipContact, caller: Caller) -> TipContact:
    """The contact, once it stands in the tip who reads it and why. Repeated, it is one opening."""
    _take(parts, caller, request, lambda tip, actor, now: tips.open_contact(tip, actor, now, reason=request.reason))
    document = parts.tips.document(request.no) or {}
    tip = tip_of(document)
    if tip.assignee != caller.id or not tips.has_contact(tip, utcnow()):  # a repetition, after it went to somebody else
        raise Conflict("联系方式现在不能查看，请刷新。")
    contact = parts.tips.contact(document)
    if contact is None:
        raise Conflict("联系方式已按规定删除。")
    return TipContact(**contact)


def tell_of_report(parts: Parts, event: Event) -> None:
    """Tells the authors of the tips of which a published article came, once however often the event arrives.

    Raises `StillChanging`.
    """
    cursor: str | None = None
    while True:
        found, cursor = parts.tips.of_article(event.data["id"], LINKED_AT_ONCE, cursor)
        for tip in found:
            _tell(parts, tip.no, partial(tips.report, article=event.data["id"]))
        if cursor is None:
            return


def tell_of_investigation(parts: Parts, numbers: Sequence[str], article: str, caller: Caller) -> None:
    """Links those of these tips that are adopted to a published article, and tells their authors. Safe to repeat.

    Raises `StillChanging`.
    """
    for no in numbers:
        _tell(parts, no, partial(tips.attach, actor=actor_of(caller), article=article))


def tell_of_mistake(parts: Parts, numbers: Sequence[str], article: str, caller: Caller) -> None:
    """Takes an article off these tips that did not come of them, and tells so who was told of it. Safe to repeat.

    Raises `StillChanging`.
    """
    for no in numbers:
        _tell(parts, no, partial(tips.detach, actor=actor_of(caller), article=article))


def _tell(parts: Parts, no: str, step: Callable[..., TipChange | None]) -> None:
    for _ in range(ATTEMPTS):
        tip = parts.tips.tip(no)
        now = utcnow()
        change = step(tip, now=now) if tip else None
        if tip is None or change is None:
            return
        if parts.tips.replace(tip, change.tip, _events_of(change, now), {}):
            parts.wake()
            return
    raise StillChanging(no)


def _take(parts: Parts, caller: Caller, command: TipCommand, step: Step) -> TipStep:
    """Takes the step. A repeated command gets its first answer.

    Raises `NotFound`, `Forbidden` for a step that is for others, `Conflict` with the state at hand when the tip has
    moved on, `Invalid` for a value that does not do.
    """
    once, actor = Once(caller.id, command), actor_of(caller)

    def attempt(document: Document) -> TipStep | None:
        tip, now = _found(tip_of(document) if document else None), utcnow()
        if command.version not in (None, tip.version):
            raise Conflict("这条爆料已被他人更新，请刷新后再办理。", extra=_standing(tip))
        with answering(lambda: _standing(tip)):
            change = step(tip, actor, now)
        done = tip_views.step(change.tip)
        answer = once.push(done.model_dump(mode="json"), now)
        if not parts.tips.replace(tip, change.tip, _events_of(change, now), answer):
            return None
        parts.wake()
        return done

    return once.take(TipStep, parts.tips.collection, lambda: parts.tips.document(command.no), attempt)


def _found(tip: Tip | None) -> Tip:
    if tip is None:
        raise NotFound("没有找到这条爆料。")
    return tip


def _standing(tip: Tip) -> Document:
    return tip_views.step(tip).model_dump(mode="json")


def _public(parts: Parts, articles: list[str]) -> set[str]:
    """Those of the articles that everyone may read. Raises `Invalid` for one that does not exist."""
    found = parts.articles.some(articles)
    if missing := set(articles) - {article.id for article in found}:
        raise Invalid.field("articles", f"没有这篇稿件：{'、'.join(sorted(missing))}")
    return {article.id for article in found if article.listed}


def _events_of(change: TipChange, now: datetime) -> list[Document]:
    """The change's event as it waits in the tip: only an author with an account is there to be told."""
    tip = change.tip
    if not change.told or tip.author is None:
        return []
    told = TipTold(no=tip.no, state=tip.state, author=tip.author).model_dump(mode="json")
    return [outbox.event(f"news.tip_{change.told}.v1", tip.no, tip.version, told, now)]
