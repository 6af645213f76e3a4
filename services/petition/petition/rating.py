"""反馈回复: the author's questions, his judgement, another round, and what ends by itself when he stays silent."""

import logging
from datetime import datetime

from pymongo.errors import PyMongoError

from kit.identity import Caller
from petition import co_signing, steps
from petition.contract.filing import FollowUpReply, RateCase, ReopenCase
from petition.contract.shapes import CaseReceipt
from petition.domain import feedback, follow_up, reopening
from petition.domain.refusals import Refused
from petition.parts import Parts

log = logging.getLogger(__name__)


def rate_case(parts: Parts, request: RateCase, caller: Caller) -> CaseReceipt:
    """Rates the answer: solved and satisfied apart. Earlier ratings stay in the record.

    Who has joined the case rates for himself; the author's rating stays the author's.
    """
    if _is_co_signer(parts, request, caller):
        return co_signing.rate_case(parts, request, caller)
    values = {"solved": request.solved, "satisfied": request.satisfied, "comment": request.comment}
    return steps.take(parts, caller, request, feedback.rate, **values)


def reopen_case(parts: Parts, request: ReopenCase, caller: Caller) -> CaseReceipt:
    """Has the case handled again."""
    return steps.take(parts, caller, request, reopening.reopen, text=request.text)


def follow_up_reply(parts: Parts, request: FollowUpReply, caller: Caller) -> CaseReceipt:
    """Asks the department about its reply."""
    return steps.take(parts, caller, request, follow_up.ask, text=request.text)


def _is_co_signer(parts: Parts, request: RateCase, caller: Caller) -> bool:
    mine = parts.co_signs.of(parts.co_signs.document(request.no, caller.id))
    return mine is not None and mine.joined


def end_limits(parts: Parts, now: datetime) -> int:
    """Closes the cases whose resident's limit has ended; returns how many. One that fails does not hold up others."""
    return sum(_end_limit(parts, no, now) for no in parts.cases.expired(now))


def _end_limit(parts: Parts, no: str, now: datetime) -> bool:
    try:
        case = parts.cases.case(no)
        change = feedback.expire(case, now, parts.rules) if case else None
        done = bool(case and change and parts.cases.replace(case, change, steps.events_of(change, now)))
    except Refused:  # the resident was faster
        return False
    except (PyMongoError, ValueError) as error:
        log.error("a limit could not be ended", extra={"case": no, "error": type(error).__name__})
        return False
    parts.wake()
    return done
