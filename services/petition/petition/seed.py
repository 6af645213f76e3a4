"""`python -m petition.seed`: checks the district's data and, with DEMO=1, files the demo cases. Safe to repeat.

Demo cases take every step through the rules, at plausible times in the past.
"""

import os
from datetime import datetime, time, timedelta
from functools import partial

from kit import settings
from kit.clock import utcnow
from kit.errors import Conflict
from kit.idempotency import Once
from petition import course, steps
from petition.contract.filing import SubmitCase
from petition.demo import Demo, DemoRow, read_demo
from petition.domain.calendar import Calendar
from petition.domain.change import Change
from petition.domain.numbers import new_number
from petition.filing import asked_of
from petition.parts import Parts, of_command
from petition.settings import PetitionSettings
from petition.store.documents import new_document

_FILED_AT = time(9, 30)


def seed_demo(parts: Parts, demo: Demo, now: datetime) -> int:
    """Files the cases that are not filed yet; returns how many. A row that was edited since is left as it is."""
    return sum(_file(parts, number, row, demo.first_department, now) for number, row in enumerate(demo.cases, start=1))


def _file(parts: Parts, number: int, row: DemoRow, first: str, now: datetime) -> bool:
    request = _request(number, row)
    once = Once(row.author, request)
    try:
        if once.find(parts.cases.collection):
            return False
    except Conflict:
        return False
    filed = _filed_at(row, parts.rules.calendar, now)
    drawn = {"pick": partial(next, iter(row.last))} if row.last else {}
    no = new_number(parts.rules.directory.district.number_prefix, filed, parts.rules.calendar.zone, **drawn)
    taken = list(course.lived(no, asked_of(request), row, first, filed, parts.rules))
    events = [event for at, change in taken for event in steps.events_of(change, at)]
    case = taken[-1][1].case
    note = once.note(steps.receipt_of(case, parts.rules).model_dump(mode="json"), now)
    parts.cases.collection.insert_one(new_document(Change(case, ()), parts.rules, events, note))
    return True


def _filed_at(row: DemoRow, calendar: Calendar, now: datetime) -> datetime:
    if row.filed_hours_ago is not None:
        return now - timedelta(hours=row.filed_hours_ago)
    day = now.astimezone(calendar.zone).date() - timedelta(days=row.filed_days_ago or 1)
    return datetime.combine(day, _FILED_AT, calendar.zone).astimezone(now.tzinfo)


def _request(number: int, row: DemoRow) -> SubmitCase:
    fields = row.model_dump(include={"category", "town", "place", "title", "text", "visibility"})
    return SubmitCase(idempotency_key=f"demo-{number:02}", **fields)


def main() -> None:
    """Seeds the database that `MONGO_URL` names."""
    told = settings.load(PetitionSettings)
    parts = of_command(told)
    if os.environ.get("DEMO") == "1":
        filed = seed_demo(parts, read_demo(told.district_dir), utcnow())
        print(f"demo cases filed: {filed}")  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
