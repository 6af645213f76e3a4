"""Reports that name cases, and what is known of these cases.

A report's document is made when an article that names cases is published, and stays as a tombstone when it names none
any more: its events are numbered on. A case's has what everyone may read of it; `stale` since when that is to be read
anew, or is to be, `asked` how often it was said to be; `wording` how many of its titles are not its title any more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne
from pymongo.errors import DuplicateKeyError

from kit import outbox
from kit.mongo import Db, Document
from kit.paging import Place, beyond, page
from news.domain.coverage import FollowUp, Outcome

_NEWEST = (("published_at", DESCENDING), ("_id", DESCENDING))
_SHOWN = {"by_outcome": {"$exists": True}}
_RESTATED = (("restated_at", ASCENDING), ("_id", ASCENDING))
_ONCE_RESTATED = {"restated_at": {"$type": "date"}}
INDEXES = {
    "reports": [
        outbox.PENDING_INDEX,
        IndexModel("cases", name="cases"),
        IndexModel([*_NEWEST], name="shown", partialFilterExpression=_SHOWN),
        IndexModel([("by_outcome", ASCENDING), *_NEWEST], name="shown_outcome", partialFilterExpression=_SHOWN),
        IndexModel([*_RESTATED], name="restated", partialFilterExpression=_ONCE_RESTATED),
    ],
    "followed_cases": [
        outbox.PENDING_INDEX,
        IndexModel("watched", name="watched"),
        IndexModel("stale", name="stale", sparse=True),
    ],
}


@dataclass(frozen=True)
class Report:
    """A report: at which version of the article, how many events were told, what it names and how that stands.

    `mark` is of what its readers see of its cases since `restated_at`, `outcome` how they stand together; None: of none
    may be told. `facts` are those of each case of which everyone may read, or once might.
    """

    article: str
    version: int
    told: int
    cases: tuple[str, ...]
    title: str
    published_at: datetime
    outcome: Outcome | None = None
    mark: str = ""
    restated_at: datetime | None = None
    facts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Stale:
    """A case that is to be read anew; `asked` tells this wish from later ones."""

    no: str
    asked: int


class Reports:
    """The reports that name cases, or once did."""

    def __init__(self, db: Db) -> None:
        self._collection = db["reports"]

    def find(self, article: str) -> Report | None:
        """The report of this number."""
        found = self._collection.find_one({"_id": article}, {"_outbox": 0})
        return _report(found) if found else None

    def put(self, before: Report | None, after: Report, event: Document | None) -> bool:
        """Keeps it with its event, unless somebody has changed it since it was read."""
        kept = _document(after)
        events = [event] if event else []
        if before is None:
            try:
                self._collection.insert_one({"_id": after.article, **kept, **({"_outbox": events} if events else {})})
            except DuplicateKeyError:
                return False
            return True
        update: Document = {"$set": kept}
        if after.outcome is None:
            update["$unset"] = {"by_outcome": ""}
        if events:
            update["$push"] = {"_outbox": {"$each": events}}
        as_read = {"_id": after.article, "version": before.version, "told": before.told}
        return self._collection.update_one(as_read, update).matched_count == 1

    def restated(self, articles: Sequence[str]) -> dict[str, datetime]:
        """Since when readers of these reports see of their cases what they see; only where it was once otherwise."""
        query = {"_id": {"$in": list(articles)}, "restated_at": {"$exists": True}}
        rows = self._collection.find(query, {"restated_at": 1}).hint("_id_") if articles else ()
        return {row["_id"]: row["restated_at"] for row in rows}

    def changed(self, after: datetime | None, until: datetime, place: Place, limit: int) -> list[Document]:
        """Reports of whose cases readers came to see something else between these times, the earliest first."""
        since = {"$gt": after} if after else {}
        asked = {"restated_at": {**_ONCE_RESTATED["restated_at"], **since, "$lt": until}}
        query = beyond(asked, _RESTATED, place)
        rows = self._collection.find(query, {"restated_at": 1}).hint("restated").sort(list(_RESTATED)).limit(limit)
        return [{"_id": row["_id"], "at": row["restated_at"]} for row in rows]

    def naming(self, no: str) -> list[str]:
        """The numbers of the reports that name this case."""
        return [row["_id"] for row in self._collection.find({"cases": no}, {"_id": 1}).hint("cases")]

    def page(self, outcome: Outcome | None, limit: int, cursor: str | None) -> tuple[list[Report], str | None]:
        """A page of those whose cases everyone may read of, the latest first."""
        query, hint = ({"by_outcome": outcome}, "shown_outcome") if outcome else (_SHOWN, "shown")
        rows, following = page(self._collection, query, _NEWEST, hint, limit, cursor, {"_outbox": 0})
        return [_report(row) for row in rows], following


class FollowedCases:
    """The cases that reports name."""

    def __init__(self, db: Db) -> None:
        self._collection = db["followed_cases"]

    def follow(self, numbers: Iterable[str], now: datetime) -> None:
        """From now on what becomes of them is known; what is followed already stays as it is."""
        begun = [
            UpdateOne({"_id": no}, {"$setOnInsert": {"watched": [no], "asked": 1, "stale": now}}, upsert=True)
            for no in numbers
        ]
        if begun:
            self._collection.bulk_write(begun, ordered=False)

    def ask_again(self, no: str, now: datetime) -> None:
        """Something happened to this case: who is told of it, is told anew."""
        self._collection.update_many({"watched": no}, {"$set": {"stale": now}, "$inc": {"asked": 1}})

    def stale(self, now: datetime, limit: int) -> list[Stale]:
        """What is to be read anew, who has waited longest first."""
        rows = self._collection.find({"stale": {"$lte": now}}, {"asked": 1}).hint("stale").sort("stale", ASCENDING)
        return [Stale(row["_id"], row["asked"]) for row in rows.limit(limit)]

    def keep(
        self, no: str, found: FollowUp | None, wording: int = 0, retitled: Document | None = None, *, public: bool
    ) -> bool:
        """What everyone may read of it now, and by whose changes that changes; `retitled` is told of the title before.

        False when that title, of this wording, has gone already: nothing is written.
        """
        watched = [no, *([found.into] if found and found.into else [])]
        kept = {"public": public, "follow_up": found.model_dump() if found else None, "watched": watched}
        told = {"$inc": {"wording": 1}, "$push": {"_outbox": retitled}} if retitled else {}
        as_read = {"_id": no, "wording": wording or None}  # the first is not written down
        return self._collection.update_one(as_read, {"$set": kept, **told}).matched_count == 1

    def settle(self, one: Stale, turns_at: datetime | None = None) -> None:
        """It is known, unless something has happened to it meanwhile; until it turns by itself, if it ever does."""
        known: Document = {"$set": {"stale": turns_at}} if turns_at else {"$unset": {"stale": ""}}
        self._collection.update_one({"_id": one.no, "asked": one.asked}, known)

    def put_off(self, one: Stale, until: datetime) -> None:
        """It is read again later."""
        self._collection.update_one({"_id": one.no, "asked": one.asked}, {"$set": {"stale": until}})

    def known(self, numbers: Sequence[str]) -> dict[str, FollowUp]:
        """What became of those of them of which everyone may read."""
        return {no: FollowUp.model_validate(row["follow_up"]) for no, row in self._found(numbers) if row["follow_up"]}

    def worded(self, numbers: Sequence[str]) -> dict[str, tuple[FollowUp | None, int]]:
        """The same with the wording of each one's title; None for those of which nobody may read."""
        return {
            no: (FollowUp.model_validate(row["follow_up"]) if row["follow_up"] else None, row.get("wording", 0))
            for no, row in self._found(numbers)
        }

    def gone(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of them that were looked for, and of which not everyone may read."""
        return frozenset(no for no, row in self._found(numbers) if not row["follow_up"])

    def public(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of them that everyone may know of."""
        return frozenset(no for no, row in self._found(numbers) if row["public"])

    def _found(self, numbers: Sequence[str]) -> list[tuple[str, Document]]:
        if not numbers:
            return []
        rows = self._collection.find({"_id": {"$in": list(numbers)}, "public": {"$exists": True}}).hint("_id_")
        return [(row["_id"], row) for row in rows]


def _document(report: Report) -> Document:
    kept = {name: getattr(report, name) for name in ("version", "told", "title", "published_at", "mark")}
    outcome = {"by_outcome": report.outcome} if report.outcome else {}
    restated = {"restated_at": report.restated_at} if report.restated_at else {}
    facts = {no: list(told) for no, told in report.facts.items()}
    return {**kept, "cases": list(report.cases), "facts": facts, **outcome, **restated}


def _report(row: Document) -> Report:
    outcome = Outcome(row["by_outcome"]) if "by_outcome" in row else None
    kept = {name: row[name] for name in ("version", "told", "title", "published_at", "mark")}
    kept |= {"restated_at": row.get("restated_at"), "cases": tuple(row["cases"])}
    facts = {no: tuple(told) for no, told in row.get("facts", {}).items()}
    return Report(article=row["_id"], outcome=outcome, facts=facts, **kept)
