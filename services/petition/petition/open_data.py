"""Open data: public cases as rows of facts, from which anybody can count the published rates.

What could single somebody out is not in them: no author, no text but the title that is shown, no point of an anonymous
case, and of a case that shares month, town and category with too few others nothing by which it could be looked up:
no more of its town, group and department than at least as many rows have in common (`domain/few.py`).
"""

from collections.abc import Mapping
from typing import Any

from kit.paging import decode_cursor, encode_cursor
from petition.case_views import named
from petition.contract.open_data import ListOpenCases, OpenCase, OpenCasePage
from petition.domain import few
from petition.domain.case import Case, Location, Visibility
from petition.domain.change import INTAKE, Rules
from petition.domain.district import Directory
from petition.domain.figures import Facts
from petition.parts import Parts

_SECONDS = ("first_answer", "collect", "report", "handle", "supervise", "feedback")
_PLAIN = (
    "month", "excluded", "ending", "response", "response_original", "replied_in_hours",
    "on_time", "on_time_original", "solved", "marks", "yellow_cards", "red_cards", "returns", "reopened", "co_rated",
    "co_solved", "co_marks",
)  # fmt: skip


def list_open_cases(parts: Parts, request: ListOpenCases) -> OpenCasePage:
    """A page of a month. Raises `Invalid` for a cursor that is none."""
    (after,) = decode_cursor(request.cursor, 1) if request.cursor else ("",)
    rows, following = parts.figures.published(request.month, request.limit, str(after))
    cases = {case.no: case for case in parts.cases.some([row.no for row in rows]) if case.listed}
    told = _told(parts, request.month)
    found = ((row, told.get(_cell(row.town, row.category, row.department, parts.rules.directory))) for row in rows)
    items = [_row(row, cases[row.no], parts.rules, tells) for row, tells in found if tells and row.no in cases]
    return OpenCasePage(items=items, next_cursor=encode_cursor(following) if following else None)


def _told(parts: Parts, month: str) -> Mapping[few.Cell, few.Told]:
    """What the month's rows tell, by where they lie."""
    found = parts.rules.directory
    cells = {_cell(*cell, found): rows for cell, rows in parts.figures.cells(month).items()}
    return few.told(cells, found.figures.smallest_group)


def _cell(town: str, category: str, department: str, found: Directory) -> few.Cell:
    return few.Cell(town, category, _group_of(category, found), department)


def _row(row: Facts, case: Case, rules: Rules, tells: few.Told) -> OpenCase:
    found = rules.directory
    open_row: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    open_row |= {f"{name}_seconds": getattr(row, name) for name in _SECONDS}
    return OpenCase(
        **open_row,
        **(_known(row, case, rules) if tells.category else _UNKNOWN),
        coarse=not tells.category,
        town=row.town if tells.town else "",
        town_name=named(found.towns, row.town).name if tells.town else "",
        category_group=_group_of(row.category, found) if tells.group else "",
        department=row.department if tells.department else "",
        department_name=_department(row.department, found) if tells.department else "",
    )


_UNKNOWN: Mapping[str, Any] = dict.fromkeys(("no", "title", "day", "category", "lon", "lat"))


def _known(row: Facts, case: Case, rules: Rules) -> Mapping[str, Any]:
    """By what the case can be looked up."""
    point = _point(case, rules)
    return {
        "no": row.no,
        "title": case.shown.title if case.shown else None,
        "day": row.day,
        "category": row.category,
        "lon": point.lon if point else None,
        "lat": point.lat if point else None,
    }


def _point(case: Case, rules: Rules) -> Location | None:
    point, decimals = case.asked.point, rules.directory.figures.point_decimals
    if point is None or case.asked.visibility is not Visibility.PUBLIC:
        return None
    return Location(lon=round(point.lon, decimals), lat=round(point.lat, decimals))


def _group_of(category: str, found: Directory) -> str:
    """The code of the group of subjects; a subject that the district no longer has stands for itself."""
    groups = (group.code for group in found.categories for subject in group.items if subject.code == category)
    return next(groups, category)


def _department(code: str, found: Directory) -> str:
    return found.wording.intake_unit if code == INTAKE else named(found.departments, code).name
