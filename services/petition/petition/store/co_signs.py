"""How co-signs are kept, and how far the telling of their signers has come."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit import outbox
from kit.clock import utcnow
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import Order, beyond, cut, place_of
from petition.domain.case import Tally
from petition.domain.co_sign import CoSign

Place = tuple[datetime, str]
"""Where a list of a case's co-signs has come to: the time and the account of its last row."""

TOLD_KEPT_SECONDS = 30 * 24 * 3600  # longer than an event may wait to be delivered again
_IS_JOINED = {"joined": True}
_LATEST = [("at", DESCENDING), ("account", DESCENDING)]
_LATEST_OF_ACCOUNT = [("at", DESCENDING), ("no", DESCENDING)]

INDEXES = {
    "co_signs": [
        outbox.PENDING_INDEX,
        ANSWERS_INDEX,
        IndexModel([("no", ASCENDING), *_LATEST], name="case", partialFilterExpression=_IS_JOINED),
        IndexModel([("account", ASCENDING), *_LATEST_OF_ACCOUNT], name="account", partialFilterExpression=_IS_JOINED),
        IndexModel([("account", ASCENDING), ("no", ASCENDING)], name="all_of_account"),
        IndexModel([("via", ASCENDING)], name="via", partialFilterExpression={"via": {"$type": "string"}}),
    ],
    "tellings": [outbox.PENDING_INDEX, IndexModel("at", name="forget", expireAfterSeconds=TOLD_KEPT_SECONDS)],
}


class CoSigns:
    """The co-signs of all cases."""

    def __init__(self, db: Db) -> None:
        self.collection = db["co_signs"]

    def session(self) -> ClientSession:
        """A session for a transaction over co-signs and cases."""
        return self.collection.database.client.start_session()

    def document(self, no: str, account: str, session: ClientSession | None = None) -> Document | None:
        """The whole document of this resident's co-sign of this case."""
        return self.collection.find_one({"_id": _id(no, account)}, session=session)

    def of(self, document: Mapping[str, Any] | None) -> CoSign | None:
        """The co-sign in a document."""
        return CoSign.model_validate(document) if document else None

    def put(self, mine: CoSign, event: Document, answer: Document | None, session: ClientSession) -> None:
        """Writes the co-sign with its event; `answer` is an operand of `$push`."""
        update = {"$set": mine.model_dump(mode="python"), "$push": {"_outbox": event, **(answer or {})}}
        self.collection.update_one({"_id": _id(mine.no, mine.account)}, update, upsert=True, session=session)

    def remove(self, no: str, account: str, session: ClientSession) -> None:
        """Removes it without a trace."""
        self.collection.delete_one({"_id": _id(no, account)}, session=session)

    def of_case(self, no: str, limit: int, cursor: str | None) -> tuple[list[CoSign], str | None]:
        """A page of those who have joined the case, the latest first."""
        return self._page({"no": no}, "case", _LATEST, limit, cursor)

    def batch(self, no: str, after: Place | None, limit: int) -> list[CoSign]:
        """The next of those who have joined the case, from the latest to the first."""
        return _read(self._walk({"no": no}, "case", _LATEST, limit, after))

    def tallies(self, numbers: Sequence[str], session: ClientSession | None = None) -> dict[str, Tally]:
        """What those who joined these cases come to, counted one by one; a case that nobody joined is not there."""
        found: dict[str, Tally] = {}
        joined = {"no": {"$in": list(numbers)}, **_IS_JOINED}
        for one in map(CoSign.model_validate, self.collection.find(joined, _PLAIN, session=session).hint("case")):
            found[one.no] = found.get(one.no, Tally()).plus(one.counts)
        return found

    def of_account(self, account: str, limit: int, cursor: str | None) -> tuple[list[CoSign], str | None]:
        """A page of what this resident has joined, the latest first."""
        return self._page({"account": account}, "account", _LATEST_OF_ACCOUNT, limit, cursor)

    def joined_by(self, account: str, numbers: Sequence[str]) -> set[str]:
        """Those of the cases that this account has joined."""
        ids = [_id(no, account) for no in numbers]
        return {row["no"] for row in self.collection.find({"_id": {"$in": ids}, **_IS_JOINED}, {"no": 1})}

    def via(self, no: str) -> list[CoSign]:
        """What people joined because the case of this number was merged."""
        return _read(list(self.collection.find({"via": no, **_IS_JOINED}, _PLAIN).hint("via")))

    def numbers_of_account(self, account: str) -> list[str]:
        """The numbers of all cases that this resident ever joined."""
        rows = self.collection.find({"account": account}, {"no": 1}).hint("all_of_account")
        return [row["no"] for row in rows]

    def _page(
        self, query: Document, hint: str, order: Order, limit: int, cursor: str | None
    ) -> tuple[list[CoSign], str | None]:
        rows, following = cut(self._walk(query, hint, order, limit + 1, place_of(cursor)), limit, order)
        return _read(rows), following

    def _walk(
        self, query: Document, hint: str, order: Order, limit: int, after: Sequence[Any] | None
    ) -> list[Document]:
        joined = beyond({**query, **_IS_JOINED}, order, after)
        return list(self.collection.find(joined, _PLAIN).hint(hint).sort(list(order)).limit(limit))


class Tellings:
    """Which batches of a case's co-signers were told of an event."""

    def __init__(self, db: Db) -> None:
        self._collection = db["tellings"]

    def last(self, event_id: str) -> tuple[int, Place | None]:
        """The number of the last batch and where it ended; 0 and None before the first."""
        mine = {"_id": {"$gte": f"{event_id}/", "$lt": f"{event_id}0"}}  # "0" follows "/"
        row = self._collection.find_one(mine, sort=[("_id", DESCENDING)])
        return (row["number"], tuple(row["last"])) if row else (0, None)

    def add(self, event_id: str, number: int, last: Place, entry: Document) -> None:
        """Notes a batch with the event that tells it. One that another run has noted stays as it is."""
        row = {
            "_id": f"{event_id}/{number:06}", "number": number, "last": list(last), "at": utcnow(), "_outbox": [entry],
        }  # fmt: skip
        try:
            self._collection.insert_one(row)
        except DuplicateKeyError:
            return


_PLAIN = {"_answers": 0, "_outbox": 0}


def _read(rows: Sequence[Document]) -> list[CoSign]:
    return [CoSign.model_validate(row) for row in rows]


def _id(no: str, account: str) -> str:
    return f"{no}/{account}"
