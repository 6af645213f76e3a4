"""The alerts of a district. `by_held`: it held at some time, so that everyone may read of it afterwards."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel

from kit import outbox
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from news.domain.alerts import Alert

Rows = tuple[list[Alert], str | None]

_LAST_OVER = (("over_at", DESCENDING), ("_id", DESCENDING))
_LAST_ISSUED = (("issued_at", DESCENDING), ("_id", DESCENDING))
_NOT_SEEN = {"_answers": 0, "_outbox": 0}
MOST_CURRENT = 200
INDEXES = {
    "alerts": [
        outbox.PENDING_INDEX,
        ANSWERS_INDEX,
        IndexModel([("over_at", ASCENDING), ("_id", ASCENDING)], name="open"),
        IndexModel([*_LAST_OVER], name="past", partialFilterExpression={"by_held": True}),
        IndexModel([*_LAST_ISSUED], name="issued"),
    ]
}


class Alerts:
    """All alerts; those that are over stay."""

    def __init__(self, db: Db) -> None:
        self.collection = db["alerts"]

    def document(self, number: str) -> Document | None:
        """The whole document of an alert."""
        return self.collection.find_one({"_id": number})

    def insert(self, alert: Alert, event: Document, note: Document) -> None:
        """Keeps a new alert with its answer. Raises `DuplicateKeyError` for a taken number or a repeated request."""
        self.collection.insert_one({"_id": alert.id, **_document_of(alert), "_outbox": [event], "_answers": [note]})

    def replace(self, before: Alert, after: Alert, event: Document, answer: Document) -> bool:
        """Writes the change if nobody changed the alert since; `answer` is an operand of `$push`."""
        update = {"$set": _document_of(after), "$push": {**answer, "_outbox": event}}
        return self.collection.update_one({"_id": before.id, "version": before.version}, update).modified_count == 1

    def open(self, now: datetime) -> list[Alert]:
        """Those that are not over, the ones to come too; the first to end first."""
        found = self.collection.find({"over_at": {"$gt": now}}, _NOT_SEEN).hint("open")
        return [alert_of(row) for row in found.sort("over_at", ASCENDING).limit(MOST_CURRENT)]

    def past(self, now: datetime, limit: int, cursor: str | None) -> Rows:
        """A page of those that have held and are over, the last one first."""
        query = {"by_held": True, "over_at": {"$lte": now}}
        rows, following = page(self.collection, query, _LAST_OVER, "past", limit, cursor, _NOT_SEEN)
        return [alert_of(row) for row in rows], following

    def issued(self, limit: int, cursor: str | None) -> Rows:
        """A page of all, the last issued first."""
        rows, following = page(self.collection, {}, _LAST_ISSUED, "issued", limit, cursor, _NOT_SEEN)
        return [alert_of(row) for row in rows], following


def alert_of(document: Mapping[str, Any]) -> Alert:
    """The alert in a document."""
    known = {name: document[name] for name in Alert.model_fields if name in document}
    return Alert.model_validate({**known, "id": document["_id"]})


def _document_of(alert: Alert) -> Document:
    kept = alert.model_dump(mode="python", exclude={"id"})
    return {**kept, "issued_at": alert.steps[0].at, "by_held": alert.over_at > alert.starts_at}
