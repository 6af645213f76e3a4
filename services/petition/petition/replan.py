"""`python -m petition.replan [--dry-run]`: limits planned anew after the holidays of a year were published.

The holidays come with the package chinese-calendar: take its new version, deploy petition, then run this.
"""

import argparse
from collections.abc import Iterator
from datetime import datetime

from kit import settings
from kit.clock import utcnow
from kit.idempotency import ATTEMPTS
from petition import steps
from petition.domain import replanning
from petition.domain.case import Case
from petition.domain.change import Change
from petition.parts import Parts, of_command
from petition.settings import PetitionSettings

BATCH = 200


def replan(parts: Parts, now: datetime, *, write: bool) -> Iterator[tuple[Case, Change]]:
    """Plans every provisional case anew, and yields those that change: as they were, and what became of them."""
    after = ""
    while numbers := parts.cases.provisional(after, BATCH):
        after = numbers[-1]
        for no in numbers:
            if done := _replanned(parts, no, now, write=write):
                yield done


def _replanned(parts: Parts, no: str, now: datetime, *, write: bool) -> tuple[Case, Change] | None:
    for _ in range(ATTEMPTS):
        case = parts.cases.case(no)
        change = replanning.replan(case, now, parts.rules) if case else None
        if case is None or change is None:
            return None
        if not write or parts.cases.replace(case, change, steps.events_of(change, now)):
            return case, change
    raise RuntimeError(f"{no} is changed all the time: run the command again")


def _line(before: Case, change: Change) -> str:
    moved = [
        f"{new.name} {old.due:%Y-%m-%d %H:%M} -> {new.due:%Y-%m-%d %H:%M}Z"
        for old, new in zip(before.clocks, change.case.clocks, strict=True)
        if old.due != new.due
    ]
    return f"{before.no}: {', '.join(moved) or 'as before, for certain now'}"


def main() -> None:
    """Plans the limits in the database that `MONGO_URL` names."""
    asked = argparse.ArgumentParser(prog="./dev replan-clocks")
    asked.add_argument("--dry-run", action="store_true", help="print what would change, change nothing")
    dry = asked.parse_args().dry_run
    parts = of_command(settings.load(PetitionSettings))
    count = 0
    for before, change in replan(parts, utcnow(), write=not dry):
        count += 1
        print(_line(before, change))  # noqa: T201 - this is a command
    print(f"{'would change' if dry else 'changed'}: {count:,}")  # noqa: T201


if __name__ == "__main__":
    main()
