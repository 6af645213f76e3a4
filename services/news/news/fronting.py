"""The front page by editors: chosen at the desk, shown in home, filled up with the newest."""

from datetime import datetime

from kit import outbox
from kit.clock import utcnow
from kit.contract import Empty
from kit.errors import Conflict, Invalid
from kit.idempotency import Once
from kit.identity import Caller
from kit.mongo import Document
from news import reading
from news.contract.front import ChooseFront, FrontChoice, FrontReceipt, FrontTold
from news.contract.reading import ArticleSummary, Front, FrontPage
from news.domain.front import MOST, filled
from news.domain.front import Front as Choice
from news.parts import Parts
from news.store.front import front_of


def front(parts: Parts, request: Front) -> FrontPage:
    """What the home page shows: what editors chose and everyone may still read, then the newest."""
    chosen, now = parts.fronts.front(), utcnow()
    items = _shown(parts, chosen, now, request.limit)
    ends = (reading.true_until(items), chosen.holds_until if chosen.standing(now) else None)
    return FrontPage(items=items, valid_until=min(filter(None, ends), default=None))


def get_front_choice(parts: Parts, request: Empty) -> FrontChoice:
    """What was chosen last, and what is shown of it."""
    chosen = parts.fronts.front()
    return FrontChoice(
        articles=_among(parts, chosen.articles),
        shown=_shown(parts, chosen, utcnow(), MOST),
        version=chosen.version,
        most=MOST,
        chosen_at=chosen.at,
        chosen_by=chosen.by,
        holds_until=chosen.holds_until,
    )


def choose_front(parts: Parts, request: ChooseFront, caller: Caller) -> FrontReceipt:
    """Puts articles onto the front page. A repeated command gets its first answer.

    Raises `Invalid` for what nobody may read, `Conflict` when somebody else has chosen meanwhile.
    """
    once = Once(caller.id, request)

    def attempt(document: Document) -> FrontReceipt | None:
        before, now = front_of(document), utcnow()
        if request.version not in (None, before.version):
            raise Conflict("头条已被同事调整，请刷新后再改。", extra={"version": before.version})
        readable = {article.id for article in parts.articles.listed_among(request.articles)}
        if missing := [at for at, number in enumerate(request.articles, start=1) if number not in readable]:
            raise Invalid.field("articles", f"第{missing[0]}篇没有发布或已撤回，请移除后再保存")
        after = before.chosen(request.articles, caller.id, now)
        receipt = FrontReceipt(version=after.version)
        told = FrontTold(version=after.version).model_dump(mode="json")
        event = outbox.event("news.front_changed.v1", "front", after.version, told, now)
        if not parts.fronts.replace(before, after, event, once.push(receipt.model_dump(mode="json"), now)):
            return None
        parts.wake()
        return receipt

    return once.take(FrontReceipt, parts.fronts.collection, parts.fronts.document, attempt)


def _shown(parts: Parts, chosen: Choice, now: datetime, limit: int) -> list[ArticleSummary]:
    newest, _ = parts.articles.listed(None, None, limit, None)
    return filled(_among(parts, chosen.standing(now)), reading.summaries(parts, newest), limit)


def _among(parts: Parts, numbers: tuple[str, ...]) -> list[ArticleSummary]:
    found = {one.id: one for one in reading.summaries(parts, parts.articles.listed_among(numbers))} if numbers else {}
    return [found[number] for number in numbers if number in found]
