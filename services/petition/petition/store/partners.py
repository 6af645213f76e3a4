"""How partners are kept. Of a key only its hash: it is random and long, so that a plain one tells nothing."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pymongo import DESCENDING, IndexModel

from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from petition.domain.partner import Partner

_LATEST = [("since", DESCENDING), ("_id", DESCENDING)]
INDEXES = {
    "partners": [
        ANSWERS_INDEX,
        IndexModel("key", name="key", unique=True),
        IndexModel(_LATEST, name="latest"),
    ]
}


class PartnerBook:
    """All partners, those that were revoked too."""

    def __init__(self, db: Db) -> None:
        self.collection = db["partners"]

    def document(self, partner_id: str) -> Document | None:
        """The whole document of a partner."""
        return self.collection.find_one({"_id": partner_id})

    def of(self, document: Mapping[str, Any]) -> Partner:
        """The partner in a document."""
        return Partner.model_validate({**document, "id": document["_id"]})

    def add(self, partner: Partner, key: str, note: Document) -> None:
        """Keeps a new partner with its answer."""
        values = partner.model_dump(mode="python", exclude={"id"}, exclude_none=True)
        self.collection.insert_one({"_id": partner.id, **values, "key": _hash(key), "_answers": [note]})

    def put(self, partner: Partner, answer: Document) -> None:
        """Writes a partner that was revoked; the first revocation stays."""
        values = partner.model_dump(mode="python", include={"revoked_at", "revoked_by", "revoked_because"})
        unrevoked = {"_id": partner.id, "revoked_at": {"$exists": False}}
        self.collection.update_one(unrevoked, {"$set": values, "$push": answer})

    def with_key(self, key: str) -> Partner | None:
        """The partner whose key this is."""
        found = self.collection.find_one({"key": _hash(key)}, hint="key")
        return self.of(found) if found else None

    def latest(self, limit: int, cursor: str | None) -> tuple[list[Partner], str | None]:
        """A page of all partners, the latest first."""
        rows, following = page(self.collection, {}, _LATEST, "latest", limit, cursor)
        return [self.of(row) for row in rows], following


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
