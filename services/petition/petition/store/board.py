"""How the leaders' board is kept: as counted last, one for all processes."""

from datetime import datetime

from kit.mongo import Db, Document

_LAST = "last"


class BoardBook:
    """The board as somebody counted it; whoever counts it anew replaces it."""

    def __init__(self, db: Db) -> None:
        self._kept = db["board"]

    def counted_since(self, instant: datetime) -> Document | None:
        """What was counted then or later; None when that is older."""
        found = self._kept.find_one({"_id": _LAST, "as_of": {"$gte": instant}}, {"_id": 0})
        return found or None

    def keep(self, counted: Document) -> None:
        """Keeps what was counted, with its `as_of`; of two who counted at the same time either will do."""
        self._kept.replace_one({"_id": _LAST}, counted, upsert=True)
