"""What residents and the public read: lists, searches and cases."""

from collections.abc import Iterable
from datetime import timedelta

from kit import text
from kit.clock import utcnow
from kit.contract import PageRequest
from kit.identity import Caller
from petition import steps
from petition.case_views import beginning, case_fields, co_sign_fields, next_step, summary_fields
from petition.contract.cases import CaseView
from petition.contract.lists import (
    CasePage,
    CaseSummary,
    Front,
    FrontView,
    Hit,
    HitPage,
    ListCases,
    MyCase,
    MyCasePage,
    RepliesCounted,
    Search,
)
from petition.contract.proof import EntryView, History
from petition.contract.shapes import OneCase
from petition.domain.case import Case
from petition.domain.district import Directory
from petition.domain.history import Entry, published
from petition.parts import Parts

FRONT_DAYS = 30


def list_cases(parts: Parts, request: ListCases) -> CasePage:
    """What everyone may see, newest first."""
    filters = request.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)
    cases, cursor = parts.cases.listed(filters, request.limit, request.cursor)
    found = parts.rules.directory
    return CasePage(
        items=[CaseSummary(**summary_fields(case, found, whole=False)) for case in cases], next_cursor=cursor
    )


def search(parts: Parts, request: Search) -> HitPage:
    """What everyone may see and whose public words hold the query, newest first.

    A page may be shorter than asked, and even empty where a cursor still leads on to older ones.
    """
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
        items=[CaseSummary(**summary_fields(case, found, whole=False)) for case in parts.cases.replied(request.limit)],
    )


def list_my_cases(parts: Parts, request: PageRequest, caller: Caller) -> MyCasePage:
    """What the caller filed, newest first, in his own words, and what happens next with each."""
    cases, cursor = parts.cases.of_author(caller.id, request.limit, request.cursor)
    return MyCasePage(items=[_own(case, parts.rules.directory) for case in cases], next_cursor=cursor)


def get_case(parts: Parts, request: OneCase, caller: Caller) -> CaseView:
    """A case as the caller may see it. Raises `NotFound`."""
    case = steps.visible_case(parts.cases.seen(request.no), caller)
    mine = steps.is_author(case, caller)
    whole = mine or steps.in_office(case, caller)
    view = case_fields(case, parts, steps.actor_of(caller), utcnow(), whole=whole, mine=mine)
    return CaseView(**view | co_sign_fields(case, parts, caller, view["may"]))


def get_history(parts: Parts, request: OneCase, caller: Caller) -> History:
    """The chain of a case: everyone sees what is public, its author and the offices see all. Raises `NotFound`."""
    case = steps.visible_case(parts.cases.case(request.no), caller)
    entries: Iterable[Entry] = case.history
    if not steps.in_office(case, caller):
        entries = _own_words(case.history) if steps.is_author(case, caller) else published(case.history)
    return History(no=case.no, entries=[EntryView(**entry.model_dump()) for entry in entries])


def page_of(parts: Parts, numbers: list[str], cursor: str | None) -> CasePage:
    """A page of these cases as everyone may see them; one that nobody may see any more is left out."""
    cases = [case for case in parts.cases.some(numbers) if case.listed]
    found = parts.rules.directory
    return CasePage(
        items=[CaseSummary(**summary_fields(case, found, whole=False)) for case in cases], next_cursor=cursor
    )


def _own(case: Case, found: Directory) -> MyCase:
    following = None if case.ending else next_step(case, found)
    return MyCase(**summary_fields(case, found, whole=True), next_step=following)


def _matches(query: str, case: Case) -> bool:
    return case.shown is not None and text.matches(query, case.shown.title, case.shown.place, case.shown.text)


def _hit(case: Case) -> Hit:
    assert case.shown is not None
    return Hit(kind="case", id=case.no, title=case.shown.title, summary=beginning(case), path=f"/cases/{case.no}")


def _own_words(entries: Iterable[Entry]) -> list[Entry]:
    """The author's own chain: what is public, and every word that he wrote himself."""
    appeals = {"appeal", "appeal_hiding"}
    by_author = {"submit", "answer", "withdraw", "rate", "ask_redaction", "reopen", "follow_up"} | appeals
    return [entry if entry.kind in by_author else published([entry])[0] for entry in entries]
