"""收集整理: filing, the clerk's decision, the question to the author.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from petition.domain import clocks, hiding, redaction
from petition.domain.case import Asked, Case, Ending, Question, Shown, State, Verdict, Visibility
from petition.domain.change import (
    APPEALING,
    DISPATCH,
    FIRST_ANSWER,
    HANDLING,
    INTAKE,
    OVERALL,
    QUESTION,
    Change,
    Rules,
    check_expired,
    close,
    record,
    stop,
)
from petition.domain.clocks import Clock
from petition.domain.district import Point
from petition.domain.lifecycle import TIMER, Action, Actor, permit
from petition.domain.masking import Span, mask, masked
from petition.domain.refusals import BadValue, WrongState

Masks = Mapping[str, Sequence[Span]]
"""Stretches to mask, by the field of `Asked` they lie in."""


def submit(no: str, author: str, asked: Asked, now: datetime, rules: Rules, *, document: str | None = None) -> Change:
    """A new case. Raises `BadValue` for a category, town or point that the district does not have.

    It has pictures or a `document`, not both.
    """
    if document and asked.pictures:
        raise BadValue("document", "照片和 PDF 只能选一种")
    check_asked(asked, rules)
    started = rules.calendar.staffed_from(now)
    running = (
        clocks.start(FIRST_ANSWER, rules.directory.clocks.first_answer, now, rules.calendar),
        clocks.start(INTAKE, rules.directory.clocks.intake, started, rules.calendar),
    )
    case = Case(
        no=no, author=author, asked=asked, document=document, filed_at=now, state=State.SUBMITTED, version=0, told=0
    )  # fmt: skip
    public = {"category": asked.category, "town": asked.town}
    words = asked.model_dump(mode="json", exclude={"category", "town"}) | ({"document": document} if document else {})
    return record(case, "submit", now, {"clocks": running}, public, {"author": author, **words}, ("case_submitted",))


def let_through(asked: Asked, publish_text: str | None = None, masks: Masks | None = None) -> Shown:
    """The words that the public reads: the resident's or those that intake made of them, personal numbers masked.

    `masks` are the stretches that a clerk decided on, field by field; without them all that is found is masked.
    Raises `BadValue` for a stretch that lies outside its field.
    """
    words = {"title": asked.title, "text": publish_text or asked.text, "place": asked.place}
    if masks is None:
        return Shown(**{name: mask(text) for name, text in words.items()})
    for name, spans in masks.items():
        if any(not 0 <= span.start < span.end <= len(words[name]) for span in spans):
            raise BadValue("masks", "遮盖的位置超出了内容范围，请重新选择")
    return Shown(**{name: masked(text, masks.get(name, ())) for name, text in words.items()})


def accept(
    case: Case,
    actor: Actor,
    now: datetime,
    rules: Rules,
    *,
    urgency: str,
    publish_text: str | None = None,
    masks: Masks | None = None,
    withheld: Mapping[str, str] = MappingProxyType({}),
) -> Change:
    """Intake takes the case and lets its words through; the class fixes the overall clock, counted from filing.

    `withheld` are pictures, or the PDF, that the public does not see, each with a reason of the district's.
    """
    target = permit(case, Action.ACCEPT, actor)
    limits = rules.directory.urgencies.get(urgency)
    if limits is None:
        raise BadValue("urgency", "请选择办理类别")
    if withheld and case.asked.visibility is Visibility.PRIVATE:
        raise BadValue("withheld", "这件诉求不公开，附件只有反映人和办理部门可见")
    words = redaction.masked(let_through(case.asked, publish_text, masks), case.taken_out)
    shown = hiding.shown_of(words, case.hidings)
    started = [
        _from_the_beginning(case, OVERALL, limits.overall, rules),
        _from_the_beginning(case, HANDLING, limits.handling, rules),
        clocks.start(DISPATCH, limits.dispatch, now, rules.calendar),
    ]
    told = ("case_accepted",) if case.asked.visibility is Visibility.PRIVATE else ("case_accepted", "case_published")
    return record(
        case, Action.ACCEPT, now,
        {
            "state": target,
            "urgency": urgency,
            "shown": shown,
            "clocks": stop(case, now, INTAKE) + tuple(started),
            **({"unhidden": words} if case.hidings else {}),
            **(hiding.withhold(case, withheld, rules) if withheld else {}),
        },
        {
            "urgency": urgency, **shown.model_dump(),
            **({"withheld": sorted(withheld.values())} if withheld else {}),
        },
        {"by": actor.id, **({"files": sorted(withheld)} if withheld else {})}, told,
    )  # fmt: skip


def ask(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str) -> Change:
    """Intake asks the author. All waits of a case together may last only so many working days."""
    target = permit(case, Action.ASK, actor)
    used = sum(wait.used for wait in case.waits if wait.since >= case.opened_at)
    left = rules.directory.clocks.waiting_workdays - used
    if left < 1:
        raise WrongState("补充提问的时间已用完，请直接决定是否受理。")
    waiting = clocks.start(QUESTION, f"{left} workdays", now, rules.calendar)
    return record(
        case, Action.ASK, now,
        {
            "state": target,
            "questions": (*case.questions, Question(text=text, asked_at=now)),
            "clocks": (*stop(case, now, INTAKE), waiting),
        },
        {}, {"by": actor.id, "text": text}, ("case_questioned",),
    )  # fmt: skip


def answer(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str) -> Change:
    """The author answers in time; running clocks that count from filing move by the wait."""
    target = permit(case, Action.ANSWER, actor)
    waiting = case.clock(QUESTION)
    if waiting is None or now > waiting.due:
        raise WrongState("补充说明的期限已过。")
    waited = clocks.wait(waiting.started_at, now, rules.calendar)
    answered = case.questions[-1].model_copy(update={"answer": text, "answered_at": now})
    again = clocks.start(INTAKE, rules.directory.clocks.intake, rules.calendar.staffed_from(now), rules.calendar)
    return record(
        case, Action.ANSWER, now,
        {
            "state": target,
            "questions": (*case.questions[:-1], answered),
            "waits": (*case.waits, waited),
            "clocks": (*stop(case, now, QUESTION), again),
        },
        {}, {"text": text}, ("case_answered",),
    )  # fmt: skip


def refuse(case: Case, actor: Actor, now: datetime, rules: Rules, *, reason: str, text: str) -> Change:
    """Intake refuses for a reason that the law knows."""
    permit(case, Action.REFUSE, actor)
    if case.appeal is not None and case.appeal.granted:
        raise WrongState("督办已决定受理，不能再次不予受理。")
    if reason not in rules.directory.reasons:
        raise BadValue("reason", "请选择不予受理的理由")
    window = clocks.start(APPEALING, rules.directory.clocks.appealing, now, rules.calendar)
    case = case.model_copy(update={"clocks": (*case.clocks, window)})
    return _verdict(case, Action.REFUSE, actor, now, Ending.REFUSED, Verdict(code=reason, text=text), "case_refused")


def refer_elsewhere(case: Case, actor: Actor, now: datetime, rules: Rules, *, where: str, text: str) -> Change:
    """Not for this district: intake says where to turn."""
    permit(case, Action.ELSEWHERE, actor)
    if where not in rules.directory.places:
        raise BadValue("where", "请选择应当反映的机构")
    verdict = Verdict(code=where, text=text)
    return _verdict(case, Action.ELSEWHERE, actor, now, Ending.ELSEWHERE, verdict, "case_elsewhere")


def withdraw(case: Case, actor: Actor, now: datetime, rules: Rules, *, reason: str) -> Change:
    """The author takes the case back, at any time before it is answered."""
    permit(case, Action.WITHDRAW, actor)
    return close(case, Action.WITHDRAW, now, Ending.WITHDRAWN, {}, {}, {"reason": reason}, "case_withdrawn")


def expire_question(case: Case, now: datetime, rules: Rules) -> Change:
    """The author left intake's question unanswered."""
    permit(case, Action.EXPIRE_QUESTION, TIMER)
    check_expired(case, QUESTION, now)
    return close(case, Action.EXPIRE_QUESTION, now, Ending.UNANSWERED_QUESTION, {}, {}, {}, "case_closed")


def _verdict(
    case: Case, kind: str, actor: Actor, now: datetime, ending: Ending, verdict: Verdict, event: str
) -> Change:
    public = verdict.model_dump()
    return close(case, kind, now, ending, {"verdict": verdict}, public, {"by": actor.id}, event)


def _from_the_beginning(case: Case, name: str, limit: str, rules: Rules) -> Clock:
    """A clock of this round, counted from when it was opened, moved by the waits since then."""
    clock = clocks.start(name, limit, case.opened_at, rules.calendar)
    for waited in case.waits:
        if waited.since >= case.opened_at:
            clock = clock.moved_by(waited, rules.calendar)
    return clock


def check_asked(asked: Asked, rules: Rules) -> None:
    if asked.category not in rules.directory.subjects:
        raise BadValue("category", "请选择问题类别")
    if asked.town not in rules.directory.towns:
        raise BadValue("town", "请选择所在街道或镇")
    box = rules.directory.district.bbox
    if asked.point and not box.holds(Point(lon=asked.point.lon, lat=asked.point.lat)):
        raise BadValue("point", f"位置不在{rules.directory.district.name}范围内，请重新选择")
