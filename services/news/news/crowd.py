"""`python -m news.crowd --articles N --comments M --seed S`: years of news, for measuring at a district's size.

Every article is written, reviewed by three and published by the rules; of the latest some are still at work. Where it
happened, what about and when is drawn with the skew of real life: few towns and topics have most of the news, few
articles have most of the comments, a few residents comment again and again, two in five articles have no picture and a
few have many, some of them from a stock that others show, too. Comments wait, are shown, reported, hidden and
answered by the rules of their columns, and what is counted of them is right. No event is told: nothing is set to work.
Of pictures there is what lists and the library read; their files are not made.

The same seed on the same day makes the same numbers, which are left alone when they are there: safe to repeat, and to
go on after an interruption.
"""

import argparse
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict
from pymongo import ReplaceOne
from pymongo.collection import Collection

from kit import crowds, derivatives, search, settings, text
from kit.clock import utcnow
from kit.contract import Command
from kit.district import load
from kit.idempotency import Once
from kit.mongo import Document, connect
from kit.settings import ServiceSettings
from news import commenting, ranking, reading, seed
from news.district import read_columns, read_directory
from news.domain import comments, editing, media, reviewing, scheduling, versions
from news.domain.article import AnyBlock, Article, Block, Kind, PictureBlock, Words
from news.domain.comments import Action, Answering, Comment, CommentState, Written
from news.domain.district import Directory, Shared
from news.domain.editing import Change, Saved
from news.domain.lifecycle import Actor
from news.domain.numbers import new_number
from news.domain.ranking import last_days
from news.parts import Parts, assemble
from news.store.comments import MAY_BE_SAID_AGAIN, report_id
from news.store.comments import document_of as comment_document
from news.store.documents import document_of
from news.store.versions import document_of as version_document

_HOURS = (0, 0, 0, 0, 0, 0, 2, 6, 11, 12, 11, 8, 6, 6, 9, 10, 9, 8, 5, 3, 2, 1, 1, 0)  # by which a day's articles fall
_STEEP = 20  # the article of this rank has half as many comments as the first
_AT_WORK = timedelta(days=10)  # of what began since then one in eight is not out yet
_LOOKED_AT = timedelta(days=30)  # by then an editor has looked at a comment that waits
_READ = timedelta(days=30)
_TOPICS = (6, 8, 4, 2)  # of twenty articles so many have none, one, two and three
_PICTURES = (8, 7, 2, 1, 1, 0, 1)  # and so many pictures
_FROM_STOCK = 0.15  # of the pictures
_STOCK_ONE_IN = 200  # pictures in stock for so many articles
_SIZES = ((1920, 1280), (1600, 1200), (1280, 853), (1080, 1440), (960, 640))
_EDITORS, _DUTY_EDITORS, _CHIEF_EDITORS = (
    [Actor(f"s_crowd_{role}{n}", frozenset({role})) for n in range(3)]
    for role in ("editor", "duty_editor", "chief_editor")
)
_REPORTERS = [Actor(f"s_crowd_reporter{n:02}", frozenset({"reporter"})) for n in range(20)]


class Places(Shared):
    """Of demo/phrases.yml: names of places, and how much happens in which town."""

    shares: Mapping[str, float]
    names: Sequence[str]
    kinds: Sequence[str]


class Remarks(BaseModel):
    """Of which comments are made: one of each."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    openings: Sequence[str]
    middles: Sequence[str]
    endings: Sequence[str]


class Phrases(BaseModel):
    """demo/news_phrases.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str
    checked_on: date
    verified: bool
    topics: Mapping[str, Sequence[str]]
    titles: Sequence[str]
    leads: Sequence[str]
    headings: Sequence[str]
    sentences: Sequence[str]
    quotes: Sequence[str]
    pictures: Sequence[str]
    credits: Sequence[str]
    licences: Sequence[str]
    desks: Sequence[str]
    corrections: Sequence[str]
    withdrawals: Sequence[str]
    comments: Remarks
    answers: Sequence[str]


class Size(NamedTuple):
    """How many articles and comments of which seed, until which midnight."""

    articles: int
    comments: int
    seed: int
    today: datetime


class News(NamedTuple):
    """One article to come: its number, its words, when it goes out, how much it is spoken of (0: most), and what of.

    `pictures` are the rows of those it shows.
    """

    number: str
    words: Words
    at: datetime
    rank: int
    spoken: Mapping[str, str]
    pictures: Sequence[Document]


@dataclass
class Made:
    """Documents of a batch, by what they are of."""

    pictures: list[Document] = field(default_factory=list)
    articles: list[Document] = field(default_factory=list)
    versions: list[Document] = field(default_factory=list)
    comments: list[Document] = field(default_factory=list)
    reports: list[Document] = field(default_factory=list)
    counts: list[Document] = field(default_factory=list)
    readings: list[Document] = field(default_factory=list)


class CrowdRequest(Command):
    """What stands for a command of the newsroom's or a resident's."""


class Crowd:
    """All the news of one seed. `at(n)` is the n-th article, the same whenever it is asked for."""

    def __init__(
        self, directory: Directory, columns: Sequence[str], places: Places, phrases: Phrases, size: Size
    ) -> None:
        self.directory = directory
        self.size = size
        self.phrases = phrases
        self._columns = Random(size.seed).sample(columns, len(columns))  # which have most is the seed's choice
        self._column_shares = [1 / (rank + 3) for rank in range(len(columns))]
        self._places = places
        self._towns = list(directory.towns.values())
        self._town_shares = [places.shares.get(town.code, 1.0) for town in self._towns]
        self._stride = _coprime(size.articles, int(size.articles * 0.618) + size.seed)
        self._all_topics = [topic for topics in phrases.topics.values() for topic in topics]
        self._filed_under = Random(size.seed).sample(sorted(directory.topics), len(directory.topics))

    def at(self, number: int) -> News:
        """The n-th article, the oldest being the first."""
        draw = Random(f"{self.size.seed}:{number}")
        at = crowds.moment(number, self.size.articles, draw, self.size.today, _HOURS)
        (column,) = draw.choices(self._columns, self._column_shares)
        (town,) = draw.choices(self._towns, self._town_shares)
        spoken = {
            "town": town.name,
            "place": f"{draw.choice(self._places.names)}{draw.choice(self._places.kinds)}",
            "topic": draw.choice(self.phrases.topics.get(column, self._all_topics)),
            "number": str(draw.randint(2, 90)),
        }
        pictures = [self._picture(draw, at, spoken) for _ in range(*draw.choices(range(len(_PICTURES)), _PICTURES))]
        words = self._words(draw, column, town.code if draw.random() < 0.8 else None, spoken, pictures)
        rank = number * self._stride % self.size.articles
        return News(self.number(at, "N", draw), words, at, rank, spoken, pictures)

    def number(self, at: datetime, kind: str, draw: Random) -> str:
        """A number of that day."""
        district = self.directory.district
        return new_number(district.number_prefix, at, district.zone, kind, draw.choice)

    def comments_of(self, news: News) -> int:
        """How many are written below it: few articles have most, and all have together what was asked for."""
        return self._spoken(news.rank + 1) - self._spoken(news.rank)

    def _spoken(self, ranks: int) -> int:
        """How many comments the so many articles have that are spoken of most."""
        return int(self.size.comments * math.log1p(ranks / _STEEP) / math.log1p(self.size.articles / _STEEP))

    def _picture(self, draw: Random, at: datetime, spoken: Mapping[str, str]) -> Document:
        """A picture of the article's own, or one from stock, which a few pictures are for most of the time."""
        if draw.random() > _FROM_STOCK:
            return self._row(draw, at - timedelta(hours=2), spoken, held=0.03)
        nth = int(max(self.size.articles // _STOCK_ONE_IN, 3) * draw.random() ** 3)
        stocked = self.size.today - timedelta(days=365 * crowds.YEARS)
        place = {"town": "", "place": self.directory.district.name, "topic": "街景", "number": str(nth)}
        return self._row(Random(f"{self.size.seed}:stock:{nth}"), stocked, place, held=0.5)

    def _row(self, draw: Random, at: datetime, spoken: Mapping[str, str], held: float) -> Document:
        """What is kept of a picture; of so many the right to show it has an end."""
        said, (width, height) = self.phrases, draw.choice(_SIZES)
        alt, credit = draw.choice(said.pictures).format(**spoken), draw.choice(said.credits)
        row = {
            "_id": f"{draw.getrandbits(128):032x}",
            "owner": draw.choice(_REPORTERS).id,
            "width": width,
            "height": height,
            "widths": list(derivatives.widths_of(width)),
            "library": True,
            "created": at,
            "alt": alt,
            "credit": credit,
            "caption": "",
            search.FIELD: text.grams(alt, "", credit),
        }
        if draw.random() < held:
            last_day = (at + timedelta(days=draw.randint(180, 2500))).date()
            until = media.end_of(last_day, self.directory.district.zone)
            stated = {"shown_until": until, "licence": draw.choice(said.licences), "stated_at": at}
            row |= {**stated, "stated_by": row["owner"], "rights_version": 1}
        return row

    def _words(
        self, draw: Random, column: str, town: str | None, spoken: Mapping[str, str], pictures: Sequence[Document]
    ) -> Words:
        said = self.phrases
        return Words(
            column=column,
            town=town,
            title=draw.choice(said.titles).format(**spoken)[:60],
            lead=draw.choice(said.leads).format(**spoken)[:200],
            blocks=tuple(_illustrated(list(self._blocks(draw, spoken)), pictures)),
            desk=draw.choice(said.desks),
            source=said.source,
            topics=self._topics(draw),
            example=True,
        )

    def _topics(self, draw: Random) -> tuple[str, ...]:
        """What it is filed under: few topics have most."""
        (most,) = draw.choices(range(len(_TOPICS)), _TOPICS)
        shares = [1 / (rank + 2) for rank in range(len(self._filed_under))]
        return tuple(dict.fromkeys(draw.choices(self._filed_under, shares, k=most)) if shares else ())

    def _blocks(self, draw: Random, spoken: Mapping[str, str]) -> Iterator[Block]:
        said = self.phrases
        for heading in draw.sample(list(said.headings), draw.randint(1, 4)):
            yield Block(kind=Kind.HEADING, text=heading)
            for _ in range(draw.randint(1, 3)):
                text = "".join(draw.sample(list(said.sentences), draw.randint(1, 4)))
                yield Block(kind=Kind.PARAGRAPH, text=text.format(**spoken))
            if draw.random() < 0.3:
                yield Block(kind=Kind.QUOTE, text=draw.choice(said.quotes).format(**spoken))


def _illustrated(blocks: Sequence[Block], pictures: Sequence[Document]) -> Iterator[AnyBlock]:
    """The blocks with the pictures among them, the first before all, each once."""
    shown = list({row["_id"]: row for row in pictures}.values())
    for at, block in enumerate(blocks):
        if at < len(shown):
            yield _shown(shown[at])
        yield block
    yield from map(_shown, shown[len(blocks) :])


def _shown(row: Document) -> PictureBlock:
    about = {name: row[name] for name in ("width", "height", "alt", "credit", "caption")}
    return PictureBlock(picture=row["_id"], **about)


def publish_some(parts: Parts, crowd: Crowd, numbers: range) -> int:
    """Writes the articles of these numbers with all that belongs to them, unless it is there; how many are new.

    What is counted is written last: an interrupted batch is completed by the next run.
    """
    made = Made()
    for number in numbers:
        _make(made, crowd, number)
    new = crowds.missing(parts.articles.collection, (row["_id"] for row in made.articles))
    db = parts.articles.collection.database
    for name, rows in (
        ("pictures", _new(db["pictures"], made.pictures)),
        ("articles", [row for row in made.articles if row["_id"] in new]),
        ("versions", made.versions),
        ("comment_reports", made.reports),
        ("comments", _new(parts.comments.collection, made.comments)),
    ):
        crowds.add(db[name], rows)
    for name, rows in (("comment_counts", made.counts), ("reading_counts", made.readings)):
        if rows:
            db[name].bulk_write([ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in rows], ordered=False)
    return len(new)


def _new(collection: Collection[Document], rows: Sequence[Document]) -> list[Document]:
    new = crowds.missing(collection, (row["_id"] for row in rows))
    return [row for row in rows if row["_id"] in new]


def _make(made: Made, crowd: Crowd, number: int) -> None:
    news, draw = crowd.at(number), Random(f"{crowd.size.seed}:{number}:what becomes of it")
    steps = _lived(news, crowd, draw)
    article, _ = steps[-1]
    notes = [_note(f"{one.id}/{one.version}", by.id, reading.receipt_of(one), one.updated_at) for one, by in steps]
    made.articles.append({"_id": article.id, **document_of(article), "_answers": notes})
    made.pictures += news.pictures
    for (before, _), (after, _) in pairwise(steps):
        if left := versions.left_behind(before, after):
            made.versions.append(version_document(left))
    if not article.published_at:
        return
    shown = 0
    for comment, reporters in _comments(news, crowd, draw):
        note = _note(comment.id, comment.author or "", commenting.receipt_of(comment), comment.created)
        again = comment.state in MAY_BE_SAID_AGAIN
        same = {} if again else {"by_same": commenting.same_words(comment)}
        made.comments.append({"_id": comment.id, **comment_document(comment), **same, "_answers": [note]})
        made.reports += [{"_id": report_id(comment.id, one), "account": one} for one in reporters]
        shown += comment.counted
    if shown:
        made.counts.append({"_id": article.id, "shown": shown})
    if article.listed:
        made.readings += _readings(news, crowd, draw)


def _note(key: str, by: str, receipt: BaseModel, at: datetime) -> Document:
    return Once(by, CrowdRequest(idempotency_key=key)).note(receipt.model_dump(mode="json"), at)


def _lived(news: News, crowd: Crowd, draw: Random) -> list[tuple[Article, Actor]]:
    """The article after each of its steps, and who took it."""
    reporter = draw.choice(_REPORTERS)
    people = [draw.choice(some) for some in (_EDITORS, _DUTY_EDITORS, _CHIEF_EDITORS)]
    begun = news.at - timedelta(minutes=draw.randint(90, 3000))
    pause = (news.at - begun) / 6
    taken = [(editing.create(news.number, reporter, news.words, begun).article, reporter)]
    at_work = begun > crowd.size.today - _AT_WORK and draw.randrange(8) == 0
    stops = draw.randrange(6) if at_work else 6  # after so many of the steps before publication

    def then(by: Actor, step: Callable[..., Change], at: datetime, *given: Any) -> None:
        taken.append((step(taken[-1][0], by, at, *given).article, by))

    if stops > 0:
        then(reporter, reviewing.submit, begun + pause, (), "")
    for nth, reviewer in enumerate(people[: max(stops - 1, 0)], start=2):
        then(reviewer, reviewing.approve, begun + pause * nth, "")
    if stops == 5:
        late = crowd.size.today + timedelta(days=draw.randint(2, 90))
        then(people[0], scheduling.schedule, begun + pause * 5, late)
    if stops == 6:
        then(people[0], editing.publish, news.at)
        later, fate = news.at + timedelta(hours=draw.randint(1, 40)), draw.random()
        if later < crowd.size.today and fate < 0.04:
            words = news.words.model_copy(update={"lead": f"{news.words.lead[:190]}（有更正）"})
            then(people[0], editing.save, later, Saved(words, draw.choice(crowd.phrases.corrections)))
            then(people[2], reviewing.review_later, later, "")
        elif later < crowd.size.today and fate < 0.055:
            then(people[0], editing.withdraw, later, draw.choice(crowd.phrases.withdrawals))
    return taken


def _comments(news: News, crowd: Crowd, draw: Random) -> Iterator[tuple[Comment, list[str]]]:
    """What is written below it, and who reports what. Nobody says the same twice."""
    rules = crowd.directory.comments
    if rules.policy(news.words.column) is comments.CommentPolicy.CLOSED:
        return
    said: set[tuple[str, str]] = set()
    number, people = crowd.comments_of(news), max(crowd.size.comments // 6, 50)
    while len(said) < number:
        author = f"r_crowd{int(people * draw.random() ** 3):07}"  # a few comment again and again
        text = _said(crowd.phrases.comments, news.spoken, draw)
        if (author, text) in said:
            text = f"{text}（{len(said)}楼）"
        said.add((author, text))
        at = news.at + timedelta(hours=min(draw.lognormvariate(1.5, 1.4), 2000))
        if at >= crowd.size.today:
            at = news.at + (crowd.size.today - news.at) * draw.random()
        written = Written(news.number, news.words.column, text)
        yield _looked_at(comments.write(crowd.number(at, "C", draw), written, author, at, rules), crowd, draw)


def _said(of: Remarks, spoken: Mapping[str, str], draw: Random) -> str:
    return "".join(draw.choice(part) for part in (of.openings, of.middles, of.endings)).format(**spoken)


def _looked_at(comment: Comment, crowd: Crowd, draw: Random) -> tuple[Comment, list[str]]:
    """What editors, readers and offices make of it, and who reported it."""
    editor, fate, today = draw.choice(_EDITORS), draw.random(), crowd.size.today
    at = min(comment.created + timedelta(minutes=draw.randint(3, 600)), today)
    new = at > today - _LOOKED_AT
    if comment.state is CommentState.WAITING:
        if new and draw.random() < 0.5:
            return comment, []
        comment = _decided(comment, Action.REFUSE if fate < 0.08 else Action.APPROVE, editor, at, crowd, draw)
    reporters = list[str]()
    if comment.state is CommentState.SHOWN and fate > 0.98:
        rules = crowd.directory.comments
        reporters = [f"r_crowd_reader{nth}" for nth in range(rules.reports_hide)]
        for reporter in reporters:
            comment = comments.report(comment, reporter, draw.choice(rules.report_reasons).code, rules)
        if not new:
            comment = _decided(comment, draw.choice((Action.HIDE, Action.APPROVE)), editor, at, crowd, draw)
    elif comment.state is CommentState.SHOWN and fate > 0.96:
        office = draw.choice(sorted(crowd.directory.departments))
        handler = Actor(f"s_crowd_{office}", comments.ANSWERING_OFFICES)
        said = Answering(draw.choice(crowd.phrases.answers), office, handler, (office,))
        comment = comments.answer(comment, said, at)
    elif comment.state is CommentState.SHOWN and fate > 0.95:
        comment = comments.delete(comment, comment.author or "", at)
    return comment, reporters


def _decided(comment: Comment, action: Action, by: Actor, at: datetime, crowd: Crowd, draw: Random) -> Comment:
    reasons = crowd.directory.comments.refusal_reasons
    reason = "" if action is Action.APPROVE else draw.choice(reasons).code
    return comments.moderate(comment, action, by.id, at, reason)


def _readings(news: News, crowd: Crowd, draw: Random) -> Iterator[Document]:
    """How many read it on the days that rankings look at."""
    today = crowd.size.today
    if today - news.at > _READ:
        return
    readers = 3000 * _STEEP / (_STEEP + news.rank) * math.exp(-((today - news.at) / timedelta(days=4)))
    for day in last_days(today, crowd.directory.district.zone):
        n = int(readers) + draw.randrange(4)
        if n:
            yield {
                "_id": f"{day}/{news.number}",
                "day": day,
                "article": news.number,
                "n": n,
                "forget_at": today + _READ,
            }


def _coprime(number: int, start: int) -> int:
    """The first number from there on whose multiples reach every rank."""
    return next(one for one in range(max(start, 1), start + number + 2) if math.gcd(one, number) == 1)


_at_work: dict[str, tuple[Parts, Crowd]] = {}
"""What a process of the pool works with."""


def _begin(size: Size) -> None:
    parts = _parts(settings.load(ServiceSettings))
    _at_work["here"] = (parts, read_crowd(parts.directory, settings.load(ServiceSettings), size))


def _work(numbers: range) -> int:
    return publish_some(*_at_work["here"], numbers)


def read_crowd(directory: Directory, told: ServiceSettings, size: Size) -> Crowd:
    """The crowd of a district."""
    phrases = load(told.district_dir, "demo/news_phrases.yml", Phrases)
    places = load(told.district_dir, "demo/phrases.yml", Places)
    columns = [column.code for column in read_columns(told.district_dir).columns]
    return Crowd(directory, columns, places, phrases, size)


def _parts(told: ServiceSettings) -> Parts:
    return assemble(connect(told.mongo_url).get_default_database(), told, wake=lambda: None)


def main() -> None:
    """Writes articles and comments into the database that `MONGO_URL` names, with one process for each core."""
    asked = argparse.ArgumentParser(prog="news.crowd")
    asked.add_argument("--articles", type=int, required=True)
    asked.add_argument("--comments", type=int, required=True)
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--processes", type=int)
    wanted = asked.parse_args()
    told = settings.load(ServiceSettings)
    today = crowds.midnight(utcnow(), read_directory(told.district_dir).district.zone)
    size = Size(wanted.articles, wanted.comments, wanted.seed, today)
    parts = _parts(told)
    seed.seed_columns(parts, read_columns(told.district_dir))
    new = crowds.grow("articles with their comments", wanted.articles, _begin, (size,), _work, wanted.processes)
    ranking.rank(parts)
    written = parts.comments.collection.estimated_document_count()
    print(f"articles written: {new:,}; there already: {wanted.articles - new:,}; comments: {written:,}")  # noqa: T201


if __name__ == "__main__":
    main()
