"""A case and its parts as each reader may see them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from kit.clock import utcnow
from kit.identity import Caller
from kit.transfers import Picture
from petition import steps
from petition.contract.cases import (
    AppealView,
    CardAnswerView,
    CardView,
    ClockView,
    ContactView,
    CoverageView,
    ExtensionView,
    FirstAction,
    FollowUpView,
    HidingView,
    HopView,
    InspectionView,
    InstructionView,
    NoteView,
    PressView,
    PromiseReportView,
    PromiseView,
    QuestionView,
    RatingView,
    RedactionView,
    ReplyView,
    RoundView,
    UrgeView,
    VerdictView,
    WithheldView,
)
from petition.contract.co_signs import CoSignRow, CoSignView, TallyView
from petition.contract.figures import ExclusionView
from petition.contract.filing import MaskView, SimilarCase
from petition.contract.lists import NextStep
from petition.contract.pictures import DocumentView
from petition.contract.shapes import Named
from petition.domain import change, co_sign, exclusion, follow_up, hiding, lifecycle, masking, reopening
from petition.domain.case import (
    Asked,
    Case,
    Contact,
    Escalation,
    FollowUp,
    Hiding,
    Hop,
    Inspection,
    Instruction,
    Note,
    PressQuestion,
    Promise,
    Rating,
    Reply,
    Round,
    Shown,
    State,
    Tally,
    Urge,
    Visibility,
    Withheld,
)
from petition.domain.change import Rules
from petition.domain.clocks import Clock
from petition.domain.co_sign import CoSign
from petition.domain.district import Directory
from petition.domain.exclusion import Exclusion
from petition.domain.lifecycle import Actor
from petition.parts import Parts

BEFORE_PUBLICATION = (State.IN_REVIEW, State.APPROVED)
_FIRST_ACTIONS = frozenset(get_args(FirstAction))
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


def similar_case(case: Case, rules: Rules, caller: Caller, *, metres: int | None, co_signed: bool) -> SimilarCase:
    """A listed case, shown to who is about to ask the same."""
    return SimilarCase(
        **summary_fields(case, rules.directory, whole=False),
        place=case.shown.place if case.shown else "",
        metres=metres,
        summary=beginning(case),
        mine=steps.is_author(case, caller),
        co_signed=co_signed,
    )


def co_sign_row(mine: CoSign) -> CoSignRow:
    """A co-sign as the offices see it."""
    own = _own_co_sign(mine)
    return CoSignRow(**own.model_dump() | {"words": masking.mask(mine.words)})


def found_in(asked: Asked, found: Directory) -> list[MaskView]:
    """The personal numbers in what a resident wrote."""
    return [
        MaskView(field=name, kind_name=found.wording.masked[span.kind], **span.model_dump())
        for name in ("title", "text", "place")
        for span in masking.find(getattr(asked, name))
    ]


def beginning(case: Case) -> str:
    return case.shown.text[:_SUMMARY_LENGTH] if case.shown else ""


def summary_fields(case: Case, found: Directory, *, whole: bool) -> dict[str, Any]:
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


def case_fields(case: Case, parts: Parts, actor: Actor, now: datetime, *, whole: bool, mine: bool) -> dict[str, Any]:
    found = parts.rules.directory
    urgency = found.urgencies.get(case.urgency or "")
    may = lifecycle.allowed(case, actor)
    return {
        **summary_fields(case, found, whole=whole),
        **_words(case, whole=whole),
        "pictures": list(_pictures(_pictures_of(case, whole=whole), parts).values()),
        "document": _document(case, parts, whole=whole),
        "withheld": [_withheld(one, found, whole=whole) for one in case.withheld],
        "hidings": [_hiding(one, n, case, parts.rules) for n, one in enumerate(case.hidings, start=1)] if whole else [],
        "under_review": case.shown is None and case.ending is None,
        "urgency_name": urgency.name if urgency else None,
        "next_step": next_step(case, found),
        "clocks": [_clock(clock, found, now) for clock in case.clocks],
        "hops": [_hop(hop, case, found) for hop in case.hops],
        "notes": [note_view(note, found) for note in case.notes if note.public],
        "contacts": contact_views([one for one in case.contacts if one.public], parts),
        "inspections": inspection_views([one for one in case.inspections if one.public], parts),
        "reply": _published_reply(case, found),
        "ratings": [_rating(rating, whole=whole) for rating in case.ratings],
        "verdict": verdict_of(case, found),
        "ended_at": case.ended_at,
        "ending": case.ending,
        "mine": mine,
        "questions": [QuestionView(**q.model_dump()) for q in case.questions] if whole else [],
        "actions": [action for action in may if action in _FIRST_ACTIONS],
        "may": may,
        "co_sign": None,
        "co_signers": _tally(case.joined),
        "redactions": [RedactionView(**one.model_dump()) for one in case.redactions] if whole else [],
        "appeal": AppealView(**case.appeal.model_dump()) if whole and case.appeal else None,
        "merged_into": case.merged_into,
        "cards": [_card(card, number, actor, found) for number, card in enumerate(case.cards, start=1)],
        "urges": [urge_view(one, found) for one in case.urges],
        "instructions": [_instruction(one, case, found) for one in case.instructions],
        "extension": extension_view(case),
        "round": case.round,
        "rounds": [_round(one, found, whole=whole) for one in case.rounds],
        "reopen_until": reopening.until(case, parts.rules) if mine else None,
        "follow_ups": [_follow_up(one, found) for one in case.follow_ups] if whole else [],
        "follow_ups_left": follow_up.left(case, parts.rules) if mine else 0,
        "press": [_press(one, case, found) for one in case.press],
        "coverage": _coverage(case) if case.listed or (whole and not mine) else [],
        "promises": [_promise(one, number, actor, found) for number, one in enumerate(case.promises, start=1)],
    }


def co_sign_fields(case: Case, parts: Parts, caller: Caller, may: list[str]) -> dict[str, Any]:
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


def _own_co_sign(mine: CoSign) -> CoSignView:
    last = mine.ratings[-1] if mine.ratings else None
    return CoSignView(
        words=mine.words,
        at=mine.at,
        solved=last.solved if last else None,
        satisfied=last.satisfied if last else None,
    )


def _tally(joined: Tally) -> TallyView:
    average = round(joined.satisfied / joined.rated, 1) if joined.rated else None
    return TallyView(rated=joined.rated, solved=joined.solved, satisfied=average)


def _words(case: Case, *, whole: bool) -> dict[str, Any]:
    if whole or case.shown is None:
        point = case.asked.point
        return {"text": case.asked.text, "place": case.asked.place, "point": point.model_dump() if point else None}
    return public_words(case.asked, case.shown)


def public_words(asked: Asked, shown: Shown) -> dict[str, Any]:
    """What everyone reads of a case that is listed, beside its title: an anonymous author's point is not shown."""
    point = asked.point if asked.visibility is Visibility.PUBLIC else None
    return {"text": shown.text, "place": shown.place, "point": point.model_dump() if point else None}


def named(rows: Mapping[str, Any], code: str) -> Named:
    """The row's name; a code that the district no longer has stands for itself."""
    return Named(code=code, name=rows[code].name if code in rows else code)


def unit(code: str, found: Directory) -> Named:
    if code == change.INTAKE:
        return Named(code=code, name=found.wording.intake_unit)
    return named(found.departments, code)


def next_step(case: Case, found: Directory) -> NextStep:
    """What happens next with the case, by whom, until when."""
    words = found.wording.follow_up if case.follow_up_pending else found.wording.states[case.state]
    department = named(found.departments, case.department).name if case.department else ""
    clock = case.clock(change.FOLLOW_UP if case.follow_up_pending else _NEXT_CLOCK.get(case.state, ""))
    return NextStep(
        what=words.what,
        who=words.who.replace("{department}", department),
        until=clock.due if clock else None,
        provisional=clock is not None and clock.provisional,
    )


def _clock(clock: Clock, found: Directory, now: datetime) -> ClockView:
    return ClockView(**clock.model_dump(), title=title_of(clock.name, found), kept=clock.kept(now))


def _hop(hop: Hop, case: Case, found: Directory) -> HopView:
    suggested = hop.suggested_department
    ruling = case.objection if hop.ruled else None  # a case has one at most
    return HopView(
        department=named(found.departments, hop.department),
        co_departments=[named(found.departments, code) for code in hop.co_departments],
        since=hop.since,
        until=hop.until,
        basis=hop.basis,
        suggested_department=named(found.departments, suggested) if suggested else None,
        ruled=hop.ruled,
        ruled_at=ruling.decided_at if ruling else None,
        answer=ruling.answer if ruling else None,
    )


def _card(card: Escalation, number: int, actor: Actor, found: Directory) -> CardView:
    answer = card.answer
    return CardView(
        number=number,
        level=card.level,
        level_name=found.wording.levels[card.level],
        clock=Named(code=card.clock, name=title_of(card.clock, found)),
        unit=unit(card.unit, found),
        fell_at=card.fell_at,
        answer=CardAnswerView(text=answer.text, at=answer.at) if answer else None,
        mine=answer is None and lifecycle.answers_for(card.unit, actor),
    )


def urge_view(one: Urge, found: Directory, *, whole: bool = False) -> UrgeView:
    return UrgeView(at=one.at, unit=unit(one.unit, found), text=one.text if whole else None)


def owing_unit(one: Instruction | PressQuestion, case: Case, found: Directory) -> Named:
    """Who gave the answer to an instruction or to the newsroom, or owes it: it goes with the case."""
    return unit(one.answer.unit if one.answer else case.department or change.INTAKE, found)


def _instruction(one: Instruction, case: Case, found: Directory) -> InstructionView:
    return InstructionView(
        given_at=one.given_at,
        unit=owing_unit(one, case, found),
        due=one.due,
        answered_at=one.answer.at if one.answer else None,
    )


def _press(one: PressQuestion, case: Case, found: Directory) -> PressView:
    return PressView(
        asked_at=one.asked_at,
        unit=owing_unit(one, case, found),
        due=one.due,
        answered_at=one.answer.at if one.answer else None,
    )


def extension_view(case: Case, *, whole: bool = False) -> ExtensionView | None:
    found = case.extension
    if found is None or not (whole or found.granted):
        return None
    hidden = {} if whole else {"asked_by": None, "answer": None}
    return ExtensionView(**found.model_dump(exclude={"decided_by"}) | hidden)


def exclusion_view(one: Exclusion, rules: Rules) -> ExclusionView:
    """A wish that a case be taken out of the rates, and what was decided."""
    reason = exclusion.reason_of(one.reason, rules)
    return ExclusionView(**one.model_dump(), reason_name=reason.name if reason else one.reason)


def note_view(note: Note, found: Directory) -> NoteView:
    return NoteView(at=note.at, unit=unit(note.unit, found), text=note.text, public=note.public)


def _pictures(ids: Iterable[str], parts: Parts) -> dict[str, Picture]:
    return {row["_id"]: Picture(id=row["_id"], **row) for row in parts.images.found(tuple(ids))}


def _pictures_of(case: Case, *, whole: bool) -> tuple[str, ...]:
    withheld = tuple(one.file for one in case.withheld if not one.document) if whole else ()
    return (*case.asked.pictures, *withheld)


def _withheld(one: Withheld, found: Directory, *, whole: bool) -> WithheldView:
    return WithheldView(reason=_why(one.reason, found), document=one.document, file=one.file if whole else None)


def _hiding(one: Hiding, number: int, case: Case, rules: Rules) -> HidingView:
    free = one.appeal is None and case.hiding_appealed is None
    return HidingView(
        number=number,
        at=one.at,
        passages=list(one.passages),
        files=len(one.files),
        reason=_why(one.reason, rules.directory),
        text=one.text,
        appeal=AppealView(**one.appeal.model_dump()) if one.appeal else None,
        appeal_until=hiding.appeal_until(one, rules) if free else None,
    )


def _why(reason: str, found: Directory) -> Named:
    return Named(code=reason, name=found.wording.withheld.get(reason, reason))


def _document(case: Case, parts: Parts, *, whole: bool) -> DocumentView | None:
    withheld = next((one.file for one in case.withheld if one.document), None) if whole else None
    file = case.document or withheld
    row = parts.images.find(file) if file else None
    return DocumentView(id=row["_id"], pages=row["pages"], bytes=row["full"]["bytes"]) if row else None


def contact_views(contacts: Sequence[Contact], parts: Parts) -> list[ContactView]:
    pictures = _pictures((picture for one in contacts for picture in one.pictures), parts)
    return [
        ContactView(
            **one.model_dump(exclude={"unit", "pictures"}),
            unit=unit(one.unit, parts.rules.directory),
            pictures=[pictures[picture] for picture in one.pictures if picture in pictures],
        )
        for one in contacts
    ]


def inspection_views(inspections: Sequence[Inspection], parts: Parts) -> list[InspectionView]:
    pictures = _pictures((picture for one in inspections for picture in one.pictures), parts)
    return [
        InspectionView(
            **one.model_dump(exclude={"pictures"}),
            finding_name=parts.rules.directory.wording.findings[one.finding],
            pictures=[pictures[picture] for picture in one.pictures if picture in pictures],
        )
        for one in inspections
    ]


def _round(one: Round, found: Directory, *, whole: bool) -> RoundView:
    published = one.reply is not None and one.reply.published_at is not None
    return RoundView(
        number=one.number,
        started_at=one.started_at,
        ended_at=one.ended_at,
        ending_name=found.wording.endings[one.ending],
        reply=ReplyView(**reply_fields(one.reply, found)) if one.reply and published else None,
        ratings=[_rating(rating, whole=whole) for rating in one.ratings],
    )


def _follow_up(one: FollowUp, found: Directory) -> FollowUpView:
    unit = named(found.departments, one.unit) if one.unit else None
    return FollowUpView(**one.model_dump(exclude={"unit"}), unit=unit)


def _coverage(case: Case) -> list[CoverageView]:
    latest = sorted(case.covered, key=lambda one: one.published_at, reverse=True)
    return [CoverageView(**one.model_dump(include=set(CoverageView.model_fields))) for one in latest]


def _promise(one: Promise, number: int, actor: Actor, found: Directory) -> PromiseView:
    return PromiseView(
        text=one.text,
        due=one.due,
        number=number,
        department=named(found.departments, one.department),
        report=PromiseReportView(**one.report.model_dump()) if one.report else None,
        mine=one.report is None and "handler" in actor.roles and one.department in actor.departments,
    )


def _published_reply(case: Case, found: Directory) -> ReplyView | None:
    if case.reply is None or case.reply.published_at is None:
        return None
    return ReplyView(**reply_fields(case.reply, found))


def reply_fields(reply: Reply, found: Directory) -> dict[str, Any]:
    return {**reply.model_dump(), "department": named(found.departments, reply.department)}


def _rating(rating: Rating, *, whole: bool) -> RatingView:
    comment = rating.comment if whole else None
    return RatingView(solved=rating.solved, satisfied=rating.satisfied, comment=comment, at=rating.at)


def verdict_of(case: Case, found: Directory) -> VerdictView | None:
    """Why intake ended the case, and what to do instead."""
    if case.verdict is None:
        return None
    reason, place = found.reasons.get(case.verdict.code), found.places.get(case.verdict.code)
    name = reason.name if reason else place.name if place else case.verdict.code
    advice = reason.advice if reason else place.contact if place else ""
    basis = reason.basis if reason else ""
    return VerdictView(name=name, text=case.verdict.text, advice=advice, basis=basis)


def title_of(clock: str, found: Directory) -> str:
    return found.wording.clocks.get(clock, clock)
