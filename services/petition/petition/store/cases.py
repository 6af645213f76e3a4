"""The cases of a district: what is asked of their collection, and how one is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from pymongo import ASCENDING, DESCENDING, ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession

from kit.clock import utcnow
from kit.mongo import Db, Document
from kit.paging import Order, page
from kit.search import Words
from petition.domain import emptiness, escalation
from petition.domain.board import Stretch
from petition.domain.case import Case, Location, Reply, State, Tally, Visibility
from petition.domain.change import Change, Rules
from petition.domain.likeness import Matter
from petition.store.documents import PASSING, case_of, days_of, document_of, words_of
from petition.store.queues import Waiting
from petition.store.schema import IS_REPLIED, LISTED, NEWEST, OFFICE_PICTURES, REPLIED, index_name

_NOT_SEEN = {"history": 0, "seals": 0, "_answers": 0, "_outbox": 0}
_NOT_IN_QUEUES = {**_NOT_SEEN, "notes": 0, "contacts": 0, "inspections": 0, "questions": 0, "waits": 0}
_NOT_LISTED = {**_NOT_IN_QUEUES, "hops": 0, "clocks": 0, "by_grams": 0, "escalations": 0, "urges": 0}
_NOT_IN_OWN = {name: hidden for name, hidden in _NOT_LISTED.items() if name != "clocks"}
_DATED = {**_NOT_IN_QUEUES, "by_grams": 0, "hops": 0, "escalations": 0, "urges": 0, "redactions": 0, "hidings": 0} | {
    "history": {"$slice": -1}
}
_MOST_MERGED = 100  # values of one field whose stretches of an index are merged in order; beyond 200 it would be sorted
_NOT_COUNTED = {"_answers": 0, "_outbox": 0, "by_grams": 0, "by_reply": 0, "notes": 0, "contacts": 0, "urges": 0} | {
    "inspections": 0
}
_COMPARED = ("by_grams", "by_category", "by_town", "by_state", "by_replied", "asked.point", "asked.visibility")
_COMPARED_REPLIES = 20
_AT_WORK = (State.ACCEPTED, State.DISPATCHED, State.IN_REVIEW, State.APPROVED)


@dataclass(frozen=True)
class Comparable:
    """A listed case as it is compared with another: whether offices work on it, whether its reply is published."""

    no: str
    matter: Matter
    at_work: bool
    replied: bool


@dataclass(frozen=True)
class Load:
    """So many cases of a stage, department (None: no one has them yet) and town that have so long left."""

    stage: str
    department: str | None
    town: str
    span: str
    cases: int


@dataclass(frozen=True)
class Dated:
    """A listed case, without its history, and when something happened to it last."""

    case: Case
    updated_at: datetime


class Cases:
    """The cases of a district."""

    def __init__(self, db: Db, rules: Rules) -> None:
        self.collection = db["cases"]
        self._words = Words(self.collection, hint="words", field="by_grams", time="filed_at")
        self._rules = rules

    def document(self, no: str, session: ClientSession | None = None) -> Document | None:
        """The whole document of a case."""
        return self.collection.find_one({"_id": no}, session=session)

    def case(self, no: str, session: ClientSession | None = None) -> Case | None:
        """The case of this number."""
        found = self.document(no, session)
        return case_of(found) if found else None

    def seen(self, no: str, session: ClientSession | None = None) -> Case | None:
        """The same without its history: for showing it, not for changing it."""
        found = self.collection.find_one({"_id": no}, _NOT_SEEN, session=session)
        return case_of(found) if found else None

    def count_joined(self, no: str, difference: Tally, session: ClientSession) -> Case:
        """Adds to what is counted of those who joined; the case's own version stays, for no step depends on it."""
        added = {f"joined.{name}": number for name, number in difference.model_dump().items()}
        update = {"$inc": added, "$set": {"by_rolls": utcnow()}}
        found = self.collection.find_one_and_update(
            {"_id": no}, update, _NOT_SEEN, return_document=ReturnDocument.AFTER, session=session
        )
        assert found is not None
        return case_of(found)

    def replace(
        self,
        before: Case,
        change: Change,
        events: Sequence[Document],
        answer: Document | None = None,
        session: ClientSession | None = None,
    ) -> bool:
        """Writes the change if nobody changed the case since; `answer` is an operand of `$push`."""
        case = change.case
        values = document_of(case, self._rules)
        grown = case.history[len(before.history) :]
        pushes: Document = dict(answer or {})
        if events:
            pushes["_outbox"] = {"$each": list(events)}
        if case.history[: len(before.history)] == before.history:
            pushes["history"] = {"$each": [entry.model_dump() for entry in grown]}
        else:  # something was redacted
            values["history"] = [entry.model_dump() for entry in case.history]
        unsealed = {"by_unsealed": {"$each": days_of(grown, self._rules)}}
        update: Document = {"$set": values, "$push": pushes, "$addToSet": unsealed}
        gone = [name for name in PASSING if name not in values]
        if case.ending or case.author is None:
            gone.append("by_same")
        if gone:
            update["$unset"] = dict.fromkeys(gone, "")
        return self.collection.update_one(_as_read(before), update, session=session).modified_count == 1

    def listed(self, filters: Mapping[str, str], limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        """A page of what everyone may see, newest first; `filters` by category, department, town and state."""
        return self._newest(*_listed(filters), limit, cursor)

    def filed(self, filters: Mapping[str, str], limit: int) -> list[Case]:
        """The newest of what everyone may see, with its limits."""
        return self._page(*_listed(filters), NEWEST, limit, None, _NOT_IN_OWN)[0]

    def holding(self, grams: Sequence[int], limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        """A page of what everyone may see and whose words hold all these bigrams, newest first.

        It looks through a bounded number of cases, and may find none of them though there are older ones.
        """
        rows, following = self._words.page(grams, {"by_listed": True}, limit, cursor, _NOT_LISTED)
        return [case_of(row) for row in rows], following

    def newest_to_compare(self, filters: Mapping[str, str], limit: int) -> Iterator[Comparable]:
        """The newest that everyone may see, by category or town or both."""
        query = {"by_listed": True, **{f"by_{name}": value for name, value in filters.items()}}
        narrowest = next(fields for fields in LISTED if filters.keys() >= set(fields))
        return self._compared(query, index_name(narrowest), limit)

    def holding_to_compare(self, grams: Sequence[int], limit: int) -> Iterator[Comparable]:
        """The newest that everyone may see and whose words hold the rarest of these bigrams."""
        gram, *_ = self._words.by_rarity(grams)
        return self._compared({"by_listed": True, "by_grams": gram}, "words", limit)

    def loads(self, stages: Sequence[str], stretches: Sequence[Stretch]) -> list[Load]:
        """How many cases wait for an office, by its stage, department and town, and by how long is left."""
        spans = [{"case": {"$lt": ["$by_due", one.until]}, "then": one.span} for one in stretches if one.until]
        span = {"$switch": {"branches": spans, "default": stretches[-1].span}}
        group = {"stage": "$by_queue", "department": "$by_department", "town": "$by_town", "span": span}
        pipeline: list[Document] = [
            {"$match": {"by_queue": {"$in": list(stages)}}},
            {"$group": {"_id": group, "cases": {"$sum": 1}}},
        ]
        found = self.collection.aggregate(pipeline, hint="open")
        return [Load(**{"department": None, **row["_id"]}, cases=row["cases"]) for row in found]

    def count_due(self, stages: Sequence[str], since: datetime, until: datetime) -> int:
        """How many cases wait for an office whose duty ends within this time."""
        due = {"by_queue": {"$in": list(stages)}, "by_due": {"$gte": since, "$lt": until}}
        return self.collection.count_documents(due, hint="open")

    def count_voices(self, town: str, category: str, since: datetime, until: datetime) -> int:
        """How many people asked about this in this town after `since` until `until`: authors and those who joined."""
        of_kind = {"by_town": town, "by_category": category, "by_voice": {"$gt": since, "$lte": until}}
        people = {"$add": [1, {"$ifNull": ["$joined.count", 0]}]}
        pipeline: list[Document] = [{"$match": of_kind}, {"$group": {"_id": None, "people": {"$sum": people}}}]
        return sum(row["people"] for row in self.collection.aggregate(pipeline, hint="voices"))

    def newest_voices(self, town: str, category: str, since: datetime, until: datetime, limit: int) -> list[Case]:
        """The newest of the cases that are counted so."""
        of_kind = {"by_town": town, "by_category": category, "by_voice": {"$gt": since, "$lte": until}}
        rows = self.collection.find(of_kind, _NOT_LISTED).hint("voices").sort("by_voice", DESCENDING).limit(limit)
        return [case_of(row) for row in rows]

    def some(self, numbers: Sequence[str]) -> list[Case]:
        """The cases of these numbers as lists show them, in this order."""
        found = self.collection.find({"_id": {"$in": list(numbers)}}, _NOT_LISTED) if numbers else ()
        cases = {row["_id"]: case_of(row) for row in found}
        return [cases[no] for no in numbers if no in cases]

    def filed_within(
        self, first: datetime, last: datetime, categories: Sequence[str], states: Sequence[State], skip: int, limit: int
    ) -> list[Dated]:
        """What everyone may see and was filed in this span, newest first; no categories or states: of any.

        By one index of the public lists, beyond whose order the rest is read off the rows of the span. `skip` is
        bounded by the contract.
        """
        query: Document = {"by_listed": True, "filed_at": {"$gte": first, "$lte": last}}
        fields: tuple[str, ...] = ()
        if states:
            query["by_state"], fields = {"$in": list(states)}, ("state",)
        if categories:
            query["by_category"] = {"$in": list(categories)}
            fields = ("category",) if len(categories) <= _MOST_MERGED else ()
        rows = self.collection.find(query, _DATED).hint(index_name(fields)).sort(list(NEWEST))
        return [_dated(row) for row in rows.skip(skip).limit(limit)]

    def dated(self, numbers: Sequence[str]) -> list[Dated]:
        """Those of these numbers that everyone may see, in this order."""
        found = self.collection.find({"_id": {"$in": list(numbers)}, "by_listed": True}, _DATED).hint("_id_")
        cases = {row["_id"]: _dated(row) for row in found}
        return [cases[no] for no in dict.fromkeys(numbers) if no in cases]

    def replied(self, limit: int, of: Mapping[str, str] = MappingProxyType({})) -> list[Case]:
        """What everyone may see, of a department or town or of all, the newest reply first."""
        query = {**IS_REPLIED, **{f"by_{name}": value for name, value in of.items()}}
        rows = self.collection.find(query, _NOT_LISTED).hint("_".join(("replied", *of)))
        return [case_of(row) for row in rows.sort(list(REPLIED)).limit(limit)]

    def count_replied(self, since: datetime) -> tuple[int, int]:
        """How many that everyone may see were replied to since then, and how many of them got their answer in time."""
        replied = {"by_listed": True, "by_replied": {"$gte": since}}
        counts = [
            self.collection.count_documents(query, hint="replied")
            for query in (replied, {**replied, "by_in_time": True})
        ]
        return counts[0], counts[1]

    def of_author(self, author: str, limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        """A page of what this resident filed, newest first."""
        return self._page({"author": author}, "author", NEWEST, limit, cursor, _NOT_IN_OWN)

    def waiting(self, queue: Waiting, limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        """A page of a queue of the desk."""
        return self._page(queue.query, queue.hint, queue.order, limit, cursor, _NOT_IN_QUEUES)

    def count_waiting(self, queue: Waiting, most: int) -> int:
        """How many cases a queue of the desk has, counted up to `most`."""
        return self.collection.count_documents(queue.query, limit=most, hint=queue.hint)

    def replied_like(self, reply: Reply, beside: str) -> list[Case]:
        """The newest cases whose published reply may be nearly the same, `beside` a case."""
        query = {"by_reply": {"$in": emptiness.marks(words_of(reply))}, "_id": {"$ne": beside}}
        rows = self.collection.find(query, _NOT_LISTED).hint("replies").sort(list(NEWEST)).limit(_COMPARED_REPLIES)
        return [case_of(row) for row in rows]

    def number_of_same(self, same: str) -> str | None:
        """The number of the open case that says the same."""
        found = self.collection.find_one({"by_same": same}, {"_id": 1}, hint="same")
        return str(found["_id"]) if found else None

    def expired(self, now: datetime) -> list[str]:
        """The numbers of cases whose resident's limit has ended, the oldest first."""
        rows = self.collection.find({"by_expires": {"$lt": now}}, {"_id": 1}).hint("expires").sort("by_expires", 1)
        return [row["_id"] for row in rows]

    def escalating(self, now: datetime, limit: int) -> list[str]:
        """The numbers of cases of which a stage has fallen, the oldest first."""
        rows = self.collection.find({"by_escalates": {"$lte": now}}, {"_id": 1}).hint("escalates")
        return [row["_id"] for row in rows.sort("by_escalates", ASCENDING).limit(limit)]

    def plan_escalation(self, case: Case) -> None:
        """Notes when the next stage of a case falls, unless somebody has changed it since."""
        falls = escalation.next_at(case, self._rules)
        update = {"$set": {"by_escalates": falls}} if falls else {"$unset": {"by_escalates": ""}}
        self.collection.update_one(_as_read(case), update)

    def put_off_escalation(self, no: str, until: datetime) -> None:
        """Has the timer look at a case later."""
        self.collection.update_one({"_id": no}, {"$set": {"by_escalates": until}})

    def unrolled(self, now: datetime, limit: int) -> list[str]:
        """The numbers of cases whose row of figures is to be made, who has waited longest first."""
        rows = self.collection.find({"by_rolls": {"$lte": now}}, {"_id": 1}).hint("rolls")
        return [row["_id"] for row in rows.sort("by_rolls", ASCENDING).limit(limit)]

    def is_unrolled(self, no: str, now: datetime) -> bool:
        """Whether the row of this case is to be made."""
        return self.collection.find_one({"_id": no, "by_rolls": {"$lte": now}}, {"_id": 1}) is not None

    def whole(self, numbers: Sequence[str], session: ClientSession | None = None) -> list[Document]:
        """The documents of these cases, for making rows of them."""
        found = self.collection.find({"_id": {"$in": list(numbers)}}, _NOT_COUNTED, session=session)
        return list(found.hint("_id_"))

    def all_whole(self) -> Iterator[Document]:
        """The documents of all cases by number, for making rows of them."""
        return iter(self.collection.find({}, _NOT_COUNTED, batch_size=500).hint("_id_").sort("_id", ASCENDING))

    def roll_again(self, numbers: Sequence[str], now: datetime) -> None:
        """Has the rows of these cases made again."""
        again = {"$set": {"by_rolls": now}}
        self.collection.update_many({"_id": {"$in": list(numbers)}}, again, hint="_id_")

    def note_rolled(self, seen: Sequence[tuple[Document, datetime | None]]) -> None:
        """Notes that the rows of these cases were made as they were read, and when time alone will change them.

        A case that has changed since keeps its mark.
        """
        writes = [
            UpdateOne(
                {name: document.get(name) for name in ("_id", "version", "ticks", "joined", "by_rolls")},
                {"$set": {"by_rolls": again}} if again else {"$unset": {"by_rolls": ""}},
            )
            for document, again in seen
        ]
        if writes:
            self.collection.bulk_write(writes, ordered=False)

    def provisional(self, after: str, limit: int) -> list[str]:
        """Numbers of cases, in their order after that one, with limits that rest on unpublished holidays."""
        query = {"by_provisional": True, "_id": {"$gt": after}}
        found = self.collection.find(query, {"_id": 1}).hint("provisional").sort("_id", ASCENDING).limit(limit)
        return [row["_id"] for row in found]

    def with_picture(self, picture: str) -> list[Case]:
        """The cases whose author sent this picture or PDF, and shows it unless it is withheld."""
        found = [
            self.collection.find({field: picture}, _NOT_LISTED).hint(hint).limit(10)
            for field, hint in (
                ("asked.pictures", "pictures"),
                ("document", "documents"),
                ("withheld.file", "withheld"),
            )
        ]
        return [case_of(row) for rows in found for row in rows]

    def with_office_picture(self, picture: str) -> list[Case]:
        """The cases in whose contacts or inspections this picture is."""
        found = [
            self.collection.find({f"{among}.pictures": picture}, _NOT_SEEN).hint(hint).limit(10)
            for among, hint in OFFICE_PICTURES.items()
        ]
        return [case_of(row) for rows in found for row in rows]

    def numbers_of_author(self, author: str) -> list[str]:
        """The numbers of all cases of this resident."""
        return [row["_id"] for row in self.collection.find({"author": author}, {"_id": 1}).hint("author")]

    def _compared(self, query: Document, hint: str, limit: int) -> Iterator[Comparable]:
        rows = self.collection.find(query, list(_COMPARED)).hint(hint).sort(list(NEWEST)).limit(limit)
        return map(_comparable, rows)

    def _newest(self, query: Document, hint: str, limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        return self._page(query, hint, NEWEST, limit, cursor, _NOT_LISTED)

    def _page(
        self, query: Document, hint: str, order: Order, limit: int, cursor: str | None, left_out: Document
    ) -> tuple[list[Case], str | None]:
        rows, following = page(self.collection, query, order, hint, limit, cursor, left_out)
        return [case_of(row) for row in rows], following


def _as_read(case: Case) -> Document:
    """What finds the case only as long as neither anybody nor a clock has changed it."""
    ticks = {"$in": [0, None]} if case.ticks == 0 else case.ticks  # cases from before clocks counted have none
    return {"_id": case.no, "version": case.version, "ticks": ticks}


def _listed(filters: Mapping[str, str]) -> tuple[Document, str]:
    """The query for what everyone may see, and the narrowest index that answers it in order."""
    query = {"by_listed": True, **{f"by_{name}": value for name, value in filters.items()}}
    return query, index_name(next(fields for fields in LISTED if filters.keys() >= set(fields)))


def _dated(row: Document) -> Dated:
    (latest,) = row.pop("history")
    return Dated(case_of(row), latest["at"])


def _comparable(row: Document) -> Comparable:
    located = row["asked"]["visibility"] == Visibility.PUBLIC and row["asked"]["point"]
    matter = Matter(
        frozenset(row["by_grams"]),
        row["by_category"],
        row["by_town"],
        Location.model_validate(row["asked"]["point"]) if located else None,
    )
    return Comparable(row["_id"], matter, row["by_state"] in _AT_WORK, "by_replied" in row)
