"""剔除: taking cases out of the rates, by two people, with a reason that the case's public record shows."""

import uuid
from collections.abc import Callable

from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit.clock import utcnow
from kit.errors import Conflict, NotFound
from kit.idempotency import ATTEMPTS, Once
from kit.identity import Caller
from petition import steps
from petition.case_views import exclusion_view
from petition.contract.figures import AskExclusion, DecideExclusion, ExclusionPage, ExclusionView, ListExclusions
from petition.domain import exclusion
from petition.domain.exclusion import Exclusion
from petition.parts import Parts

_STANDS = "这件诉求已有剔除申请或已剔除。"


def ask_exclusion(parts: Parts, request: AskExclusion, caller: Caller) -> ExclusionView:
    """Asks that a case be excluded. Raises `NotFound`, `Invalid`, and `Conflict` where one stands for the case."""
    once = Once(caller.id, request)
    if answer := once.find(parts.exclusions.collection):
        return ExclusionView.model_validate(answer)
    case = steps.visible_case(parts.cases.seen(request.no), caller)
    if parts.exclusions.stands_for(case.no):
        raise Conflict(_STANDS)
    now, actor = utcnow(), steps.actor_of(caller)
    values = {"reason": request.reason, "text": request.text}
    wish = steps.judged(
        case, parts.rules, lambda: exclusion.ask(uuid.uuid4().hex, case, actor, now, parts.rules, **values)
    )
    view = exclusion_view(wish, parts.rules)
    try:
        parts.exclusions.add(wish, once.note(view.model_dump(mode="json"), now))
    except DuplicateKeyError:  # the same request ran at the same time, or somebody else asked
        if answer := once.find(parts.exclusions.collection):
            return ExclusionView.model_validate(answer)
        raise Conflict(_STANDS) from None
    return view


def decide_exclusion(parts: Parts, request: DecideExclusion, caller: Caller) -> ExclusionView:
    """Grants or refuses what somebody else asked for. A granted one and the case's record of it are one transaction.

    Raises `NotFound`, `Forbidden` for one's own, `Conflict` when it is decided.
    """
    for _ in range(ATTEMPTS):
        with parts.exclusions.session() as session:
            view = session.with_transaction(_deciding(parts, request, caller))
        if view:
            parts.wake()
            return view
    raise Conflict(extra={"retry_after": 1})


def list_exclusions(parts: Parts, request: ListExclusions) -> ExclusionPage:
    """What was asked for, the latest first."""
    found, cursor = parts.exclusions.latest(request.limit, request.cursor, waiting=request.waiting)
    return ExclusionPage(items=[exclusion_view(one, parts.rules) for one in found], next_cursor=cursor)


def _deciding(
    parts: Parts, request: DecideExclusion, caller: Caller
) -> Callable[[ClientSession], ExclusionView | None]:
    once = Once(caller.id, request)

    def attempt(session: ClientSession) -> ExclusionView | None:
        document = parts.exclusions.document(request.id, session)
        if document is None:
            raise NotFound("没有找到这项剔除申请。")
        if answer := once.answered_by(document):
            return ExclusionView.model_validate(answer)
        now, actor, wish = utcnow(), steps.actor_of(caller), parts.exclusions.of(document)
        decided = steps.judged(
            None,
            parts.rules,
            lambda: exclusion.decide(wish, actor, now, granted=request.granted, answer=request.answer),
        )
        view = exclusion_view(decided, parts.rules)
        parts.exclusions.put(decided, once.push(view.model_dump(mode="json"), now), session)
        written = _record(parts, decided, session) if decided.granted else True
        if not written:  # somebody changed the case meanwhile
            session.abort_transaction()
        return view if written else None

    return attempt


def _record(parts: Parts, decided: Exclusion, session: ClientSession) -> bool:
    case = parts.cases.case(decided.no, session)
    assert case is not None
    now = decided.decided_at or utcnow()
    change = exclusion.exclude(case, decided, now, parts.rules)
    return parts.cases.replace(case, change, steps.events_of(change, now), session=session)
