"""Codes sent by SMS: under a blind index of the number, as keyed hashes. Neither number nor code can be read here."""

import hmac
from datetime import datetime, timedelta
from typing import Any

from pymongo.errors import DuplicateKeyError

from accounts.domain import sms_codes as rules
from kit.mongo import Db, Document
from kit.sealed import Sealer

COLLECTION = "sms_codes"
_LIVE_CODES = 2  # the newest, and the one before it, which may still be on its way
_KEPT = timedelta(days=2)


class Raced(Exception):
    """Another request for the same number came first."""


class SmsCodes:
    """The collection of codes, one document a number."""

    def __init__(self, db: Db, sealer: Sealer) -> None:
        self._collection = db[COLLECTION]
        self._sealer = sealer

    def history(self, phone: str) -> list[Document]:
        """What was sent to the number lately: `key` of the request, `at`, `confirmed` by the platform."""
        document = self._collection.find_one({"_id": self._id(phone)}, {"sent": 1})
        return document["sent"] if document else []

    def reserve(self, phone: str, code: str, history: list[Document], key: str, now: datetime) -> None:
        """Counts the message and makes the code good before it is sent, so that a late one still works. Raises Raced.

        A request that is repeated under its key counts once.
        """
        others = [entry for entry in history if entry["key"] != key and entry["at"] >= rules.day_start(now)]
        sent = [*others, {"key": key, "at": now, "confirmed": False}]
        fresh = {"hash": self._hash(phone, code), "expires_at": now + rules.LIFETIME, "tries": rules.TRIES}
        try:
            self._collection.update_one(
                {"_id": self._id(phone), "sent": history},
                {
                    "$set": {"sent": sent, "forget_at": now + _KEPT},
                    "$push": {"codes": {"$each": [fresh], "$slice": -_LIVE_CODES}},
                },
                upsert=True,
            )
        except DuplicateKeyError as error:
            raise Raced from error

    def confirm(self, phone: str, key: str) -> None:
        """The platform took the message over."""
        self._collection.update_one({"_id": self._id(phone), "sent.key": key}, {"$set": {"sent.$.confirmed": True}})

    def release(self, phone: str, key: str) -> None:
        """The platform failed: the message does not count. The code stays good, it may yet arrive."""
        self._collection.update_one({"_id": self._id(phone)}, {"$pull": {"sent": {"key": key}}})

    def spend(self, phone: str, code: str, by: str, now: datetime) -> bool:
        """Whether the code is right, for the sign-in `by`, which may be repeated. A right code is good once."""
        hashed = self._hash(phone, code)
        return self.matches(phone, code, now) and self._use_up(phone, hashed, by, now)

    def matches(self, phone: str, code: str, now: datetime) -> bool:
        """Whether the code is right. Each call costs one of the code's tries, before anything is compared."""
        live: Document = {"expires_at": {"$gt": now}, "tries": {"$gt": 0}}
        before = self._collection.find_one_and_update(
            {"_id": self._id(phone), "codes": {"$elemMatch": live}},
            {"$inc": {"codes.$[live].tries": -1}},
            array_filters=[{f"live.{name}": condition for name, condition in live.items()}],
        )
        hashed = self._hash(phone, code)
        codes: list[Any] = before["codes"] if before else []
        hits = [hmac.compare_digest(c["hash"], hashed) for c in codes if c["expires_at"] > now and c["tries"] > 0]
        return any(hits)

    def spent_by(self, phone: str, by: str, since: datetime) -> bool:
        """Whether the sign-in `by` used a code since then."""
        condition = {"_id": self._id(phone), "spent.by": by, "spent.at": {"$gte": since}}
        return self._collection.find_one(condition, {"_id": 1}) is not None

    def forget(self, phone: str) -> None:
        """Leaves nothing about the number."""
        self._collection.delete_one({"_id": self._id(phone)})

    def _use_up(self, phone: str, hashed: str, by: str, now: datetime) -> bool:
        result = self._collection.update_one(
            {"_id": self._id(phone), "codes.hash": hashed}, {"$set": {"codes": [], "spent": {"by": by, "at": now}}}
        )
        return result.modified_count == 1

    def _id(self, phone: str) -> str:
        return self._sealer.blind_index("sms_phone", phone)

    def _hash(self, phone: str, code: str) -> str:
        return self._sealer.blind_index("sms_code", f"{phone}:{code}")
