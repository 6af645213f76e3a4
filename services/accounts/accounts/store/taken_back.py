"""What nobody may read any more, so that a notice of it that comes late finds that it has gone."""

from collections.abc import Sequence
from datetime import datetime

from accounts.store.inbox import KEPT
from kit.mongo import Db


class TakenBack:
    """Withdrawn articles and former titles of cases, as long as an inbox may hold what was told of them."""

    def __init__(self, db: Db) -> None:
        self._collection = db["taken_back"]

    def note(self, what: str, at: datetime) -> None:
        """It has gone, at that time; again, it changes nothing."""
        self._collection.update_one({"_id": what}, {"$setOnInsert": {"forget_at": at + KEPT}}, upsert=True)

    def among(self, what: Sequence[str]) -> frozenset[str]:
        """Those of them that have gone."""
        return frozenset(row["_id"] for row in self._collection.find({"_id": {"$in": list(what)}}, {"_id": 1}))
