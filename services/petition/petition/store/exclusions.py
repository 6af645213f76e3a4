"""How exclusions (剔除) are kept: one document a wish, decided or not."""

from collections.abc import Mapping
from typing import Any

from pymongo import DESCENDING, IndexModel
from pymongo.client_session import ClientSession

from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from petition.domain.exclusion import Exclusion

_LATEST = [("asked_at", DESCENDING), ("_id", DESCENDING)]
INDEXES = {
    "exclusions": [
        ANSWERS_INDEX,
        IndexModel("by_case", name="case", unique=True, sparse=True),
        IndexModel(_LATEST, name="latest"),
        IndexModel([("by_waiting", DESCENDING), *_LATEST], name="waiting", sparse=True),
    ]
}


class ExclusionBook:
    """All that were asked for. `by_case` is the case while the wish stands, so that each case has one."""

    def __init__(self, db: Db) -> None:
        self.collection = db["exclusions"]

    def session(self) -> ClientSession:
        """A session for a transaction over exclusions and cases."""
        return self.collection.database.client.start_session()

    def document(self, id_: str, session: ClientSession | None = None) -> Document | None:
        """The whole document of a wish."""
        return self.collection.find_one({"_id": id_}, session=session)

    def of(self, document: Mapping[str, Any]) -> Exclusion:
        """The wish in a document."""
        return Exclusion.model_validate({**document, "id": document["_id"]})

    def stands_for(self, no: str) -> bool:
        """Whether one waits or was granted for this case."""
        return self.collection.find_one({"by_case": no}, {"_id": 1}, hint="case") is not None

    def of_case(self, no: str) -> Exclusion | None:
        """The one that waits or was granted for this case."""
        found = self.collection.find_one({"by_case": no}, hint="case")
        return self.of(found) if found else None

    def count_waiting(self, most: int) -> int:
        """How many are not decided, counted up to `most`."""
        return self.collection.count_documents({"by_waiting": True}, limit=most, hint="waiting")

    def add(self, wish: Exclusion, note: Document) -> None:
        """Keeps a new wish with its answer. Raises `DuplicateKeyError` where another stands for the case."""
        values = wish.model_dump(mode="python", exclude={"id"}, exclude_none=True)
        copies = {"by_case": wish.no, "by_waiting": True}
        self.collection.insert_one({"_id": wish.id, **values, **copies, "_answers": [note]})

    def put(self, wish: Exclusion, answer: Document, session: ClientSession) -> None:
        """Writes a wish that was decided."""
        values = wish.model_dump(mode="python", include={"decided_by", "decided_at", "granted", "answer"})
        gone = {"by_waiting": "", **({} if wish.stands else {"by_case": ""})}
        self.collection.update_one({"_id": wish.id}, {"$set": values, "$unset": gone, "$push": answer}, session=session)

    def latest(self, limit: int, cursor: str | None, *, waiting: bool) -> tuple[list[Exclusion], str | None]:
        """A page of all of them, or of those that wait, the latest first."""
        query = {"by_waiting": True} if waiting else {}
        hint = "waiting" if waiting else "latest"
        rows, following = page(self.collection, query, _LATEST, hint, limit, cursor)
        return [self.of(row) for row in rows], following
