"""The headlines that articles have now which had another one when they were published."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from accounts.store.inbox import KEPT
from kit.mongo import Db


class Headlines:
    """Corrected headlines, as long as an inbox may hold what was told before."""

    def __init__(self, db: Db) -> None:
        self._collection = db["headlines"]

    def note(self, article: str, headline: str, version: int, at: datetime) -> None:
        """The article has this headline from that version on; one that is known of a later version stays."""
        told = {"headline": headline, "version": version, "forget_at": at + KEPT}
        try:
            self._collection.update_one({"_id": article, "version": {"$lt": version}}, {"$set": told}, upsert=True)
        except DuplicateKeyError:  # that version is known, or a later one
            return

    def of(self, article: str) -> str | None:
        """The headline that the article has now; None when none is known but the first."""
        found = self._collection.find_one({"_id": article}, {"headline": 1})
        return str(found["headline"]) if found else None

    def forget(self, article: str) -> None:
        """Nobody may read it any more."""
        self._collection.delete_one({"_id": article})
