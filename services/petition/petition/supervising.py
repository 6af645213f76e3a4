"""督办落实: what falls by the clock, and what people do about it."""

import logging
import time
from datetime import datetime, timedelta

from pymongo.errors import PyMongoError

from kit.identity import Caller
from petition import pictures, steps
from petition.contract.shapes import CaseReceipt
from petition.contract.steps import AnswerCard, InspectCase, UrgeCase
from petition.domain import escalation, inspections, supervision
from petition.parts import Parts

log = logging.getLogger(__name__)

BATCH = 200
ROUND_SECONDS = 8.0  # less than the timer waits between two rounds
PUT_OFF = timedelta(minutes=10)


def escalate(parts: Parts, now: datetime) -> int:
    """Records what has fallen until now, the oldest first; returns for how many cases. One round, bounded in time.

    A case that fails is put off, so that those behind it are not held up.
    """
    until, done = time.monotonic() + ROUND_SECONDS, 0
    while time.monotonic() < until and (numbers := parts.cases.escalating(now, BATCH)):
        done += sum(_escalate(parts, no, now) for no in numbers)
        parts.wake()
    return done


def urge_case(parts: Parts, request: UrgeCase, caller: Caller) -> CaseReceipt:
    """Sends a word to the office in charge."""
    return steps.take(parts, caller, request, supervision.urge, text=request.text)


def answer_card(parts: Parts, request: AnswerCard, caller: Caller) -> CaseReceipt:
    """Says what was put right about a card."""
    return steps.take(parts, caller, request, supervision.answer_card, card=request.card, text=request.text)


def inspect_case(parts: Parts, request: InspectCase, caller: Caller) -> CaseReceipt:
    """Writes down an inspection. Raises `Invalid` for a picture that the caller has not brought."""
    pictures.check_own(parts, request.pictures, caller)
    values = request.model_dump(exclude={"no", "version", "idempotency_key", "pictures"})
    return steps.take(parts, caller, request, inspections.inspect, pictures=tuple(request.pictures), **values)


def _escalate(parts: Parts, no: str, now: datetime) -> bool:
    try:
        case = parts.cases.case(no)
        change = escalation.fall(case, now, parts.rules) if case else None
        if case and change:
            return parts.cases.replace(case, change, steps.events_of(change, now))
        if case:  # the district's plan has changed since, or somebody was faster
            parts.cases.plan_escalation(case)
    except (PyMongoError, ValueError) as error:
        log.error("a case could not escalate", extra={"case": no, "error": type(error).__name__})
        parts.cases.put_off_escalation(no, now + PUT_OFF)
    return False
