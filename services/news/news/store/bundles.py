"""Bundles: one document each; and what is still to be compared with the other side, petition's, by its number."""

from collections.abc import Collection
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from news.domain.bundle import Bundle, BundleState

_ORDERS = {
    "latest": (("joined_at", DESCENDING), ("_id", DESCENDING)),
    "most": (("by_size", DESCENDING), ("_id", DESCENDING)),
}
INDEXES = {
    "bundles": [
        ANSWERS_INDEX,
        IndexModel("members.no", name="members", unique=True),
        *(IndexModel([("state", ASCENDING), *keys], name=order) for order, keys in _ORDERS.items()),
    ],
    "unmatched": [IndexModel("due", name="due")],
}


class Bundles:
    """The bundles of a newsroom."""

    def __init__(self, db: Db) -> None:
        self.collection = db["bundles"]

    def document(self, number: str) -> Document | None:
        """The whole document."""
        return self.collection.find_one({"_id": number})

    def insert(self, found: Bundle) -> None:
        """Keeps a new one. Raises `DuplicateKeyError` for a taken number, or a member of another one's."""
        self.collection.insert_one({"_id": found.id, **_document(found)})

    def replace(self, before: Bundle, after: Bundle, answer: Document | None = None) -> bool:
        """Writes the change if nobody changed it since; `answer` is an operand of `$push`.

        Raises `DuplicateKeyError` for a member of another one's.
        """
        update: Document = {"$set": _document(after), **({"$push": answer} if answer else {})}
        return self.collection.update_one({"_id": before.id, "version": before.version}, update).matched_count == 1

    def having(self, numbers: Collection[str]) -> list[Bundle]:
        """Those that have one of these."""
        if not numbers:
            return []
        rows = self.collection.find({"members.no": {"$in": list(numbers)}}, {"_answers": 0}).hint("members")
        return [bundle_of(row) for row in rows]

    def dissolve(self, before: Bundle) -> bool:
        """There is none any more, if nobody changed it since."""
        return self.collection.delete_one({"_id": before.id, "version": before.version}).deleted_count == 1

    def page(self, state: BundleState, order: str, limit: int, cursor: str | None) -> tuple[list[Bundle], str | None]:
        """A page of those in a state: what something joined last first, or what has most members."""
        rows, following = page(self.collection, {"state": state}, _ORDERS[order], order, limit, cursor, {"_answers": 0})
        return [bundle_of(row) for row in rows], following

    def count(self, state: BundleState, most: int) -> int:
        """How many are in a state, counted up to `most`."""
        return self.collection.count_documents({"state": state}, limit=most, hint="latest")


class Unmatched:
    """Numbers of tips that petition is to be asked about, and of cases that tips are to be compared with."""

    def __init__(self, db: Db) -> None:
        self._collection = db["unmatched"]

    def add(self, no: str, now: datetime) -> None:
        """It is to be looked at; once, however often that is said."""
        self._collection.update_one({"_id": no}, {"$setOnInsert": {"due": now}}, upsert=True)

    def due(self, now: datetime, limit: int) -> list[str]:
        """Those to be looked at now, who has waited longest first."""
        rows = self._collection.find({"due": {"$lte": now}}).hint("due").sort("due", ASCENDING)
        return [row["_id"] for row in rows.limit(limit)]

    def put_off(self, no: str, until: datetime) -> None:
        """It is looked at later."""
        self._collection.update_one({"_id": no}, {"$set": {"due": until}})

    def remove(self, no: str) -> None:
        """It has been looked at."""
        self._collection.delete_one({"_id": no})


def bundle_of(document: Document) -> Bundle:
    """The bundle in a document."""
    return Bundle.model_validate({**document, "id": document["_id"]})


def _document(found: Bundle) -> Document:
    return {**found.model_dump(mode="python", exclude={"id"}), "by_size": len(found.members)}
