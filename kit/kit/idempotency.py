"""A client may repeat a write: the repetition gets the first answer and changes nothing.

The answer is stored inside the document that the write changes, in the same write; there is no moment at which one
exists without the other.
"""

from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from pymongo import IndexModel
from pymongo.collection import Collection

from kit.contract import Command
from kit.errors import Conflict
from kit.mongo import Document

FIELD = "_answers"
KEPT = 50  # answers kept in one document; the oldest goes first
ANSWERS_INDEX = IndexModel([(f"{FIELD}.key", 1)], name="answers", unique=True, sparse=True)


class Once:
    """One request of one caller, however often it arrives."""

    def __init__(self, caller_id: str, request: Command) -> None:
        self.key = sha256(f"{caller_id}\0{type(request).__name__}\0{request.idempotency_key}".encode()).hexdigest()
        body = request.model_dump(mode="json", exclude={"idempotency_key"})
        self._print = sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()

    def find(self, collection: Collection[Document]) -> dict[str, Any] | None:
        """The answer that was given to this request, or None when it is new. Needs `ANSWERS_INDEX`.

        Raises `Conflict` when the key was used for another request.
        """
        document = collection.find_one({f"{FIELD}.key": self.key}, {f"{FIELD}.$": 1})
        return self.answered_by(document) if document else None

    def answered_by(self, document: Document) -> dict[str, Any] | None:
        """The same, read from a document at hand."""
        for note in document.get(FIELD, ()):
            if note["key"] != self.key:
                continue
            if note["print"] != self._print:
                raise Conflict("这个请求标识已用于另一项提交，请刷新页面后重新提交。")
            answer: dict[str, Any] = note["answer"]
            return answer
        return None

    def note(self, answer: dict[str, Any], now: datetime) -> dict[str, Any]:
        """What to put into the document's `_answers` within the write."""
        return {"key": self.key, "print": self._print, "answer": answer, "at": now}

    def push(self, answer: dict[str, Any], now: datetime) -> dict[str, Any]:
        """The same as an operand of `$push`, which forgets the oldest beyond `KEPT`."""
        return {FIELD: {"$each": [self.note(answer, now)], "$slice": -KEPT}}
