"""`python -m news.seed`: brings the district's columns and, with DEMO=1, the example articles. Safe to repeat.

A column that was changed in the database stays changed until its row in the file changes.
"""

import os
from datetime import datetime, timedelta

from kit import mongo, settings
from kit.clock import utcnow
from kit.contract import Command
from kit.idempotency import Once
from news import reading
from news.district import read_columns, read_demo
from news.domain import editing, reviewing
from news.domain.district import Columns, DemoArticle, DemoArticles
from news.domain.lifecycle import Actor
from news.domain.numbers import new_number
from news.parts import Parts, assemble
from news.steps import events_of

_REPORTER, _EDITOR, *_REVIEWERS = (
    Actor(f"s_demo_{role}", frozenset({role})) for role in ("reporter", "editor", "duty_editor", "chief_editor")
)
_WRITING, _REVIEWING = timedelta(minutes=30), timedelta(minutes=5)


class DemoRequest(Command):
    """What makes an example article once: its key, whatever its words are by now."""


def seed_columns(parts: Parts, given: Columns) -> int:
    """Writes the columns that are new or have changed in the file; returns how many."""
    return sum(parts.columns.put(order, column) for order, column in enumerate(given.columns, start=1))


def seed_demo(parts: Parts, given: list[DemoArticles], now: datetime) -> int:
    """Publishes the examples that are not there yet; returns how many."""
    return sum(_publish(parts, row, part, now) for part in given for row in part.articles)


def _publish(parts: Parts, row: DemoArticle, part: DemoArticles, now: datetime) -> bool:
    once = Once(_EDITOR.id, DemoRequest(idempotency_key=row.key))
    if once.find(parts.articles.collection):
        return False
    at = now - timedelta(hours=row.hours_ago)
    district = parts.directory.district
    number = new_number(district.number_prefix, at, district.zone)
    words = row.words(part.column, part.source, district, now.astimezone(district.zone).date())
    article = editing.create(number, _REPORTER, words, at - _WRITING).article
    article = reviewing.submit(article, _REPORTER, at - _WRITING, (), "").article
    for reviewer in (_EDITOR, *_REVIEWERS):
        article = reviewing.approve(article, reviewer, at - _REVIEWING, "").article
    change = editing.publish(article, _EDITOR, at)
    note = once.note(reading.receipt_of(change.article).model_dump(mode="json"), at)
    parts.articles.insert(change.article, events_of(change, at), note)
    return True


def main() -> None:
    """Seeds the database that `MONGO_URL` names."""
    told = settings.load(settings.ServiceSettings)
    db = mongo.connect(told.mongo_url).get_default_database()
    parts = assemble(db, told, wake=lambda: None)
    print(f"columns written: {seed_columns(parts, read_columns(told.district_dir))}")  # noqa: T201 - this is a command
    if os.environ.get("DEMO") == "1":
        print(f"example articles published: {seed_demo(parts, read_demo(told.district_dir), utcnow())}")  # noqa: T201


if __name__ == "__main__":
    main()
