"""The figures follow the cases: rows of cases that have changed, groups of rows that have changed, months that close.

A case says by its own write that its row is to be made (`by_rolls`, since when, or when time alone will change it). A
row and the marks of its groups are one transaction; the case's mark goes only after it, and only if the case is still
as it was read. So a row is made twice rather than never, whoever dies or works beside whom.
"""

import logging
import time
from collections import defaultdict
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice

from pymongo.client_session import ClientSession

from kit.mongo import Document
from petition.domain import figures
from petition.domain.case import Case
from petition.domain.district import Definitions
from petition.domain.figures import Counted, Facts
from petition.parts import Parts
from petition.store.documents import case_of
from petition.store.figures import DAILY, Group, MonthBook, Row, groups_of

log = logging.getLogger(__name__)

BATCH = 100
ROUND_SECONDS = 2.0  # of the ten that the timer waits between two rounds: figures never crowd out residents
PUT_OFF = timedelta(minutes=10)


def roll(parts: Parts, now: datetime, seconds: float = ROUND_SECONDS) -> int:
    """One round: rows, then groups, then months; returns how many cases and groups were looked at.

    Bounded in time, but for the group that it is at. What is left is for the next round, the oldest first.
    """
    until = time.monotonic() + seconds
    redefine_months(parts, now)
    done = _sweep(parts, now, until)
    while time.monotonic() < until and (waiting := parts.figures.oldest_dirty()):
        count(parts, *waiting, now)
        done += 1
    if not parts.cases.unrolled(now, 1):
        close_months(parts, now)
    return done


def roll_cases(parts: Parts, numbers: list[str], now: datetime) -> None:
    """Makes the rows of these cases as they stand."""
    with parts.figures.session() as session:
        seen = session.with_transaction(partial(_make_rows, parts, numbers, now))
    parts.cases.note_rolled(seen)


def count(parts: Parts, group: Group, marks: int, now: datetime) -> None:
    """Counts a group anew from its rows and keeps the figures."""
    definitions = parts.figures.month(group.month).definitions
    parts.figures.roll(group, marks, counted(parts, group, definitions), definitions, now)


def counted(parts: Parts, group: Group, definitions: Definitions) -> Counted:
    """The figures of a group, counted from its rows, a batch at a time; of a group that has days, of each day too."""
    whole = figures.Counting(definitions)
    days: dict[str, figures.Counting] = defaultdict(lambda: figures.Counting(definitions))
    for row in parts.figures.rows_of(group):
        counting = days[row.facts.day] if group.by in DAILY else whole
        counting.add(row.facts, corrected=row.corrected)
    for day in days.values():
        whole.include(day)
    return Counted(whole.figures(), {day: days[day].figures() for day in sorted(days)})


def redefine_months(parts: Parts, now: datetime) -> None:
    """Has the cases of open months looked at again when the district's definitions for them have changed."""
    for month in parts.figures.months():
        wanted = parts.rules.directory.figures.of_month(month.month)
        if month.closed_at is None and month.definitions != wanted:
            parts.figures.redefine(month.month, wanted, now)
    for name in parts.figures.unfinished():
        numbers = parts.figures.numbers(name)
        while batch := list(islice(numbers, 1000)):
            parts.cases.roll_again(batch, now)
        parts.figures.finish(name)


def close_months(parts: Parts, now: datetime) -> None:
    """Closes the months that ended so many days ago as the district says."""
    today = now.astimezone(parts.rules.calendar.zone).date()
    days = timedelta(days=parts.rules.directory.figures.closes_after_days)
    for month in parts.figures.months():
        if month.closed_at is None and first_after(month.month) + days <= today:
            parts.figures.close(month.month, now)


def first_after(month: str) -> date:
    """The first day after a month."""
    return (date.fromisoformat(f"{month}-28") + timedelta(days=4)).replace(day=1)


def _sweep(parts: Parts, now: datetime, until: float) -> int:
    done = 0
    while time.monotonic() < until and (numbers := parts.cases.unrolled(now, BATCH)):
        roll_cases(parts, numbers, now)
        done += len(numbers)
    return done


def _make_rows(
    parts: Parts, numbers: list[str], now: datetime, session: ClientSession
) -> list[tuple[Document, datetime | None]]:
    """Writes the rows that have changed; returns what was read of each case, and when time will change its row."""
    documents, before = parts.cases.whole(numbers, session), parts.figures.rows(numbers, session)
    month_of = Months(parts, session)
    changed: list[Row] = []
    seen: list[tuple[Document, datetime | None]] = []
    for document in documents:
        known = before.get(document["_id"])
        try:
            case = case_of(document)
            month = month_of(case)
            row = row_of(parts, case, known, month, now)
            seen.append((document, figures.changes_at(case, month.definitions, now, parts.rules)))
        except (ValueError, LookupError, TypeError) as error:  # one case must not hold up the others
            log.error("a case has no row", extra={"case": document["_id"], "error": type(error).__name__})
            seen.append((document, now + PUT_OFF))
            continue
        if row != known:
            changed.append(row)
    left = [before[row.facts.no].facts for row in changed if row.facts.no in before]
    parts.figures.put(changed, _groups([*left, *(row.facts for row in changed)]), now, session)
    return seen


class Months:
    """The months of some cases, read once each; one that is not kept yet begins with its first case."""

    def __init__(self, parts: Parts, session: ClientSession | None = None) -> None:
        self._parts = parts
        self._session = session
        self._known: dict[str, MonthBook] = {}

    def __call__(self, case: Case) -> MonthBook:
        name = figures.month_of(case, self._parts.rules)
        if name not in self._known:
            self._known[name] = self._parts.figures.month(name, self._session)
            if self._session:
                self._parts.figures.begin_month(self._known[name], self._session)
        return self._known[name]


def row_of(parts: Parts, case: Case, before: Row | None, month: MonthBook, now: datetime) -> Row:
    """The row of a case as it stands, after the one that is kept."""
    facts = figures.facts_of(case, month.definitions, now, parts.rules)
    late = month.closed_at is not None and (before is None or before.facts != facts)
    return Row(facts, late or (before is not None and before.corrected))


def _groups(rows: list[Facts]) -> list[Group]:
    return [group for row in rows for group in groups_of(row)]
