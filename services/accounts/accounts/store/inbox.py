"""What residents were told. An item's id is the event's: seeing the event twice adds nothing.

Of an article, and of what happened to a report's cases, the id says which: `article/CPN…/account`,
`echo/CPN…/3/account`. What such an item quotes of cases' titles is in `quotes`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.client_session import ClientSession

from kit.mongo import Db, Document

COLLECTION = "inbox"
KEPT = timedelta(days=730)
COUNTED = 99  # more unread items than this are shown as 99+
BATCH = 500
_NEWEST_FIRST = [("at", DESCENDING), ("seq", DESCENDING), ("_id", DESCENDING)]


class Some(NamedTuple):
    """Some items, and the index by which they are found."""

    wanted: Document
    hint: str = "_id_"


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

    def saying_otherwise(self, items: Some, text: str) -> Iterator[list[Document]]:
        """Those of these items that have another text, some at a time: id and account."""
        return self._some_at_a_time(items, {"text": {"$ne": text}}, {"account": 1})

    def telling(self, items: Some) -> Iterator[list[Document]]:
        """These items, some at a time: id, account and text."""
        return self._some_at_a_time(items, {}, {"account": 1, "text": 1})

    def _some_at_a_time(self, items: Some, other: Document, fields: Document) -> Iterator[list[Document]]:
        last = ""
        while True:
            wanted = {"$and": [items.wanted, {"_id": {"$gt": last}, **other}]}
            found = self._collection.find(wanted, fields).hint(items.hint).sort("_id", ASCENDING)
            rows = list(found.limit(BATCH))
            if rows:
                yield rows
            if len(rows) < BATCH:
                return
            last = rows[-1]["_id"]

    def reword(self, items: Sequence[tuple[Document, str]], session: ClientSession) -> None:
        """Gives each of these items its new text, if it still says what it said; what it quotes, it still does."""
        updates = [UpdateOne({"_id": row["_id"], "text": row["text"]}, {"$set": {"text": text}}) for row, text in items]
        self._collection.bulk_write(updates, ordered=False, session=session)

    def say(self, ids: Sequence[str], items: Some, text: str, session: ClientSession) -> None:
        """Gives those of `ids` that still are such items another text, which quotes nothing."""
        wanted = {"$and": [items.wanted, {"_id": {"$in": list(ids)}}]}
        self._collection.update_many(wanted, {"$set": {"text": text, "quotes": []}}, session=session)

    def forget(self, account: str, session: ClientSession) -> None:
        """Removes all of an account's items."""
        self._collection.delete_many({"account": account}, session=session)


def telling_of(article: str) -> list[Some]:
    """The items that tell of an article."""
    return [Some(_beginning(f"article/{article}/")), Some(_beginning(f"echo/{article}/"))]


def quoting(title: str) -> Some:
    """The items that quote a title of a case."""
    return Some({"quotes": title}, "quotes")


def echoes_of_before(article: str) -> Some:
    """The items of before about cases of a report, which do not say what they quote."""
    return Some({**_beginning(f"echo/{article}/"), "quotes": {"$exists": False}})


def _beginning(with_: str) -> Document:
    return {"_id": {"$gte": with_, "$lt": f"{with_[:-1]}0"}}  # 0 follows /


def _older(at: datetime, seq: int, last: str) -> list[Document]:
    return [{"at": {"$lt": at}}, {"at": at, "seq": {"$lt": seq}}, {"at": at, "seq": seq, "_id": {"$lt": last}}]
