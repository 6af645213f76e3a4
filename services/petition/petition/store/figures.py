"""How figures are kept: a row a case, the figures of each group of rows, and the months with their definitions.

`figure_rows` follow from the cases, `figure_groups` from the rows: either can be made anew (`petition.recount`). A
group counts its `marks`; its figures are right when they were counted at the last of them (`rolled`), else it is
`dirty`, since when. The days of a town, a category or a department are counted in one pass with its month and lie
beside its group (`figure_days`, by the same key), so that what reads months does not read them.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit.mongo import Db, Document
from petition.domain.district import Definitions, FigureRules
from petition.domain.figures import Counted, Facts, Figures

DIMENSIONS = ("district", "town", "category", "department")
DAILY = DIMENSIONS[1:]
"""What has its days beside its month; the days of the district are groups of their own."""
DAY = "day"
_PUBLISHED = (("month", ASCENDING), ("public", ASCENDING), ("shuffled", ASCENDING))
_CELL = (("month", ASCENDING), ("public", ASCENDING), ("town", ASCENDING), ("category", ASCENDING))
INDEXES = {
    "figure_rows": [
        IndexModel(_PUBLISHED, name="month"),
        IndexModel(_CELL, name="cell"),  # of the version before
        IndexModel([*_CELL, ("department", ASCENDING)], name="cells"),
        *(IndexModel([("month", ASCENDING), (by, ASCENDING)], name=by) for by in DIMENSIONS[1:]),
        IndexModel(DAY, name=DAY),
    ],
    "figure_groups": [
        IndexModel([("month", ASCENDING), ("by", ASCENDING), ("value", ASCENDING)], name="month"),
        IndexModel([("by", ASCENDING), ("value", ASCENDING)], name="value"),
        IndexModel("dirty", name="dirty", sparse=True),
    ],
    "figure_days": [],
    "figure_months": [],
}


class Group(NamedTuple):
    """The cases of a month, or of a day of it, that have the same value of a dimension; the district has one value."""

    month: str
    by: str
    value: str

    @property
    def id(self) -> str:
        """The key of its document."""
        return f"{self.month}/{self.by}/{self.value}"


class MonthBook(NamedTuple):
    """A month with the definitions that hold for it, and when it was closed."""

    month: str
    definitions: Definitions
    closed_at: datetime | None


class Row(NamedTuple):
    """A case's facts as they are kept. `corrected`: they have changed since their month was closed."""

    facts: Facts
    corrected: bool


def groups_of(facts: Facts) -> list[Group]:
    """The groups that a case is in."""
    values = {"district": "", **{by: getattr(facts, by) for by in DIMENSIONS[1:]}, DAY: facts.day}
    return [Group(facts.month, by, value) for by, value in values.items()]


class FigureBook:
    """The figures of a district. `rules` say which definitions hold for a month that is not kept yet."""

    def __init__(self, db: Db, rules: FigureRules) -> None:
        self._rows, self._groups, self._months = db["figure_rows"], db["figure_groups"], db["figure_months"]
        self._days = db["figure_days"]
        self._rules = rules

    def session(self) -> ClientSession:
        """A session for a transaction over rows, groups and months."""
        return self._rows.database.client.start_session()

    def month(self, month: str, session: ClientSession | None = None) -> MonthBook:
        """A month as it is kept, else as the district's data have it."""
        found = self._months.find_one({"_id": month}, session=session)
        return self._month_of(found) if found else MonthBook(month, self._rules.of_month(month), None)

    def months(self) -> list[MonthBook]:
        """All months that are kept, the first one first."""
        return [self._month_of(row) for row in self._months.find().hint("_id_").sort("_id", ASCENDING)]

    def begin_month(self, month: MonthBook, session: ClientSession) -> None:
        """Keeps a month with its definitions, unless it is kept."""
        kept = {"$setOnInsert": {"definitions": _plain(month.definitions)}}
        self._months.update_one({"_id": month.month}, kept, upsert=True, session=session)

    def unfinished(self) -> list[str]:
        """The months whose cases have yet to be looked at by definitions that are new for them."""
        return [row["_id"] for row in self._months.find().hint("_id_") if row.get("unfinished")]

    def redefine(self, month: str, definitions: Definitions, now: datetime) -> None:
        """Has other definitions hold for a month that is not closed: all its groups are to be counted again."""

        def attempt(session: ClientSession) -> None:
            update = {"$set": {"definitions": _plain(definitions), "unfinished": True}}
            is_open = {"_id": month, "closed_at": {"$exists": False}}
            if self._months.update_one(is_open, update, session=session).modified_count:
                mark = {"$inc": {"marks": 1}, "$min": {"dirty": now}}
                self._groups.update_many({"month": month}, mark, hint="month", session=session)

        with self.session() as session:
            session.with_transaction(attempt)

    def finish(self, month: str) -> None:
        """Notes that all cases of a month wait to be looked at."""
        self._months.update_one({"_id": month}, {"$unset": {"unfinished": ""}})

    def close(self, month: str, now: datetime) -> bool:
        """Closes a month for good with what its groups have; False when one of them is not counted yet."""

        def attempt(session: ClientSession) -> bool:
            waiting = {"month": month, "dirty": {"$exists": True}}
            if self._groups.find_one(waiting, {"_id": 1}, hint="month", session=session):
                return False
            closed = [{"$set": {"closed": "$figures"}}]
            self._groups.update_many({"month": month}, closed, hint="month", session=session)
            self._months.update_one({"_id": month}, {"$set": {"closed_at": now}}, session=session)
            return True

        with self.session() as session:
            return bool(session.with_transaction(attempt))

    def rows(self, numbers: Sequence[str], session: ClientSession | None = None) -> dict[str, Row]:
        """The rows of these cases, by number."""
        found = self._rows.find({"_id": {"$in": list(numbers)}}, session=session).hint("_id_")
        return {row["_id"]: _row_of(row) for row in found}

    def put(self, rows: Iterable[Row], groups: Iterable[Group], now: datetime, session: ClientSession) -> None:
        """Writes rows that have changed, and marks the groups that they are in or have left."""
        writes = [
            UpdateOne(
                {"_id": row.facts.no},
                {"$set": _document_of(row), "$setOnInsert": {"shuffled": secrets.token_hex(12)}},
                upsert=True,
            )
            for row in rows
        ]
        if writes:
            self._rows.bulk_write(writes, ordered=False, session=session)
            self._mark(sorted(set(groups)), now, session)

    def mark(self, groups: Iterable[Group], now: datetime) -> None:
        """Has groups counted again."""
        with self.session() as session:
            session.with_transaction(lambda within: self._mark(sorted(set(groups)), now, within))

    def numbers(self, month: str) -> Iterator[str]:
        """The numbers of a month's cases."""
        for row in self._rows.find({"month": month}, {"_id": 1}, batch_size=1000).hint("month"):
            yield row["_id"]

    def rows_of(self, group: Group) -> Iterator[Row]:
        """The rows of a group."""
        query = {"month": group.month, **({group.by: group.value} if group.by != "district" else {})}
        hint = "month" if group.by == "district" else group.by
        return map(_row_of, self._rows.find(query, batch_size=1000).hint(hint))

    def oldest_dirty(self) -> tuple[Group, int] | None:
        """The group that has waited longest to be counted, and at which of its marks it stands."""
        found = self._groups.find_one({"dirty": {"$exists": True}}, sort=[("dirty", ASCENDING)], hint="dirty")
        return (Group(found["month"], found["by"], found["value"]), found["marks"]) if found else None

    def roll(self, group: Group, marks: int, counted: Counted, definitions: Definitions, now: datetime) -> None:
        """Keeps what was counted at this mark, unless a later count is kept; the group stays dirty after a new mark.

        Its days go first: who dies between leaves a group that is counted again.
        """
        if group.by in DAILY:
            self._keep_days(group, marks, counted.days, definitions, now)
        kept = {
            "figures": {"$literal": counted.whole.model_dump(mode="python")},
            "version": definitions.version,
            "rolled": marks,
            "rolled_at": now,
            "dirty": {"$cond": [{"$eq": ["$marks", marks]}, "$$REMOVE", now]},
        }
        self._groups.update_one({"_id": group.id, "rolled": {"$not": {"$gt": marks}}}, [{"$set": kept}])

    def _keep_days(
        self, group: Group, marks: int, days: Mapping[str, Figures], definitions: Definitions, now: datetime
    ) -> None:
        kept = {
            "days": [{"day": day, "figures": figures.model_dump(mode="python")} for day, figures in days.items()],
            "version": definitions.version,
            "rolled": marks,
            "rolled_at": now,
        }
        with suppress(DuplicateKeyError):  # a later count is kept
            self._days.update_one({"_id": group.id, "rolled": {"$not": {"$gt": marks}}}, {"$set": kept}, upsert=True)

    def days_of(self, group: Group) -> Document | None:
        """The days of a town, a category or a department in a month, as they were counted last, and at which mark."""
        return self._days.find_one({"_id": group.id})

    def counted(self, month: str, by: str) -> list[Document]:
        """All groups of a month by a dimension that were counted once, by their value."""
        query = {"month": month, "by": by, "figures": {"$exists": True}}
        return list(self._groups.find(query).hint("month").sort([("value", ASCENDING)]))

    def days(self, first: str, last: str) -> list[Document]:
        """The days from `first` to `last` that were counted once."""
        query = {"by": DAY, "value": {"$gte": first, "$lte": last}, "figures": {"$exists": True}}
        return list(self._groups.find(query).hint("value").sort([("value", ASCENDING)]))

    def published(self, month: str, limit: int, after: str) -> tuple[list[Facts], str]:
        """The next rows of a month that everyone may read, in a random order; and after what the next page begins.

        The order is nobody's number, so that neither place nor cursor tells which case a row without its number is.
        """
        query = {"month": month, "public": True, "shuffled": {"$gt": after}}
        found = list(self._rows.find(query).hint("month").sort([("shuffled", ASCENDING)]).limit(limit + 1))
        following = found[limit - 1]["shuffled"] if len(found) > limit else ""
        return [_row_of(row).facts for row in found[:limit]], following

    def cells(self, month: str) -> dict[tuple[str, str, str], int]:
        """How many rows of a month that everyone may read share town, category and department."""
        shared = {"_id": {by: f"${by}" for by in DIMENSIONS[1:]}, "rows": {"$sum": 1}}
        found = self._rows.aggregate([{"$match": {"month": month, "public": True}}, {"$group": shared}], hint="cells")
        return {tuple(row["_id"][by] for by in DIMENSIONS[1:]): row["rows"] for row in found}

    def all_groups(self) -> Iterator[Document]:
        """Every group."""
        return iter(self._groups.find(batch_size=500).hint("_id_"))

    def all_numbers(self) -> Iterator[str]:
        """The numbers of all rows."""
        for row in self._rows.find({}, {"_id": 1}, batch_size=1000).hint("_id_"):
            yield row["_id"]

    def stands_at(self, group: Group, marks: int) -> bool:
        """Whether a group was counted at this mark and has had no other since."""
        found = self._groups.find_one({"_id": group.id}, {"marks": 1, "dirty": 1})
        return found is not None and found["marks"] == marks and "dirty" not in found

    def remove(self, numbers: Sequence[str], now: datetime) -> None:
        """Removes rows, and has their groups counted again."""
        left = [group for row in self.rows(numbers).values() for group in groups_of(row.facts)]
        if not left:
            return

        def attempt(session: ClientSession) -> None:
            self._rows.delete_many({"_id": {"$in": list(numbers)}}, hint="_id_", session=session)
            self._mark(sorted(set(left)), now, session)

        with self.session() as session:
            session.with_transaction(attempt)

    def _month_of(self, document: Mapping[str, Any]) -> MonthBook:
        definitions = self._rules.worded(Definitions.model_validate(document["definitions"]), document["_id"])
        return MonthBook(document["_id"], definitions, document.get("closed_at"))

    def _mark(self, groups: Sequence[Group], now: datetime, session: ClientSession) -> None:
        def mark(group: Group) -> UpdateOne:
            fresh = {**group._asdict(), "rolled": 0}
            return UpdateOne(
                {"_id": group.id}, {"$inc": {"marks": 1}, "$min": {"dirty": now}, "$setOnInsert": fresh}, upsert=True
            )

        self._groups.bulk_write([mark(group) for group in groups], ordered=False, session=session)


def _document_of(row: Row) -> Document:
    facts = row.facts._asdict()
    del facts["no"]
    return {**facts, "corrected": row.corrected}


def _row_of(document: Mapping[str, Any]) -> Row:
    values = [document["_id"], *(document.get(name) for name in Facts._fields[1:])]
    return Row(Facts(*values), document.get("corrected", False))


def _plain(definitions: Definitions) -> Document:
    """What numbers follow from, as a month keeps it; words are the district's, and the version before knows none."""
    return definitions.model_dump(mode="json", by_alias=True, exclude={"figures"})
