"""Finding documents by the bigrams that they keep (`kit.text`), newest first, by one multikey index.

The list of a query's rarest bigram is walked, and which of its documents stand in the lists of others is looked up,
both from the index alone; only what is left is read. Left to choose, MongoDB walks by each bigram, side by side,
reading a document at every step.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.collection import Collection

from kit import paging
from kit.mongo import Document
from kit.paging import Order, encode_cursor, place_of

FIELD = "grams"
GRAMS_INDEX = IndexModel([(FIELD, ASCENDING), ("created", DESCENDING), ("_id", DESCENDING)], name="grams")
FAR = 200  # documents down a bigram's list, by whose time it is judged how rare the bigram is
REACHES = (200, 1000)  # documents of the rarest bigram; the farther one when the near one does not fill the page
OTHERS = 3  # bigrams that they are looked up under
READ = 120  # documents that one page reads at most
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)

Place = tuple[datetime, Any]
"""A document's time and its number: where it stands in a list, newest first."""


@dataclass(frozen=True)
class Words:
    """A collection whose documents have bigrams in `field` and a time; `hint` names an index like `GRAMS_INDEX`."""

    collection: Collection[Document]
    hint: str = "grams"
    field: str = FIELD
    time: str = "created"

    def page(
        self,
        grams: Sequence[int],
        query: Document,
        limit: int,
        cursor: str | None,
        projection: Document | None = None,
    ) -> tuple[list[Document], str | None]:
        """A page of those under `query` that hold all these bigrams, newest first, and the cursor of the next one.

        What a page looks through is bounded: where all bigrams are frequent and hardly ever meet, it may be short, and
        even empty, although a cursor leads on. `projection` says what is read of each. Raises `Invalid` (field
        `cursor`).
        """
        if len(grams) == 1:
            alone = {**query, self.field: grams[0]}
            return paging.page(self.collection, alone, self._order, self.hint, limit, cursor, projection)
        place = place_of(cursor)
        rarest, *others = self.by_rarity(grams, place[0] if place else None)
        held = {**query, self.field: {"$all": list(grams)}}
        for reach in REACHES:
            walked = self._newest(rarest, place, reach)
            end = walked[-1] if len(walked) == reach else None
            candidates = self._held(walked, others[:OTHERS])
            found = self._read(candidates[:READ], held, limit, projection)
            if len(found) > limit:
                return paging.cut(found, limit, self._order)
            end = candidates[READ - 1] if len(candidates) > READ else end
            if end is None:
                break
        return found, encode_cursor(*end) if end else None

    def by_rarity(self, grams: Sequence[int], since: datetime | None = None) -> list[int]:
        """The rarest first: its `FAR`-th document, from `since` on backwards, lies farthest back, or it has fewer."""
        if len(grams) == 1:
            return list(grams)
        before = {self.time: {"$lte": since}} if since else {}
        first, *rest = [self._far(gram, before) for gram in grams]
        union = [{"$unionWith": {"coll": self.collection.name, "pipeline": steps}} for steps in rest]
        reached = {row["gram"]: row[self.time] for row in self.collection.aggregate([*first, *union])}
        return sorted(grams, key=lambda gram: reached.get(gram, _LONG_AGO))

    def meeting(
        self, grams: Sequence[int], since: datetime, until: datetime, *, each: int, least: int
    ) -> dict[Any, int]:
        """The documents of a time that hold some of these bigrams, and how many: only those that hold `least` or more.

        Read off the index alone, of each bigram its newest `each` documents of that time: what a frequent one tells
        beyond them is little, and left out.
        """
        if not grams:
            return {}
        within = {self.time: {"$gte": since, "$lte": until}}
        first, *rest = [self._newest_of(gram, within, each) for gram in grams]
        union = [{"$unionWith": {"coll": self.collection.name, "pipeline": steps}} for steps in rest]
        met: list[Document] = [{"$group": {"_id": "$_id", "met": {"$sum": 1}}}, {"$match": {"met": {"$gte": least}}}]
        return {row["_id"]: row["met"] for row in self.collection.aggregate([*first, *union, *met])}

    @property
    def _order(self) -> Order:
        return [(self.time, DESCENDING), ("_id", DESCENDING)]

    def _far(self, gram: int, before: Document) -> list[Document]:
        return [
            {"$match": {self.field: gram, **before}},
            {"$sort": dict(self._order)},
            {"$skip": FAR - 1},
            {"$limit": 1},
            {"$project": {"_id": 0, self.time: 1, "gram": {"$literal": gram}}},
        ]

    def _newest_of(self, gram: int, within: Document, most: int) -> list[Document]:
        """The newest documents of a bigram in a time: their numbers."""
        return [
            {"$match": {self.field: gram, **within}},
            {"$sort": dict(self._order)},
            {"$limit": most},
            {"$project": {"_id": 1}},
        ]

    def _newest(self, gram: int, place: Sequence[Any] | None, reach: int) -> list[Place]:
        """The newest documents of a bigram beyond the place, up to `reach`."""
        if not place:
            return self._listed({self.field: gram}, reach)
        time, number = place  # two looks: of one for both, the planner may read the documents
        same = self._listed({self.field: gram, self.time: time, "_id": {"$lt": number}}, reach)
        return (same + self._listed({self.field: gram, self.time: {"$lt": time}}, reach))[:reach]

    def _listed(self, query: Document, limit: int) -> list[Place]:
        rows = self.collection.find(query, {self.time: 1}, batch_size=limit).hint(self.hint)
        return [(row[self.time], row["_id"]) for row in rows.sort(list(self._order)).limit(limit)]

    def _held(self, places: list[Place], grams: Sequence[int]) -> list[Place]:
        """Those that stand in the lists of all these bigrams too: looked up by their times, which the index has."""
        for gram in grams:
            if not places:
                break
            times = list({time for time, _ in places})
            query = {self.field: gram, self.time: {"$in": times}}
            rows = self.collection.find(query, {"_id": 1}, batch_size=REACHES[-1]).hint(self.hint)
            there = {row["_id"] for row in rows}
            places = [place for place in places if place[1] in there]
        return places

    def _read(self, candidates: list[Place], held: Document, limit: int, projection: Document | None) -> list[Document]:
        """Those candidates that hold, until they are more than a page."""
        found: list[Document] = []
        for first in range(0, len(candidates), limit + 1):
            numbers = [number for _, number in candidates[first : first + limit + 1]]
            rows = list(self.collection.find({**held, "_id": {"$in": numbers}}, projection).hint("_id_"))
            found += sorted(rows, key=lambda row: (row[self.time], row["_id"]), reverse=True)
            if len(found) > limit:
                break
        return found
