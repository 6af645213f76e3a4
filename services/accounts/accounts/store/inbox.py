"""What residents were told. An item's id is the event's: seeing the event twice adds nothing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from pymongo import DESCENDING
from pymongo.client_session import ClientSession

from kit.mongo import Db, Document

COLLECTION = "inbox"
KEPT = timedelta(days=730)
COUNTED = 99  # more unread items than this are shown as 99+
_NEWEST_FIRST = [("at", DESCENDING), ("seq", DESCENDING), ("_id", DESCENDING)]


class Items:
    """The collection of inbox items, the newest fact first, whenever it arrived."""

    def __init__(self, db: Db) -> None:
        self._collection = db[COLLECTION]

    def add(self, item: Document, session: ClientSession) -> None:
        """Puts an item in, unread."""
        self.add_many([item], session)

    def add_many(self, items: Sequence[Document], session: ClientSession) -> None:
        """Puts items in, unread."""
        unread = [{**item, "read": False, "forget_at": item["at"] + KEPT} for item in items]
        self._collection.insert_many(unread, session=session)

    def known(self, ids: Sequence[str], session: ClientSession) -> set[str]:
        """Which of these items there are."""
        return {row["_id"] for row in self._collection.find({"_id": {"$in": list(ids)}}, {"_id": 1}, session=session)}

    def page(self, account: str, unread: bool | None, after: Sequence[Any] | None, limit: int) -> list[Document]:
        """The account's newest items beyond `after`, the sort key (at, seq, id) of the last one seen."""
        wanted: Document = {"account": account}
        if unread is not None:
            wanted["read"] = not unread
        if after:
            wanted["$or"] = _older(*after)
        return list(self._collection.find(wanted).sort(_NEWEST_FIRST).limit(limit))

    def unread(self, account: str) -> int:
        """How many items are unread, counted up to 100."""
        return self._collection.count_documents({"account": account, "read": False}, limit=COUNTED + 1)

    def mark_read(self, account: str, ids: Sequence[str]) -> int:
        """Marks the account's own items among `ids`; returns how many were unread."""
        wanted = {"_id": {"$in": list(ids)}, "account": account, "read": False}
        return self._collection.update_many(wanted, {"$set": {"read": True}}).modified_count

    def forget(self, account: str, session: ClientSession) -> None:
        """Removes all of an account's items."""
        self._collection.delete_many({"account": account}, session=session)


def _older(at: datetime, seq: int, last: str) -> list[Document]:
    return [{"at": {"$lt": at}}, {"at": at, "seq": {"$lt": seq}}, {"at": at, "seq": seq, "_id": {"$lt": last}}]
