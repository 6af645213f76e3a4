"""调查: opened and assigned by editors, written down by those who look into it; departments are asked; it is closed.

A report that is withdrawn counts no more.

A question waits here until petition has taken it, so that the newsroom works on while petition is away. When petition
tells that it was answered, it is asked again how the question stands: the same words, which it takes once.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound, ServiceError, Unavailable
from kit.events import Event, StillChanging
from kit.idempotency import ATTEMPTS, Once
from kit.identity import Caller
from kit.mongo import Document
from kit.rpc.caller import NoAnswer
from news import coverage, library, tip_desk, tip_views
from news.contract.investigations import (
    AddToInvestigation,
    AskDepartment,
    AttachReport,
    CloseInvestigation,
    CorrectRecord,
    DetachmentView,
    DetachReport,
    InvestigationCase,
    InvestigationCommand,
    InvestigationPage,
    InvestigationReceipt,
    InvestigationRow,
    InvestigationTip,
    InvestigationView,
    ListInvestigations,
    NoteRecord,
    OneInvestigation,
    OpenInvestigation,
    QuestionView,
    ReadTip,
    RecordView,
    ReopeningView,
    ReopenInvestigation,
    ReportRow,
    SaveInvestigation,
    TipText,
)
from news.domain import bundle, investigation, tips
from news.domain.coverage import cases_of
from news.domain.investigation import Investigation, InvestigationState, Matter, Question, RecordKind, RecordPicture
from news.domain.lifecycle import DESK, EDITORS, Actor
from news.domain.numbers import new_number
from news.domain.tips import TextReading, Tip
from news.parts import Parts
from news.refusing import answering
from news.steps import actor_of
from news.store.investigations import investigation_of

log = logging.getLogger(__name__)

QUEUE = "news.press_answers"
TYPES = ("petition.press_answered.v1",)
REPORTS_QUEUE = "news.investigation_reports"
REPORTS_TYPES = ("news.article_withdrawn.v1",)
BATCH = 20
PUT_OFF = timedelta(minutes=1)
STATE_NAMES = {
    InvestigationState.OPEN: "调查中",
    InvestigationState.ANSWERED: "部门已答复",
    InvestigationState.PUBLISHED: "已报道",
    InvestigationState.CLOSED: "已结束",
}
_KIND_NAMES = {RecordKind.SOURCE: "线索来源", RecordKind.INTERVIEW: "采访", RecordKind.VISIT: "实地走访"}
Step = Callable[[Investigation, Actor, datetime], Investigation]


def list_investigations(parts: Parts, request: ListInvestigations, caller: Caller) -> InvestigationPage:
    """Those on the caller's desk, the latest change first; those that are overdue, the longest due first."""
    actor, kept = actor_of(caller), parts.investigations
    if request.overdue:
        found, cursor = kept.overdue(actor, utcnow(), request.limit, request.cursor)
    else:
        found, cursor = kept.page(actor, request.state, request.limit, request.cursor)
    return InvestigationPage(items=[InvestigationRow(**_row(one)) for one in found], next_cursor=cursor)


def on_desk(parts: Parts, number: str, caller: Caller) -> Investigation:
    """The investigation of this number on the caller's desk. Raises `NotFound`."""
    return _on_desk(parts.investigations.document(number), actor_of(caller))


def get_investigation(parts: Parts, request: OneInvestigation, caller: Caller) -> InvestigationView:
    """One on the caller's desk. Raises `NotFound`."""
    actor = actor_of(caller)
    found = on_desk(parts, request.id, caller)
    cases = coverage.known(parts, found.matter.cases)
    return InvestigationView(
        **_row(found),
        **found.model_dump(include={"opened_by", "opened_at", "closed_at", "closing"}),
        version=found.version,
        question=found.matter.question,
        cases=list(found.matter.cases),
        tips=list(found.matter.tips),
        records=[_record(found, number, actor) for number in range(1, len(found.records) + 1)],
        questions=[QuestionView(**one.model_dump()) for one in found.questions],
        reports=_reports(parts, found),
        follow_ups=coverage.views(cases),
        reopenings=[ReopeningView(**one.model_dump()) for one in found.reopenings],
        may=investigation.may(found, actor),
        case_rows=[InvestigationCase(**one.model_dump(include={"no", "town", "place"})) for one in cases],
        tip_rows=[_tip(parts, tip, actor) for tip in parts.tips.some(found.matter.tips)],
        detached=[DetachmentView(**one.model_dump()) for one in found.detached],
        records_until=investigation.records_until(found, days=parts.directory.investigations.records_days_after),
    )


def open_investigation(parts: Parts, request: OpenInvestigation, caller: Caller) -> InvestigationReceipt:
    """Begins one. The same request, repeated or run at the same time, makes one.

    Raises `Invalid` for a tip that there is not.
    """
    once, actor = Once(caller.id, request), actor_of(caller)

    def insert() -> InvestigationReceipt:
        now, district, matter = utcnow(), parts.directory.district, _matter(request)
        number = new_number(district.number_prefix, now, district.zone, "I")
        _check_tips(parts, matter.tips)
        with answering():
            staffed = _in_newsroom(parts, caller, matter.assigned)
            found = investigation.begin(number, matter, actor, now, in_newsroom=staffed)
        receipt = _receipt(found)
        parts.investigations.insert(found, once.note(receipt.model_dump(mode="json"), now))
        parts.followed.follow(found.matter.cases, now)
        return receipt

    receipt = once.make(InvestigationReceipt, parts.investigations.collection, insert)
    settle_bundles(parts, {*request.tips, *request.cases})
    return receipt


def save_investigation(parts: Parts, request: SaveInvestigation, caller: Caller) -> InvestigationReceipt:
    """Another title, question, assignment, other cases or tips. Raises `Invalid` for a new tip that there is not."""
    matter = _matter(request)

    def revise(found: Investigation, actor: Actor, now: datetime) -> Investigation:
        _check_tips(parts, [no for no in matter.tips if no not in found.matter.tips])
        staffed = _in_newsroom(parts, caller, investigation.joining(found, matter))
        return investigation.revise(found, actor, now, matter=matter, in_newsroom=staffed)

    receipt = _take(parts, caller, request, revise)
    parts.followed.follow(request.cases, utcnow())
    settle_bundles(parts, {*request.tips, *request.cases})
    return receipt


def add_to_investigation(parts: Parts, request: AddToInvestigation, caller: Caller) -> InvestigationReceipt:
    """Takes up cases and tips in addition. Raises `Invalid` for a tip that there is not."""
    _check_tips(parts, request.tips)
    add = partial(investigation.add, cases=request.cases, tips=request.tips)
    receipt = _take(parts, caller, request, add)
    parts.followed.follow(request.cases, utcnow())
    settle_bundles(parts, {*request.tips, *request.cases})
    return receipt


def settle_bundles(parts: Parts, numbers: Collection[str]) -> None:
    """Bundles of these of which everything is taken up wait for nobody any more. Safe to repeat."""
    for found in parts.bundles.having(numbers):
        taken_up = parts.investigations.with_tips(found.tips) + parts.investigations.with_cases(found.cases)
        taken = {no for one in taken_up for no in (*one.matter.tips, *one.matter.cases)}
        after = bundle.settle(found, taken | parts.followed.gone(found.cases))
        if after != found:  # what joins it in this moment keeps it open
            parts.bundles.replace(found, after)


def read_tip(parts: Parts, request: ReadTip, caller: Caller) -> TipText:
    """What a tip says that the investigation has taken up, once it stands in the tip who reads it.

    Who is no editor reads it masked. Raises `NotFound`, `Invalid` for another tip, `Conflict` for a closed
    investigation, or once what the tip said was erased.
    """
    found, actor = on_desk(parts, request.id, caller), actor_of(caller)
    with answering(lambda: _standing(found)):
        investigation.check_reads(found, request.no)
    tip = parts.tips.tip(request.no)
    if tip is None:
        raise NotFound("没有找到这条爆料。")
    if tip.text_erased:
        raise Conflict("这条爆料的内容已按期限删除。")
    if actor.roles & EDITORS:
        return tip_views.text_of(parts, tip)
    reading = TextReading(at=utcnow(), by=caller.id, investigation=found.id)
    parts.tips.note_reading(tip.no, f"{caller.id}/{request.idempotency_key}", reading)
    return tip_views.text_of(parts, tips.outlined(tip))


def note_record(parts: Parts, request: NoteRecord, caller: Caller) -> InvestigationReceipt:
    """Writes down what was found; the library keeps who made its pictures, where nobody has described them yet."""
    record = request.model_dump(include={"kind", "at", "whom", "place", "text"})
    record["pictures"] = _pictures(parts, request.pictures)
    receipt = _take(parts, caller, request, partial(investigation.note, record=record))
    if request.credit:
        parts.library.credit(request.pictures, request.credit)
    return receipt


def correct_record(parts: Parts, request: CorrectRecord, caller: Caller) -> InvestigationReceipt:
    """Its author says otherwise what he found; what the record said stays to be read until all of it is erased."""
    words = request.model_dump(include={"at", "whom", "place", "text"})
    return _take(parts, caller, request, partial(investigation.correct, number=request.number, words=words))


def erase_records(parts: Parts) -> int:
    """Erases what records of investigations say that ended long enough ago; returns of how many.

    Pictures of their visits that no article shows go, too: first, as the library brings back what is still used.
    """
    now = utcnow()
    found = parts.investigations.ended(now - timedelta(days=parts.directory.investigations.records_days_after), BATCH)
    return sum(_erase_records(parts, one, now) for one in found)


def _erase_records(parts: Parts, found: Investigation, now: datetime) -> bool:
    for picture in {picture.id for record in found.records for picture in record.pictures}:
        if not parts.articles.using(picture, 1):
            parts.library.put_away(picture, now)
    return parts.investigations.replace(found, investigation.erase_records(found))


def ask_department(parts: Parts, request: AskDepartment, caller: Caller) -> InvestigationReceipt:
    """Asks the office that has a case."""
    public = parts.followed.public([request.case])

    def ask(found: Investigation, actor: Actor, now: datetime) -> Investigation:
        asked = request.model_dump(include={"case", "text", "workdays"})
        return investigation.ask(found, actor, now, **asked, public=public)

    return _take(parts, caller, request, ask)


def attach_report(parts: Parts, request: AttachReport, caller: Caller) -> InvestigationReceipt:
    """Names a published article that came of it, to authors of its tips too where that is asked.

    What a repetition finds undone, it does.
    """
    published = bool(parts.articles.listed_among([request.article]))
    receipt = _take(parts, caller, request, partial(investigation.report, article=request.article, published=published))
    if not parts.articles.listed_among([request.article]):  # withdrawn meanwhile: its event may have come before
        _lose_report(parts, request.id, request.article)
    elif request.link_tips:
        tip_desk.tell_of_investigation(parts, on_desk(parts, request.id, caller).matter.tips, request.article, caller)
    return receipt


def detach_report(parts: Parts, request: DetachReport, caller: Caller) -> InvestigationReceipt:
    """Takes off a report that was named by mistake, for a reason that stays; its tips lose it, too.

    What a repetition finds undone, it does.
    """
    detach = partial(investigation.detach, article=request.article, reason=request.reason)
    receipt = _take(parts, caller, request, detach)
    found = on_desk(parts, request.id, caller)
    if request.article not in found.reports:  # a late repetition, when it is named again, takes nothing off
        tip_desk.tell_of_mistake(parts, found.matter.tips, request.article, caller)
    return receipt


def hear_of_withdrawal(parts: Parts, event: Event) -> None:
    """An article is read by nobody any more: it is no report of any investigation's. Raises `StillChanging`."""
    for number in parts.investigations.reported_by(event.data["id"]):
        _lose_report(parts, number, event.data["id"])


def close_investigation(parts: Parts, request: CloseInvestigation, caller: Caller) -> InvestigationReceipt:
    """Ends it, with what came of it."""
    return _take(parts, caller, request, partial(investigation.close, text=request.text))


def reopen_investigation(parts: Parts, request: ReopenInvestigation, caller: Caller) -> InvestigationReceipt:
    """Opens an ended one again, for a reason."""
    return _take(parts, caller, request, partial(investigation.reopen, reason=request.reason))


def hear(parts: Parts, event: Event) -> None:
    """A question was answered: petition is asked for the answer. Raises `StillChanging`."""
    stirred = partial(investigation.stir, number=event.data["question"], at=utcnow())
    _change(parts, event.data["investigation"], stirred)


def ask_petition(parts: Parts) -> int:
    """Asks petition of what is pending, first or again; returns of how many. While petition is away, of none."""
    done = 0
    for found in parts.investigations.pending(utcnow(), BATCH):
        for question in found.questions:
            if question.pending is None or question.pending > utcnow():
                continue
            try:
                _ask(parts, found.id, question)
            except (Unavailable, NoAnswer):
                return done
            except (ServiceError, LookupError, TypeError, ValueError) as error:  # it must not hold up the others
                log.error("a question is put off", extra={"investigation": found.id, "error": type(error).__name__})
                _change(parts, found.id, partial(investigation.stir, number=question.number, at=utcnow() + PUT_OFF))
                continue
            done += 1
    return done


def _ask(parts: Parts, number: str, question: Question) -> None:
    try:
        view = parts.public_cases.ask(
            investigation=number,
            question=question.number,
            no=question.case,
            text=question.text,
            workdays=question.workdays,
        )
    except Conflict as refusal:
        if "retry_after" in refusal.extra:
            raise
        return _change(parts, number, partial(investigation.refuse, number=question.number, why=refusal.detail))
    if view is None:
        return _change(parts, number, partial(investigation.lose, number=question.number))
    at = view["answered_at"]
    values = {
        "due": datetime.fromisoformat(view["due"]),
        "unit": view["unit"]["name"],
        "answer": view["answer"],
        "answered_at": datetime.fromisoformat(at) if at else None,
        "asked": question.pending,
    }
    return _change(parts, number, partial(investigation.hear, number=question.number, **values))


def _change(parts: Parts, number: str, change: Callable[[Investigation], Investigation]) -> None:
    """Makes the change, whatever others do meanwhile. Raises `StillChanging`."""
    for _ in range(ATTEMPTS):
        document = parts.investigations.document(number)
        before = investigation_of(document) if document else None
        after = change(before) if before else None
        if before is None or after is None or after == before or parts.investigations.replace(before, after):
            return
    raise StillChanging(number)


def _lose_report(parts: Parts, number: str, article: str) -> None:
    _change(parts, number, partial(investigation.lose_report, article=article))


def _reports(parts: Parts, found: Investigation) -> list[ReportRow]:
    articles = {article.id: article for article in parts.articles.whole(found.reports) if article.listed}
    public = parts.followed.public(found.matter.cases) if articles else frozenset()
    linked = [no for no in found.matter.cases if no in public]
    rows = []
    for no in found.reports:
        article = articles.get(no)
        named = cases_of(article) if article else linked
        unnamed = [case for case in linked if case not in named]
        title = article.words.title if article else no
        rows.append(ReportRow(id=no, title=title, published=article is not None, unnamed=unnamed))
    return rows


def _record(found: Investigation, number: int, actor: Actor) -> RecordView:
    one = found.records[number - 1]
    own = one.by == actor.id and not one.erased and "note" in investigation.may(found, actor)
    return RecordView(**one.model_dump(), kind_name=_KIND_NAMES[one.kind], number=number, correctable=own)


def _tip(parts: Parts, tip: Tip, actor: Actor) -> InvestigationTip:
    seen = tip if actor.roles & EDITORS else tips.outlined(tip)
    return InvestigationTip(**tip_views.beginning(parts, seen), erased=tip.text_erased)


def _check_tips(parts: Parts, numbers: Sequence[str]) -> None:
    """Raises `Invalid` for a tip that there is not."""
    if missing := set(numbers) - {tip.no for tip in parts.tips.some(numbers)}:
        raise Invalid.field("tips", f"没有这条爆料：{'、'.join(sorted(missing))}")


def _take(parts: Parts, caller: Caller, command: InvestigationCommand, step: Step) -> InvestigationReceipt:
    """Takes the step, once. Raises `NotFound`, `Forbidden`, `Conflict` with the state at hand, `Invalid`."""
    once, actor = Once(caller.id, command), actor_of(caller)

    def attempt(document: Document) -> InvestigationReceipt | None:
        before, now = _on_desk(document, actor), utcnow()
        if command.version not in (None, before.version):
            raise Conflict("这项调查已被他人更新，请刷新后再办理。", extra=_standing(before))
        with answering(lambda: _standing(before)):
            after = step(before, actor, now)
        receipt = _receipt(after)
        written = parts.investigations.replace(before, after, once.push(receipt.model_dump(mode="json"), now))
        return receipt if written else None

    def read() -> Document | None:
        return parts.investigations.document(command.id)

    return once.take(InvestigationReceipt, parts.investigations.collection, read, attempt)


def _pictures(parts: Parts, numbers: Sequence[str]) -> list[RecordPicture]:
    """These pictures of the newsroom. Raises `Invalid` for one that is none of its own, or is no picture."""
    found = {row["_id"]: row for row in parts.images.found(numbers) if library.is_ours(row)}
    if missing := [number for number in numbers if number not in found]:
        raise Invalid.field("pictures", f"有{len(missing)}张照片没有上传完成，请重新添加")
    return [RecordPicture(id=number, **_size(found[number])) for number in numbers]


def _size(row: Document) -> dict[str, int]:
    return {"width": row["width"], "height": row["height"]}


def _on_desk(document: Document | None, actor: Actor) -> Investigation:
    found = investigation_of(document) if document else None
    if found is None or not investigation.sees(found, actor):
        raise NotFound("没有找到这项调查。")
    return found


def _in_newsroom(parts: Parts, caller: Caller, accounts: Iterable[str]) -> set[str]:
    """Those who work in the newsroom now. Of oneself the token says all; of others accounts is asked."""
    asked = ((one, caller if one == caller.id else parts.colleagues.find(one)) for one in accounts)
    return {one for one, who in asked if who and who.roles & DESK}


def _matter(request: OpenInvestigation) -> Matter:
    fields = {name: tuple(dict.fromkeys(getattr(request, name))) for name in ("members", "cases", "tips")}
    return Matter(title=request.title, question=request.question, lead=request.lead, **fields)


def _row(found: Investigation) -> dict[str, Any]:
    waiting = [one for one in found.questions if one.owed]
    return {
        "id": found.id,
        "state": found.state,
        "state_name": STATE_NAMES[found.state],
        "title": found.matter.title,
        "lead": found.matter.lead,
        "members": list(found.matter.members),
        "updated_at": found.updated_at,
        "waiting": len(waiting),
        "due": min((one.due for one in waiting if one.due), default=None),
    }


def _receipt(found: Investigation) -> InvestigationReceipt:
    return InvestigationReceipt(
        id=found.id, state=found.state, state_name=STATE_NAMES[found.state], version=found.version
    )


def _standing(found: Investigation) -> dict[str, Any]:
    return _receipt(found).model_dump(mode="json")
