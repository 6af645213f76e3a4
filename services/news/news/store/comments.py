"""Comments, how many of each article are shown, who reported what, and how often one person writes.

A comment and its article's count change in one transaction. What lists are filtered by begins with `by_`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit import outbox
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import Order, page
from news.domain.comments import Comment, CommentState

Rows = tuple[list[Comment], str | None]

_NEWEST = (("created", DESCENDING), ("_id", DESCENDING))
_NOT_SEEN = {"_answers": 0, "_outbox": 0}
_RATES_KEPT = timedelta(days=2)
MAY_BE_SAID_AGAIN = (CommentState.DELETED, CommentState.REFUSED)
COUNTED = 100
BATCH = 200
INDEXES = {
    "comments": [
        outbox.PENDING_INDEX,
        ANSWERS_INDEX,
        IndexModel([("article", ASCENDING), *_NEWEST], name="public", partialFilterExpression={"by_public": True}),
        IndexModel([("state", ASCENDING), *_NEWEST], name="desk"),
        IndexModel([("author", ASCENDING), ("article", ASCENDING), *_NEWEST], name="own"),
        IndexModel([("author", ASCENDING), *_NEWEST], name="own_all"),
        IndexModel("by_same", name="same", unique=True, sparse=True),
    ],
    "comment_reports": [IndexModel("account", name="account")],
    "comment_rates": [IndexModel("forget_at", name="forget", expireAfterSeconds=0)],
}


class Repeated(Exception):
    """The same person has written the same below the same article, or reported the same comment before."""


@dataclass(frozen=True)
class Change:
    """What is written with a comment: its events, an operand of `$push`, and who reports it."""

    events: list[Document] = field(default_factory=list)
    answer: Document = field(default_factory=dict)
    reporter: str = ""


class Comments:
    """The comments of a district's articles."""

    def __init__(self, db: Db) -> None:
        self._db = db
        self.collection = db["comments"]

    def document(self, number: str) -> Document | None:
        """The whole document of a comment."""
        return self.collection.find_one({"_id": number})

    def add(self, comment: Comment, same: str, events: list[Document], note: Document) -> None:
        """Keeps a new comment with its answer; `same` is what two that are alike share.

        Raises `Repeated`, and `DuplicateKeyError` for a taken number or a repeated request.
        """
        kept = {"_id": comment.id, **document_of(comment), "by_same": same, "_answers": [note]}
        document = {**kept, "_outbox": events} if events else kept

        def both(session: ClientSession) -> None:
            self.collection.insert_one(document, session=session)
            self._count(comment.article, comment.counted, session)

        try:
            self._together(both)
        except DuplicateKeyError as error:
            if "by_same" in str((error.details or {}).get("keyPattern", "")):
                raise Repeated from None
            raise

    def replace(self, before: Comment, after: Comment, change: Change) -> bool:
        """Writes the change if nobody changed the comment since. Raises `Repeated` for a person's second report."""
        pushed = {**change.answer, **({"_outbox": {"$each": change.events}} if change.events else {})}
        update: Document = {"$set": document_of(after), **({"$push": pushed} if pushed else {})}
        if after.state in MAY_BE_SAID_AGAIN or after.author is None:
            update["$unset"] = {"by_same": ""}
        written = False

        def both(session: ClientSession) -> None:
            nonlocal written
            query = {"_id": before.id, "version": before.version}
            written = self.collection.update_one(query, update, session=session).modified_count == 1
            if not written:
                return
            if change.reporter:
                report = {"_id": report_id(before.id, change.reporter), "account": change.reporter}
                self._db["comment_reports"].insert_one(report, session=session)
            self._count(before.article, after.counted - before.counted, session)

        try:
            self._together(both)
        except DuplicateKeyError as error:
            if change.reporter and "_id" in str((error.details or {}).get("keyPattern", "")):
                raise Repeated from None
            raise
        return written

    def reported_by(self, number: str, account: str) -> bool:
        """Whether this person has reported the comment before."""
        return self._db["comment_reports"].find_one({"_id": report_id(number, account)}, {"_id": 1}) is not None

    def count(self, article: str) -> int:
        """How many of an article's comments are shown."""
        found = self._db["comment_counts"].find_one({"_id": article})
        return found["shown"] if found else 0

    def public(self, article: str, limit: int, cursor: str | None) -> Rows:
        """A page of what everyone has a place for, the latest first."""
        return self._page({"article": article, "by_public": True}, "public", _NEWEST, limit, cursor)

    def own(self, author: str, article: str | None, limit: int, cursor: str | None) -> Rows:
        """A page of what somebody wrote below an article, or anywhere, the latest first."""
        query: Document = {"author": author, "state": {"$ne": CommentState.DELETED}}
        if article:
            return self._page({**query, "article": article}, "own", _NEWEST, limit, cursor)
        return self._page(query, "own_all", _NEWEST, limit, cursor)

    def on_desk(self, state: str, limit: int, cursor: str | None) -> Rows:
        """A page of those that stand so."""
        return self._page({"state": state}, "desk", _NEWEST, limit, cursor)

    def count_on_desk(self, state: str, most: int) -> int:
        """How many stand so, counted up to `most`."""
        return self.collection.count_documents({"state": state}, limit=most, hint="desk")

    def waiting(self) -> int:
        """How many an editor has to look at, counted up to `COUNTED`."""
        waiting = {"state": {"$in": [CommentState.WAITING, CommentState.REPORTED]}}
        return self.collection.count_documents(waiting, limit=COUNTED, hint="desk")

    def of_author(self, author: str) -> list[Comment]:
        """Some of what somebody wrote, as long as there is any."""
        found = self.collection.find({"author": author}, _NOT_SEEN).hint("own").limit(BATCH)
        return [comment_of(row) for row in found]

    def forget_author(self, changes: list[tuple[Comment, Comment, list[Document]]]) -> None:
        """Writes comments without their author; one that was changed meanwhile is left for the next time."""
        updates = [
            UpdateOne(
                {"_id": before.id, "version": before.version},
                {
                    "$set": document_of(after),
                    "$unset": {"by_same": "", "_answers": ""},
                    **({"$push": {"_outbox": {"$each": events}}} if events else {}),
                },
            )
            for before, after, events in changes
        ]
        self.collection.bulk_write(updates, ordered=False)

    def forget_person(self, account: str) -> None:
        """Forgets what somebody reported, and how often he came; what came of it stays."""
        self._db["comment_reports"].delete_many({"account": account})
        self._db["comment_rates"].delete_many({"_id": {"$gte": f"{account}/", "$lt": f"{account}0"}})  # 0 follows /

    def within(self, limit: int, account: str, window: str, key: str, now: datetime) -> bool:
        """Whether this is one of the first `limit` things that somebody does within a window; again, it is the same."""
        rates, row = self._db["comment_rates"], f"{account}/{window}"
        room = {"_id": row, f"keys.{limit - 1}": {"$exists": False}}
        update = {"$addToSet": {"keys": key}, "$setOnInsert": {"forget_at": now + _RATES_KEPT}}
        try:
            rates.update_one(room, update, upsert=True)
        except DuplicateKeyError:  # there is no room any more, or another has made the row at the same time
            rates.update_one(room, update)
        return rates.find_one({"_id": row, "keys": key}, {"_id": 1}) is not None

    def _count(self, article: str, more: int, session: ClientSession) -> None:
        if more:
            counts = self._db["comment_counts"]
            counts.update_one({"_id": article}, {"$inc": {"shown": more}}, upsert=True, session=session)

    def _together(self, work: Any) -> None:
        with self._db.client.start_session() as session:
            session.with_transaction(work)

    def _page(self, query: Document, hint: str, order: Order, limit: int, cursor: str | None) -> Rows:
        rows, following = page(self.collection, query, order, hint, limit, cursor, _NOT_SEEN)
        return [comment_of(row) for row in rows], following


def comment_of(document: Mapping[str, Any]) -> Comment:
    """The comment in a document."""
    known = {name: document[name] for name in Comment.model_fields if name in document}
    return Comment.model_validate({**known, "id": document["_id"]})


def document_of(comment: Comment) -> Document:
    """The comment as its document keeps it."""
    return {**comment.model_dump(mode="python", exclude={"id"}), "by_public": comment.public}


def report_id(comment: str, account: str) -> str:
    """One for each person who reports a comment."""
    return f"{comment}/{account}"
