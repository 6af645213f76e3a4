"""The front page: one document."""

from pymongo.errors import DuplicateKeyError

from kit import outbox
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from news.domain.front import Front

_ID = "front"
INDEXES = {"fronts": [outbox.PENDING_INDEX, ANSWERS_INDEX]}


class Fronts:
    """What editors have chosen last."""

    def __init__(self, db: Db) -> None:
        self.collection = db["fronts"]

    def document(self) -> Document:
        """The whole document; empty before anybody has chosen."""
        return self.collection.find_one({"_id": _ID}) or {}

    def front(self) -> Front:
        """What was chosen last."""
        return front_of(self.document())

    def replace(self, before: Front, after: Front, event: Document, answer: Document) -> bool:
        """Writes the choice if nobody has chosen since; `answer` is an operand of `$push`."""
        update = {"$set": after.model_dump(mode="python"), "$push": {**answer, "_outbox": event}}
        query = {"_id": _ID, "version": before.version}
        if before.version:
            return self.collection.update_one(query, update).modified_count == 1
        try:
            return (
                self.collection.update_one({**query, "version": {"$exists": False}}, update, upsert=True).upserted_id
                == _ID
            )
        except DuplicateKeyError:  # somebody else was the first
            return False


def front_of(document: Document) -> Front:
    """The choice in a document."""
    return Front.model_validate({name: document[name] for name in Front.model_fields if name in document})
