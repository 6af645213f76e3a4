"""`python -m petition.recount [--write]`: every row anew from the cases' histories, every figure from the rows.

Prints each difference to what is kept, exit code 1 when there is one; with `--write` what differs is made again and
only what stays different counts. People may go on working: what waits to be counted is no difference.

A case's own fields are held against its history too: day, town and category, whether everyone may read it, the first
answer, whether its limits were kept, returns, ratings, cards, rounds, ending and department; and the limits themselves,
those of each round, of each dispatch and of questions about the reply. Where these differ nobody can tell by rule which
is wrong; it is printed and counts, and `--write` leaves it. Those who joined a case are counted
anew from their co-signs, which `--write` goes by.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from kit import settings
from kit.clock import utcnow
from kit.mongo import Document
from petition import co_signing, rolling
from petition.domain import clockwork, witness
from petition.domain.case import Tally
from petition.domain.clockwork import Contradiction
from petition.domain.figures import Counted
from petition.domain.history import instant
from petition.parts import Parts, of_command
from petition.settings import PetitionSettings
from petition.store.documents import case_of
from petition.store.figures import DAILY, Group, groups_of

BATCH = 500
SHOWN = 200  # differences that are printed


class Recount:
    """One recount. `cases` and `groups` count what was looked at, `differences` say what is not as it should be."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.cases = 0
        self.groups = 0
        self.differences: list[str] = []
        self.wrong_cases: list[str] = []
        self.wrong_tallies: list[str] = []
        self.lost_rows: list[str] = []
        self.wrong_groups: list[Group] = []

    def run(self) -> "Recount":
        """Looks at everything once."""
        expected: set[Group] = set()
        documents = self._parts.cases.all_whole()
        while batch := list(islice(documents, BATCH)):
            self._check_rows(batch, expected)
            self._check_tallies(batch)
        for numbers in _batches(self._parts.figures.all_numbers()):
            self._check_owners(numbers)
        kept = {group.id for group in self._check_groups()}
        for group in sorted(expected):
            if group.id not in kept:
                self._wrong(group, "is missing")
        return self

    def repair(self, now: datetime) -> None:
        """Has all that differs made again."""
        for no in self.wrong_tallies:
            co_signing.miscounted(self._parts, no, mend=True)
        for numbers in _batches(self.wrong_cases):  # by number, so by day: each batch is in few groups
            rolling.roll_cases(self._parts, numbers, now)
        for numbers in _batches(self.lost_rows):
            self._parts.figures.remove(numbers, now)
        for groups in _batches(self.wrong_groups):
            self._parts.figures.mark(groups, now)
        drain(self._parts)

    def _check_rows(self, documents: list[Document], expected: set[Group]) -> None:
        kept = self._parts.figures.rows([document["_id"] for document in documents])
        month_of = rolling.Months(self._parts)
        now = utcnow()
        for document in documents:
            self.cases += 1
            case = case_of(document)
            before = kept.get(case.no)
            month = month_of(case)
            row = rolling.row_of(self._parts, case, before, month, now)
            expected.update(groups_of(row.facts))
            told = witness.contradictions(row.facts, case.history, month.definitions, now, self._parts.rules)
            for name, value in told.items():
                self.differences.append(f"{case.no}: {name} is {getattr(row.facts, name)}, its history says {value}")
            for wrong in clockwork.contradictions(case, self._parts.rules.calendar):
                self.differences.append(f"{case.no}: {_clock_apart(wrong)}")
            if row != before and not self._parts.cases.is_unrolled(case.no, now):
                self.wrong_cases.append(case.no)
                known: dict[str, Any] = before.facts._asdict() if before else {}
                self.differences.append(f"{case.no}: {_apart(known, row.facts._asdict())}")

    def _check_tallies(self, documents: list[Document]) -> None:
        told = self._parts.co_signs.tallies([document["_id"] for document in documents])
        for document in documents:
            no, kept = document["_id"], Tally.model_validate(document.get("joined", {}))
            if kept != told.get(no, Tally()) and (apart := co_signing.miscounted(self._parts, no)):
                self.wrong_tallies.append(no)
                self.differences.append(f"{no}: of those who joined, {_apart(*(one.model_dump() for one in apart))}")

    def _check_owners(self, numbers: list[str]) -> None:
        there = {document["_id"] for document in self._parts.cases.whole(numbers)}
        for no in numbers:
            if no not in there:
                self.lost_rows.append(no)
                self.differences.append(f"{no}: a row without a case")

    def _check_groups(self) -> Iterator[Group]:
        for document in self._parts.figures.all_groups():
            self.groups += 1
            group = Group(document["month"], document["by"], document["value"])
            yield group
            definitions = self._parts.figures.month(group.month).definitions
            found = rolling.counted(self._parts, group, definitions)
            apart = self._apart_from(found, group, document)
            if apart and self._parts.figures.stands_at(group, document["marks"]):
                self._wrong(group, apart)

    def _apart_from(self, found: Counted, group: Group, document: Document) -> str:
        """What differs in a group and in its days; nothing when all is as it was counted now."""
        whole = found.whole.model_dump()
        if whole != document.get("figures"):
            return _apart(document.get("figures", {}), whole)
        if group.by not in DAILY:
            return ""
        kept = {one["day"]: one["figures"] for one in (self._parts.figures.days_of(group) or {}).get("days", ())}
        days = {day: figures.model_dump() for day, figures in found.days.items()}
        wrong = min((day for day in days.keys() | kept.keys() if days.get(day) != kept.get(day)), default=None)
        return f"{wrong}: {_apart(kept.get(wrong, {}), days.get(wrong, {}))}" if wrong else ""

    def _wrong(self, group: Group, how: str) -> None:
        self.wrong_groups.append(group)
        self.differences.append(f"{group.month} {group.by} {group.value}: {how}")


def drain(parts: Parts) -> None:
    """Counts all that waits."""
    while rolling.roll(parts, utcnow(), seconds=60):
        pass


def _batches(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _apart(kept: Document, should_be: Document) -> str:
    apart = [name for name in should_be if kept.get(name) != should_be[name]]
    if not kept:
        return "is missing"
    return ", ".join(f"{name} is {kept.get(name)}, should be {should_be[name]}" for name in apart) or "corrected"


def _clock_apart(wrong: Contradiction) -> str:
    clock = f"{wrong.clock} from {instant(wrong.started_at)}"
    kept, told = (instant(one) if isinstance(one, datetime) else one for one in (wrong.kept, wrong.told))
    return f"{wrong.field} of {clock} is {kept}, its history says {told}"


def main() -> None:
    """Recounts the database that `MONGO_URL` names."""
    asked = argparse.ArgumentParser(prog="./dev recount")
    asked.add_argument("--write", action="store_true", help="make what differs again")
    write = asked.parse_args().write
    parts = of_command(settings.load(PetitionSettings))
    drain(parts)
    found = Recount(parts).run()
    if found.differences and write:
        print(f"made again: {len(found.differences):,}")  # noqa: T201 - this is a command
        found.repair(utcnow())
        found = Recount(parts).run()
    print("\n".join([*found.differences[:SHOWN], f"cases: {found.cases:,}, groups: {found.groups:,}"]))  # noqa: T201
    print(f"differences: {len(found.differences):,}")  # noqa: T201
    sys.exit(1 if found.differences else 0)


if __name__ == "__main__":
    main()
