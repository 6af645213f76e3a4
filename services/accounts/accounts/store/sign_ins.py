"""The audit of staff sign-ins: each attempt, with its time, its address and how it ended."""

from datetime import datetime, timedelta

from bson import ObjectId

from kit.mongo import Db, Document

COLLECTION = "sign_ins"
KEPT = timedelta(days=400)  # 网络安全法 第二十一条 asks for six months at least


class SignIns:
    """The collection of attempts; nothing in it is ever changed."""

    def __init__(self, db: Db) -> None:
        self._collection = db[COLLECTION]

    def add(self, entry: Document, now: datetime) -> None:
        """Writes one attempt down."""
        self._collection.insert_one({"_id": str(ObjectId()), "at": now, **entry, "forget_at": now + KEPT})

    def page(self, after: tuple[datetime, str] | None, limit: int) -> list[Document]:
        """The newest attempts older than `after`."""
        older: Document = {}
        if after:
            at, last = after
            older = {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": last}}]}
        return list(self._collection.find(older).sort([("at", -1), ("_id", -1)]).limit(limit))
