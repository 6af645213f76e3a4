"""三率 and the other figures as everyone may read them: whole numbers, with the definitions they were counted by.

A month is hundreds of rates and times. What was counted is read as it lies (`Figures`, as documents), named and put
together as plain values, and checked once, as the whole answer.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from kit.identity import STAFF, Caller
from kit.mongo import Document
from petition.contract.figures import (
    DefinitionsView,
    ExclusionReasonView,
    FigureDays,
    FigureDefinition,
    FigureDefinitions,
    GetFigureDays,
    GetFigures,
    MonthFigures,
    RateDefinition,
)
from petition.domain import few
from petition.domain.change import FIRST_ANSWER, INTAKE, Rules
from petition.domain.district import RATES, Definitions, Directory, Wording
from petition.domain.figures import OPEN, Figures, PublicFigures, Ratio, Times, is_ranked
from petition.parts import Parts
from petition.store.figures import Group

_OPEN_NAME = "办理中"
_PLAIN = ("cases", "excluded", "corrected", "overdue", "returned", "reopened", "yellow_cards", "red_cards")
_UNCOUNTED = Figures().model_dump()
_PUBLIC_UNCOUNTED = PublicFigures().model_dump()
_NONE, _NEVER = Ratio().model_dump(), Times().model_dump()
"""What stands where nothing was counted."""
_OF_FEW = {
    "reopened": 0,
    "co_rated": 0,
    "co_solved": 0,
    "co_marks": 0,
    "endings": {},
    "steps": {},
    "first_answer": _NEVER,
}
"""What takes the place of what could be one person's: of a small group its size is told, and what the offices did."""


def get_figures(parts: Parts, request: GetFigures, caller: Caller) -> MonthFigures:
    """A month by the values of a dimension; values without a case are not there. Small groups are told to staff."""
    month = parts.figures.month(request.month)
    names = _Names(parts.rules.directory, request.by)
    kept = [_kept(row) for row in parts.figures.counted(request.month, request.by)]
    how = _shown(kept, month.definitions, parts, caller)
    groups = [_group(one, names, how) for one in kept]
    told = {"month": request.month, "by": request.by, "closed_at": month.closed_at, "groups": groups}
    return MonthFigures.model_validate({**told, "definitions": _definitions(month.definitions)})


def get_figure_days(parts: Parts, request: GetFigureDays, caller: Caller) -> FigureDays:
    """The days from the first to the last, as they stand: a closed month's days with what changed since.

    Days are parts of their months: which of them are small is decided by whole months, whatever part is asked for.
    """
    first, last = request.first.isoformat(), request.last.isoformat()
    days: list[Document] = []
    for name in _months(request.first, request.last):
        definitions = parts.figures.month(name).definitions
        if request.by == "district":
            kept = [_kept(row) for row in parts.figures.days(f"{name}-01", f"{name}-31")]
            shown = _shown(kept, definitions, parts, caller)
        else:
            kept = _days_of(parts, Group(name, request.by, request.value))
            shown = _all_few(kept, definitions, parts, caller)
        days += [_day(one, shown) for one in kept if first <= one.value <= last]
    called = _Names(parts.rules.directory, request.by).of(request.value)
    return FigureDays.model_validate({"by": request.by, "code": request.value, "name": called, "days": days})


def get_figure_definitions(rules: Rules) -> FigureDefinitions:
    """What each figure counts, in all versions of the district's data."""
    found = rules.directory.figures
    return FigureDefinitions(
        versions=[_definitions(version) for version in found.versions],
        closes_after_days=found.closes_after_days,
        exclusion_reasons=[ExclusionReasonView(**reason.model_dump()) for reason in found.exclusion_reasons],
        smallest_group=found.smallest_group,
        point_decimals=found.point_decimals,
    )


class _Names:
    """What the values of a dimension are called; one that the district no longer has stands for itself."""

    def __init__(self, found: Directory, by: str) -> None:
        rows: dict[str, Mapping[str, Any]] = {
            "district": {"": found.district},
            "town": found.towns,
            "category": found.subjects,
            "department": found.departments,
        }
        self._rows = rows[by]
        self._intake = found.wording.intake_unit

    def of(self, value: str) -> str:
        if value == INTAKE and value not in self._rows:
            return self._intake
        row = self._rows.get(value)
        return str(row.name) if row else value


class _Kept(NamedTuple):
    """A group: what its month closed with, and what it is now; the same while the month is open."""

    value: str
    version: int
    rolled_at: datetime
    closed: Document
    current: Document


class _Shown(NamedTuple):
    """By what figures are told. In `hidden` groups, in `hidden_public` among the public cases, there are too few."""

    definitions: Definitions
    directory: Directory
    hidden: frozenset[str]
    hidden_public: frozenset[str]


def _shown(kept: Sequence[_Kept], definitions: Definitions, parts: Parts, caller: Caller) -> _Shown:
    """Staff see all."""
    found = parts.rules.directory
    if caller.kind == STAFF:
        return _Shown(definitions, found, frozenset(), frozenset())
    least = found.figures.smallest_group
    hidden = few.hidden({one.value: min(map(_counted, (one.closed, one.current))) for one in kept}, least)
    public = few.hidden({one.value: min(map(_counted_public, (one.closed, one.current))) for one in kept}, least)
    return _Shown(definitions, found, hidden, hidden | public)


def _all_few(kept: Sequence[_Kept], definitions: Definitions, parts: Parts, caller: Caller) -> _Shown:
    """Days within a town, a category or a department are of few, whatever their number; staff see all."""
    every = frozenset() if caller.kind == STAFF else frozenset(one.value for one in kept)
    return _Shown(definitions, parts.rules.directory, every, every)


def _days_of(parts: Parts, group: Group) -> list[_Kept]:
    found = parts.figures.days_of(group) or {"days": ()}
    return [
        _Kept(one["day"], found["version"], found["rolled_at"], figures, figures)
        for one in found["days"]
        for figures in [_whole(one["figures"])]
    ]


def _kept(row: Document) -> _Kept:
    current = _whole(row["figures"])
    closed = _whole(row["closed"]) if "closed" in row else current
    return _Kept(row["value"], row["version"], row["rolled_at"], closed, current)


def _whole(kept: Document) -> Document:
    """What was counted, also of what a version before did not count yet."""
    public = kept.get("public")
    return {**_UNCOUNTED, **kept, "public": public and {**_PUBLIC_UNCOUNTED, **public}}


def _counted(figures: Document) -> int:
    """The cases that rates and times are counted over."""
    return int(figures["cases"] - figures["excluded"])


def _counted_public(figures: Document) -> int:
    """Those of them that everyone may read, as far as that is known."""
    return _counted(figures["public"] or figures)


def _months(first: date, last: date) -> list[str]:
    """The months from that of the first day to that of the last."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def _group(kept: _Kept, names: _Names, how: _Shown) -> Document:
    shown, current = kept.closed, kept.current
    told = (kept.value in how.hidden, kept.value in how.hidden_public)
    corrected = {**current, "public": shown["public"]} != shown
    return {
        "code": kept.value,
        "name": names.of(kept.value),
        "ranked": is_ranked(_counted(shown), how.definitions),
        "figures": _view(shown, how, *told),
        "correction": _view(current, how, *told) if corrected else None,
        "as_of": kept.rolled_at,
    }


def _day(kept: _Kept, how: _Shown) -> Document:
    figures = _view(kept.current, how, kept.value in how.hidden, kept.value in how.hidden_public)
    return {"day": kept.value, "version": kept.version, "figures": figures, "as_of": kept.rolled_at}


def _view(counted: Document, how: _Shown, is_few: bool, is_public_few: bool) -> Document:
    definitions, words = how.definitions, how.directory.wording
    figures = {**counted, **_OF_FEW} if is_few else counted
    public = None if is_public_few else figures["public"]
    return {
        **{name: figures[name] for name in _PLAIN},
        "few": is_few,
        "rates": [] if is_few else _rates(figures["rates"], definitions),
        "public_rates": [] if is_public_few else _rates(figures["public_rates"], definitions),
        "public": public and {**public, **_lasting(public, words)},
        **_lasting(figures, words),
        "endings": [
            {"code": code, "name": _OPEN_NAME if code == OPEN else words.endings[code], "count": count}
            for code, count in figures["endings"].items()
        ],
        "co_signers": {name: figures[f"co_{name}"] for name in ("rated", "solved", "marks")},
    }


def _lasting(figures: Document, words: Wording) -> Document:
    """How long the first answer and each step took."""
    first = _times(FIRST_ANSWER, words.clocks.get(FIRST_ANSWER, FIRST_ANSWER), figures["first_answer"])
    steps = [_times(step, words.steps[step], times) for step, times in figures["steps"].items()]
    return {"first_answer": first, "steps": steps}


def _rates(rates: Document, definitions: Definitions) -> list[Document]:
    return [_rate(code, rates.get(code, _NONE), definitions) for code in RATES]


def _rate(code: str, ratio: Document, definitions: Definitions) -> Document:
    part, whole = ratio["numerator"], ratio["denominator"]
    return {
        "code": code,
        "name": definitions.rates[code].name,
        "numerator": part,
        "denominator": whole,
        "percent": round(100 * part / whole, 1) if whole else None,
        "ranked": is_ranked(whole, definitions),
    }


def _times(code: str, name: str, times: Document) -> Document:
    return {
        "code": code,
        "name": name,
        "count": times["count"],
        "median_seconds": times["median"],
        "p90_seconds": times["p90"],
    }


def _definitions(version: Definitions) -> DefinitionsView:
    return DefinitionsView(
        version=version.version,
        from_month=version.since,
        rates=[RateDefinition(code=code, **rate.model_dump(mode="json")) for code, rate in version.rates.items()],
        figures=[FigureDefinition(code=code, **words.model_dump()) for code, words in version.figures.items()],
        **version.model_dump(exclude={"version", "since", "rates", "figures"}),
    )
