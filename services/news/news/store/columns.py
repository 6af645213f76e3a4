"""The columns of a district."""

from hashlib import sha256

import orjson
from pymongo import ASCENDING, IndexModel

from kit.mongo import Db, Document
from kit.paging import decode_cursor, encode_cursor
from news.domain.district import Column

INDEXES = [IndexModel([("order", ASCENDING), ("_id", ASCENDING)], name="order")]


class Columns:
    """The columns of a district."""

    def __init__(self, db: Db) -> None:
        self._collection = db["columns"]

    def names(self) -> dict[str, str]:
        """What each code is called."""
        return {column.code: column.name for column in self._found({}, 0)}

    def exists(self, code: str) -> bool:
        """Whether articles can be put there."""
        return self._collection.find_one({"_id": code}, {"_id": 1}) is not None

    def page(self, limit: int, cursor: str | None) -> tuple[list[Column], str | None]:
        """A page of them in their order."""
        after = {"order": {"$gte": decode_cursor(cursor, 1)[0]}} if cursor else {}
        columns = self._found(after, limit + 1)
        if len(columns) <= limit:
            return columns, None
        following = self._collection.find_one({"_id": columns[limit].code}, {"order": 1}) or {}
        return columns[:limit], encode_cursor(following["order"])

    def put(self, order: int, column: Column) -> bool:
        """Keeps a column of the district's file; one whose row in the file is as before stays as it is here."""
        row = {"order": order, **column.model_dump(exclude={"code"})}
        seeded = sha256(orjson.dumps(row, option=orjson.OPT_SORT_KEYS)).hexdigest()
        known = self._collection.find_one({"_id": column.code}, {"seeded": 1})
        if known and known["seeded"] == seeded:
            return False
        self._collection.replace_one({"_id": column.code}, {**row, "seeded": seeded}, upsert=True)
        return True

    def _found(self, query: Document, limit: int) -> list[Column]:
        rows = self._collection.find(query).hint("order").sort([("order", ASCENDING), ("_id", ASCENDING)]).limit(limit)
        return [Column(code=row["_id"], name=row["name"], about=row["about"]) for row in rows]
