"""报道: reports of the newsroom's that name a case, as news tells of them. A link moves no state, clock or figure."""

from dataclasses import dataclass
from datetime import datetime

from petition.domain.case import Case, Coverage
from petition.domain.change import Change, beside, record

COVER, UNCOVER = "cover", "uncover"
MOST_REPORTS = 100


@dataclass(frozen=True)
class Report:
    """A report as news told it last, by its number `seq`: which cases it names; none once it is withdrawn."""

    article: str
    seq: int
    title: str
    published_at: datetime
    cases: tuple[str, ...]


def follow(case: Case, report: Report, now: datetime) -> Change | None:
    """The case as this report leaves it; None when nothing changes, or something later is known of the report.

    The first report of its kind that everyone may know of is told to those who follow the case. Of a case that is not
    listed the history says in commitments alone which report it is.
    """
    known = next((one for one in case.coverage if one.article == report.article), None)
    if known is not None and report.seq <= known.seq:
        return None
    names = case.no in report.cases
    if known is None:
        return _linked(case, report, now) if names and len(case.coverage) < MOST_REPORTS else None
    live = known.ended_at is None
    if names and live and (known.title, known.published_at) == (report.title, report.published_at):
        return None
    if not names and not live:
        return None
    after = known.model_copy(update={"seq": report.seq, "ended_at": None if names else now})
    told = {"title": report.title, "published_at": report.published_at} if names else {"title": ""}
    after = after.model_copy(update=told)
    return _changed(case, after, now)


def _linked(case: Case, report: Report, now: datetime) -> Change:
    one = Coverage(article=report.article, title=report.title, published_at=report.published_at, seq=report.seq, at=now)
    event = "case_covered" if case.listed else "case_coverage_changed"
    return _recorded(case, COVER, one, (*case.coverage, one), event, now)


def _changed(case: Case, after: Coverage, now: datetime) -> Change:
    coverage = tuple(after if one.article == after.article else one for one in case.coverage)
    return _recorded(case, COVER if after.ended_at is None else UNCOVER, after, coverage, "case_coverage_changed", now)


def _recorded(
    case: Case, kind: str, one: Coverage, coverage: tuple[Coverage, ...], event: str, now: datetime
) -> Change:
    """With its entry, which has no title: what is withdrawn must not stay in a chain for ever."""
    which = {"article": one.article}
    public, hidden = (which, {}) if case.listed else ({}, which)
    return beside(case, record(case, kind, now, {"coverage": coverage}, public, hidden, (event,)))
