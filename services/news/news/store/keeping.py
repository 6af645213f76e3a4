"""What residents keep and follow, and who was told of what they follow."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from kit import outbox
from kit.mongo import Db, Document
from kit.paging import page

Rows = tuple[list[Document], str | None]

_LATEST = (("at", DESCENDING), ("_id", DESCENDING))
_OWN = IndexModel([("account", ASCENDING), *_LATEST], name="own")
_TOLD_FOR = timedelta(days=30)
_FOLLOWERS = IndexModel([("of", ASCENDING), ("_id", ASCENDING)], name="followers")
BATCH = 500
INDEXES = {
    "favourites": [_OWN],
    "follows": [_OWN, _FOLLOWERS],
    "topic_follows": [_OWN, _FOLLOWERS],
    "tellings": [outbox.PENDING_INDEX, IndexModel("forget_at", name="forget", expireAfterSeconds=0)],
}


class Favourites:
    """The articles that residents keep."""

    def __init__(self, db: Db) -> None:
        self._collection = db["favourites"]

    def keep(self, account: str, article: str, now: datetime) -> None:
        """Keeps it, once; the first time counts."""
        row = {"account": account, "article": article, "at": now}
        self._collection.update_one({"_id": f"{account}/{article}"}, {"$setOnInsert": row}, upsert=True)

    def drop(self, account: str, article: str) -> None:
        """Keeps it no more."""
        self._collection.delete_one({"_id": f"{account}/{article}"})

    def keeps(self, account: str, article: str) -> bool:
        """Whether he keeps it."""
        return self._collection.find_one({"_id": f"{account}/{article}"}, {"_id": 1}) is not None

    def count(self, account: str, most: int) -> int:
        """How many he keeps, counted up to `most`."""
        return self._collection.count_documents({"account": account}, limit=most, hint="own")

    def page(self, account: str, limit: int, cursor: str | None) -> Rows:
        """A page of what he keeps, the latest first."""
        return page(self._collection, {"account": account}, _LATEST, "own", limit, cursor)

    def forget(self, account: str) -> None:
        """Forgets all that he keeps."""
        self._collection.delete_many({"account": account})


class Follows:
    """Who follows what. `of` is what is followed, such as `column/culture`.

    Topics have a collection of their own: instances of before could not read a list with one in it.
    """

    def __init__(self, db: Db, collection: str = "follows") -> None:
        self._collection = db[collection]
        self.tellings = db["tellings"]

    def follow(self, account: str, of: str, now: datetime) -> None:
        """Follows it, once."""
        row = {"account": account, "of": of, "at": now}
        self._collection.update_one({"_id": f"{account}/{of}"}, {"$setOnInsert": row}, upsert=True)

    def unfollow(self, account: str, of: str) -> None:
        """Follows it no more."""
        self._collection.delete_one({"_id": f"{account}/{of}"})

    def has(self, account: str, of: str) -> bool:
        """Whether he follows it."""
        return self._collection.find_one({"_id": f"{account}/{of}"}, {"_id": 1}) is not None

    def page(self, account: str, limit: int, cursor: str | None) -> Rows:
        """A page of what he follows, the latest first."""
        return page(self._collection, {"account": account}, _LATEST, "own", limit, cursor)

    def followers(self, of: str) -> Iterator[list[str]]:
        """All who follow it, some at a time."""
        last = ""
        while True:
            query = {"of": of, "_id": {"$gt": last}}
            found = self._collection.find(query, {"account": 1}).hint("followers").sort("_id", ASCENDING)
            rows = list(found.limit(BATCH))
            if rows:
                yield [row["account"] for row in rows]
            if len(rows) < BATCH:
                return
            last = rows[-1]["_id"]

    def tell(self, number: str, event: Document, now: datetime) -> None:
        """Has these followers told; the same ones may come again."""
        row = {"_id": number, "_outbox": [event], "forget_at": now + _TOLD_FOR}
        with suppress(DuplicateKeyError):
            self.tellings.insert_one(row)

    def forget(self, account: str) -> None:
        """Forgets all that he follows."""
        self._collection.delete_many({"account": account})
