"""The newsroom's investigations: one document each, so that a step and its answer commit together."""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from news.domain.investigation import Investigation, InvestigationState, records_until
from news.domain.lifecycle import EDITORS, Actor

_LATEST = (("updated_at", DESCENDING), ("_id", DESCENDING))
_LONGEST_DUE = (("by_due", ASCENDING), ("_id", ASCENDING))


def _by(name: str, *fields: str) -> IndexModel:
    return IndexModel([*((field, ASCENDING) for field in fields), *_LATEST], name=name)


INDEXES = {
    "investigations": [
        ANSWERS_INDEX,
        IndexModel("by_pending", name="pending", sparse=True),
        IndexModel("matter.tips", name="tips"),
        _by("latest"),
        _by("state", "by_state"),
        _by("people", "by_people"),
        _by("people_state", "by_people", "by_state"),
        IndexModel([*_LONGEST_DUE], name="due"),
        IndexModel([("by_people", ASCENDING), *_LONGEST_DUE], name="people_due"),
        IndexModel("records.pictures.id", name="pictures", sparse=True),
        IndexModel("matter.cases", name="cases"),
        IndexModel("reports", name="reports"),
        IndexModel("by_ended", name="ended"),
    ]
}
MOST_TAKEN_UP = 200
_NOT_LISTED = {"_answers": 0, "records": 0}


class Investigations:
    """The investigations of a newsroom."""

    def __init__(self, db: Db) -> None:
        self.collection = db["investigations"]

    def document(self, number: str) -> Document | None:
        """The whole document."""
        return self.collection.find_one({"_id": number})

    def insert(self, found: Investigation, note: Document) -> None:
        """Keeps a new one with its answer. Raises `DuplicateKeyError` for a taken number or a repeated request."""
        self.collection.insert_one({"_id": found.id, **_document(found), "_answers": [note]})

    def replace(self, before: Investigation, after: Investigation, answer: Document | None = None) -> bool:
        """Writes the change if nobody changed it since; `answer` is an operand of `$push`."""
        update: Document = {"$set": _document(after), **({"$push": answer} if answer else {})}
        if after.pending is None:
            update["$unset"] = {"by_pending": ""}
        as_read = {"_id": before.id, "version": before.version, "heard": before.heard}
        return self.collection.update_one(as_read, update).modified_count == 1

    def pending(self, now: datetime, limit: int) -> list[Investigation]:
        """Those of whose questions petition is to be asked, who has waited longest first."""
        rows = self.collection.find({"by_pending": {"$lte": now}}, _NOT_LISTED).hint("pending")
        return [investigation_of(row) for row in rows.sort("by_pending", ASCENDING).limit(limit)]

    def uses(self, tip: str) -> bool:
        """Whether one that is not closed names the tip."""
        query = {"matter.tips": tip, "by_state": {"$ne": InvestigationState.CLOSED}}
        return self.collection.find_one(query, {"_id": 1}, hint="tips") is not None

    def with_tips(self, numbers: Sequence[str]) -> list[Investigation]:
        """Those that have taken up one of these tips."""
        return self._with("tips", numbers)

    def with_cases(self, numbers: Sequence[str]) -> list[Investigation]:
        """Those that have taken up one of these cases."""
        return self._with("cases", numbers)

    def reported_by(self, article: str) -> list[str]:
        """The numbers of those that name the article as their report."""
        return [row["_id"] for row in self.collection.find({"reports": article}, {"_id": 1}).hint("reports")]

    def page(
        self, actor: Actor, state: InvestigationState | None, limit: int, cursor: str | None
    ) -> tuple[list[Investigation], str | None]:
        """A page of the actor's, the latest change first: an editor's is every one."""
        query, hint = _of_desk(actor, state)
        rows, following = page(self.collection, query, _LATEST, hint, limit, cursor, _NOT_LISTED)
        return [investigation_of(row) for row in rows], following

    def count(self, actor: Actor, state: InvestigationState, most: int) -> int:
        """How many of the actor's stand so, counted up to `most`."""
        query, hint = _of_desk(actor, state)
        return self.collection.count_documents(query, limit=most, hint=hint)

    def overdue(
        self, actor: Actor, now: datetime, limit: int, cursor: str | None
    ) -> tuple[list[Investigation], str | None]:
        """A page of the actor's to which an office owes an answer that was due by now, the longest due first."""
        query, hint = _overdue(actor, now)
        rows, following = page(self.collection, query, _LONGEST_DUE, hint, limit, cursor, _NOT_LISTED)
        return [investigation_of(row) for row in rows], following

    def count_overdue(self, actor: Actor, now: datetime, most: int) -> int:
        """How many those are, counted up to `most`."""
        query, hint = _overdue(actor, now)
        return self.collection.count_documents(query, limit=most, hint=hint)

    def ended(self, before: datetime, limit: int) -> list[Investigation]:
        """Those that were closed by then and have records that still say something, who ended first first."""
        rows = self.collection.find({"by_ended": {"$lte": before}}, {"_answers": 0}).hint("ended")
        return [investigation_of(row) for row in rows.sort("by_ended", ASCENDING).limit(limit)]

    def with_picture(self, picture: str) -> Investigation | None:
        """One of whose visits has this picture."""
        found = self.collection.find_one({"records.pictures.id": picture}, _NOT_LISTED, hint="pictures")
        return investigation_of(found) if found else None

    def _with(self, what: str, numbers: Sequence[str]) -> list[Investigation]:
        if not numbers:
            return []
        rows = self.collection.find({f"matter.{what}": {"$in": list(numbers)}}, _NOT_LISTED).hint(what)
        return [investigation_of(row) for row in rows.limit(MOST_TAKEN_UP)]


def investigation_of(document: Document) -> Investigation:
    """The investigation in a document; one read for a list has no records."""
    return Investigation.model_validate({**document, "id": document["_id"]})


def _own(actor: Actor) -> Document:
    return {} if actor.roles & EDITORS else {"by_people": actor.id}


def _of_desk(actor: Actor, state: InvestigationState | None) -> tuple[Document, str]:
    """The query for the actor's, and its index."""
    own = _own(actor)
    hint = "_".join(name for name, used in (("people", own), ("state", state)) if used) or "latest"
    return {**own, **({"by_state": state} if state else {})}, hint


def _overdue(actor: Actor, now: datetime) -> tuple[Document, str]:
    own = _own(actor)
    return {**own, "by_due": {"$lte": now}}, "people_due" if own else "due"


def _document(found: Investigation) -> Document:
    ended = records_until(found, days=0)
    copies: Document = {
        "by_state": found.state,
        "by_people": list(found.people),
        "by_due": found.due,
        "by_ended": ended,
    }
    if found.pending:
        copies["by_pending"] = found.pending
    return {**found.model_dump(mode="python", exclude={"id"}), **copies}
