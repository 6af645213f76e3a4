"""How columns and articles are kept: documents, indexes, queries.

An article is one document, so that a step, its event and its answer commit together. What lists are sorted and filtered
by is copied to the top of the document: `created` is the time of publication, the rest begins with `by_`.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import orjson
from pymongo import ASCENDING, DESCENDING, IndexModel

from kit import outbox, text
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document, Schema
from kit.paging import Order, beyond, cut, decode_cursor, encode_cursor, place_of
from news.domain.article import Article, State
from news.domain.district import Column
from news.domain.lifecycle import EDITORS, Actor

Rows = tuple[list[Article], str | None]
"""A page and its cursor."""

_NEWEST = (("created", DESCENDING), ("_id", DESCENDING))
_LAST_DRAFTED = (("drafted_at", DESCENDING), ("_id", DESCENDING))
_LISTED = {"by_listed": True}
_NOT_SEEN = {"_answers": 0, "_outbox": 0, text.FIELD: 0}
_NOT_LISTED = {**_NOT_SEEN, "words.blocks": 0}


def _listed(*fields: str) -> IndexModel:
    keys = [(field, ASCENDING) for field in fields]
    return IndexModel([*keys, *_NEWEST], name="_".join(("listed", *fields)), partialFilterExpression=_LISTED)


def _drafted(name: str, *fields: str) -> IndexModel:
    return IndexModel([*((field, ASCENDING) for field in fields), *_LAST_DRAFTED], name=name)


SCHEMA = Schema(
    {
        "articles": [
            outbox.PENDING_INDEX,
            ANSWERS_INDEX,
            text.GRAMS_INDEX,
            _listed(),
            _listed("by_column"),
            _listed("by_town"),
            _listed("by_town", "by_column"),
            _drafted("desk"),
            _drafted("desk_state", "state"),
            _drafted("desk_author", "author"),
        ],
        "columns": [IndexModel([("order", ASCENDING), ("_id", ASCENDING)], name="order")],
    }
)


def document_of(article: Article) -> Document:
    """The article as its document keeps it, with the copies that lists and search need."""
    words = article.words
    return {
        **article.model_dump(mode="python", exclude={"id"}),
        "by_listed": article.listed,
        "by_column": words.column,
        "by_town": words.town,
        "created": article.published_at,
        text.FIELD: text.grams(words.title, words.lead) if article.listed else [],
    }


def article_of(document: Mapping[str, Any]) -> Article:
    """The article in a document; one read for a list has no blocks."""
    known = {name: document[name] for name in Article.model_fields if name in document}
    return Article.model_validate({**known, "id": document["_id"], "words": {"blocks": (), **document["words"]}})


class Articles:
    """The articles of a district."""

    def __init__(self, db: Db) -> None:
        self.collection = db["articles"]

    def document(self, number: str) -> Document | None:
        """The whole document of an article."""
        return self.collection.find_one({"_id": number})

    def article(self, number: str) -> Article | None:
        """The article of this number."""
        found = self.collection.find_one({"_id": number}, _NOT_SEEN)
        return article_of(found) if found else None

    def insert(self, article: Article, events: Sequence[Document], note: Document) -> None:
        """Keeps a new article with its answer. Raises `DuplicateKeyError` for a taken number or a repeated request."""
        kept = {"_id": article.id, **document_of(article), "_answers": [note]}
        self.collection.insert_one({**kept, "_outbox": list(events)} if events else kept)

    def replace(self, before: Article, after: Article, events: Sequence[Document], answer: Document) -> bool:
        """Writes the change if nobody changed the article since; `answer` is an operand of `$push`."""
        told: Document = {"_outbox": {"$each": list(events)}} if events else {}
        update = {"$set": document_of(after), "$push": {**answer, **told}}
        return self.collection.update_one({"_id": before.id, "version": before.version}, update).modified_count == 1

    def listed(self, column: str | None, town: str | None, limit: int, cursor: str | None) -> Rows:
        """A page of what everyone may read, newest first."""
        filters = {name: value for name, value in (("by_town", town), ("by_column", column)) if value is not None}
        return self._page(_LISTED | filters, "_".join(("listed", *filters)), _NEWEST, limit, cursor)

    def holding(self, grams: Sequence[int], limit: int, cursor: str | None) -> Rows:
        """A page of what everyone may read and holds all these grams, newest first."""
        place = place_of(cursor)
        within = {"created": {"$lte": place[0]}} if place else {}
        return self._page(text.holding(self.collection, grams, within=within), "grams", _NEWEST, limit, cursor)

    def on_desk(self, actor: Actor, state: State | None, limit: int, cursor: str | None) -> Rows:
        """A page of the actor's desk, last drafted first: an editor's is every article, a reporter's are his own."""
        query: Document = {"state": state} if state else {}
        hint = "desk_state" if state else "desk"
        if not actor.roles & EDITORS:
            query["author"], hint = actor.id, "desk_author"
        return self._page(query, hint, _LAST_DRAFTED, limit, cursor)

    def _page(self, query: Document, hint: str, order: Order, limit: int, cursor: str | None) -> Rows:
        found = self.collection.find(beyond(query, order, place_of(cursor)), _NOT_LISTED).hint(hint).sort(list(order))
        rows, following = cut(list(found.limit(limit + 1)), limit, order)
        return [article_of(row) for row in rows], following


class Columns:
    """The columns of a district."""

    def __init__(self, db: Db) -> None:
        self._collection = db["columns"]

    def names(self) -> dict[str, str]:
        """What each code is called."""
        return {column.code: column.name for column in self._found({}, 0)}

    def exists(self, code: str) -> bool:
        """Whether articles can be put there."""
        return self._collection.find_one({"_id": code}, {"_id": 1}) is not None

    def page(self, limit: int, cursor: str | None) -> tuple[list[Column], str | None]:
        """A page of them in their order."""
        after = {"order": {"$gte": decode_cursor(cursor, 1)[0]}} if cursor else {}
        columns = self._found(after, limit + 1)
        if len(columns) <= limit:
            return columns, None
        following = self._collection.find_one({"_id": columns[limit].code}, {"order": 1}) or {}
        return columns[:limit], encode_cursor(following["order"])

    def put(self, order: int, column: Column) -> bool:
        """Keeps a column of the district's file; one whose row in the file is as before stays as it is here."""
        row = {"order": order, **column.model_dump(exclude={"code"})}
        seeded = sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()
        known = self._collection.find_one({"_id": column.code}, {"seeded": 1})
        if known and known["seeded"] == seeded:
            return False
        self._collection.replace_one({"_id": column.code}, {**row, "seeded": seeded}, upsert=True)
        return True

    def _found(self, query: Document, limit: int) -> list[Column]:
        rows = self._collection.find(query).hint("order").sort([("order", ASCENDING), ("_id", ASCENDING)]).limit(limit)
        return [Column(code=row["_id"], name=row["name"], about=row["about"]) for row in rows]
