"""How the catalogue is kept: documents, indexes, queries.

Items, offices and hospitals lie in collections of their own, in the catalogue's order. Other names (areas, life
events, departments, towns…) are rows of `terms`; what people say instead of the catalogue's words is in `phrases`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from pymongo import ASCENDING, DeleteOne, IndexModel, ReplaceOne
from pymongo.errors import DuplicateKeyError

from kit import outbox, paging
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document, Schema
from kit.search import FIELD as GRAMS
from kit.search import GRAMS_INDEX
from kit.text import grams

ITEMS, OFFICES, HOSPITALS = "items", "offices", "hospitals"
KINDS = {ITEMS: "item", OFFICES: "office", HOSPITALS: "hospital"}
"""The collections that are listed and searched, and what one of their rows is called."""

MOST_CANDIDATES = 2000
"""Rows of one collection that a search compares."""

IN_ORDER = (("order", ASCENDING), ("_id", ASCENDING))
_KEPT_INSIDE = {GRAMS: 0, "created": 0, "print": 0, "_outbox": 0, "_answers": 0}
_COMPARED = {"name": 1, "keywords": 1, "summary": 1, "order": 1, "departments": 1, "business": 1, "address": 1}


def _ordered(name: str, *fields: str) -> IndexModel:
    return IndexModel([*((field, ASCENDING) for field in fields), *IN_ORDER], name=name)


SCHEMA = Schema(
    {
        ITEMS: [
            outbox.PENDING_INDEX,
            ANSWERS_INDEX,
            GRAMS_INDEX,
            _ordered("all"),
            _ordered("life_event", "life_events"),
            _ordered("department", "department"),
            _ordered("area", "area"),
            IndexModel([("rank", ASCENDING), ("_id", ASCENDING)], name="rank"),
        ],
        OFFICES: [outbox.PENDING_INDEX, GRAMS_INDEX, _ordered("all"), _ordered("town", "town")],
        HOSPITALS: [
            outbox.PENDING_INDEX,
            GRAMS_INDEX,
            _ordered("all"),
            _ordered("feature", "features"),
            _ordered("town", "town"),
        ],
        "terms": [_ordered("kind", "kind")],
    }
)

_Change = ReplaceOne[Document] | DeleteOne

Filters = Mapping[str, tuple[str, str]]
"""By index: the field that it begins with and the value wanted, the narrowest index first."""


def words_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """What a row is found by, the most telling first."""
    spoken = (*fields.get("keywords", ()), *fields.get("departments", ()))
    rest = (fields.get("summary", ""), *fields.get("business", ()), fields.get("address", ""))
    return fields["name"], " ".join(spoken), " ".join(rest)


def print_of(fields: Mapping[str, Any]) -> str:
    """A fingerprint of a row of the district's data."""
    return sha256(orjson.dumps(fields, option=orjson.OPT_SORT_KEYS)).hexdigest()


def changed(collection: str, id_: str, version: int, now: datetime) -> Document:
    """The event that a row has changed."""
    kind = KINDS[collection]
    key = "code" if collection == ITEMS else "id"
    return outbox.event(f"services_hub.{kind}_changed.v1", id_, version, {key: id_, "version": version}, now)


class Store:
    """The catalogue of a district."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self.items = db[ITEMS]

    def row(self, collection: str, id_: str) -> Document | None:
        """A row without what is kept for search and events."""
        return self._db[collection].find_one({"_id": id_}, _KEPT_INSIDE)

    def page(
        self, collection: str, filters: Filters, limit: int, cursor: str | None
    ) -> tuple[list[Document], str | None]:
        """A page in the catalogue's order."""
        query, hint = dict(filters.values()), next(iter(filters), "all")
        return paging.page(self._db[collection], query, IN_ORDER, hint, limit, cursor, _KEPT_INSIDE)

    def most_used(self, limit: int) -> list[Document]:
        """The items that have a rank, in its order."""
        ranked = self.items.find({"rank": {"$gte": 1}}, _KEPT_INSIDE).hint("rank").sort([("rank", 1), ("_id", 1)])
        return list(ranked.limit(limit))

    def terms(self, kinds: Iterable[str]) -> list[Document]:
        """All terms of these kinds, in order."""
        return list(self._db["terms"].find({"kind": {"$in": list(kinds)}}).hint("kind"))

    def names(self, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """What these (kind, code) are called; items are known here too."""
        pairs = set(wanted)
        keys = [_term_key(kind, code) for kind, code in pairs if kind != "item"]
        codes = [code for kind, code in pairs if kind == "item"]
        found = {(row["kind"], row["code"]): row["name"] for row in self._db["terms"].find({"_id": {"$in": keys}})}
        for row in self.items.find({"_id": {"$in": codes}}, {"name": 1}) if codes else ():
            found["item", row["_id"]] = row["name"]
        return found

    def counts(self) -> dict[tuple[str, str], int]:
        """How many items each area, life event and department has."""
        counts: dict[tuple[str, str], int] = {}
        for row in self.items.find({}, {"area": 1, "life_events": 1, "department": 1}).hint("all"):
            events = [("life_event", code) for code in row["life_events"]]
            for key in (("area", row["area"]), ("department", row["department"]), *events):
                counts[key] = counts.get(key, 0) + 1
        return counts

    def phrases(self, candidates: Sequence[str]) -> dict[str, list[str]]:
        """Those of the candidates that are known phrases, and what each means; a filler means nothing."""
        return {row["_id"]: row["means"] for row in self._db["phrases"].find({"_id": {"$in": list(candidates)}})}

    def candidates(self, collection: str, hashed: Sequence[int]) -> list[Document]:
        """The rows that hold one of the hashed bigrams."""
        found = self._db[collection].find({GRAMS: {"$in": list(hashed)}}, _COMPARED).hint("grams")
        return list(found.limit(MOST_CANDIDATES))

    def revise(self, row: Document, changes: Mapping[str, Any], editor: str, answer: Document, now: datetime) -> bool:
        """Writes an operator's changes to an item if nobody changed it since; `answer` is an operand of `$push`."""
        version = row["version"] + 1
        update = {
            "$set": {**_searchable({**row, **changes}), **changes, "version": version, "edited_by": editor},
            "$push": {"_outbox": changed(ITEMS, row["_id"], version, now), **answer},
        }
        try:
            unchanged = {"_id": row["_id"], "version": row["version"]}
            return self.items.update_one(unchanged, update).modified_count == 1
        except DuplicateKeyError:  # the key was used for another item
            return False

    def put(self, collection: str, id_: str, fields: Mapping[str, Any], now: datetime) -> bool:
        """Takes over a row of the district's data, unless it is known or an operator has changed it since."""
        mark = print_of(fields)
        rows = self._db[collection]
        known = rows.find_one({"_id": id_}, {"print": 1, "version": 1, "edited_by": 1})
        values = {**fields, **_searchable(fields), "print": mark}
        if known is None:
            event = changed(collection, id_, 1, now)
            return _inserted(rows, {"_id": id_, **values, "created": now, "version": 1, "_outbox": [event]})
        if known["print"] == mark or "edited_by" in known:
            return False
        version = known["version"] + 1
        update = {"$set": {**values, "version": version}, "$push": {"_outbox": changed(collection, id_, version, now)}}
        unchanged = {"_id": id_, "version": known["version"]}
        return rows.update_one(unchanged, update).modified_count == 1

    def drop_others(self, collection: str, ids: Sequence[str]) -> int:
        """Removes what the district's data no longer has, unless an operator has changed it."""
        gone = {"_id": {"$nin": list(ids)}, "edited_by": {"$exists": False}}
        return self._db[collection].delete_many(gone).deleted_count

    def replace_terms(self, kind: str, terms: Sequence[Mapping[str, Any]]) -> None:
        """Makes the terms of a kind those of the district's data. One that has not changed there is left alone."""
        rows = {_term_key(kind, term["code"]): {"kind": kind, "order": o, **term} for o, term in enumerate(terms)}
        self._replace("terms", rows, {"kind": kind})

    def replace_phrases(self, phrases: Mapping[str, Sequence[str]]) -> None:
        """Makes the known phrases those of the district's data, likewise."""
        self._replace("phrases", {phrase: {"means": list(means)} for phrase, means in phrases.items()}, {})

    def _replace(self, collection: str, rows: Mapping[str, Document], among: Document) -> None:
        marks = {row["_id"]: row.get("print") for row in self._db[collection].find(among, {"print": 1})}
        marked = {key: {**fields, "print": print_of(fields)} for key, fields in rows.items()}
        changes: list[_Change] = [
            ReplaceOne({"_id": key}, row, upsert=True) for key, row in marked.items() if marks.get(key) != row["print"]
        ]
        changes += [DeleteOne({"_id": key}) for key in marks if key not in rows]
        if changes:
            self._db[collection].bulk_write(changes, ordered=False)


def _searchable(fields: Mapping[str, Any]) -> Document:
    return {GRAMS: grams(*words_of(fields))}


def _term_key(kind: str, code: str) -> str:
    return f"{kind}:{code}"


def _inserted(rows: Any, document: Document) -> bool:
    try:
        rows.insert_one(document)
    except DuplicateKeyError:  # another process takes the same row over at the same time
        return False
    return True
