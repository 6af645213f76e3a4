"""What each reader sees of a case: everyone, its author, the offices."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, get_args

from kit import text
from kit.clock import utcnow
from kit.contract import PageRequest
from kit.identity import Caller
from petition import contract, steps
from petition.contract import (
    CasePage,
    CaseSummary,
    CaseView,
    DeskCase,
    DeskRow,
    Front,
    FrontView,
    History,
    Hit,
    HitPage,
    ListCases,
    Named,
    OneCase,
    RepliesCounted,
    Search,
    SimilarCase,
)
from petition.domain import change, co_sign, emptiness, escalation, follow_up, lifecycle, masking, reopening
from petition.domain.case import (
    Asked,
    Case,
    Contact,
    Escalation,
    FollowUp,
    Hop,
    Note,
    Objection,
    Promise,
    Rating,
    Reply,
    Round,
    Shown,
    State,
    Tally,
    Task,
    Urge,
    Visibility,
)
from petition.domain.change import Rules
from petition.domain.clocks import Clock
from petition.domain.co_sign import CoSign
from petition.domain.district import Directory
from petition.domain.history import Entry, published
from petition.domain.lifecycle import Actor
from petition.parts import Parts
from petition.store import words_of

FRONT_DAYS = 30
_BEFORE_PUBLICATION = (State.IN_REVIEW, State.APPROVED)
_FIRST_ACTIONS = frozenset(get_args(contract.FirstAction))
_SUMMARY_LENGTH = 80  # characters of a case's text that a search shows

_NEXT_CLOCK = {
    State.SUBMITTED: change.INTAKE,
    State.QUESTIONED: change.QUESTION,
    State.ACCEPTED: change.DISPATCH,
    State.DISPATCHED: change.HANDLING,
    State.IN_REVIEW: change.APPROVAL,
    State.APPROVED: change.OVERALL,
    State.ANSWERED: change.RATING,
}
"""The clock that says until when the next step of a state is due."""


def get_directory(rules: Rules) -> contract.Directory:
    """What forms and filters offer."""
    found = rules.directory
    return contract.Directory(
        district=Named(code=found.district.code, name=found.district.name),
        towns=[
            contract.TownView(code=t.code, name=t.name, kind=t.kind, lon=t.centre.lon, lat=t.centre.lat)
            for t in found.towns.values()
        ],
        departments=[contract.DepartmentView(**d.model_dump()) for d in found.departments.values()],
        categories=[contract.CategoryView(**category.model_dump()) for category in found.categories],
        urgencies=[contract.UrgencyView(code=u.code, name=u.name, limit=u.overall) for u in found.urgencies.values()],
        refusal_reasons=[contract.ReasonView(**reason.model_dump()) for reason in found.reasons.values()],
        places_to_turn=[contract.PlaceView(**place.model_dump()) for place in found.places.values()],
        states=[Named(code=state, name=words.name) for state, words in found.wording.states.items()],
        clocks=[Named(code=code, name=name) for code, name in found.wording.clocks.items()],
        intake=_unit(change.INTAKE, found),
    )


def list_cases(parts: Parts, request: ListCases) -> CasePage:
    """What everyone may see, newest first."""
    filters = request.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)
    cases, cursor = parts.cases.listed(filters, request.limit, request.cursor)
    found = parts.rules.directory
    return CasePage(items=[CaseSummary(**_summary(case, found, whole=False)) for case in cases], next_cursor=cursor)


def search(parts: Parts, request: Search) -> HitPage:
    """What everyone may see and whose public words hold the query, newest first; a page may be shorter than asked."""
    grams = text.query_grams(request.q)
    if not grams:
        return HitPage(items=[])
    cases, cursor = parts.cases.holding(grams, request.limit, request.cursor)
    hits = [_hit(case) for case in cases if _matches(request.q, case)]
    return HitPage(items=hits, next_cursor=cursor)


def front(parts: Parts, request: Front) -> FrontView:
    """How replies went lately, and the freshest of them."""
    replied, in_time = parts.cases.count_replied(utcnow() - timedelta(days=FRONT_DAYS))
    found = parts.rules.directory
    return FrontView(
        replies=RepliesCounted(days=FRONT_DAYS, replied=replied, in_time=in_time),
        items=[CaseSummary(**_summary(case, found, whole=False)) for case in parts.cases.replied(request.limit)],
    )


def list_my_cases(parts: Parts, request: PageRequest, caller: Caller) -> CasePage:
    """What the caller filed, newest first, in his own words."""
    cases, cursor = parts.cases.of_author(caller.id, request.limit, request.cursor)
    found = parts.rules.directory
    return CasePage(items=[CaseSummary(**_summary(case, found, whole=True)) for case in cases], next_cursor=cursor)


def get_case(parts: Parts, request: OneCase, caller: Caller) -> CaseView:
    """A case as the caller may see it. Raises `NotFound`."""
    case = steps.visible_case(parts.cases.seen(request.no), caller)
    mine = steps.is_author(case, caller)
    whole = mine or steps.in_office(case, caller)
    view = _view(case, parts, steps.actor_of(caller), utcnow(), whole=whole, mine=mine)
    return CaseView(**view | _joining(case, parts, caller, view["may"]))


def get_history(parts: Parts, request: OneCase, caller: Caller) -> History:
    """The chain of a case: everyone sees what is public, its author and the offices see all. Raises `NotFound`."""
    case = steps.visible_case(parts.cases.case(request.no), caller)
    entries: Iterable[Entry] = case.history
    if not steps.in_office(case, caller):
        entries = _own_words(case.history) if steps.is_author(case, caller) else published(case.history)
    return History(no=case.no, entries=[contract.EntryView(**entry.model_dump()) for entry in entries])


def similar_case(case: Case, rules: Rules, caller: Caller, *, co_signed: bool) -> SimilarCase:
    """A listed case, shown to who is about to ask the same."""
    return SimilarCase(
        **_summary(case, rules.directory, whole=False),
        summary=_beginning(case),
        mine=steps.is_author(case, caller),
        co_signed=co_signed,
    )


def page_of(parts: Parts, numbers: list[str], cursor: str | None) -> CasePage:
    """A page of these cases as everyone may see them; one that nobody may see any more is left out."""
    cases = [case for case in parts.cases.some(numbers) if case.listed]
    found = parts.rules.directory
    return CasePage(items=[CaseSummary(**_summary(case, found, whole=False)) for case in cases], next_cursor=cursor)


def co_sign_row(mine: CoSign) -> contract.CoSignRow:
    """A co-sign as the offices see it."""
    own = _own_co_sign(mine)
    return contract.CoSignRow(**own.model_dump() | {"words": masking.mask(mine.words)})


def found_in(asked: Asked, found: Directory) -> list[contract.MaskView]:
    """The personal numbers in what a resident wrote."""
    return [
        contract.MaskView(field=name, kind_name=found.wording.masked[span.kind], **span.model_dump())
        for name in ("title", "text", "place")
        for span in masking.find(getattr(asked, name))
    ]


def desk_row(case: Case, rules: Rules, now: datetime) -> DeskRow:
    """A case in a queue of the desk."""
    duty = change.next_due(case)
    return DeskRow(
        **_summary(case, rules.directory, whole=True),
        **_duty(duty, now),
        urgency=case.urgency,
        handler=case.handler,
        version=case.version,
        due_clock=_title_of(duty.name, rules.directory) if duty else None,
        provisional=duty is not None and duty.provisional,
        **_alarm(case, rules),
        cards_open=sum(card.answer is None for card in case.cards),
        urged_at=case.urges[-1].at if case.urges else None,
        extension_pending=case.extension_pending,
        tasks_open=len(case.open_tasks),
        task_due=min((one.due for one in case.open_tasks if one.due), default=None),
        round=case.round,
        follow_up_pending=case.follow_up_pending,
        correction_pending=case.correction is not None,
    )


def desk_case(case: Case, parts: Parts, actor: Actor, now: datetime) -> DeskCase:
    """A case with all that the offices know."""
    view = _view(case, parts, actor, now, whole=True, mine=False)
    subject = parts.rules.directory.subjects.get(case.asked.category)
    view["notes"] = [_note(note, parts.rules.directory) for note in case.notes]
    view["contacts"] = _contacts(case.contacts, parts)
    view["urges"] = [_urge(one, parts.rules.directory, whole=True) for one in case.urges]
    view["extension"] = _extension(case, whole=True)
    if "supervisor" in actor.roles and case.author is not None:
        view["may"] = [*view["may"], "ban_author"]
    return DeskCase(
        **view,
        objection=_objection(case.objection, parts.rules.directory) if case.objection else None,
        tasks=_tasks(case, actor, parts.rules.directory),
        hints=_hints(case, parts, actor),
        correction=contract.ProposedCorrectionView(**case.correction.model_dump()) if case.correction else None,
        **_duty(change.next_due(case), now),
        version=case.version,
        urgency=case.urgency,
        proposed_urgency=subject.urgency if subject else "",
        proposed_department=subject.department if subject else "",
        partner=_partner(case, parts),
        handler=case.handler,
        shown_text=case.shown.text if case.shown else None,
        proposed_masks=found_in(case.asked, parts.rules.directory),
        draft=_draft(case, parts.rules.directory),
    )


def _matches(query: str, case: Case) -> bool:
    return case.shown is not None and text.matches(query, case.shown.title, case.shown.place, case.shown.text)


def _hit(case: Case) -> Hit:
    assert case.shown is not None
    return Hit(kind="case", id=case.no, title=case.shown.title, summary=_beginning(case), path=f"/cases/{case.no}")


def _beginning(case: Case) -> str:
    return case.shown.text[:_SUMMARY_LENGTH] if case.shown else ""


def _summary(case: Case, found: Directory, *, whole: bool) -> dict[str, Any]:
    words = found.wording
    rating = case.ratings[-1] if case.ratings else None
    return {
        "no": case.no,
        "title": case.asked.title if whole or case.shown is None else case.shown.title,
        "category": named(found.subjects, case.asked.category),
        "town": named(found.towns, case.asked.town),
        "department": named(found.departments, case.department) if case.department else None,
        "state": case.state,
        "state_name": words.states[case.state].name,
        "step": case.state.step,
        "step_name": words.steps[case.state.step],
        "ending_name": words.endings[case.ending] if case.ending else None,
        "visibility": case.asked.visibility,
        "filed_at": case.filed_at,
        "replied_at": case.reply.published_at if case.reply else None,
        "solved": rating.solved if rating else None,
        "satisfied": rating.satisfied if rating else None,
        "co_signs": case.joined.count,
    }


def _view(case: Case, parts: Parts, actor: Actor, now: datetime, *, whole: bool, mine: bool) -> dict[str, Any]:
    found = parts.rules.directory
    urgency = found.urgencies.get(case.urgency or "")
    may = lifecycle.allowed(case, actor)
    return {
        **_summary(case, found, whole=whole),
        **_words(case, whole=whole),
        "pictures": list(_pictures(case.asked.pictures, parts).values()),
        "under_review": case.shown is None and case.ending is None,
        "urgency_name": urgency.name if urgency else None,
        "next_step": _next_step(case, found),
        "clocks": [_clock(clock, found, now) for clock in case.clocks],
        "hops": [_hop(hop, found) for hop in case.hops],
        "notes": [_note(note, found) for note in case.notes if note.public],
        "contacts": _contacts([one for one in case.contacts if one.public], parts),
        "reply": _published_reply(case, found),
        "ratings": [_rating(rating, whole=whole) for rating in case.ratings],
        "verdict": verdict_of(case, found),
        "ended_at": case.ended_at,
        "ending": case.ending,
        "mine": mine,
        "questions": [contract.QuestionView(**q.model_dump()) for q in case.questions] if whole else [],
        "actions": [action for action in may if action in _FIRST_ACTIONS],
        "may": may,
        "co_sign": None,
        "co_signers": _tally(case.joined),
        "redactions": [contract.RedactionView(**one.model_dump()) for one in case.redactions] if whole else [],
        "appeal": contract.AppealView(**case.appeal.model_dump()) if whole and case.appeal else None,
        "merged_into": case.merged_into,
        "cards": [_card(card, number, actor, found) for number, card in enumerate(case.cards, start=1)],
        "urges": [_urge(one, found) for one in case.urges],
        "extension": _extension(case),
        "round": case.round,
        "rounds": [_round(one, found, whole=whole) for one in case.rounds],
        "reopen_until": reopening.until(case, parts.rules) if mine else None,
        "follow_ups": [_follow_up(one, found) for one in case.follow_ups] if whole else [],
        "follow_ups_left": follow_up.left(case, parts.rules) if mine else 0,
        "promises": [_promise(one, number, actor, found) for number, one in enumerate(case.promises, start=1)],
    }


def _joining(case: Case, parts: Parts, caller: Caller, may: list[str]) -> dict[str, Any]:
    """What a resident has to do with a case that somebody else filed."""
    if caller.kind != "resident" or steps.is_author(case, caller):
        return {}
    mine = parts.co_signs.of(parts.co_signs.document(case.no, caller.id))
    steps_of_joining = {
        "co_sign": co_sign.may_join(case, mine, caller.id),
        "withdraw_co_sign": mine is not None and mine.joined,
        "rate": co_sign.rateable(case, mine, utcnow()),
    }
    return {
        "co_sign": _own_co_sign(mine) if mine and mine.joined else None,
        "may": [*may, *(step for step, possible in steps_of_joining.items() if possible)],
    }


def _own_co_sign(mine: CoSign) -> contract.CoSignView:
    last = mine.ratings[-1] if mine.ratings else None
    return contract.CoSignView(
        words=mine.words,
        at=mine.at,
        solved=last.solved if last else None,
        satisfied=last.satisfied if last else None,
    )


def _tally(joined: Tally) -> contract.TallyView:
    average = round(joined.satisfied / joined.rated, 1) if joined.rated else None
    return contract.TallyView(rated=joined.rated, solved=joined.solved, satisfied=average)


def _words(case: Case, *, whole: bool) -> dict[str, Any]:
    if whole or case.shown is None:
        point = case.asked.point
        return {"text": case.asked.text, "place": case.asked.place, "point": point.model_dump() if point else None}
    return public_words(case.asked, case.shown)


def public_words(asked: Asked, shown: Shown) -> dict[str, Any]:
    """What everyone reads of a case that is listed, beside its title: an anonymous author's point is not shown."""
    point = asked.point if asked.visibility is Visibility.PUBLIC else None
    return {"text": shown.text, "place": shown.place, "point": point.model_dump() if point else None}


def _own_words(entries: Iterable[Entry]) -> list[Entry]:
    """The author's own chain: what is public, and every word that he wrote himself."""
    by_author = {"submit", "answer", "withdraw", "rate", "ask_redaction", "appeal", "reopen", "follow_up"}
    return [entry if entry.kind in by_author else published([entry])[0] for entry in entries]


def named(rows: Mapping[str, Any], code: str) -> Named:
    """The row's name; a code that the district no longer has stands for itself."""
    return Named(code=code, name=rows[code].name if code in rows else code)


def _unit(code: str, found: Directory) -> Named:
    if code == change.INTAKE:
        return Named(code=code, name=found.wording.intake_unit)
    return named(found.departments, code)


def _next_step(case: Case, found: Directory) -> contract.NextStep:
    words = found.wording.follow_up if case.follow_up_pending else found.wording.states[case.state]
    department = named(found.departments, case.department).name if case.department else ""
    clock = case.clock(change.FOLLOW_UP if case.follow_up_pending else _NEXT_CLOCK.get(case.state, ""))
    until = clock.due if clock else None
    return contract.NextStep(what=words.what, who=words.who.replace("{department}", department), until=until)


def _clock(clock: Clock, found: Directory, now: datetime) -> contract.ClockView:
    return contract.ClockView(**clock.model_dump(), title=_title_of(clock.name, found), kept=clock.kept(now))


def _hop(hop: Hop, found: Directory) -> contract.HopView:
    suggested = hop.suggested_department
    return contract.HopView(
        department=named(found.departments, hop.department),
        co_departments=[named(found.departments, code) for code in hop.co_departments],
        since=hop.since,
        until=hop.until,
        basis=hop.basis,
        suggested_department=named(found.departments, suggested) if suggested else None,
        ruled=hop.ruled,
    )


def _objection(one: Objection, found: Directory) -> contract.ObjectionView:
    return contract.ObjectionView(
        unit=named(found.departments, one.unit),
        at=one.at,
        basis=one.basis,
        suggested_department=named(found.departments, one.suggested_department),
        decided_at=one.decided_at,
        department=named(found.departments, one.department) if one.department else None,
        answer=one.answer,
    )


def _card(card: Escalation, number: int, actor: Actor, found: Directory) -> contract.CardView:
    answer = card.answer
    return contract.CardView(
        number=number,
        level=card.level,
        level_name=found.wording.levels[card.level],
        clock=Named(code=card.clock, name=_title_of(card.clock, found)),
        unit=_unit(card.unit, found),
        fell_at=card.fell_at,
        answer=contract.CardAnswerView(text=answer.text, at=answer.at) if answer else None,
        mine=answer is None and lifecycle.answers_for(card.unit, actor),
    )


def _urge(one: Urge, found: Directory, *, whole: bool = False) -> contract.UrgeView:
    return contract.UrgeView(at=one.at, unit=_unit(one.unit, found), text=one.text if whole else None)


def _hints(case: Case, parts: Parts, actor: Actor) -> list[contract.HintView]:
    """What makes the draft look empty, for who stands for it and for supervision."""
    if case.reply is None or case.state not in _BEFORE_PUBLICATION or not actor.roles & {"approver", "supervisor"}:
        return []
    others = [
        emptiness.Answer(other.no, words_of(other.reply), told=_may_know(other, actor))
        for other in parts.cases.replied_like(case.reply, beside=case.no)
        if other.reply
    ]
    found = emptiness.hints(case.reply, words_of(case.reply), others, parts.rules.directory.replies)
    return [contract.HintView(**asdict(hint)) for hint in found]


def _may_know(case: Case, actor: Actor) -> bool:
    return case.listed or "supervisor" in actor.roles or bool(case.departments & actor.departments)


def _extension(case: Case, *, whole: bool = False) -> contract.ExtensionView | None:
    found = case.extension
    if found is None or not (whole or found.granted):
        return None
    hidden = {} if whole else {"asked_by": None, "answer": None}
    return contract.ExtensionView(**found.model_dump(exclude={"decided_by"}) | hidden)


def _partner(case: Case, parts: Parts) -> str | None:
    """The name of the partner whose program filed the case."""
    if case.author is None or not case.by_partner:
        return None
    document = parts.partners.document(case.author)
    return parts.partners.of(document).name if document else case.author


def _tasks(case: Case, actor: Actor, found: Directory) -> list[contract.TaskView]:
    return [_task(one, number, case, actor, found) for number, one in enumerate(case.tasks, start=1)]


def _task(task: Task, number: int, case: Case, actor: Actor, found: Directory) -> contract.TaskView:
    is_open = task in case.open_tasks
    return contract.TaskView(
        number=number,
        department=named(found.departments, task.department),
        text=task.text,
        given_at=task.given_at,
        due=task.due,
        answer=contract.TaskAnswerView(**task.answer.model_dump()) if task.answer else None,
        open=is_open,
        mine=is_open and task.department in actor.departments,
    )


def _alarm(case: Case, rules: Rules) -> dict[str, str | None]:
    alarm = escalation.alarm(case, rules)
    name = rules.directory.wording.levels[alarm.level] if alarm else None
    return {"alarm": alarm.level if alarm else None, "alarm_name": name}


def _note(note: Note, found: Directory) -> contract.NoteView:
    return contract.NoteView(at=note.at, unit=_unit(note.unit, found), text=note.text, public=note.public)


def _pictures(ids: Iterable[str], parts: Parts) -> dict[str, contract.Picture]:
    return {row["_id"]: contract.Picture(id=row["_id"], **row) for row in parts.images.found(tuple(ids))}


def _contacts(contacts: Sequence[Contact], parts: Parts) -> list[contract.ContactView]:
    pictures = _pictures((picture for one in contacts for picture in one.pictures), parts)
    return [
        contract.ContactView(
            **one.model_dump(exclude={"unit", "pictures"}),
            unit=_unit(one.unit, parts.rules.directory),
            pictures=[pictures[picture] for picture in one.pictures if picture in pictures],
        )
        for one in contacts
    ]


def _round(one: Round, found: Directory, *, whole: bool) -> contract.RoundView:
    published = one.reply is not None and one.reply.published_at is not None
    return contract.RoundView(
        number=one.number,
        started_at=one.started_at,
        ended_at=one.ended_at,
        ending_name=found.wording.endings[one.ending],
        reply=contract.ReplyView(**_reply_words(one.reply, found)) if one.reply and published else None,
        ratings=[_rating(rating, whole=whole) for rating in one.ratings],
    )


def _follow_up(one: FollowUp, found: Directory) -> contract.FollowUpView:
    unit = named(found.departments, one.unit) if one.unit else None
    return contract.FollowUpView(**one.model_dump(exclude={"unit"}), unit=unit)


def _promise(one: Promise, number: int, actor: Actor, found: Directory) -> contract.PromiseView:
    return contract.PromiseView(
        text=one.text,
        due=one.due,
        number=number,
        department=named(found.departments, one.department),
        report=contract.PromiseReportView(**one.report.model_dump()) if one.report else None,
        mine=one.report is None and "handler" in actor.roles and one.department in actor.departments,
    )


def _published_reply(case: Case, found: Directory) -> contract.ReplyView | None:
    if case.reply is None or case.reply.published_at is None:
        return None
    return contract.ReplyView(**_reply_words(case.reply, found))


def _draft(case: Case, found: Directory) -> contract.DraftView | None:
    return contract.DraftView(**_reply_words(case.reply, found)) if case.reply else None


def _reply_words(reply: Reply, found: Directory) -> dict[str, Any]:
    return {**reply.model_dump(), "department": named(found.departments, reply.department)}


def _rating(rating: Rating, *, whole: bool) -> contract.RatingView:
    comment = rating.comment if whole else None
    return contract.RatingView(solved=rating.solved, satisfied=rating.satisfied, comment=comment, at=rating.at)


def verdict_of(case: Case, found: Directory) -> contract.VerdictView | None:
    """Why intake ended the case, and what to do instead."""
    if case.verdict is None:
        return None
    reason, place = found.reasons.get(case.verdict.code), found.places.get(case.verdict.code)
    name = reason.name if reason else place.name if place else case.verdict.code
    advice = reason.advice if reason else place.contact if place else ""
    return contract.VerdictView(name=name, text=case.verdict.text, advice=advice)


def _duty(clock: Clock | None, now: datetime) -> dict[str, Any]:
    return {"due": clock.due if clock else None, "overdue": clock is not None and clock.due < now}


def _title_of(clock: str, found: Directory) -> str:
    return found.wording.clocks.get(clock, clock)
