"""报道: news tells which cases its reports name, and the cases say so; with two workers, repeated, late, out of order.

Each word of news is the whole of what a report names. The last one is kept first, and then every case that the report
ever named is brought to agree with it: a run that was cut off is made up for by the event, which comes again.
"""

from datetime import datetime

from kit.events import Event, StillChanging
from kit.idempotency import ATTEMPTS
from petition import steps
from petition.domain import coverage
from petition.domain.coverage import Report
from petition.parts import Parts

QUEUE = "petition.coverage"
TYPES = ("news.coverage_linked.v1",)


def follow(parts: Parts, event: Event) -> None:
    """Brings all cases of a report to what news told of it last. Raises `StillChanging`."""
    parts.coverage.learn(_report(event))
    for _ in range(ATTEMPTS):
        report, touched = parts.coverage.find(event.subject) or (_report(event), [])
        for no in touched:
            steps.beside(parts, no, lambda case, now: coverage.follow(case, report, now))  # noqa: B023
        newer = parts.coverage.find(event.subject)
        if newer is None or newer[0].seq == report.seq:
            return
    raise StillChanging(event.subject)


def _report(event: Event) -> Report:
    data = event.data
    published = datetime.fromisoformat(data["published_at"])
    return Report(event.subject, event.seq, data["headline"], published, tuple(data["cases"]))
