"""Taking one step on a case: the domain decides, and the step commits with its history, events and answer, once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from kit import outbox
from kit.clock import utcnow
from kit.errors import Conflict, Forbidden, Invalid, NotFound, ServiceError
from kit.events import StillChanging
from kit.idempotency import ATTEMPTS, Once
from kit.identity import Caller
from kit.mongo import Document
from petition.contract.events import CaseTold
from petition.contract.shapes import CaseCommand, CaseReceipt, DeskCommand
from petition.domain.case import Case
from petition.domain.change import Change, Rules
from petition.domain.lifecycle import Actor
from petition.domain.refusals import BadValue, NotPermitted, Refused
from petition.parts import Parts
from petition.store.documents import case_of

Step = Callable[..., Change]
Decided = TypeVar("Decided")

_SEES_ALL = frozenset(("clerk", "supervisor", "leader"))


def take(parts: Parts, caller: Caller, command: CaseCommand, step: Step, **values: Any) -> CaseReceipt:
    """Takes the step for the caller. A repeated command gets its first answer, at whatever time it is repeated.

    Raises `NotFound` when the caller may not see the case, `Forbidden` when he may not take this step, `Conflict`
    with the state at hand when the case is elsewhere by now, `Invalid` for a value the district does not have.
    """
    once = Once(caller.id, command)

    def attempt(document: Document) -> CaseReceipt | None:
        case = visible_case(case_of(document) if document else None, caller)
        _check_version(case, command, parts.rules)
        now = utcnow()
        change = judged(case, parts.rules, lambda: step(case, actor_of(caller), now, parts.rules, **values))
        receipt = receipt_of(change.case, parts.rules)
        push = once.push(receipt.model_dump(mode="json"), now)
        if not parts.cases.replace(case, change, events_of(change, now), push):
            return None
        parts.wake()
        return receipt

    return once.take(CaseReceipt, parts.cases.collection, lambda: parts.cases.document(command.no), attempt)


def beside(parts: Parts, no: str, decide: Callable[[Case, datetime], Change | None]) -> Case | None:
    """Changes the case beside people's steps, whatever they do meanwhile; returns it as it stands, None without one.

    `decide` says None when nothing is to change. Raises `StillChanging`.
    """
    for _ in range(ATTEMPTS):
        case, now = parts.cases.case(no), utcnow()
        change = decide(case, now) if case else None
        if case is None or change is None:
            return case
        if parts.cases.replace(case, change, events_of(change, now)):
            parts.wake()
            return change.case
    raise StillChanging(no)


def visible_case(case: Case | None, caller: Caller) -> Case:
    """The case, if the caller may know that it exists. Raises `NotFound`."""
    if case is None or not sees(case, caller):
        raise NotFound("没有找到这件诉求。")
    return case


def sees(case: Case, caller: Caller) -> bool:
    """Whether the caller may know of the case: everyone of a listed one, else its author and those in charge."""
    return case.listed or is_author(case, caller) or in_office(case, caller)


def office_case(parts: Parts, no: str, caller: Caller) -> Case:
    """The case as it is read at the desk. Raises `NotFound`, or `Forbidden` for a listed case of others."""
    case = visible_case(parts.cases.seen(no), caller)
    if not in_office(case, caller):
        raise Forbidden("这件诉求由其他部门办理。")
    return case


def is_author(case: Case, caller: Caller) -> bool:
    """Whether the caller filed the case."""
    return caller.kind == "resident" and case.author == caller.id


def in_office(case: Case, caller: Caller) -> bool:
    """Whether the caller sees the case at the desk."""
    if caller.kind != "staff":
        return False
    offices = case.departments | {card.unit for card in case.cards}
    joins = caller.roles & {"handler", "approver"} and caller.departments & offices
    return bool(joins or caller.roles & _SEES_ALL)


def actor_of(caller: Caller) -> Actor:
    """The caller as the domain knows people."""
    return Actor(caller.kind, caller.id, caller.roles, caller.departments)


def judged(case: Case | None, rules: Rules, decide: Callable[[], Decided]) -> Decided:
    """What the domain decides; its refusals become answers for the caller."""
    try:
        return decide()
    except Refused as refusal:
        raise _answer_to(refusal, case, rules) from None


def receipt_of(case: Case, rules: Rules) -> CaseReceipt:
    """What a step came to."""
    name = rules.directory.wording.states[case.state].name
    return CaseReceipt(no=case.no, state=case.state, state_name=name, version=case.version)


def events_of(change: Change, now: datetime) -> list[Document]:
    """The change's events as they wait in the document."""
    case = change.case
    told = CaseTold(
        no=case.no,
        state=case.state,
        town=case.asked.town,
        category=case.asked.category,
        department=case.department,
        public=case.listed,
        author=case.author,
    ).model_dump(mode="json")
    return [outbox.event(event.type, case.no, event.seq, told | dict(event.data), now) for event in change.events]


def _check_version(case: Case, command: CaseCommand, rules: Rules) -> None:
    if isinstance(command, DeskCommand) and command.version not in (None, case.version):
        raise Conflict("这件诉求已被他人更新，请刷新后再办理。", extra=_standing(case, rules))


def _standing(case: Case, rules: Rules) -> dict[str, Any]:
    return receipt_of(case, rules).model_dump(mode="json")


def _answer_to(refusal: Refused, case: Case | None, rules: Rules) -> ServiceError:
    if isinstance(refusal, BadValue):
        return Invalid.field(refusal.field, str(refusal))
    if isinstance(refusal, NotPermitted):
        return Forbidden(str(refusal))
    return Conflict(str(refusal), extra=_standing(case, rules) if case else {})
