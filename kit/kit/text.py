"""Searching Chinese text without a dictionary: hashed bigrams, in an index as `kit.search` has it.

A document keeps the bigrams of what it is found by (title, place, lead). A query finds those that hold all its bigrams;
as a hash can collide and bigrams can lie apart, `matches` checks each row that comes back.
"""

import unicodedata
import zlib
from collections.abc import Iterable

MOST_GRAMS = 64  # of one document; its beginning counts
LONGEST_QUERY = 40  # characters


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


def matches(query: str, *texts: str) -> bool:
    """Whether every run of the query stands in one of the texts."""
    wanted = normalised(query)[:LONGEST_QUERY].split()
    given = [normalised(text) for text in texts]
    return bool(wanted) and all(any(run in text for text in given) for run in wanted)


def _bigrams(text: str) -> Iterable[int]:
    for run in text.split():
        for start in range(len(run) - 1):
            yield _hashed(run[start : start + 2])


def _hashed(pair: str) -> int:
    number = zlib.crc32(pair.encode())
    return number - (1 << 32) if number >= 1 << 31 else number  # int32, the smallest that BSON keeps
