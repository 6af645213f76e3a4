"""Readings: gathered in memory, written in batches, counted by day. No account, no address and no device is kept."""

import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument, UpdateOne
from pymongo.errors import BulkWriteError

from kit.mongo import Db, Document

Reading = tuple[str, str, str]
"""Day, article, and what stands for the reader."""

_KEPT = timedelta(days=2)
_SALT_KEPT = timedelta(days=1)
_COUNTS_KEPT = timedelta(days=30)
_TOP = 200  # of a day; who is not among them has no place in the sum of some days
_TAKEN = 11000
MOST_WAITING = 20_000
MOST_OF_AN_ADDRESS = 1000
"""Of those that wait: no address takes the room of all others."""
INDEXES = {
    "readings": [IndexModel("forget_at", name="forget", expireAfterSeconds=0)],
    "reading_salts": [IndexModel("forget_at", name="forget", expireAfterSeconds=0)],
    "reading_counts": [
        IndexModel([("day", ASCENDING), ("n", DESCENDING)], name="day"),
        IndexModel("forget_at", name="forget", expireAfterSeconds=0),
    ],
}


class Readings:
    """Who reads what, of this process until it is written, and of all afterwards."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self._salts: dict[str, bytes] = {}
        self._waiting: set[Reading] = set()
        self._of_address: Counter[str] = Counter()

    def salt(self, day: str, now: datetime) -> bytes:
        """The day's salt, the same for all processes, and gone after it."""
        if day not in self._salts:
            made = {"salt": secrets.token_bytes(32), "forget_at": now + _SALT_KEPT}
            salts = self._db["reading_salts"]
            query, update = {"_id": day}, {"$setOnInsert": made}
            kept = salts.find_one_and_update(query, update, upsert=True, return_document=ReturnDocument.AFTER)
            self._salts = {day: kept["salt"] if kept else b""}
        return self._salts[day]

    def note(self, reading: Reading, address: str) -> bool:
        """Has it written later; False when too many wait, or of this address, and then it does not count."""
        if reading in self._waiting:
            return True
        if len(self._waiting) >= MOST_WAITING or self._of_address[address] >= MOST_OF_AN_ADDRESS:
            return False
        self._waiting.add(reading)
        self._of_address[address] += 1
        return True

    def take(self) -> list[Reading]:
        """What waits; it waits no more."""
        waiting, self._waiting, self._of_address = self._waiting, set(), Counter()
        return list(waiting)

    def write(self, readings: Sequence[Reading], now: datetime) -> int:
        """Writes readings, and counts those that are not there yet; returns how many those were."""
        rows = [{"_id": "/".join(reading), "forget_at": now + _KEPT} for reading in readings]
        known: set[int] = set()
        try:
            self._db["readings"].insert_many(rows, ordered=False)
        except BulkWriteError as error:
            known = {fault["index"] for fault in error.details["writeErrors"] if fault["code"] == _TAKEN}
        new = Counter((day, article) for at, (day, article, _) in enumerate(readings) if at not in known)
        updates = [
            UpdateOne(
                {"_id": f"{day}/{article}"},
                {"$inc": {"n": n}, "$setOnInsert": {"day": day, "article": article, "forget_at": now + _COUNTS_KEPT}},
                upsert=True,
            )
            for (day, article), n in new.items()
        ]
        if updates:
            self._db["reading_counts"].bulk_write(updates, ordered=False)
        return new.total()

    def top(self, day: str) -> dict[str, int]:
        """The most read articles of a day with their readers."""
        found = self._db["reading_counts"].find({"day": day}).hint("day").sort([("n", DESCENDING)]).limit(_TOP)
        return {row["article"]: row["n"] for row in found}

    def keep_ranking(self, articles: Sequence[str], now: datetime) -> None:
        """Keeps the order that everyone sees until the next."""
        row: Document = {"articles": list(articles), "at": now}
        self._db["rankings"].replace_one({"_id": "most_read"}, row, upsert=True)

    def ranking(self) -> list[str]:
        """The order that was kept last."""
        found = self._db["rankings"].find_one({"_id": "most_read"})
        return list(found["articles"]) if found else []
