"""Searching Chinese text without a dictionary: hashed bigrams in one index, verified on the rows that come back.

A document keeps the bigrams of what it is found by (title, place, lead) in `grams`, and its time in `created`. A query
finds the newest documents that hold all its bigrams (`found`); as a hash can collide and bigrams can lie apart,
`matches` checks each row of the page.
"""

import unicodedata
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.collection import Collection

from kit.mongo import Document
from kit.paging import Order, encode_cursor, page, place_of

MOST_GRAMS = 64  # of one document; its beginning counts
LONGEST_QUERY = 40  # characters
FAR = 200  # documents down a bigram's list, by whose time it is judged how rare the bigram is
WALKED = 1500  # documents that one page looks through
FIELD = "grams"
GRAMS_INDEX = IndexModel([(FIELD, ASCENDING), ("created", DESCENDING), ("_id", DESCENDING)], name="grams")
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def normalised(text: str) -> str:
    """Full width to half width, lower case, and nothing but letters, digits and spaces between runs of them."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def grams(*texts: str) -> list[int]:
    """What a document is found by: up to `MOST_GRAMS` different hashed bigrams, those of the first text first."""
    found = dict.fromkeys(gram for text in texts for gram in _bigrams(normalised(text)))
    return list(found)[:MOST_GRAMS]


def query_grams(query: str) -> list[int]:
    """The bigrams that a document must hold; empty when the query has no two characters side by side."""
    return list(dict.fromkeys(_bigrams(normalised(query)[:LONGEST_QUERY])))


def found(
    collection: Collection[Document],
    query: Document,
    grams: Sequence[int],
    order: Order,
    hint: str,
    limit: int,
    cursor: str | None,
    left_out: Mapping[str, Any] | None = None,
    *,
    field: str = FIELD,
) -> tuple[list[Document], str | None]:
    """A page of what the query finds and holds all these bigrams, by an index like `GRAMS_INDEX` in its order.

    It looks through a bounded number of documents, and may find none of them though there are older ones: then its
    cursor leads on. Raises `Invalid` (field `cursor`).
    """
    time, place = order[0][0], place_of(cursor)
    within = {time: {"$lte": place[0]}} if place else {}
    held = holding(collection, grams, within=within, field=field, time=time)
    end = end_of_walk(collection, held, within=within, field=field, time=time)
    until = {time: {"$gte": end}} if end else {}
    rows, following = page(collection, {**query, **held, **until}, order, hint, limit, cursor, left_out)
    if following is None and end is not None:
        following = encode_cursor(end, "")  # before all numbers: those of the same moment have been looked at
    return rows, following


def holding(
    collection: Collection[Document],
    grams: Sequence[int],
    *,
    within: Document,
    field: str = FIELD,
    time: str = "created",
) -> Document:
    """The condition that a document holds all these bigrams, for a walk from the newest to the oldest `within` a range.

    Only the rarest one is looked up in the index, which must be like `GRAMS_INDEX`; the others are read off its
    documents. Left to choose, MongoDB tries a walk by each bigram, side by side, until one of them ends.
    """
    rarest = _rarest(collection, grams, within, field, time) if len(grams) > 1 else grams[0]
    others = [{field: {"$ne": gram}} for gram in grams if gram != rarest]
    return {field: rarest, **({"$nor": others} if others else {})}  # not $all: each of its values would be planned


def end_of_walk(
    collection: Collection[Document],
    held: Document,
    *,
    within: Document,
    field: str = FIELD,
    time: str = "created",
) -> datetime | None:
    """How far back a page looks that walks by `held`, a condition of `holding`; None: to the end.

    Words that are all frequent and hardly ever meet would else be looked for in everything there is. Read from the
    index alone.
    """
    if "$nor" not in held:  # every document of the walk is a find
        return None
    reached = list(collection.aggregate(_down(held[field], WALKED, within, field, time)))
    return reached[0][time] if reached else None


def matches(query: str, *texts: str) -> bool:
    """Whether every run of the query stands in one of the texts."""
    wanted = normalised(query)[:LONGEST_QUERY].split()
    given = [normalised(text) for text in texts]
    return bool(wanted) and all(any(run in text for text in given) for run in wanted)


def _rarest(collection: Collection[Document], grams: Sequence[int], within: Document, field: str, time: str) -> int:
    """The bigram whose `FAR`-th document lies farthest back, or that has fewer; read from the index alone."""
    first, *rest = [_down(gram, FAR, within, field, time) for gram in grams]
    union = [{"$unionWith": {"coll": collection.name, "pipeline": steps}} for steps in rest]
    reached = {row["gram"]: row[time] for row in collection.aggregate([*first, *union])}
    return min(grams, key=lambda gram: reached.get(gram, _LONG_AGO))


def _down(gram: int, far: int, within: Document, field: str, time: str) -> list[Document]:
    return [
        {"$match": {field: gram, **within}},
        {"$sort": {time: DESCENDING, "_id": DESCENDING}},
        {"$skip": far - 1},
        {"$limit": 1},
        {"$project": {"_id": 0, time: 1, "gram": {"$literal": gram}}},
    ]


def _bigrams(text: str) -> Iterable[int]:
    for run in text.split():
        for start in range(len(run) - 1):
            yield _hashed(run[start : start + 2])


def _hashed(pair: str) -> int:
    number = zlib.crc32(pair.encode())
    return number - (1 << 32) if number >= 1 << 31 else number  # int32, the smallest that BSON keeps
