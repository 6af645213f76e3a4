"""`python -m news.seed`: brings the district's columns and, with DEMO=1, the example articles and tips. Safe to repeat.

A column that was changed in the database stays changed until its row in the file changes.
"""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from kit import mongo, settings
from kit.clock import utcnow
from kit.contract import Command
from kit.idempotency import Once
from news import pictures, reading, scenery, tip_views
from news.district import read_columns, read_demo, read_demo_tips
from news.domain import editing, reviewing, tips
from news.domain.article import PictureBlock
from news.domain.district import Columns, DemoArticle, DemoArticles, DemoPicture, DemoTip
from news.domain.lifecycle import Actor
from news.domain.numbers import new_number
from news.domain.tips import Standing, Tip
from news.parts import Parts, assemble
from news.steps import events_of

_REPORTER, _EDITOR, *_REVIEWERS = (
    Actor(f"s_demo_{role}", frozenset({role})) for role in ("reporter", "editor", "duty_editor", "chief_editor")
)
_DRAWN_BY = "示例插画，由程序绘制"
_WRITING, _REVIEWING = timedelta(minutes=30), timedelta(minutes=5)
_ASSIGNING, _ASKING, _DECIDING = timedelta(minutes=30), timedelta(hours=1), timedelta(hours=20)


class DemoRequest(Command):
    """What makes an example once: its key, whatever its words are by now."""


def seed_columns(parts: Parts, given: Columns) -> int:
    """Writes the columns that are new or have changed in the file; returns how many."""
    return sum(parts.columns.put(order, column) for order, column in enumerate(given.columns, start=1))


def seed_demo(parts: Parts, given: list[DemoArticles], now: datetime) -> int:
    """Publishes the examples that are not there yet; returns how many."""
    return sum(_publish(parts, row, part, now) for part in given for row in part.articles)


def seed_tips(parts: Parts, given: Iterable[DemoTip], now: datetime) -> int:
    """Brings the example tips that are not there yet, each at its stage; returns how many."""
    return sum(_bring(parts, row, now) for row in given)


def _bring(parts: Parts, row: DemoTip, now: datetime) -> bool:
    once = _once(row.key)
    if once.find(parts.tips.collection):
        return False
    at, district = now - timedelta(hours=row.hours_ago), parts.directory.district
    fields = row.model_dump(include={"author", "column", "town", "place", "text"})
    sent = Tip(no=new_number(district.number_prefix, at, district.zone, "T"), sent_at=at, **fields)
    tip = tips.send(sent, contact_days=parts.directory.tips.contact_days if row.contact else None)
    if row.stage is not Standing.RECEIVED:
        tip = _worked_with(parts, tip, row)
    contact = row.contact.model_dump() if row.contact else None
    answer = tip_views.receipt(tip, "").model_dump(mode="json", exclude={"code"})
    parts.tips.insert(tip, contact, once.key, "", once.note(answer, at))
    return True


def _worked_with(parts: Parts, tip: Tip, row: DemoTip) -> Tip:
    """What the demonstration's newsroom has done with the tip by now."""
    at, days = tip.sent_at, parts.directory.tips.contact_days_after
    tip = tips.assign(tip, _REVIEWERS[0], _EDITOR, at + _ASSIGNING).tip
    if row.message:
        tip = tips.message(tip, _EDITOR, at + _ASKING, text=row.message).tip
    if row.reason:
        return tips.decline(tip, _EDITOR, at + _DECIDING, reason=row.reason, text=row.said, days=days).tip
    if row.stage is Standing.ADOPTED:
        answers = (_once(key).find(parts.articles.collection) for key in row.articles)
        named = [answer["id"] for answer in answers if answer]
        public = {article.id for article in parts.articles.listed_among(named)}
        decided = at + _DECIDING
        return tips.adopt(tip, _EDITOR, decided, text=row.said, articles=named, public=public, days=days).tip
    return tip


def _once(key: str) -> Once:
    return Once(_EDITOR.id, DemoRequest(idempotency_key=key))


def _publish(parts: Parts, row: DemoArticle, part: DemoArticles, now: datetime) -> bool:
    once = _once(row.key)
    if once.find(parts.articles.collection):
        return False
    at = now - timedelta(hours=row.hours_ago)
    district = parts.directory.district
    number = new_number(district.number_prefix, at, district.zone)
    picture = _drawn(parts, row.key, row.picture) if row.picture else None
    words = row.words(part.column, part.source, district, now.astimezone(district.zone).date(), picture)
    article = editing.create(number, _REPORTER, words, at - _WRITING).article
    article = reviewing.submit(article, _REPORTER, at - _WRITING, (), "").article
    for reviewer in (_EDITOR, *_REVIEWERS):
        article = reviewing.approve(article, reviewer, at - _REVIEWING, "").article
    change = editing.publish(article, _EDITOR, at)
    note = once.note(reading.receipt_of(change.article).model_dump(mode="json"), at)
    parts.articles.insert(change.article, events_of(change, at), note)
    return True


def _drawn(parts: Parts, key: str, about: DemoPicture) -> PictureBlock:
    """The picture of an example, kept in the library; the same again when it is asked for again."""
    number, made = sha256(key.encode()).hexdigest()[:32], scenery.drawn(about.scene, key)
    pictures.keep(parts, number, _REPORTER.id, made)
    parts.library.describe(number, about.alt, _DRAWN_BY, "", "")
    return PictureBlock(picture=number, width=made.width, height=made.height, alt=about.alt, credit=_DRAWN_BY)


def main() -> None:
    """Seeds the database that `MONGO_URL` names."""
    told = settings.load(settings.ServiceSettings)
    db = mongo.connect(told.mongo_url).get_default_database()
    parts = assemble(db, told, wake=lambda: None)
    print(f"columns written: {seed_columns(parts, read_columns(told.district_dir))}")  # noqa: T201 - this is a command
    if os.environ.get("DEMO") == "1":
        print(f"example articles published: {seed_demo(parts, read_demo(told.district_dir), utcnow())}")  # noqa: T201
        print(f"example tips brought: {seed_tips(parts, read_demo_tips(told.district_dir), utcnow())}")  # noqa: T201


if __name__ == "__main__":
    main()
