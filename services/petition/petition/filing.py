"""收集整理, the resident's side: filing a case, answering intake's question, taking the case back."""

from dataclasses import dataclass

from pymongo.errors import DuplicateKeyError

from kit.clock import utcnow
from kit.errors import RateLimited, ServiceError, Unavailable
from kit.idempotency import Once
from kit.identity import Caller
from petition import limits, pictures, steps
from petition.contract.filing import (
    AnswerQuestion,
    AppealHiding,
    AppealRefusal,
    AskRedaction,
    SubmitCase,
    UndoMerge,
    WithdrawCase,
)
from petition.contract.shapes import CaseReceipt, Point
from petition.domain import appeal, hiding, intake, merging, redaction
from petition.domain.case import Asked, Location
from petition.domain.numbers import new_number
from petition.parts import Parts
from petition.store.documents import new_document

ATTEMPTS = 5


class AlreadyOpen(Exception):
    """A case that says the same is open; `no` is its number."""

    def __init__(self, no: str) -> None:
        self.no = no
        super().__init__(no)


@dataclass(frozen=True)
class Terms:
    """How many cases a day the filer and his device may file (None: any number), and what his open cases must not
    have twice."""

    a_day: int | None
    same: str
    a_day_of_device: int | None = None


def submit_case(parts: Parts, request: SubmitCase, caller: Caller) -> CaseReceipt:
    """Files a case. The same request, repeated or run at the same time, makes one case and gets its number.

    Raises `Invalid` for a category, town, point or picture that does not exist, for the same text again and for who
    is banned, `RateLimited` beyond the day's number, `Conflict` for another request under the same key.
    """
    terms = Terms(None, "")
    if parts.filing_limits:
        plan = parts.rules.directory.clocks
        terms = Terms(plan.cases_a_day, limits.sameness(request, caller), plan.cases_a_day_of_a_device)
    try:
        return file_once(parts, request, caller, terms)
    except AlreadyOpen as same:
        raise limits.same_again(same.no) from None


def file_once(parts: Parts, request: SubmitCase, caller: Caller, terms: Terms) -> CaseReceipt:
    """Files a case on these terms. Raises `AlreadyOpen`, and what `submit_case` does."""
    once = Once(caller.id, request)
    for _ in range(ATTEMPTS):
        try:
            return _file(parts, request, caller, once, terms)
        except (DuplicateKeyError, ServiceError) as error:  # looked for only now: nearly every request is new
            if answer := once.find(parts.cases.collection):
                return CaseReceipt.model_validate(answer)
            told = isinstance(error, DuplicateKeyError | RateLimited)
            if told and terms.same and (first := parts.cases.number_of_same(terms.same)):
                raise AlreadyOpen(first) from None
            if isinstance(error, ServiceError):
                raise
    raise Unavailable


def _file(parts: Parts, request: SubmitCase, caller: Caller, once: Once, terms: Terms) -> CaseReceipt:
    """Files a new case.

    Raises `DuplicateKeyError` when the request was answered before, the same text is open or the number is taken.
    """
    now, asked = utcnow(), asked_of(request)
    limits.check_ban(parts, caller, now)
    pictures.check_own(parts, request.pictures, caller)
    pictures.check_own_document(parts, request.document, caller)
    no = new_number(parts.rules.directory.district.number_prefix, now, parts.rules.calendar.zone)
    change = steps.judged(
        None,
        parts.rules,
        lambda: intake.submit(no, caller.id, asked, now, parts.rules, document=request.document),
    )
    receipt = steps.receipt_of(change.case, parts.rules)
    note = once.note(receipt.model_dump(mode="json"), now)
    document = new_document(change, parts.rules, steps.events_of(change, now), note, terms.same)
    with (
        limits.within_a_day(parts, limits.ACCOUNT, caller.id, now, terms.a_day),
        limits.within_a_day(parts, limits.DEVICE, caller.device, now, terms.a_day_of_device),
    ):
        parts.cases.collection.insert_one(document)
    parts.wake()
    return receipt


def answer_question(parts: Parts, request: AnswerQuestion, caller: Caller) -> CaseReceipt:
    """Answers intake's question."""
    return steps.take(parts, caller, request, intake.answer, text=request.text)


def withdraw_case(parts: Parts, request: WithdrawCase, caller: Caller) -> CaseReceipt:
    """Takes a case back before it is answered."""
    return steps.take(parts, caller, request, intake.withdraw, reason=request.reason)


def ask_redaction(parts: Parts, request: AskRedaction, caller: Caller) -> CaseReceipt:
    """Asks that passages go out of what the public reads."""
    values = {"passages": tuple(request.passages), "reason": request.reason}
    return steps.take(parts, caller, request, redaction.ask, **values)


def appeal_refusal(parts: Parts, request: AppealRefusal, caller: Caller) -> CaseReceipt:
    """Has a supervisor look at a refusal."""
    return steps.take(parts, caller, request, appeal.appeal, text=request.text)


def appeal_hiding(parts: Parts, request: AppealHiding, caller: Caller) -> CaseReceipt:
    """Has a supervisor look at what an office hid of one's own case."""
    return steps.take(parts, caller, request, hiding.appeal, hiding=request.hiding, text=request.text)


def undo_merge(parts: Parts, request: UndoMerge, caller: Caller) -> CaseReceipt:
    """Takes one's own case out of another that intake merged it into."""
    return steps.take(parts, caller, request, merging.unmerge)


def asked_of(request: SubmitCase) -> Asked:
    return Asked(
        category=request.category,
        town=request.town,
        place=request.place,
        point=location_of(request.point),
        title=request.title,
        text=request.text,
        pictures=tuple(request.pictures),
        visibility=request.visibility,
    )


def location_of(point: Point | None) -> Location | None:
    return Location(lon=point.lon, lat=point.lat) if point else None
