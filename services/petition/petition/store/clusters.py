"""How clusters (集中反映) are kept: one document each, by its kind and number."""

from collections.abc import Mapping
from typing import Any

from pymongo import DESCENDING, IndexModel

from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from petition.domain.reporting import Cluster

_LATEST = [("at", DESCENDING), ("_id", DESCENDING)]
INDEXES = {
    "clusters": [
        ANSWERS_INDEX,
        IndexModel([("town", DESCENDING), ("category", DESCENDING), ("number", DESCENDING)], name="kind"),
        IndexModel(_LATEST, name="latest"),
        IndexModel([("by_waiting", DESCENDING), *_LATEST], name="waiting", sparse=True),
    ]
}


class ClusterBook:
    """All clusters, those that leaders have looked at too."""

    def __init__(self, db: Db) -> None:
        self.collection = db["clusters"]

    def document(self, id_: str) -> Document | None:
        """The whole document of a cluster."""
        return self.collection.find_one({"_id": id_})

    def of(self, document: Mapping[str, Any]) -> Cluster:
        """The cluster in a document."""
        return Cluster.model_validate(document)

    def last(self, town: str, category: str) -> Cluster | None:
        """The latest of a kind."""
        kind = {"town": town, "category": category}
        found = self.collection.find_one(kind, sort=[("number", DESCENDING)], hint="kind")
        return self.of(found) if found else None

    def add(self, found: Cluster) -> None:
        """Keeps a new cluster. Raises `DuplicateKeyError` where another has found it."""
        values = found.model_dump(mode="python", exclude_none=True)
        self.collection.insert_one({"_id": found.id, **values, "by_waiting": True})

    def put(self, found: Cluster, answer: Document) -> None:
        """Writes that a leader has looked at it; the first one stays."""
        values = found.model_dump(mode="python", include={"seen_by", "seen_at"})
        unseen = {"_id": found.id, "by_waiting": True}
        update = {"$set": values, "$unset": {"by_waiting": ""}, "$push": answer}
        self.collection.update_one(unseen, update)

    def count_waiting(self, most: int) -> int:
        """How many no leader has looked at, counted up to `most`."""
        return self.collection.count_documents({"by_waiting": True}, limit=most, hint="waiting")

    def latest(self, limit: int, cursor: str | None, *, waiting: bool) -> tuple[list[Cluster], str | None]:
        """A page of all of them, or of those that wait, the latest first."""
        query = {"by_waiting": True} if waiting else {}
        hint = "waiting" if waiting else "latest"
        rows, following = page(self.collection, query, _LATEST, hint, limit, cursor)
        return [self.of(row) for row in rows], following
