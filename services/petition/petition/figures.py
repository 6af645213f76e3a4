"""三率 and the other figures as everyone may read them: whole numbers, with the definitions they were counted by."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from kit.identity import STAFF, Caller
from kit.mongo import Document
from petition.case_views import named
from petition.contract.figures import (
    CoSignerFigures,
    DayFigures,
    DefinitionsView,
    EndingCount,
    ExclusionReasonView,
    FigureDays,
    FigureDefinition,
    FigureDefinitions,
    FiguresView,
    GetFigureDays,
    GetFigures,
    GroupFigures,
    MonthFigures,
    PublicFiguresView,
    RateDefinition,
    RateView,
    TimesView,
)
from petition.domain import few
from petition.domain.change import FIRST_ANSWER, INTAKE, Rules
from petition.domain.district import RATES, Definitions, Directory, Wording
from petition.domain.figures import OPEN, Figures, PublicFigures, Ratio, Times
from petition.parts import Parts
from petition.store.figures import Group

_OPEN_NAME = "办理中"


def get_figures(parts: Parts, request: GetFigures, caller: Caller) -> MonthFigures:
    """A month by the values of a dimension; values without a case are not there. Small groups are told to staff."""
    month = parts.figures.month(request.month)
    names = _Names(parts.rules.directory, request.by)
    kept = [_kept(row) for row in parts.figures.counted(request.month, request.by)]
    how = _shown(kept, month.definitions, parts, caller)
    groups = [_group(one, names, how) for one in kept]
    return MonthFigures(
        month=request.month,
        by=request.by,
        definitions=_definitions(month.definitions),
        closed_at=month.closed_at,
        groups=groups,
    )


def get_figure_days(parts: Parts, request: GetFigureDays, caller: Caller) -> FigureDays:
    """The days from the first to the last, as they stand: a closed month's days with what changed since.

    Days are parts of their months: which of them are small is decided by whole months, whatever part is asked for.
    """
    first, last = request.first.isoformat(), request.last.isoformat()
    days: list[DayFigures] = []
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
    return FigureDays(by=request.by, code=request.value, name=called, days=days)


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
        return named(self._rows, value).name


class _Kept(NamedTuple):
    """A group: what its month closed with, and what it is now; the same while the month is open."""

    value: str
    version: int
    rolled_at: datetime
    closed: Figures
    current: Figures


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
    hidden = few.hidden({one.value: min(one.closed.counted, one.current.counted) for one in kept}, least)
    public = few.hidden({one.value: min(one.closed.counted_public, one.current.counted_public) for one in kept}, least)
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
        for figures in [Figures.model_validate(one["figures"])]
    ]


def _kept(row: Document) -> _Kept:
    current = Figures.model_validate(row["figures"])
    closed = Figures.model_validate(row["closed"]) if "closed" in row else current
    return _Kept(row["value"], row["version"], row["rolled_at"], closed, current)


def _months(first: date, last: date) -> list[str]:
    """The months from that of the first day to that of the last."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{number // 12:04}-{number % 12 + 1:02}" for number in numbers]


def _group(kept: _Kept, names: _Names, how: _Shown) -> GroupFigures:
    shown, current = kept.closed, kept.current
    told = (kept.value in how.hidden, kept.value in how.hidden_public)
    comparable = current.model_copy(update={"public": shown.public})
    return GroupFigures(
        code=kept.value,
        name=names.of(kept.value),
        ranked=shown.counted >= how.definitions.smallest_ranked,
        figures=_view(shown, how, *told),
        correction=_view(current, how, *told) if comparable != shown else None,
        as_of=kept.rolled_at,
    )


def _day(kept: _Kept, how: _Shown) -> DayFigures:
    figures = _view(kept.current, how, kept.value in how.hidden, kept.value in how.hidden_public)
    return DayFigures(day=date.fromisoformat(kept.value), version=kept.version, figures=figures, as_of=kept.rolled_at)


def _of_few(figures: Figures) -> Figures:
    """What is told of a small group: its size, and what the offices did."""
    return figures.model_copy(
        update={"reopened": 0, "co_rated": 0, "co_solved": 0, "co_marks": 0, "endings": {}, "steps": {},
                "first_answer": Times()}
    )  # fmt: skip


def _view(counted: Figures, how: _Shown, is_few: bool, is_public_few: bool) -> FiguresView:
    definitions, words = how.definitions, how.directory.wording
    figures = _of_few(counted) if is_few else counted
    plain = figures.model_dump(
        include={"cases", "excluded", "corrected", "overdue", "returned", "reopened", "yellow_cards", "red_cards"}
    )
    return FiguresView(
        **plain,
        few=is_few,
        rates=[] if is_few else _rates(figures.rates, definitions),
        public_rates=[] if is_public_few else _rates(figures.public_rates, definitions),
        public=None if is_public_few or figures.public is None else _public(figures.public, words),
        **_lasting(figures, words),
        endings=[
            EndingCount(code=code, name=_OPEN_NAME if code == OPEN else words.endings[code], count=count)
            for code, count in figures.endings.items()
        ],
        co_signers=CoSignerFigures(rated=figures.co_rated, solved=figures.co_solved, marks=figures.co_marks),
    )


def _public(figures: PublicFigures, words: Wording) -> PublicFiguresView:
    plain = figures.model_dump(exclude={"first_answer", "steps"})
    return PublicFiguresView(**plain, **_lasting(figures, words))


def _lasting(figures: Figures | PublicFigures, words: Wording) -> dict[str, Any]:
    """How long the first answer and each step took."""
    first = _times(FIRST_ANSWER, words.clocks.get(FIRST_ANSWER, FIRST_ANSWER), figures.first_answer)
    steps = [_times(step, words.steps[step], times) for step, times in figures.steps.items()]
    return {"first_answer": first, "steps": steps}


def _rates(rates: Mapping[str, Ratio], definitions: Definitions) -> list[RateView]:
    return [_rate(code, rates.get(code, Ratio()), definitions) for code in RATES]


def _rate(code: str, ratio: Ratio, definitions: Definitions) -> RateView:
    percent = round(100 * ratio.numerator / ratio.denominator, 1) if ratio.denominator else None
    return RateView(
        code=code,
        name=definitions.rates[code].name,
        percent=percent,
        ranked=ratio.ranked(definitions),
        **ratio.model_dump(),
    )


def _times(code: str, name: str, times: Times) -> TimesView:
    return TimesView(code=code, name=name, count=times.count, median_seconds=times.median, p90_seconds=times.p90)


def _definitions(version: Definitions) -> DefinitionsView:
    return DefinitionsView(
        version=version.version,
        from_month=version.since,
        rates=[RateDefinition(code=code, **rate.model_dump(mode="json")) for code, rate in version.rates.items()],
        figures=[FigureDefinition(code=code, **words.model_dump()) for code, words in version.figures.items()],
        **version.model_dump(exclude={"version", "since", "rates", "figures"}),
    )
