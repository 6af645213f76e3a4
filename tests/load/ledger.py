"""What the stack acknowledged, and whether it is all there, once.

A case bears a mark in its title that nothing else has, so that a case filed twice is found although each of the two has
a number of its own. A write that was never acknowledged may be there or not, but not twice.
"""

import json
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from pymongo import MongoClient

TITLE = "压测诉求 "


class Kept(NamedTuple):
    """A case as the stack keeps it."""

    no: str
    mark: str
    kinds: tuple[str, ...]


@dataclass
class Tried:
    """One case of this run: by whom, its number once it was acknowledged, and the acknowledged steps by kind."""

    mark: str
    author: str
    no: str = ""
    steps: list[str] = field(default_factory=list)


class Evidence(Protocol):
    """Somewhere to look up what there is of the cases tried."""

    def kept(self, tried: Sequence[Tried]) -> Iterable[Kept]:
        """Every case that bears one of the marks."""
        ...


@dataclass(frozen=True)
class Verdict:
    """What is missing and what is there twice, in words."""

    acknowledged: int
    lost: list[str]
    double: list[str]

    @property
    def clean(self) -> bool:
        """Nothing lost, nothing double."""
        return not self.lost and not self.double


class Ledger:
    """What was tried and acknowledged."""

    def __init__(self) -> None:
        self._run = uuid.uuid4().hex[:8]
        self._tried: dict[str, Tried] = {}

    def begin(self, author: str) -> Tried:
        """A case about to be filed."""
        tried = Tried(f"{self._run}-{len(self._tried):06}", author)
        self._tried[tried.mark] = tried
        return tried

    def acknowledge(self, tried: Tried, kind: str) -> None:
        """The stack has said that this step was taken."""
        tried.steps.append(kind)

    def __len__(self) -> int:
        return sum(len(tried.steps) for tried in self._tried.values())

    def compare(self, evidence: Evidence) -> Verdict:
        """Holds what was acknowledged against what there is."""
        found: dict[str, list[Kept]] = {mark: [] for mark in self._tried}
        for kept in evidence.kept(list(self._tried.values())):
            found[kept.mark].append(kept)
        lost = [line for tried in self._tried.values() for line in _lost(tried, found[tried.mark])]
        double = [line for tried in self._tried.values() for line in _double(tried, found[tried.mark])]
        return Verdict(len(self), lost, double)


def _lost(tried: Tried, found: Sequence[Kept]) -> Iterator[str]:
    there = Counter(kind for kept in found if kept.no == tried.no for kind in kept.kinds)
    for kind in tried.steps:
        if not there[kind]:
            yield f"{tried.no} ({tried.mark}): {kind} was acknowledged and is not there"


def _double(tried: Tried, found: Sequence[Kept]) -> Iterator[str]:
    if len(found) > 1:
        yield f"{tried.mark}: filed once, there as {', '.join(kept.no for kept in found)}"
    for kept in found:
        for kind, times in Counter(kept.kinds).items():
            if times > 1:
                yield f"{kept.no} ({tried.mark}): {kind} is there {times} times"


class InDatabase:
    """Reads petition's database, past all services."""

    def __init__(self, mongo_url: str, database: str = "petition") -> None:
        self._cases = MongoClient[dict[str, Any]](mongo_url)[database]["cases"]

    def kept(self, tried: Sequence[Tried]) -> Iterator[Kept]:
        """By author, as there is an index for that."""
        marks = {one.mark for one in tried}
        authors = sorted({one.author for one in tried})
        shown = {"asked.title": 1, "history.kind": 1}
        for row in self._cases.find({"author": {"$in": authors}}, shown):
            mark = mark_in(row["asked"]["title"])
            if mark in marks:
                yield Kept(row["_id"], mark, tuple(entry["kind"] for entry in row["history"]))


class OverHttp:
    """Asks the stack itself, as each author: his list shows what was filed twice, each case's history its steps."""

    def __init__(self, people: Mapping[str, "Reader"]) -> None:
        self._people = people

    def kept(self, tried: Sequence[Tried]) -> Iterator[Kept]:
        """Author by author."""
        marks = {one.mark for one in tried}
        for author in sorted({one.author for one in tried}):
            reader = self._people[author]
            for row in _leaf_through(reader, "/me/cases"):
                mark = mark_in(row["title"])
                if mark in marks:
                    entries = reader.read(f"/cases/{row['no']}/history")["entries"]
                    yield Kept(row["no"], mark, tuple(entry["kind"] for entry in entries))


class Reader(Protocol):
    """Somebody who has signed in."""

    def read(self, path: str) -> Any:
        """The decoded answer."""
        ...


def title_of(tried: Tried) -> str:
    """The title of a case, with its mark."""
    return TITLE + tried.mark


def mark_in(title: str) -> str:
    """The mark in a title; empty when it is not one of ours."""
    return title.removeprefix(TITLE) if title.startswith(TITLE) else ""


def body_of(tried: Tried, category: str, town: str) -> str:
    """The request that files the case."""
    words = {"title": title_of(tried), "text": "负载测试提交的诉求，用于核对受理不丢失、不重复。", "place": "示例地点"}
    return json.dumps({**words, "category": category, "town": town, "visibility": "public"}, ensure_ascii=False)


def _leaf_through(reader: Reader, path: str) -> Iterator[dict[str, Any]]:
    cursor = ""
    while True:
        page = reader.read(f"{path}?limit=100{cursor}")
        yield from page["items"]
        if not page["next_cursor"]:
            return
        cursor = f"&cursor={page['next_cursor']}"
