"""Finding the right item by the words people use.

A question is freed of the words that say nothing about its subject, the catalogue's own words are added to what people
say instead, and rows are ranked by the pairs of characters they share with it: a pair that few rows have counts more,
one in the name more than one in the summary.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log

from kit.errors import Invalid
from kit.mongo import Document
from kit.paging import decode_cursor, encode_cursor
from kit.text import LONGEST_QUERY, normalised, query_grams
from services_hub.contract import Hit, HitPage, Search
from services_hub.store import KINDS, Store, words_of

LONGEST_PHRASE = 10  # characters
WEIGHTS = (5.0, 3.0, 1.0)  # of name, keywords, the rest
_SHARED_AT_LEAST = 1 / 3  # of the question's pairs, by weight


@dataclass(frozen=True)
class _Row:
    collection: str
    document: Document
    texts: tuple[str, ...]

    def weight(self, pair: str) -> float:
        """What the pair counts in this row; 0 when it is not there."""
        return max((weight for weight, text in zip(WEIGHTS, self.texts, strict=True) if pair in text), default=0.0)


def search(store: Store, request: Search) -> HitPage:
    """A page of what fits best."""
    start = _start(request.cursor)
    ranked = _ranked(store, _subject(store, request.q))
    rows = ranked[start : start + request.limit]
    end = start + len(rows)
    cursor = encode_cursor(end) if end < len(ranked) else None
    return HitPage(items=[_hit(row) for row in rows], next_cursor=cursor)


def _start(cursor: str | None) -> int:
    if cursor is None:
        return 0
    (start,) = decode_cursor(cursor, 1)
    if not isinstance(start, int) or start < 0:
        raise Invalid.field("cursor", "翻页标记无效，请从第一页重新查看")
    return start


def _subject(store: Store, question: str) -> str:
    """The question without its fillers, with the catalogue's words for what it says."""
    text = normalised(question)[:LONGEST_QUERY]
    phrases = store.phrases(_parts_of(text))
    meanings = [meaning for phrase in phrases for meaning in phrases[phrase]]
    for filler in sorted((phrase for phrase in phrases if not phrases[phrase]), key=len, reverse=True):
        text = text.replace(filler, " ")
    return " ".join((text, *meanings))


def _parts_of(text: str) -> list[str]:
    ends = range(2, LONGEST_PHRASE + 1)
    return list({text[start : start + length] for start in range(len(text)) for length in ends})


def _ranked(store: Store, subject: str) -> list[_Row]:
    pairs = _pairs(subject)
    rows = [row for collection in KINDS for row in _candidates(store, collection, subject)] if pairs else []
    having = Counter(pair for row in rows for pair in pairs if row.weight(pair))
    rarity = {pair: log(1 + len(rows) / having[pair]) for pair in pairs if having[pair]}
    needed = _SHARED_AT_LEAST * sum(rarity.values())
    scored = [(sum(row.weight(pair) * rarity[pair] for pair in rarity), row) for row in rows]
    enough = [(score, row) for score, row in scored if score >= needed]
    enough.sort(key=lambda found: (-found[0], found[1].document["order"], found[1].document["_id"]))
    return [row for _, row in enough]


def _candidates(store: Store, collection: str, subject: str) -> Iterable[_Row]:
    for document in store.candidates(collection, query_grams(subject)):
        yield _Row(collection, document, tuple(normalised(text) for text in words_of(document)))


def _pairs(text: str) -> list[str]:
    runs = text.split()
    return list(dict.fromkeys(run[start : start + 2] for run in runs for start in range(len(run) - 1)))


def _hit(row: _Row) -> Hit:
    id_ = row.document["_id"]
    return Hit(
        kind=KINDS[row.collection],
        id=id_,
        title=row.document["name"],
        summary=row.document.get("summary") or row.document["address"],
        path=f"/{row.collection}/{id_}",
    )
