"""Tips: one document each, with its contact sealed and its receipt as a keyed hash.

Only what `Tip` has is ever read by a view; `contact`, `receipt` and `same` are read here alone.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from itertools import combinations, islice
from pathlib import Path
from typing import Any

import orjson
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.collection import Collection

from kit import outbox, sealed, search, text
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document
from kit.paging import page
from kit.sealed import Sealer
from kit.search import Words
from news.domain.receipts import code_of, plain
from news.domain.tips import DECIDED, TextReading, Tip

COLLECTION = "tips"
CONTACT = "contact"
ERASED_AT_ONCE = 1000
INDEXED_AT_ONCE = 1000

Rows = tuple[list[Tip], str | None]

_NEWEST = (("sent_at", DESCENDING), ("_id", DESCENDING))
_FILTERS = ("assignee", "town", "state")
_SAYS: Document = {"text": {"$gt": ""}}
"""What was erased is not looked at again. `text_until` is when to look at a tip: worked out anew after each step;
`compared` when it was compared with the others, not at all while nobody has."""
READINGS = "readings"
MOST_READINGS = 200
_STAYING = {"_id", "_answers", "_outbox", "receipt", READINGS}
_NOT_SEEN = {"_answers": 0, "_outbox": 0, CONTACT: 0, "receipt": 0, "same": 0, search.FIELD: 0, READINGS: 0}


def _desk(*fields: str) -> IndexModel:
    keys = [(field, ASCENDING) for field in fields]
    return IndexModel([*keys, *_NEWEST], name="_".join(("desk", *fields)))


INDEXES = [
    outbox.PENDING_INDEX,
    ANSWERS_INDEX,
    *(_desk(*fields) for count in range(len(_FILTERS) + 1) for fields in combinations(_FILTERS, count)),
    IndexModel([("author", ASCENDING), *_NEWEST], name="author"),
    IndexModel([("articles", ASCENDING), *_NEWEST], name="articles"),
    IndexModel("pictures.id", name="pictures"),
    IndexModel("receipt", name="receipt", unique=True),
    IndexModel("same", name="same", unique=True, sparse=True),
    IndexModel("contact_until", name="contact_until"),
    IndexModel("text_until", name="text_until", partialFilterExpression=_SAYS),
    IndexModel([(search.FIELD, ASCENDING), *_NEWEST], name="grams"),
    IndexModel("compared", name="compared", partialFilterExpression=_SAYS),
]


class Tips:
    """The tips of a district. `key_file` is the service's `sealing.json`, read when it is first needed."""

    def __init__(self, db: Db, key_file: Path) -> None:
        self.collection = db[COLLECTION]
        self._words = Words(self.collection, time="sent_at")
        self._key_file = key_file

    def document(self, no: str) -> Document | None:
        """The whole document of a tip."""
        return self.collection.find_one({"_id": no})

    def tip(self, no: str) -> Tip | None:
        """The tip of this number."""
        found = self.collection.find_one({"_id": no}, _NOT_SEEN)
        return tip_of(found) if found else None

    def insert(self, tip: Tip, contact: Document | None, request: str, same: str, note: Document) -> None:
        """Keeps a new tip, its contact sealed. `request` is what its receipt is made of.

        Raises `DuplicateKeyError` for a taken number, a repeated request, or the same words of the same person again.
        """
        kept = {"_id": tip.no, **document_of(tip), "receipt": self._receipt(self.code(request)), "_answers": [note]}
        if contact is not None:
            told = orjson.dumps(contact).decode()
            kept[CONTACT] = self._sealer.seal(COLLECTION, CONTACT, tip.no, told)
        self.collection.insert_one({**kept, "same": same} if same else kept)

    def replace(self, before: Tip, after: Tip, events: Sequence[Document], answer: Document) -> bool:
        """Writes the change if nobody changed the tip since; `answer` is an operand of `$push`, or nothing."""
        told: Document = {"_outbox": {"$each": list(events)}} if events else {}
        update: Document = {"$set": document_of(after)}
        if pushed := {**answer, **told}:
            update["$push"] = pushed
        update["$unset"] = {"text_until": "", **({"same": ""} if after.state in DECIDED else {})}
        return self.collection.update_one({"_id": before.no, "version": before.version}, update).modified_count == 1

    def code(self, request: str) -> str:
        """The receipt code of the tip that this request made: the same whenever it is repeated, kept nowhere."""
        return code_of(self._sealer.blind_index("receipt code", request))

    def by_code(self, written: str) -> Tip | None:
        """The tip whose receipt code this is, however it was typed."""
        found = self.collection.find_one({"receipt": self._receipt(written)}, _NOT_SEEN)
        return tip_of(found) if found else None

    def fingerprint(self, about: str, told: str) -> str:
        """What stands for something that must not be found out from the database."""
        return self._sealer.blind_index(about, told)

    def number_of_same(self, same: str) -> bool:
        """Whether the same person's tip with the same words is still undecided."""
        return self.collection.find_one({"same": same}, {"_id": 1}) is not None

    def contact(self, document: Document) -> dict[str, Any] | None:
        """The contact in the clear; None when it was erased."""
        kept = document.get(CONTACT)
        if kept is None:
            return None
        opened: dict[str, Any] = orjson.loads(self._sealer.open(COLLECTION, CONTACT, document["_id"], kept))
        return opened

    def note_reading(self, no: str, key: str, reading: TextReading) -> None:
        """Somebody reads the text, once for each key; the latest `MOST_READINGS` stay.

        The tip is none other for it: nobody's step is refused because a colleague has read.
        """
        row = {**reading.model_dump(mode="python"), "key": key}
        pushed = {"$push": {READINGS: {"$each": [row], "$slice": -MOST_READINGS}}}
        self.collection.update_one({"_id": no, f"{READINGS}.key": {"$ne": key}}, pushed)

    def readings(self, no: str) -> list[TextReading]:
        """Who has read the text for an investigation, the first one first."""
        found = self.collection.find_one({"_id": no}, {READINGS: 1}) or {}
        return [TextReading.model_validate(row) for row in found.get(READINGS, ())]

    def on_desk(self, filters: Document, limit: int, cursor: str | None) -> Rows:
        """A page of tips, newest first, of an assignee, a town, a state, or all."""
        query, hint = _of_desk(filters)
        return self._page(query, hint, limit, cursor)

    def count_on_desk(self, filters: Document, most: int) -> int:
        """How many tips those are, counted up to `most`."""
        query, hint = _of_desk(filters)
        return self.collection.count_documents(query, limit=most, hint=hint)

    def of_article(self, article: str, limit: int, cursor: str | None = None) -> Rows:
        """A page of tips of which the article came, newest first."""
        return self._page({"articles": article}, "articles", limit, cursor)

    def of_author(self, account: str, limit: int, cursor: str | None) -> Rows:
        """A page of the account's own tips, newest first."""
        return self._page({"author": account}, "author", limit, cursor)

    def some(self, numbers: Sequence[str]) -> list[Tip]:
        """Those of these numbers that there are, in their order."""
        if not numbers:
            return []
        rows = self.collection.find({"_id": {"$in": list(numbers)}}, _NOT_SEEN).hint("_id_")
        found = {row["_id"]: tip_of(row) for row in rows}
        return [found[no] for no in numbers if no in found]

    def around(self, town: str, since: datetime, until: datetime, most: int) -> list[Tip]:
        """The newest tips of a town and time."""
        query = {"town": town, "sent_at": {"$gte": since, "$lte": until}}
        rows = self.collection.find(query, _NOT_SEEN).hint("desk_town").sort(list(_NEWEST)).limit(most)
        return [tip_of(row) for row in rows]

    def meeting(self, grams: Sequence[int], since: datetime, until: datetime, each: int, least: int) -> dict[str, int]:
        """Tips of a time that have at least so many of these bigrams, as `kit.search` counts them, and how many."""
        return self._words.meeting(grams, since, until, each=each, least=least)

    def uncompared(self, limit: int) -> list[Tip]:
        """Tips that have not been compared with the others yet."""
        found = self.collection.find({**_SAYS, "compared": None}, _NOT_SEEN).hint("compared").limit(limit)
        return [tip_of(row) for row in found]

    def note_compared(self, no: str, now: datetime) -> None:
        """It has been compared with the others: who comes later is compared with it."""
        self.collection.update_one({"_id": no}, {"$set": {"compared": now}})

    def compare_again(self, numbers: Sequence[str]) -> None:
        """These are to be compared with the others once more."""
        self.collection.update_many({"_id": {"$in": list(numbers)}}, {"$unset": {"compared": ""}})

    def index_words(self, since: datetime) -> int:
        """Has tips of lately found by others that an instance of before has kept; returns how many."""
        return index_words(self.collection, since)

    def with_picture(self, picture: str) -> Tip | None:
        """The tip that has the picture."""
        found = self.collection.find_one({"pictures.id": picture}, _NOT_SEEN, hint="pictures")
        return tip_of(found) if found else None

    def erase_contacts(self, now: datetime) -> int:
        """Erases the contacts whose time has come; returns how many."""
        due = {"contact_until": {"$lte": now}}
        found = self.collection.find(due, {"_id": 1}).hint("contact_until").limit(ERASED_AT_ONCE)
        numbers = [row["_id"] for row in found]
        return self._erase({"_id": {"$in": numbers}, **due}) if numbers else 0

    def undated(self, limit: int) -> list[Tip]:
        """Tips of which it is not known when their text is to be erased: new ones, and those that took a step."""
        return self._saying({"text_until": None}, limit)

    def due(self, now: datetime, limit: int) -> list[Tip]:
        """Tips whose text may have to be erased now."""
        return self._saying({"text_until": {"$lte": now}}, limit)

    def look_again(self, tip: Tip, at: datetime) -> None:
        """Its text is not to be erased before then, unless it takes a step."""
        self.collection.update_one({"_id": tip.no, "version": tip.version}, {"$set": {"text_until": at}})

    def erase_text(self, before: Tip, after: Tip) -> bool:
        """Leaves of the tip what `after` has, and nothing that was made of what it said, if nobody changed it since."""
        kept = document_of(after)
        gone = (self.document(before.no) or {}).keys() - kept.keys() - _STAYING
        update: Document = {"$set": kept, "$unset": dict.fromkeys(gone, "")}
        return self.collection.update_one({"_id": before.no, "version": before.version}, update).modified_count == 1

    def forget_author(self, account: str) -> None:
        """Takes the account, and the contact that came with it, out of its tips. Safe to repeat."""
        mine: Document = {"author": account}
        self._erase({**mine, "contact_until": {"$ne": None}})
        self.collection.update_many(mine, {"$set": {"author": None}, "$unset": {"same": ""}, "$inc": {"version": 1}})

    def reseal(self) -> int:
        """Seals anew, with the active key, what an older key sealed; returns how many."""
        return sealed.reseal(self.collection, CONTACT, self._sealer)

    def _erase(self, query: Document) -> int:
        erased = {"contact_until": None, "contact_erased": True}
        update: Document = {"$set": erased, "$unset": {CONTACT: ""}, "$inc": {"version": 1}}
        return self.collection.update_many(query, update).modified_count

    def _saying(self, query: Document, limit: int) -> list[Tip]:
        found = self.collection.find({**_SAYS, **query}, _NOT_SEEN).hint("text_until").limit(limit)
        return [tip_of(row) for row in found]

    def _receipt(self, written: str) -> str:
        return self._sealer.blind_index("receipt", plain(written))

    def _page(self, query: Document, hint: str, limit: int, cursor: str | None) -> Rows:
        rows, following = page(self.collection, query, _NEWEST, hint, limit, cursor, _NOT_SEEN)
        return [tip_of(row) for row in rows], following

    @cached_property
    def _sealer(self) -> Sealer:
        return Sealer.from_file(self._key_file)


def _of_desk(filters: Document) -> tuple[Document, str]:
    chosen = {field: filters[field] for field in _FILTERS if filters.get(field) is not None}
    return chosen, "_".join(("desk", *chosen))


def document_of(tip: Tip) -> Document:
    """The tip as its document keeps it, with the bigrams by which tips that are like it find it."""
    return {**tip.model_dump(mode="python", exclude={"no"}), search.FIELD: text.grams(tip.place, tip.text)}


def index_words(collection: Collection[Document], since: datetime | None = None) -> int:
    """Gives their bigrams to tips that an instance kept that knew none, all or those sent `since`; returns how many."""
    query, hint = ({"sent_at": {"$gte": since}}, "desk") if since else ({}, "_id_")
    rows = collection.find({**query, search.FIELD: None}, {"place": 1, "text": 1}).hint(hint)
    done = 0
    while batch := [_indexing(row) for row in islice(rows, INDEXED_AT_ONCE)]:
        done += collection.bulk_write(batch, ordered=False).modified_count
    return done


def _indexing(row: Document) -> UpdateOne:
    found_by = text.grams(row["place"], row["text"])
    return UpdateOne({"_id": row["_id"], search.FIELD: None}, {"$set": {search.FIELD: found_by}})


def tip_of(document: Document) -> Tip:
    """The tip in a document."""
    return Tip.model_validate({**document, "no": document["_id"]})
