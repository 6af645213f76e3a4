"""The articles of a district: indexes, queries, and how one is changed.

An article is one document, so that a step, its event and its answer commit together. What lists are sorted and filtered
by is copied to the top of the document: `created` is the time of publication, the rest begins with `by_`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from kit import outbox, search
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import Order, Place, beyond, page
from kit.search import Words
from news.domain.article import STATE_OF, Article, Stage, State
from news.domain.lifecycle import EDITORS, Actor, works_on
from news.domain.versions import LOCKED_FOR, Lock
from news.store.documents import IN_A_LIST, TITLE_GRAMS, article_of, document_of, titled

Rows = tuple[list[Article], str | None]
"""A page and its cursor."""

_NEWEST = (("created", DESCENDING), ("_id", DESCENDING))
_LAST_DRAFTED = (("drafted_at", DESCENDING), ("_id", DESCENDING))
_LAST_WITHDRAWN = (("withdrawn_at", DESCENDING), ("_id", DESCENDING))
_CHANGED = (("updated_at", ASCENDING), ("_id", ASCENDING))
_RESTATED = (("rights_restated_at", ASCENDING), ("_id", ASCENDING))
_LISTED = {"by_listed": True}
_SENT_BACK = {"returned": True}
_PUBLISHED_ONCE = {"published_at": {"$type": "date"}}
_ONCE_RESTATED = {"rights_restated_at": {"$type": "date"}}
_ONCE_ELSEWHERE = {"left.at": {"$type": "date"}}
_NOT_SEEN = {"_answers": 0, "_outbox": 0, search.FIELD: 0, TITLE_GRAMS: 0}


def _listed(*fields: str) -> IndexModel:
    keys = [(field, ASCENDING) for field in fields]
    return IndexModel([*keys, *_NEWEST], name="_".join(("listed", *fields)), partialFilterExpression=_LISTED)


def _drafted(name: str, *fields: str) -> IndexModel:
    return IndexModel([*((field, ASCENDING) for field in fields), *_LAST_DRAFTED], name=name)


def _left(place: str) -> IndexModel:
    keys = [(f"left.{place}", ASCENDING), ("updated_at", ASCENDING)]
    return IndexModel(keys, name=f"left_{place}", partialFilterExpression=_ONCE_ELSEWHERE)


def _withdrawn(*fields: str) -> IndexModel:
    keys = [(field, ASCENDING) for field in fields]
    name = "_".join(("withdrawn", *fields))
    return IndexModel([*keys, *_LAST_WITHDRAWN], name=name, partialFilterExpression={"state": State.WITHDRAWN})


INDEXES = [
    outbox.PENDING_INDEX,
    ANSWERS_INDEX,
    search.GRAMS_INDEX,
    _listed(),
    _listed("by_column"),
    _listed("by_town"),
    _listed("by_town", "by_column"),
    _listed("topics"),
    _drafted("desk"),
    _drafted("desk_state", "state"),
    _drafted("desk_stage", "stage"),
    _drafted("desk_author", "author"),
    IndexModel([("author", ASCENDING), *_LAST_DRAFTED], name="returned", partialFilterExpression=_SENT_BACK),
    _drafted("titles", TITLE_GRAMS),
    IndexModel("by_pictures", name="pictures"),
    IndexModel("files.file", name="files", sparse=True),
    IndexModel("by_due", name="due"),
    _withdrawn(),
    _withdrawn("by_column"),
    _withdrawn("by_town"),
    IndexModel("created", name="withdrawn_published", partialFilterExpression={"state": State.WITHDRAWN}),
    IndexModel([*_CHANGED], name="changed", partialFilterExpression=_PUBLISHED_ONCE),
    IndexModel([*_RESTATED], name="rights_restated", partialFilterExpression=_ONCE_RESTATED),
    *(_left(place) for place in ("column", "town")),
]


@dataclass(frozen=True)
class Chosen:
    """What of an actor's desk: an editor's is every article, a reporter's are his own; `returned`: sent back to him."""

    actor: Actor
    state: State | None = None
    stage: Stage | None = None
    returned: bool = False

    def holds(self, article: Article) -> bool:
        """Whether the article is among them."""
        sent_back = article.returned and article.stage is Stage.WRITING and article.author == self.actor.id
        return (
            works_on(article, self.actor)
            and self.state in (None, article.state)
            and self.stage in (None, article.stage)
            and (sent_back or not self.returned)
        )


class Articles:
    """The articles of a district."""

    def __init__(self, db: Db) -> None:
        self.collection = db["articles"]
        self._words = Words(self.collection)
        self._titles = Words(self.collection, hint="titles", field=TITLE_GRAMS, time="drafted_at")

    def document(self, number: str) -> Document | None:
        """The whole document of an article."""
        return self.collection.find_one({"_id": number})

    def article(self, number: str) -> Article | None:
        """The article of this number."""
        found = self.collection.find_one({"_id": number}, _NOT_SEEN)
        return article_of(found) if found else None

    def some(self, numbers: Sequence[str]) -> list[Article]:
        """Those of these articles that exist, in the order asked, without their text."""
        found = self.collection.find({"_id": {"$in": list(numbers)}}, IN_A_LIST) if numbers else ()
        articles = {row["_id"]: article_of(row) for row in found}
        return [articles[number] for number in numbers if number in articles]

    def insert(self, article: Article, events: Sequence[Document], note: Document) -> None:
        """Keeps a new article with its answer. Raises `DuplicateKeyError` for a taken number or a repeated request."""
        kept = {"_id": article.id, **document_of(article), "_answers": [note]}
        self.collection.insert_one({**kept, "_outbox": list(events)} if events else kept)

    def replace(
        self, before: Article, after: Article, events: Sequence[Document], answer: Document | None = None
    ) -> bool:
        """Writes the change if nobody changed the article since; `answer` is an operand of `$push`."""
        told: Document = {"_outbox": {"$each": list(events)}} if events else {}
        update = {"$set": document_of(after), "$push": {**(answer or {}), **told}}
        return self.collection.update_one({"_id": before.id, "version": before.version}, update).modified_count == 1

    def listed(
        self, column: str | None, town: str | None, limit: int, cursor: str | None, *, topic: str | None = None
    ) -> Rows:
        """A page of what everyone may read, newest first: of a column, a town or both, or of a topic."""
        filters = {"topics": topic} if topic else _filters(column, town)
        return self._page(_LISTED | filters, "_".join(("listed", *filters)), _NEWEST, limit, cursor)

    def latest(self, column: str | None, town: str | None, limit: int) -> list[Article]:
        """The latest of what everyone may read, with its text."""
        filters = _filters(column, town)
        found = self.collection.find(_LISTED | filters, _NOT_SEEN).hint("_".join(("listed", *filters)))
        return [article_of(row) for row in found.sort(list(_NEWEST)).limit(limit)]

    def whole(self, numbers: Sequence[str]) -> list[Article]:
        """Those of these articles that exist, with their text, in no order."""
        found = self.collection.find({"_id": {"$in": list(numbers)}}, _NOT_SEEN).hint("_id_") if numbers else ()
        return [article_of(row) for row in found]

    def changed(self, after: datetime | None, until: datetime, place: Place, limit: int) -> list[Document]:
        """What was published once and took a step between these times, the earliest first.

        `at` is when; each step of an article moves that time, whoever sees what it changed.
        """
        return self._moved(_CHANGED, "changed", _PUBLISHED_ONCE, after, until, place, limit)

    def rights_restated(self, after: datetime | None, until: datetime, place: Place, limit: int) -> list[Document]:
        """What showed a picture when the right to show it was stated between these times, the earliest first."""
        return self._moved(_RESTATED, "rights_restated", _ONCE_RESTATED, after, until, place, limit)

    def listed_among(self, numbers: Sequence[str]) -> list[Article]:
        """Those of the articles that everyone may read, without their text, in no order."""
        found = self.collection.find({"_id": {"$in": list(numbers)}, "by_listed": True}, IN_A_LIST).hint("_id_")
        return [article_of(row) for row in found]

    def withdrawn(
        self, column: str | None, town: str | None, since: datetime, limit: int
    ) -> list[tuple[str, datetime]]:
        """What was withdrawn since then from where it was then, or had been, the latest first: number and when."""
        filters = _filters(column, town)
        gone = {"state": State.WITHDRAWN, "withdrawn_at": {"$gte": since}}
        here = self.collection.find({**gone, **filters}, {"withdrawn_at": 1}).hint("_".join(("withdrawn", *filters)))
        found = {row["_id"]: row["withdrawn_at"] for row in here.sort(list(_LAST_WITHDRAWN)).limit(limit)}
        for place, code in (("column", column), ("town", town)):
            found |= self._withdrawn_elsewhere(place, code, gone, since) if code else {}
        return sorted(found.items(), key=lambda row: (row[1], row[0]), reverse=True)[:limit]

    def left(self, place: str, code: str, since: datetime) -> list[datetime]:
        """When articles went elsewhere since then from this column, or town, as `place` says."""
        query = {f"left.{place}": code, "updated_at": {"$gt": since}, **_ONCE_ELSEWHERE}
        found = self.collection.find(query, {"left": 1}).hint(f"left_{place}")
        gone = (one["at"] for row in found for one in row["left"] if one[place] == code)
        return [at for at in gone if at > since]

    def last_withdrawn_of(self, since: datetime, until: datetime) -> datetime | None:
        """When the last was withdrawn of what was published from then until before then."""
        query = {"state": State.WITHDRAWN, "created": {"$gte": since, "$lt": until}}
        found = self.collection.find(query, {"withdrawn_at": 1}).hint("withdrawn_published")
        return max((row["withdrawn_at"] for row in found), default=None)

    def published_between(self) -> tuple[datetime, datetime] | None:
        """When the first and the last was published of what everyone may read."""
        ends = []
        for way in (ASCENDING, DESCENDING):
            order = [(field, direction * way * DESCENDING) for field, direction in _NEWEST]
            row = self.collection.find_one(_LISTED, {"created": 1}, sort=order, hint="listed")
            ends += [row["created"]] if row else []
        return (ends[0], ends[1]) if ends else None

    def published_in(self, since: datetime, until: datetime, limit: int, cursor: str | None) -> Rows:
        """A page of what was published from then until before then, newest first."""
        query = {**_LISTED, "created": {"$gte": since, "$lt": until}}
        return self._page(query, "listed", _NEWEST, limit, cursor)

    def holding(self, grams: Sequence[int], limit: int, cursor: str | None) -> Rows:
        """A page of what everyone may read and holds all these grams, newest first.

        It looks through a bounded number of articles, and may find none of them though there are older ones.
        """
        rows, following = self._words.page(grams, _LISTED, limit, cursor, IN_A_LIST)
        return [article_of(row) for row in rows], following

    def on_desk(self, chosen: Chosen, limit: int, cursor: str | None) -> Rows:
        """A page of what is chosen of the desk, last drafted first."""
        query, hint = _of_desk(chosen)
        return self._page(query, hint, _LAST_DRAFTED, limit, cursor)

    def count_on_desk(self, chosen: Chosen, most: int) -> int:
        """How much is chosen of the desk, counted up to `most`."""
        query, hint = _of_desk(chosen)
        return self.collection.count_documents(query, limit=most, hint=hint)

    def on_desk_holding(self, grams: Sequence[int], chosen: Chosen, limit: int, cursor: str | None) -> Rows:
        """A page of what is chosen of the desk and holds all these grams in its title, bounded as `holding`."""
        query, _ = _of_desk(chosen)
        rows, following = self._titles.page(grams, query, limit, cursor, IN_A_LIST)
        return [article_of(row) for row in rows], following

    def now(self) -> datetime:
        """The database's time, which is one for all who publish."""
        at: datetime = self.collection.database.command("hello")["localTime"]
        return at.replace(tzinfo=UTC)

    def due(self, now: datetime, limit: int) -> list[str]:
        """The numbers of articles whose time has come, the earliest first."""
        query = {"by_due": {"$lte": now}, "state": State.DRAFT}
        found = self.collection.find(query, {"_id": 1}).hint("due").sort("by_due", ASCENDING).limit(limit)
        return [row["_id"] for row in found]

    def shows(self, picture: str) -> bool:
        """Whether an article that everyone may read shows the picture."""
        query = {"by_pictures": picture, "by_listed": True}
        return self.collection.find_one(query, {"_id": 1}, hint="pictures") is not None

    def using(self, picture: str, limit: int, *, whole: bool = False) -> list[Article]:
        """Articles that use the picture, in whatever state, in no order; their text only as a `whole`."""
        found = self.collection.find({"by_pictures": picture}, _NOT_SEEN if whole else IN_A_LIST).hint("pictures")
        return [article_of(row) for row in found.limit(limit)]

    def giving(self, file: str, limit: int) -> list[Article]:
        """Articles that everyone may read and that named the file when they were last saved by who knows files."""
        found = self.collection.find({"files.file": file, "by_listed": True}, _NOT_SEEN).hint("files")
        return [article_of(row) for row in found.limit(limit)]

    def lock_of(self, number: str) -> Lock | None:
        """Who said last that he writes the article, however long ago."""
        return lock_in(self.collection.find_one({"_id": number}, {"lock": 1}))

    def take_lock(self, number: str, writer: str, now: datetime, *, take_over: bool) -> bool:
        """Whether the writer holds the lock now, newly or still; another's only by `take_over`."""
        free = {"$or": [{"lock": None}, {"lock.until": {"$lte": now}}, {"lock.by": writer}]}
        own = {"$and": [{"$eq": ["$lock.by", writer]}, {"$gt": ["$lock.until", now]}]}
        taken = {"by": writer, "since": {"$cond": [own, "$lock.since", now]}, "until": now + LOCKED_FOR}
        query = {"_id": number, **({} if take_over else free)}
        return self.collection.update_one(query, [{"$set": {"lock": taken}}]).matched_count == 1

    def release_lock(self, number: str, writer: str) -> None:
        """Lets others write, if it was he who held it."""
        self.collection.update_one({"_id": number, "lock.by": writer}, {"$unset": {"lock": ""}})

    def _moved(
        self,
        order: Order,
        hint: str,
        once: Document,
        after: datetime | None,
        until: datetime,
        place: Place,
        limit: int,
    ) -> list[Document]:
        """Rows whose first field of this order lies between these times: number, and `at`."""
        field = order[0][0]
        between = {**({"$gt": after} if after else {}), "$lt": until}
        query = beyond({**once, field: {**once.get(field, {}), **between}}, order, place)
        rows = self.collection.find(query, {field: 1}).hint(hint).sort(list(order)).limit(limit)
        return [{"_id": row["_id"], "at": row[field]} for row in rows]

    def _withdrawn_elsewhere(self, place: str, code: str, gone: Document, since: datetime) -> dict[str, datetime]:
        """The same of what had left this column, or town, before; `gone` says what was withdrawn since then."""
        query = {f"left.{place}": code, "updated_at": {"$gte": since}, **_ONCE_ELSEWHERE, **gone}
        rows = self.collection.find(query, {"withdrawn_at": 1}).hint(f"left_{place}")
        return {row["_id"]: row["withdrawn_at"] for row in rows}

    def _page(self, query: Document, hint: str, order: Order, limit: int, cursor: str | None) -> Rows:
        rows, following = page(self.collection, query, order, hint, limit, cursor, IN_A_LIST)
        return [article_of(row) for row in rows], following


def index_titles(db: Db) -> None:
    """Has articles found on the desk that an instance of before has kept without the bigrams of their titles."""
    articles = db["articles"]
    rows = articles.find({TITLE_GRAMS: {"$exists": False}}, {"words.title": 1}, batch_size=1000).hint("_id_")
    while some := list(islice(rows, 1000)):
        writes = [
            UpdateOne({"_id": row["_id"]}, {"$set": {TITLE_GRAMS: titled(row["words"]["title"])}}) for row in some
        ]
        articles.bulk_write(writes, ordered=False)


def lock_in(document: Document | None) -> Lock | None:
    """The lock in a document."""
    found = (document or {}).get("lock")
    return Lock(found["by"], found["since"], found["until"]) if found else None


def _of_desk(chosen: Chosen) -> tuple[Document, str]:
    """The query for what is chosen of a desk, and its index."""
    query: Document = {"state": chosen.state} if chosen.state else {}
    hint = "desk_state" if chosen.state else "desk"
    if chosen.stage:
        first = {"$in": [chosen.stage, None]} if chosen.stage is Stage.WRITING else chosen.stage  # None: of before
        query, hint = {"stage": first, "state": STATE_OF[chosen.stage], **query}, "desk_stage"
    if chosen.returned:
        writing = {"stage": Stage.WRITING, "state": State.DRAFT}
        return {**writing, **query, **_SENT_BACK, "author": chosen.actor.id}, "returned"
    if not chosen.actor.roles & EDITORS:
        query["author"], hint = chosen.actor.id, "desk_author"
    return query, hint


def _filters(column: str | None, town: str | None) -> Document:
    """What lists are narrowed by, in the order of their indexes' names."""
    return {name: value for name, value in (("by_town", town), ("by_column", column)) if value is not None}
