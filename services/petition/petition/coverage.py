"""报道: news tells which cases its reports name, and the cases say so; with two workers, repeated, late, out of order.

Each word of news is the whole of what a report names. The last one is kept first, and then every case that the report
ever named is brought to agree with it: a run that was cut off is made up for by the event, which comes again.
"""

from datetime import datetime

from kit.clock import utcnow
from kit.events import Event
from petition import steps
from petition.domain import coverage
from petition.domain.coverage import Report
from petition.parts import Parts
from petition.steps import ATTEMPTS

QUEUE = "petition.coverage"
TYPES = ("news.coverage_linked.v1",)


class StillChanging(Exception):
    """A case or a report was changed by others each time; the event is tried again."""


def follow(parts: Parts, event: Event) -> None:
    """Brings all cases of a report to what news told of it last. Raises `StillChanging`."""
    parts.coverage.learn(_report(event))
    for _ in range(ATTEMPTS):
        report, touched = parts.coverage.find(event.subject) or (_report(event), [])
        for no in touched:
            _bring(parts, no, report)
        newer = parts.coverage.find(event.subject)
        if newer is None or newer[0].seq == report.seq:
            return
    raise StillChanging(event.subject)


def _bring(parts: Parts, no: str, report: Report) -> None:
    for _ in range(ATTEMPTS):
        case, now = parts.cases.case(no), utcnow()
        change = coverage.follow(case, report, now) if case else None
        if case is None or change is None:
            return
        if parts.cases.replace(case, change, steps.events_of(change, now)):
            parts.wake()
            return
    raise StillChanging(no)


def _report(event: Event) -> Report:
    data = event.data
    published = datetime.fromisoformat(data["published_at"])
    return Report(event.subject, event.seq, data["headline"], published, tuple(data["cases"]))
