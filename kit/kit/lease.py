"""Leases: of many processes, one does the work; when it dies, another takes over within seconds."""

import time
import uuid

from pymongo.errors import DuplicateKeyError

from kit.mongo import Db


class Lease:
    """The right to do something alone for `seconds`, renewed by taking it again.

    Time is the database's, so that two machines' clocks cannot disagree about who holds it.
    """

    def __init__(self, db: Db, name: str, seconds: float = 5) -> None:
        self._leases = db["_leases"]
        self._name = name
        self._milliseconds = int(seconds * 1000)
        self._holder = uuid.uuid4().hex
        self._renew_at = 0.0

    def take(self) -> bool:
        """Whether this process holds the lease now, newly or still. Asks the database once in a third of its length."""
        asked_at = time.monotonic()
        if asked_at < self._renew_at:
            return True
        held = self._renew() or (self._create() and self._renew())
        self._renew_at = asked_at + self._milliseconds / 3000 if held else 0.0
        return held

    def release(self) -> None:
        """Lets another process take over at once."""
        self._renew_at = 0.0
        self._leases.delete_one({"_id": self._name, "holder": self._holder})

    def _renew(self) -> bool:
        mine_or_lapsed = {"$or": [{"holder": self._holder}, {"$expr": {"$lt": ["$until", "$$NOW"]}}]}
        until = {"$add": ["$$NOW", self._milliseconds]}
        result = self._leases.update_one(
            {"_id": self._name, **mine_or_lapsed}, [{"$set": {"holder": self._holder, "until": until}}]
        )
        return result.matched_count == 1

    def _create(self) -> bool:
        try:
            self._leases.insert_one({"_id": self._name, "holder": self._holder})
        except DuplicateKeyError:
            return False
        return True
