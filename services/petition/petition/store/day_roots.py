"""How day roots are kept: a record a day, its leaves in chunks, and in each case which leaf is its.

A chunk is a full subtree, so that a path needs one chunk and the chunks' roots, which lie in the record. Chunks are
written before their record and belong to one attempt to seal; the record, which only one attempt can add, names its
own. `by_unsealed` of a case has the days it changed in that no root covers yet.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.errors import DuplicateKeyError
from pymongo.read_concern import ReadConcern

from kit.mongo import Db, Document
from kit.paging import page
from petition.domain import merkle
from petition.domain.day_root import DayRoot

CHUNK = 512  # never to be changed: kept days are cut by it; a power of two, as parts of a tree must be
HASH_BYTES = 32
_NEWEST = [("day", DESCENDING), ("_id", DESCENDING)]
_HIDDEN = {"tops": 0}

INDEXES = {
    "day_roots": [
        IndexModel("day", name="day", unique=True),
        IndexModel("previous", name="previous", unique=True),  # only one record follows another
        IndexModel(_NEWEST, name="newest"),
    ],
    "day_leaves": [IndexModel("day", name="day")],
}
UNSEALED_INDEX = IndexModel("by_unsealed", name="unsealed", sparse=True)


@dataclass(frozen=True)
class Head:
    """The last entry of a case before the end of a day: its number within the case and its hash."""

    no: str
    seq: int
    hash: str


@dataclass(frozen=True)
class Sealed:
    """The record of a day as it is kept. `settled` once every case knows its leaf."""

    attempt: str
    record: DayRoot
    settled: bool

    @property
    def chunks(self) -> int:
        """How many chunks hold its leaves."""
        return -(-self.record.size // CHUNK)


@dataclass(frozen=True)
class Seal:
    """What a case knows of its leaf under a day's root."""

    day: date
    seq: int
    index: int


class DayRoots:
    """The day roots of a district."""

    def __init__(self, db: Db) -> None:
        self._roots = db["day_roots"]
        self._leaves = db["day_leaves"]
        self._cases = db["cases"]

    def latest(self) -> Sealed | None:
        """The record of the last day that was sealed."""
        found = self._roots.find_one({}, _HIDDEN, sort=_NEWEST, hint="newest")
        return _sealed(found) if found else None

    def of_day(self, day: date) -> DayRoot | None:
        """The record of this day."""
        found = self._roots.find_one({"day": day.isoformat()}, _HIDDEN, hint="day")
        return _record(found) if found else None

    def page(self, limit: int, cursor: str | None) -> tuple[list[DayRoot], str | None]:
        """A page of all records, the newest first."""
        rows, following = page(self._roots, {}, _NEWEST, "newest", limit, cursor, _HIDDEN)
        return [_record(row) for row in rows], following

    def oldest_unsealed(self) -> date | None:
        """The first day in which a case changed that no root covers yet."""
        changed = {"by_unsealed": {"$exists": True}}
        found = self._cases.find_one(changed, {"by_unsealed": 1}, sort=[("by_unsealed", ASCENDING)], hint="unsealed")
        return date.fromisoformat(min(found["by_unsealed"])) if found else None

    def heads(self, day: date, end: datetime) -> Iterator[Head]:
        """The heads, sorted by hash, of the cases that changed until this day, which ends at `end`, and are not sealed.

        The database sorts: the first root after a migration may be over every case there is.
        """
        entries = {"$filter": {"input": "$history", "cond": {"$lt": ["$$this.at", end]}}}
        steps: list[Document] = [
            {"$match": {"by_unsealed": {"$lte": day.isoformat()}}},
            {"$project": {"head": {"$last": entries}}},
            {"$match": {"head": {"$exists": True}}},
            {"$project": {"seq": "$head.seq", "hash": "$head.hash"}},
            {"$sort": {"hash": ASCENDING}},
        ]
        lasting = self._cases.with_options(read_concern=ReadConcern("majority"))  # no leaf that a failover takes back
        for row in lasting.aggregate(steps, hint="unsealed", allowDiskUse=True):
            yield Head(row["_id"], row["seq"], row["hash"])

    def add_chunk(self, attempt: str, day: date, number: int, heads: Sequence[Head]) -> None:
        """Keeps one chunk of an attempt's leaves; `number` counts from 0."""
        chunk = {
            "_id": _chunk_id(attempt, number),
            "day": day.isoformat(),
            "attempt": attempt,
            "leaves": b"".join(bytes.fromhex(head.hash) for head in heads),
            "heads": [{"no": head.no, "seq": head.seq} for head in heads],
        }
        self._leaves.insert_one(chunk)

    def add(self, attempt: str, record: DayRoot, tops: Sequence[bytes]) -> bool:
        """Keeps a day's record, and with it this attempt's chunks, whose roots are `tops`. False: another was first."""
        values = {**record.model_dump(mode="python"), "day": record.day.isoformat()}
        try:
            self._roots.insert_one({"_id": attempt, **values, "tops": b"".join(tops), "settled": False})
        except DuplicateKeyError:
            return False
        return True

    def tell_cases(self, sealed: Sealed, number: int, end: datetime) -> None:
        """Has the cases of a chunk know their leaf. Safe to repeat.

        A case keeps the days until this one only if an entry of them came after its head was taken: the next root
        covers that.
        """
        chunk = self._leaves.find_one({"_id": _chunk_id(sealed.attempt, number)}, {"heads": 1})
        assert chunk is not None
        day = sealed.record.day.isoformat()
        self._cases.bulk_write(
            [
                UpdateOne(
                    {"_id": head["no"], "seals.day": {"$ne": day}},
                    _told({"day": day, "seq": head["seq"], "index": number * CHUNK + n}, end),
                )
                for n, head in enumerate(chunk["heads"])
            ],
            ordered=False,
        )

    def settle(self, sealed: Sealed) -> None:
        """Notes that every case of the day knows its leaf."""
        self._roots.update_one({"_id": sealed.attempt}, {"$set": {"settled": True}})

    def forget_other_attempts(self, sealed: Sealed) -> None:
        """Removes the chunks of attempts at a day that were cut off or came second."""
        self._leaves.delete_many({"day": sealed.record.day.isoformat(), "attempt": {"$ne": sealed.attempt}})

    def forget_attempt(self, attempt: str, day: date) -> None:
        """Removes the chunks of an attempt that came second: others may be days ahead, and look back no further."""
        if self._roots.find_one({"_id": attempt}, {"_id": 1}) is None:
            self._leaves.delete_many({"day": day.isoformat(), "attempt": attempt})

    def seals_of(self, no: str) -> tuple[list[Seal], bool]:
        """The leaves of a case, the oldest first, and whether a root will cover what has come since."""
        found = self._cases.find_one({"_id": no}, {"seals": 1, "by_unsealed": 1}) or {}
        rows = [Seal(date.fromisoformat(row["day"]), row["seq"], row["index"]) for row in found.get("seals", ())]
        return rows, "by_unsealed" in found

    def paths(self, seals: Sequence[Seal]) -> list[tuple[DayRoot, list[bytes]]]:
        """For each leaf its day's record and its path."""
        rows = self._roots.find({"day": {"$in": [seal.day.isoformat() for seal in seals]}}).hint("day")
        records = {row["day"]: row for row in rows} if seals else {}
        wanted = [(records[seal.day.isoformat()], seal.index) for seal in seals]
        ids = [_chunk_id(row["_id"], index // CHUNK) for row, index in wanted]
        chunks = {row["_id"]: row["leaves"] for row in self._leaves.find({"_id": {"$in": ids}}, {"leaves": 1})}
        return [
            (_record(row), _path(index, chunks[name], row["tops"]))
            for (row, index), name in zip(wanted, ids, strict=True)
        ]


def _told(seal: Document, end: datetime) -> list[Document]:
    """The update of a case that learns its leaf."""
    came_later = {"$and": [{"$gt": ["$$this.seq", seal["seq"]]}, {"$lt": ["$$this.at", end]}]}
    is_late = {"$gt": [{"$size": {"$filter": {"input": "$history", "cond": came_later}}}, 0]}
    days_after = {"$filter": {"input": "$by_unsealed", "cond": {"$gt": ["$$this", seal["day"]]}}}
    kept = {"$cond": [is_late, "$by_unsealed", days_after]}
    return [
        {"$set": {"seals": {"$concatArrays": [{"$ifNull": ["$seals", []]}, [seal]]}, "by_unsealed": kept}},
        {"$set": {"by_unsealed": {"$cond": [{"$eq": ["$by_unsealed", []]}, "$$REMOVE", "$by_unsealed"]}}},
    ]


def _path(index: int, leaves: bytes, tops: bytes) -> list[bytes]:
    chunk = [merkle.leaf_hash(leaf) for leaf in _split(leaves)]
    return merkle.path(index % CHUNK, chunk) + merkle.path(index // CHUNK, _split(tops))


def _split(joined: bytes) -> list[bytes]:
    return [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]


def _chunk_id(attempt: str, number: int) -> str:
    return f"{attempt}/{number}"


def _sealed(document: Mapping[str, Any]) -> Sealed:
    return Sealed(document["_id"], _record(document), document["settled"])


def _record(document: Mapping[str, Any]) -> DayRoot:
    return DayRoot.model_validate({name: document[name] for name in DayRoot.model_fields})
