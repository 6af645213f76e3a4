"""How local life is kept: documents, indexes, queries.

A row is one document, so that an editor's change, its event and its answer commit together. Rows lie in the district's
order. What lists and search need is copied beside the row's own fields (`copies_of`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel
from pymongo.errors import DuplicateKeyError

from kit import outbox, paging, search, text
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document, Schema
from kit.paging import beyond
from local.domain.content import seasons_of

GUIDES, KINDS, PLAYS, TRADES, PROVIDERS = "guides", "kinds", "plays", "trades", "providers"
TOLD = {GUIDES: ("guide", "slug"), PLAYS: ("play", "id"), PROVIDERS: ("provider", "id")}
"""The collections whose changes are told: what a row is called, and the name of its key."""

_IN_ORDER = [("order", ASCENDING), ("_id", ASCENDING)]
NEWEST = [("created", DESCENDING), ("_id", DESCENDING)]
NEAREST = [("distance", ASCENDING), ("_id", ASCENDING)]
_SHORTEST_SEASON = [("season_length", ASCENDING), *_IN_ORDER]
_KEPT_INSIDE = {search.FIELD: 0, "_outbox": 0, "_answers": 0, "seeded": 0}


def _ordered(name: str, *fields: str) -> IndexModel:
    return IndexModel([*((field, ASCENDING) for field in fields), *_IN_ORDER], name=name)


_CHANGED = [outbox.PENDING_INDEX, ANSWERS_INDEX, _ordered("all")]
_NEAR = IndexModel([("point", GEOSPHERE)], name="near")
SCHEMA = Schema(
    {
        GUIDES: [*_CHANGED, search.GRAMS_INDEX],
        KINDS: [_ordered("all")],
        PLAYS: [
            *_CHANGED,
            search.GRAMS_INDEX,
            _NEAR,
            _ordered("kind", "kind"),
            _ordered("town", "town"),
            _ordered("season", "seasons"),
            IndexModel([("months", ASCENDING), *_SHORTEST_SEASON], name="month"),
        ],
        TRADES: [_ordered("all")],
        PROVIDERS: [*_CHANGED, _NEAR, _ordered("trade", "trade"), _ordered("trade_area", "trade", "area")],
    }
)

After = Sequence[Any] | None
"""The sort key and id of the last row that was seen."""


def words_of(row: Mapping[str, Any]) -> tuple[str, ...]:
    """What a guide or a play is found by, the most telling first."""
    steps = " ".join(step["title"] for step in row.get("steps", ()))
    named = row.get("title") or row["name"]
    return named, row.get("summary") or row["what"], steps


def copies_of(collection: str, row: Mapping[str, Any]) -> Document:
    """What lists, search and nearness need of a row."""
    copies: Document = {}
    if collection in (GUIDES, PLAYS):
        copies[search.FIELD] = text.grams(*words_of(row))
    if collection in (PLAYS, PROVIDERS):
        copies["point"] = {"type": "Point", "coordinates": [row["lon"], row["lat"]]}
    if collection == PLAYS:
        copies |= {"seasons": seasons_of(row["months"]), "season_length": len(set(row["months"]))}
    return copies


class Store:
    """The local life of a district."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def rows_of(self, collection: str) -> Any:
        """The collection itself, in which answers to repeated commands are looked for."""
        return self._db[collection]

    def row(self, collection: str, id_: str) -> Document | None:
        """A row without what is kept for search and events."""
        return self._db[collection].find_one({"_id": id_}, _KEPT_INSIDE)

    def page(
        self, collection: str, index: str, wanted: Mapping[str, str], limit: int, cursor: str | None
    ) -> tuple[list[Document], str | None]:
        """A page of what is wanted, in the district's order; the index begins with one of the fields wanted."""
        return paging.page(self._db[collection], wanted, _IN_ORDER, index, limit, cursor, _KEPT_INSIDE)

    def in_season(self, month: int, limit: int) -> list[Document]:
        """Plays of the month, those with the shortest season first."""
        found = self._db[PLAYS].find({"months": month}, _KEPT_INSIDE).hint("month").sort(_SHORTEST_SEASON)
        return list(found.limit(limit))

    def holding(self, collection: str, grams: Sequence[int], limit: int, after: After) -> list[Document]:
        """The newest rows after that one which hold all these grams."""
        query = beyond({search.FIELD: {"$all": list(grams)}}, NEWEST, after)
        return list(self._db[collection].find(query, _KEPT_INSIDE).hint("grams").sort(NEWEST).limit(limit))

    def near(self, collection: str, lon: float, lat: float, radius: float, limit: int, after: After) -> list[Document]:
        """The nearest rows after that one, at most `radius` metres away; `distance` is in metres."""
        around = {
            "near": {"type": "Point", "coordinates": [lon, lat]},
            "key": "point",
            "distanceField": "distance",
            "maxDistance": radius,
            "spherical": True,
        }
        steps: list[Document] = [{"$geoNear": around}]
        if after:
            same = {"distance": after[0], "_id": {"$gt": after[1]}}
            steps.append({"$match": {"$or": [{"distance": {"$gt": after[0]}}, same]}})
        steps += [{"$sort": dict(NEAREST)}, {"$limit": limit}, {"$project": _KEPT_INSIDE}]
        return list(self._db[collection].aggregate(steps))

    def counts(self) -> dict[str, int]:
        """How many plays each kind has."""
        groups = self._db[PLAYS].aggregate([{"$group": {"_id": "$kind", "count": {"$sum": 1}}}], hint="kind")
        return {row["_id"]: row["count"] for row in groups}

    def kind_names(self) -> dict[str, str]:
        """What each kind of destination is called."""
        return {row["_id"]: row["name"] for row in self._db[KINDS].find({}, {"name": 1}).hint("all")}

    def revise(
        self, collection: str, row: Document, changes: Mapping[str, Any], editor: str, answer: Document, now: datetime
    ) -> bool:
        """Writes an editor's changes if nobody changed the row since; `answer` is an operand of `$push`."""
        version = row["version"] + 1
        fields = {**changes, **copies_of(collection, {**row, **changes})}
        update = {
            "$set": {**fields, "version": version, "updated_at": now, "edited_by": editor},
            "$push": {"_outbox": _changed(collection, row["_id"], version, now), **answer},
        }
        try:
            unchanged = {"_id": row["_id"], "version": row["version"]}
            return self._db[collection].update_one(unchanged, update).modified_count == 1
        except DuplicateKeyError:  # the key was used for another row
            return False

    def put(self, collection: str, id_: str, row: Mapping[str, Any], now: datetime) -> bool:
        """Takes over a row of the district's data, unless it is known or an editor has changed it since."""
        mark = sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()
        known = self._db[collection].find_one({"_id": id_}, {"seeded": 1, "version": 1, "edited_by": 1})
        if known and (known["seeded"] == mark or "edited_by" in known):
            return False
        version = known["version"] + 1 if known else 1
        fields = {**row, **copies_of(collection, row), "seeded": mark, "version": version, "updated_at": now}
        update: Document = {"$set": fields, "$setOnInsert": {"created": now}}
        if collection in TOLD:
            update["$push"] = {"_outbox": _changed(collection, id_, version, now)}
        unchanged = {"_id": id_, "version": known["version"] if known else {"$exists": False}}
        try:
            written = self._db[collection].update_one(unchanged, update, upsert=known is None)
        except DuplicateKeyError:  # another process takes the same row over at the same time
            return False
        return bool(written.modified_count or written.upserted_id)

    def drop_others(self, collection: str, ids: Sequence[str]) -> int:
        """Removes what the district's data no longer has, unless an editor has changed it."""
        gone = {"_id": {"$nin": list(ids)}, "edited_by": {"$exists": False}}
        return self._db[collection].delete_many(gone).deleted_count


def _changed(collection: str, id_: str, version: int, now: datetime) -> Document:
    what, key = TOLD[collection]
    return outbox.event(f"local.{what}_changed.v1", id_, version, {key: id_, "version": version}, now)
