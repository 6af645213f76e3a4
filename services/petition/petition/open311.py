"""Public cases as open data: by when they were filed, in spans of 90 days, and each by its number (GeoReport v2)."""

from datetime import datetime

from kit.clock import utcnow
from kit.errors import NotFound
from petition import case_views, steps
from petition.contract.open311 import RequestList, RequestView, SearchRequests
from petition.contract.shapes import Named, OneCase, Point
from petition.domain import change
from petition.domain.case import Case, State
from petition.domain.district import Directory
from petition.domain.span import span
from petition.parts import Parts
from petition.store.cases import Dated

_OPEN = tuple(state for state in State if state is not State.CLOSED)


def search_requests(parts: Parts, request: SearchRequests) -> RequestList:
    """A page of the cases that everyone may see. Raises `Invalid` for a span, `NotFound` for an unknown category."""
    if request.numbers is not None:
        found = parts.cases.dated(request.numbers)
    else:
        first, last = steps.judged(None, parts.rules, lambda: span(request.since, request.until, utcnow()))
        _check_known(request.categories, parts.rules.directory)
        states = () if request.open is None else _OPEN if request.open else (State.CLOSED,)
        skipped = request.page * request.page_size
        found = parts.cases.filed_within(first, last, request.categories, states, skipped, request.page_size)
    return RequestList(items=[_view(row, parts.rules.directory) for row in found])


def get_request(parts: Parts, request: OneCase) -> RequestView:
    """A case that everyone may see. Raises `NotFound`."""
    found = parts.cases.dated([request.no])
    if not found:
        raise NotFound("没有找到这件诉求。")
    return _view(found[0], parts.rules.directory)


def _check_known(categories: list[str], found: Directory) -> None:
    if unknown := sorted(set(categories) - found.subjects.keys()):
        raise NotFound.field("categories", f"没有这个服务类别：{'、'.join(unknown)[:200]}")


def _view(row: Dated, found: Directory) -> RequestView:
    case = row.case
    assert case.shown is not None  # it is listed
    words = case_views.public_words(case.asked, case.shown)
    overall = case.clock(change.OVERALL)
    return RequestView(
        no=case.no,
        open=case.state is not State.CLOSED,
        state_name=found.wording.endings[case.ending] if case.ending else found.wording.states[case.state].name,
        note=_note(case, found),
        category=case_views.named(found.subjects, case.asked.category),
        department=_department(case, found),
        title=case.shown.title,
        text=words["text"],
        place=words["place"],
        point=Point(**words["point"]) if words["point"] else None,
        picture=next(iter(case.asked.pictures), None),
        filed_at=case.filed_at,
        updated_at=_updated(row),
        due=overall.due if overall else None,
        provisional=overall is not None and overall.running and overall.provisional,
    )


def _updated(row: Dated) -> datetime:
    """Of a closed case, when it closed: what comes after that is not about the matter."""
    return row.case.ended_at or row.updated_at


def _department(case: Case, found: Directory) -> Named | None:
    return case_views.named(found.departments, case.department) if case.department else None


def _note(case: Case, found: Directory) -> str:
    """What everyone may read of how it ended, or of what was answered."""
    if case.merged_into:
        return f"并入{case.merged_into}"
    if verdict := case_views.verdict_of(case, found):
        return f"{verdict.name}：{verdict.text}"
    if case.reply and case.reply.published_at:
        return f"{case.reply.done}\n{case.reply.next}"
    return ""
