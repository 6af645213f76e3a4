"""Sessions: families of refresh tokens. A token is derived from session and generation, so none is stored."""

import hmac
from datetime import datetime
from typing import NamedTuple

from pymongo.errors import DuplicateKeyError

from accounts.domain.sessions import Family
from kit.mongo import Db, Document
from kit.outbox import event
from kit.sealed import Sealer

COLLECTION = "sessions"
REVOKED = "accounts.session_revoked.v1"


class Shown(NamedTuple):
    """What a genuine refresh token says."""

    session: str
    generation: int


class Sessions:
    """The collection of sessions."""

    def __init__(self, db: Db, sealer: Sealer) -> None:
        self._collection = db[COLLECTION]
        self._sealer = sealer

    def token(self, session: str, generation: int) -> str:
        """The refresh token of one generation; only who holds the index key can make it."""
        return f"{session}.{generation}.{self._sealer.blind_index('refresh_token', f'{session}.{generation}')}"

    def read(self, token: str) -> Shown | None:
        """What the token says, or None when it was not made here."""
        session, _, rest = token.partition(".")
        generation = rest.partition(".")[0]
        if not (generation.isascii() and generation.isdigit() and len(generation) < 10):
            return None
        genuine = self.token(session, int(generation))
        return Shown(session, int(generation)) if hmac.compare_digest(genuine.encode(), token.encode()) else None

    def open(self, document: Document) -> Document:
        """Adds the session; when the same sign-in is repeated, the one it opened before."""
        try:
            self._collection.insert_one(document)
        except DuplicateKeyError:
            return self.get(document["_id"]) or document
        return document

    def get(self, session: str) -> Document | None:
        """The session, revoked or not."""
        return self._collection.find_one({"_id": session})

    def rotate(self, session: Document, key: str, expires_at: datetime, now: datetime) -> bool:
        """Moves on to the next generation; False when another request moved it first."""
        result = self._collection.update_one(
            {"_id": session["_id"], "generation": session["generation"], "revoked_at": None},
            {
                "$inc": {"generation": 1},
                "$set": {"rotated_at": now, "rotation_key": key, "expires_at": expires_at},
            },
        )
        return result.modified_count == 1

    def revoke(self, session: str, now: datetime) -> None:
        """Ends the family and tells every service, once."""
        entry = event(REVOKED, session, 1, {"session": session, "before": now.isoformat()}, now)
        self._collection.update_one(
            {"_id": session, "revoked_at": None}, {"$set": {"revoked_at": now}, "$push": {"_outbox": entry}}
        )


def family(session: Document) -> Family:
    """The session as the rules see it."""
    return Family(
        session["generation"],
        session["rotated_at"],
        session["rotation_key"],
        session["expires_at"],
        session["revoked_at"] is not None,
    )
