"""How many cases a device filed on a day: counted under a keyed hash that differs from day to day, and forgotten."""

from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from pymongo import IndexModel, ReturnDocument
from pymongo.errors import DuplicateKeyError

from kit.mongo import Db, Document
from kit.sealed import Sealer

INDEXES = {"devices": [IndexModel("forget_at", name="forget", expireAfterSeconds=0)]}


class Devices:
    """Counts by device and day. `key_file` is the service's `sealing.json`, read when it is first needed."""

    def __init__(self, db: Db, key_file: Path) -> None:
        self.collection = db["devices"]
        self._key_file = key_file

    def take(self, device: str, day: date, most: int, forget_at: datetime) -> bool:
        """Counts one more of the day, unless there are `most` already: whether there was room."""
        room: Document = {"_id": self._name(device, day), "count": {"$lt": most}}
        update: Document = {"$inc": {"count": 1}, "$setOnInsert": {"forget_at": forget_at}}
        try:
            self.collection.find_one_and_update(room, update, upsert=True, return_document=ReturnDocument.AFTER)
        except DuplicateKeyError:  # it is there, and full
            return self._taken_after_a_race(room, update)
        return True

    def give_back(self, device: str, day: date) -> None:
        """Counts one less: what was taken for did not come about."""
        self.collection.update_one({"_id": self._name(device, day)}, {"$inc": {"count": -1}})

    def _taken_after_a_race(self, room: Document, update: Document) -> bool:
        """Two first ones at once both insert, and one of them finds the other's row: it has room then."""
        return self.collection.find_one_and_update(room, update) is not None

    def _name(self, device: str, day: date) -> str:
        return self._sealer.blind_index("device", f"{day.isoformat()} {device}")

    @cached_property
    def _sealer(self) -> Sealer:
        return Sealer.from_file(self._key_file)
