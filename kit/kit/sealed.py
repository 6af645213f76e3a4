"""Fields that must not be readable in the database: sealed by AES-GCM, found again by a keyed hash."""

import base64
import hmac
import os
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel
from pymongo import UpdateOne
from pymongo.collection import Collection

RESEALED_AT_ONCE = 500
_NONCE_BYTES = 12  # NIST SP 800-38D, 8.2


class SealingKeys(BaseModel):
    """`sealing.json`: key id to key (base64, 32 bytes), the id that seals today, and the key of the blind index."""

    active: str
    keys: dict[str, str]
    index_key: str


class SealBroken(Exception):
    """The sealed value was changed, moved to another document or field, or its key is gone."""


class Sealer:
    """Seals text so that it opens only in the collection, field and document it was sealed for."""

    def __init__(self, keys: SealingKeys) -> None:
        self._active = keys.active
        self._ciphers = {name: AESGCM(base64.b64decode(key)) for name, key in keys.keys.items()}
        self._index_key = base64.b64decode(keys.index_key)

    @classmethod
    def from_file(cls, path: Path) -> "Sealer":
        """Reads `sealing.json`."""
        return cls(SealingKeys.model_validate_json(path.read_bytes()))

    def seal(self, collection: str, field: str, owner_id: str, text: str) -> dict[str, Any]:
        """The sealed text as it is stored: key id, nonce and ciphertext."""
        nonce = os.urandom(_NONCE_BYTES)
        box = self._ciphers[self._active].encrypt(nonce, text.encode(), _bound_to(collection, field, owner_id))
        return {"key": self._active, "nonce": nonce, "box": box}

    def open(self, collection: str, field: str, owner_id: str, sealed: dict[str, Any]) -> str:
        """The text. Raises `SealBroken` for a value that was not sealed for this place."""
        try:
            cipher = self._ciphers[sealed["key"]]
            return cipher.decrypt(sealed["nonce"], sealed["box"], _bound_to(collection, field, owner_id)).decode()
        except (KeyError, InvalidTag) as error:
            raise SealBroken(f"{collection}.{field}") from error

    @property
    def active(self) -> str:
        """The id of the key that seals today, as it stands in what it has sealed."""
        return self._active

    def blind_index(self, field: str, text: str) -> str:
        """A keyed hash by which equality is searched; useless without the key."""
        return hmac.new(self._index_key, f"{field}\0{text}".encode(), sha256).hexdigest()


def reseal(collection: Collection[dict[str, Any]], field: str, sealer: Sealer) -> int:
    """Seals the field with the active key wherever another key sealed it; returns in how many documents.

    What somebody else changes meanwhile is left alone: it is sealed by the active key then.
    """
    old = collection.find({f"{field}.key": {"$exists": True, "$ne": sealer.active}}, {field: 1})
    resealed = 0
    while batch := [_resealing(collection.name, field, row, sealer) for row in islice(old, RESEALED_AT_ONCE)]:
        resealed += collection.bulk_write(batch, ordered=False).modified_count
    return resealed


def _resealing(collection: str, field: str, row: dict[str, Any], sealer: Sealer) -> UpdateOne:
    opened = sealer.open(collection, field, row["_id"], row[field])
    fresh = sealer.seal(collection, field, row["_id"], opened)
    return UpdateOne({"_id": row["_id"], field: row[field]}, {"$set": {field: fresh}})


def _bound_to(collection: str, field: str, owner_id: str) -> bytes:
    return "\0".join((collection, field, owner_id)).encode()
