"""Failed sign-ins in a row, by user name and by address, both kept as keyed hashes."""

from datetime import datetime

from pymongo.errors import DuplicateKeyError

from accounts.domain import lockout
from accounts.domain.addresses import network_of
from accounts.domain.lockout import Failures
from kit.mongo import Db, Document
from kit.sealed import Sealer

COLLECTION = "failures"


class FailureCounts:
    """The collection of failures."""

    def __init__(self, db: Db, sealer: Sealer) -> None:
        self._collection = db[COLLECTION]
        self._sealer = sealer

    def of_name(self, username: str, known_address: str = "") -> str:
        """The key under which a user name is counted: from everywhere together, from a known address apart."""
        return "name:" + self._sealer.blind_index("failed_name", f"{username}\0{known_address}")

    def of_password(self, account: str) -> str:
        """The key under which somebody who is signed in is counted when he mistypes his current password."""
        return "password:" + account

    def of_address(self, address: str) -> str:
        """The key under which an address is counted, together with its neighbours of one network."""
        return "address:" + self._sealer.blind_index("failed_address", network_of(address))

    def get(self, key: str) -> Failures | None:
        """What is remembered under the key."""
        found = self._collection.find_one({"_id": key})
        return Failures(found["in_a_row"], found["last_at"], found["blocked_until"]) if found else None

    def begin(self, key: str, free: int, now: datetime) -> int:
        """Seconds to wait; when 0, one failure has been counted already, so that guesses at once count one by one."""
        while True:
            known = self.get(key)
            if seconds := lockout.seconds_to_wait(known, now):
                return seconds
            if self._replace(key, known, lockout.one_more(known, free, now)):
                return 0

    def clear(self, key: str) -> None:
        """The sign-in succeeded."""
        self._collection.delete_one({"_id": key})

    def _replace(self, key: str, known: Failures | None, new: Failures) -> bool:
        document: Document = {**new._asdict(), "forget_at": new.last_at + lockout.FORGOTTEN_AFTER}
        if known is not None:
            found = self._collection.replace_one(
                {"_id": key, "in_a_row": known.in_a_row, "last_at": known.last_at}, document
            )
            return found.modified_count == 1
        try:
            self._collection.insert_one({"_id": key, **document})
        except DuplicateKeyError:
            return False
        return True
