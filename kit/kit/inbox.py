"""Handling an event once, although it may be delivered many times."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit.clock import utcnow
from kit.mongo import Db

if TYPE_CHECKING:
    from kit.events import Event

KEPT_SECONDS = 30 * 24 * 3600  # far longer than a parked letter waits for its operator

INDEXES = {"_inbox": [IndexModel("at", name="forget", expireAfterSeconds=KEPT_SECONDS)]}


class Inbox:
    """Remembers the events that were handled, together with their effect."""

    def __init__(self, db: Db) -> None:
        self._db = db

    def once(self, event: "Event", queue: str, effect: Callable[[ClientSession], None]) -> bool:
        """Runs `effect` and records the event in one transaction; returns False when it was handled before.

        `effect` must pass the session to every read and write it makes, and may be run again when the transaction is.
        """
        record = {"_id": f"{queue}:{event.id}", "at": utcnow()}

        def both(session: ClientSession) -> None:
            self._db["_inbox"].insert_one(record, session=session)
            effect(session)

        with self._db.client.start_session() as session:
            try:
                session.with_transaction(both)
            except DuplicateKeyError:
                if self._db["_inbox"].find_one({"_id": record["_id"]}) is None:
                    raise  # the effect's own duplicate, not ours
                return False
        return True
