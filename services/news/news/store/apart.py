"""What editors have said is not one matter: pairs of numbers of tips, cases and investigations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pymongo import IndexModel

from kit.mongo import Db

INDEXES = {"apart": [IndexModel("of", name="of")]}
MOST_READ = 1000


@dataclass(frozen=True)
class Pair:
    """Two that are not one matter, and who says so."""

    of: frozenset[str]
    by: str
    at: datetime


class Apart:
    """The pairs that are not proposed again."""

    def __init__(self, db: Db) -> None:
        self._pairs = db["apart"]

    def say(self, one: str, other: str, by: str, at: datetime) -> None:
        """They are two matters; who has said so first stays."""
        first = {"of": sorted((one, other)), "by": by, "at": at}
        self._pairs.update_one({"_id": _key(one, other)}, {"$setOnInsert": first}, upsert=True)

    def take_back(self, one: str, other: str) -> None:
        """They may be one again."""
        self._pairs.delete_one({"_id": _key(one, other)})

    def of(self, numbers: Iterable[str]) -> list[Pair]:
        """The pairs of which one of these is a part."""
        rows = self._pairs.find({"of": {"$in": list(numbers)}}).hint("of").limit(MOST_READ)
        return [Pair(frozenset(row["of"]), row["by"], row["at"]) for row in rows]


def _key(one: str, other: str) -> str:
    return "/".join(sorted((one, other)))
