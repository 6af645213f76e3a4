"""附议: joining, leaving and rating what others asked. A co-sign is a document of its own, a case only counts them.

Both change in one transaction, so that the count is right however many come at once and however often they repeat.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit import outbox
from kit.clock import utcnow
from kit.contract import PageRequest, View
from kit.errors import Conflict
from kit.idempotency import Once
from kit.identity import Caller
from petition import case_views, limits, reading, steps
from petition.contract.co_signs import CoSignCase, CoSignPage, CoSignReceipt, ListCoSigns, WithdrawCoSign
from petition.contract.events import CoSignTold
from petition.contract.filing import RateCase
from petition.contract.lists import CasePage
from petition.contract.shapes import CaseCommand, CaseReceipt
from petition.domain import co_sign
from petition.domain.case import Case, Tally
from petition.domain.co_sign import CoSign
from petition.parts import Parts

ATTEMPTS = 3
BATCH = 200
Decide = Callable[[Case, CoSign | None, datetime], CoSign]
Answer = dict[str, object]


def co_sign_case(parts: Parts, request: CoSignCase, caller: Caller) -> CoSignReceipt:
    """Joins an open case, once a person. Raises `NotFound`, `Forbidden` for one's own, `Conflict` when it is late."""
    limits.check_ban(parts, caller, utcnow())

    def join(case: Case, mine: CoSign | None, now: datetime) -> CoSign:
        return co_sign.join(case, mine, now, account=caller.id, words=request.words)

    return CoSignReceipt.model_validate(_change(parts, request, caller, join, "added", _receipt))


def withdraw_co_sign(parts: Parts, request: WithdrawCoSign, caller: Caller) -> CoSignReceipt:
    """Takes a co-sign back, with its words and its rating. Raises `Conflict` where there is none."""
    return CoSignReceipt.model_validate(_change(parts, request, caller, co_sign.withdraw, "withdrawn", _receipt))


def rate_case(parts: Parts, request: RateCase, caller: Caller) -> CaseReceipt:
    """A co-signer's own rating. Raises `Conflict` when the case cannot be rated now."""

    def rate(case: Case, mine: CoSign | None, now: datetime) -> CoSign:
        return co_sign.rate(
            case, mine, now, solved=request.solved, satisfied=request.satisfied, comment=request.comment
        )

    def receipt(case: Case, _: CoSign) -> CaseReceipt:
        return steps.receipt_of(case, parts.rules)

    return CaseReceipt.model_validate(_change(parts, request, caller, rate, "rated", receipt))


def list_my_co_signs(parts: Parts, request: PageRequest, caller: Caller) -> CasePage:
    """The cases that the caller has joined, the latest first."""
    mine, cursor = parts.co_signs.of_account(caller.id, request.limit, request.cursor)
    return reading.page_of(parts, [one.no for one in mine], cursor)


def list_co_signs(parts: Parts, request: ListCoSigns, caller: Caller) -> CoSignPage:
    """What those who joined a case wrote, for the offices: masked, and without a word about who they are."""
    steps.office_case(parts, request.no, caller)
    found, cursor = parts.co_signs.of_case(request.no, request.limit, request.cursor)
    return CoSignPage(items=[case_views.co_sign_row(one) for one in found], next_cursor=cursor)


def forget_co_signs(parts: Parts, account: str) -> None:
    """Removes every co-sign of a closed account, from the counts too. Safe to repeat."""
    for no in parts.co_signs.numbers_of_account(account):
        with parts.co_signs.session() as session:
            session.with_transaction(partial(_forget, parts, no, account))


def follow_merge(parts: Parts, no: str) -> None:
    """Has its author and those who joined it follow what the case is merged into now, and nothing else because of it.

    By the case as it stands, so that the events of it may come late, twice or in any order.
    """
    case = parts.cases.seen(no)
    if case is None:
        return
    for one in parts.co_signs.via(no):
        if one.no != case.merged_into:
            _enact(parts, one.no, one.account, "withdrawn", co_sign.withdraw)
    if case.merged_into:
        for account, words in _with_the_case(parts, case):
            follow = partial(co_sign.follow, account=account, via=no, words=words)
            _enact(parts, case.merged_into, account, "added", follow)


def miscounted(parts: Parts, no: str, *, mend: bool = False) -> tuple[Tally, Tally] | None:
    """The tally that the case has and the one that its co-signs come to, as of one moment, where these differ.

    `mend`: the case gets the latter.
    """

    def attempt(session: ClientSession) -> tuple[Tally, Tally] | None:
        case = parts.cases.seen(no, session)
        told = parts.co_signs.tallies([no], session).get(no, Tally())
        if case is None or case.joined == told:
            return None
        if mend:
            parts.cases.count_joined(no, told.less(case.joined), session)
        return case.joined, told

    with parts.co_signs.session() as session:
        return session.with_transaction(attempt)


def _with_the_case(parts: Parts, case: Case) -> Iterator[tuple[str, str]]:
    """Whose matter it is, with what he wrote when he joined.

    A partner is nobody who could join: whoever follows its case by number is shown where it went.
    """
    if case.author is not None and not case.by_partner:
        yield case.author, ""
    last = None
    while batch := parts.co_signs.batch(case.no, last, BATCH):
        yield from ((one.account, one.words) for one in batch)
        last = (batch[-1].at, batch[-1].account)


def _enact(
    parts: Parts, no: str, account: str, event: str, decide: Callable[[Case, CoSign | None, datetime], CoSign | None]
) -> None:
    def attempt(session: ClientSession) -> None:
        case, before = parts.cases.seen(no, session), parts.co_signs.of(parts.co_signs.document(no, account, session))
        now = utcnow()
        after = decide(case, before, now) if case else None
        if after is not None:
            parts.cases.count_joined(no, _difference(before, after), session)
            parts.co_signs.put(after, _told(event, after, now), None, session)

    with parts.co_signs.session() as session:
        session.with_transaction(attempt)
    parts.wake()


def _forget(parts: Parts, no: str, account: str, session: ClientSession) -> None:
    if mine := parts.co_signs.of(parts.co_signs.document(no, account, session)):
        parts.cases.count_joined(no, Tally().less(mine.counts), session)
        parts.co_signs.remove(no, account, session)


def _change(
    parts: Parts,
    command: CaseCommand,
    caller: Caller,
    decide: Decide,
    event: str,
    receipt: Callable[[Case, CoSign], View],
) -> Answer:
    once = Once(caller.id, command)

    def attempt(session: ClientSession) -> Answer:
        document = parts.co_signs.document(command.no, caller.id, session)
        if known := once.answered_by(document or {}):
            return known
        case = steps.visible_case(parts.cases.seen(command.no, session), caller)
        before, now = parts.co_signs.of(document), utcnow()
        after = steps.judged(case, parts.rules, lambda: decide(case, before, now))
        counted = parts.cases.count_joined(case.no, _difference(before, after), session)
        answer: Answer = receipt(counted, after).model_dump(mode="json")
        parts.co_signs.put(after, _told(event, after, now), once.push(answer, now), session)
        return answer

    for _ in range(ATTEMPTS):
        try:
            with parts.co_signs.session() as session:
                answer = session.with_transaction(attempt)
        except DuplicateKeyError:  # the same request ran at the same time, or the key was used for another case
            once.find(parts.co_signs.collection)
            continue
        parts.wake()
        return answer
    raise Conflict(extra={"retry_after": 1})


def _difference(before: CoSign | None, after: CoSign) -> Tally:
    return after.counts.less(before.counts if before else Tally())


def _receipt(case: Case, mine: CoSign) -> CoSignReceipt:
    return CoSignReceipt(no=case.no, joined=mine.joined, co_signs=case.joined.count)


def _told(event: str, mine: CoSign, now: datetime) -> dict[str, object]:
    told = CoSignTold(no=mine.no, account=mine.account).model_dump(mode="json")
    return outbox.event(f"petition.co_sign_{event}.v1", f"{mine.no}/{mine.account}", mine.changes, told, now)
