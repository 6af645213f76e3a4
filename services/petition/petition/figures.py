"""三率 and the other figures as everyone may read them: whole numbers, with the definitions they were counted by."""

from collections.abc import Mapping
from typing import Any

from kit.mongo import Document
from petition.case_views import named
from petition.contract.figures import (
    CoSignerFigures,
    DayFigures,
    DefinitionsView,
    EndingCount,
    ExclusionReasonView,
    FigureDays,
    FigureDefinitions,
    FiguresView,
    GetFigureDays,
    GetFigures,
    GroupFigures,
    MonthFigures,
    RateDefinition,
    RateView,
    TimesView,
)
from petition.domain.change import FIRST_ANSWER, INTAKE, Rules
from petition.domain.district import RATES, Definitions, Directory
from petition.domain.figures import OPEN, Figures, Ratio, Times
from petition.parts import Parts

_OPEN_NAME = "办理中"


def get_figures(parts: Parts, request: GetFigures) -> MonthFigures:
    """A month by the values of a dimension; values without a case are not there."""
    month = parts.figures.month(request.month)
    names = _Names(parts.rules.directory, request.by)
    groups = [
        _group(row, names, month.definitions, parts.rules.directory)
        for row in parts.figures.counted(request.month, request.by)
    ]
    return MonthFigures(
        month=request.month,
        by=request.by,
        definitions=_definitions(month.definitions),
        closed_at=month.closed_at,
        groups=groups,
    )


def get_figure_days(parts: Parts, request: GetFigureDays) -> FigureDays:
    """The days from the first to the last, as they stand: a closed month's days with what changed since."""
    rows = parts.figures.days(request.first.isoformat(), request.last.isoformat())
    months = {name: parts.figures.month(name).definitions for name in sorted({row["month"] for row in rows})}
    return FigureDays(days=[_day(row, months[row["month"]], parts.rules.directory) for row in rows])


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


def _group(row: Document, names: _Names, definitions: Definitions, found: Directory) -> GroupFigures:
    current = Figures.model_validate(row["figures"])
    shown = Figures.model_validate(row["closed"]) if "closed" in row else current
    return GroupFigures(
        code=row["value"],
        name=names.of(row["value"]),
        ranked=shown.cases - shown.excluded >= definitions.smallest_ranked,
        figures=_view(shown, definitions, found),
        correction=_view(current, definitions, found) if current != shown else None,
        as_of=row["rolled_at"],
    )


def _day(row: Document, definitions: Definitions, found: Directory) -> DayFigures:
    figures = _view(Figures.model_validate(row["figures"]), definitions, found)
    return DayFigures(day=row["value"], version=row["version"], figures=figures, as_of=row["rolled_at"])


def _view(figures: Figures, definitions: Definitions, found: Directory) -> FiguresView:
    words = found.wording
    plain = figures.model_dump(
        include={"cases", "excluded", "corrected", "overdue", "returned", "reopened", "yellow_cards", "red_cards"}
    )
    return FiguresView(
        **plain,
        rates=_rates(figures.rates, definitions),
        public_rates=_rates(figures.public_rates, definitions),
        first_answer=_times(FIRST_ANSWER, words.clocks.get(FIRST_ANSWER, FIRST_ANSWER), figures.first_answer),
        steps=[_times(step, words.steps[step], times) for step, times in figures.steps.items()],
        endings=[
            EndingCount(code=code, name=_OPEN_NAME if code == OPEN else words.endings[code], count=count)
            for code, count in figures.endings.items()
        ],
        co_signers=CoSignerFigures(rated=figures.co_rated, solved=figures.co_solved, marks=figures.co_marks),
    )


def _rates(rates: Mapping[str, Ratio], definitions: Definitions) -> list[RateView]:
    return [_rate(code, rates.get(code, Ratio()), definitions) for code in RATES]


def _rate(code: str, ratio: Ratio, definitions: Definitions) -> RateView:
    percent = round(100 * ratio.numerator / ratio.denominator, 1) if ratio.denominator else None
    return RateView(code=code, name=definitions.rates[code].name, percent=percent, **ratio.model_dump())


def _times(code: str, name: str, times: Times) -> TimesView:
    return TimesView(code=code, name=name, count=times.count, median_seconds=times.median, p90_seconds=times.p90)


def _definitions(version: Definitions) -> DefinitionsView:
    return DefinitionsView(
        version=version.version,
        from_month=version.since,
        rates=[RateDefinition(code=code, **rate.model_dump(mode="json")) for code, rate in version.rates.items()],
        **version.model_dump(exclude={"version", "since", "rates"}),
    )
