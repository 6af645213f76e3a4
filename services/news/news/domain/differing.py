"""What differs between two versions of an article, as a person reads it: by field, by block, by words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from news.domain.article import AnyBlock, Block, Words, plain

FIELDS = ("column", "town", "title", "lead", "desk", "source")
TOPICS = "topics"
_ALIKE = 0.4  # of a paragraph; less, and it is another one
_TOKEN = re.compile(r"[A-Za-z0-9]+|.", re.DOTALL)  # a Chinese character, or a word or number of another script


class Mark(StrEnum):
    """What became of a piece of text, or of a block."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Piece:
    """A stretch of text that is the same, added or removed."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class FieldDiff:
    """A field that differs."""

    field: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class BlockDiff:
    """A block in the order of reading; `kind` is that of the later version, of a removed one its own."""

    mark: Mark
    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Difference:
    """All fields that differ, and all blocks, the unchanged too."""

    fields: tuple[FieldDiff, ...]
    blocks: tuple[BlockDiff, ...]


def difference(before: Words, after: Words) -> Difference:
    """What one reads in `after` instead of in `before`."""
    changed = [(name, getattr(before, name) or "", getattr(after, name) or "") for name in FIELDS]
    fields = [FieldDiff(name, pieces(old, new)) for name, old, new in changed if old != new]
    if set(before.topics) != set(after.topics):
        fields.append(FieldDiff(TOPICS, _topics(before.topics, after.topics)))
    return Difference(tuple(fields), tuple(_blocks(before.blocks, after.blocks)))


def _topics(before: Sequence[str], after: Sequence[str]) -> tuple[Piece, ...]:
    """A piece for each topic, by its code; in which order they stand says nothing."""
    marks = {code: Mark.SAME if code in before else Mark.ADDED for code in after}
    marks |= {code: Mark.REMOVED for code in before if code not in after}
    return tuple(Piece(mark, code) for code, mark in marks.items())


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The stretches of two texts, by characters of Chinese and words of other scripts."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    found: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new).get_opcodes():
        if tag == "equal":
            found.append(Piece(Mark.SAME, "".join(old[a:b])))
            continue
        found += [Piece(Mark.REMOVED, "".join(old[a:b]))] if b > a else []
        found += [Piece(Mark.ADDED, "".join(new[c:d]))] if d > c else []
    return tuple(found)


def _blocks(before: Sequence[AnyBlock], after: Sequence[AnyBlock]) -> list[BlockDiff]:
    old, new = ([block.model_dump_json() for block in blocks] for blocks in (before, after))
    found: list[BlockDiff] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found += [_whole(Mark.SAME, block) for block in after[c:d]]
        else:
            found += _replaced(before[a:b], after[c:d])
    return found


def _replaced(before: Sequence[AnyBlock], after: Sequence[AnyBlock]) -> list[BlockDiff]:
    """Blocks in each other's place: pairs that are alike are one block changed, the rest are removed and added."""
    found: list[BlockDiff] = []
    at = 0
    for block in after:
        partner = next((n for n in range(at, len(before)) if _alike(before[n], block)), None)
        if partner is None:
            found.append(_whole(Mark.ADDED, block))
            continue
        found += [_whole(Mark.REMOVED, left) for left in before[at:partner]]
        found.append(BlockDiff(Mark.CHANGED, str(block.kind), pieces(_text(before[partner]), _text(block))))
        at = partner + 1
    return found + [_whole(Mark.REMOVED, left) for left in before[at:]]


def _alike(one: AnyBlock, other: AnyBlock) -> bool:
    if not isinstance(one, Block) or not isinstance(other, Block):
        return one.kind == other.kind
    return SequenceMatcher(None, one.text, other.text).quick_ratio() >= _ALIKE


def _whole(mark: Mark, block: AnyBlock) -> BlockDiff:
    return BlockDiff(mark, str(block.kind), (Piece(mark, _text(block)),))


def _text(block: AnyBlock) -> str:
    return plain(block).text
