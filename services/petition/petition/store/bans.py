"""How bans are kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel

from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from petition.domain.ban import Ban

_LATEST = [("since", DESCENDING), ("_id", DESCENDING)]
INDEXES = {
    "bans": [
        ANSWERS_INDEX,
        IndexModel([("account", DESCENDING), ("until", DESCENDING)], name="account", sparse=True),
        IndexModel(_LATEST, name="latest"),
    ]
}


class BanBook:
    """All bans, those that ended too."""

    def __init__(self, db: Db) -> None:
        self.collection = db["bans"]

    def document(self, ban_id: str) -> Document | None:
        """The whole document of a ban."""
        return self.collection.find_one({"_id": ban_id})

    def of(self, document: Mapping[str, Any]) -> Ban:
        """The ban in a document."""
        return Ban.model_validate({**document, "id": document["_id"]})

    def add(self, ban: Ban, note: Document) -> None:
        """Keeps a new ban with its answer."""
        values = ban.model_dump(mode="python", exclude={"id"}, exclude_none=True)
        self.collection.insert_one({"_id": ban.id, **values, "_answers": [note]})

    def put(self, ban: Ban, answer: Document) -> None:
        """Writes a ban that was lifted; the first lifting stays."""
        values = ban.model_dump(mode="python", include={"lifted_at", "lifted_by", "lifted_because"})
        self.collection.update_one({"_id": ban.id, "lifted_at": {"$exists": False}}, {"$set": values, "$push": answer})

    def holding(self, account: str, now: datetime) -> Ban | None:
        """The ban that holds now and ends last."""
        query = {"account": account, "until": {"$gt": now}, "lifted_at": {"$exists": False}}
        found = self.collection.find_one(query, hint="account", sort=[("until", DESCENDING)])
        return self.of(found) if found else None

    def latest(self, limit: int, cursor: str | None) -> tuple[list[Ban], str | None]:
        """A page of all bans, the latest first."""
        rows, following = page(self.collection, {}, _LATEST, "latest", limit, cursor)
        return [self.of(row) for row in rows], following

    def forget(self, account: str) -> None:
        """Removes the account from its bans."""
        self.collection.update_many({"account": account}, {"$unset": {"account": ""}}, hint="account")
