"""The explained check of a drafted reply: what makes it look empty. It is said to who wrote it and who
approves, and never blocks."""

import re
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from petition.domain.case import Reply
from petition.domain.district import ReplyRules

PARTS = ("facts", "rule", "done", "next")
MARKS = 8

_SHINGLE = 5  # characters: long enough that common phrases are not what two replies share


class Flaw(StrEnum):
    """What a reply may lack."""

    SHORT = "short"
    NO_DATE = "no_date"
    NO_COMMITMENT = "no_commitment"
    NO_CONTACT = "no_contact"
    COPIED = "copied"


@dataclass(frozen=True)
class Hint:
    """One flaw, and the part that has it; `like` is the case whose reply it repeats, where that may be told."""

    flaw: Flaw
    part: str | None = None
    like: str | None = None


@dataclass(frozen=True)
class Answer:
    """The published reply of another case. `words` are normalised; `told`: its number may be told to who asks."""

    no: str
    words: str
    told: bool


def hints(reply: Reply, words: str, others: Iterable[Answer], rules: ReplyRules) -> list[Hint]:
    """What makes the reply look empty. `words` are its own, normalised."""
    found = [Hint(Flaw.SHORT, part) for part in PARTS if _letters(getattr(reply, part)) < getattr(rules.shortest, part)]
    if not _holds(reply.next, rules.dates):
        found.append(Hint(Flaw.NO_DATE, "next"))
    if not _holds(reply.next, rules.commitments):
        found.append(Hint(Flaw.NO_COMMITMENT, "next"))
    if not any(_holds(getattr(reply, part), rules.contacts) for part in PARTS):
        found.append(Hint(Flaw.NO_CONTACT, "next"))
    closest = max(others, key=lambda other: shared(words, other.words), default=None)
    if closest and shared(words, closest.words) * 100 >= rules.alike:
        found.append(Hint(Flaw.COPIED, like=closest.no if closest.told else None))
    return found


def marks(words: str) -> list[int]:
    """A few hashes of the text, of which texts that are nearly the same have some in common."""
    return sorted(_shingles(words))[:MARKS]


def shared(one: str, other: str) -> float:
    """The share of the text that two normalised texts have in common: 1 when they say the same."""
    first, second = _shingles(one), _shingles(other)
    return len(first & second) / len(first | second) if first and second else 0.0


def _shingles(words: str) -> set[int]:
    plain = words.replace(" ", "")
    return {zlib.crc32(plain[at : at + _SHINGLE].encode()) for at in range(max(len(plain) - _SHINGLE + 1, 0))}


def _holds(text: str, patterns: Sequence[str]) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def _letters(text: str) -> int:
    return sum(character.isalnum() for character in text)
