"""A client may repeat a write: the repetition gets the first answer and changes nothing.

The answer is stored inside the document that the write changes, in the same write; there is no moment at which one
exists without the other.
"""

import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel
from pymongo import IndexModel
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError

from kit.contract import Command
from kit.errors import Conflict, Unavailable
from kit.mongo import Document

Answer = TypeVar("Answer", bound=BaseModel)

FIELD = "_answers"
KEPT = 50  # answers kept in one document; the oldest goes first
ATTEMPTS = 5  # at a document that others change meanwhile
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

    def make(self, kind: type[Answer], collection: Collection[Document], insert: Callable[[], Answer]) -> Answer:
        """What `insert` answers, which keeps a new document with its note; to a repeated request, its first answer.

        `insert` is called again when the request runs twice at once or its new document's number is taken. Raises
        `Unavailable` when that happens again and again, and what `find` raises.
        """
        for _ in range(ATTEMPTS):
            if answer := self.find(collection):
                return kind.model_validate(answer)
            try:
                return insert()
            except DuplicateKeyError:
                continue
        raise Unavailable

    def take(
        self,
        kind: type[Answer],
        collection: Collection[Document],
        read: Callable[[], Document | None],
        step: Callable[[Document], Answer | None],
        attempts: int = ATTEMPTS,
        pause: float = 0,
    ) -> Answer:
        """What `step` answers, which changes the document that `read` finds; to a repeated request, its first answer.

        `step` is given an empty document when there is none, and says None when somebody else has changed it since:
        then both are called again, after `pause` seconds. Raises `Conflict` when that happens at all attempts or the
        key was used for another document.
        """
        for _ in range(attempts):
            document = read() or {}
            if answer := self.answered_by(document):
                return kind.model_validate(answer)
            try:
                done = step(document)
            except DuplicateKeyError:
                self.find(collection)
                done = None
            if done is not None:
                return done
            if pause:
                time.sleep(pause)
        raise Conflict(extra={"retry_after": 1})
