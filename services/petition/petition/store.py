"""How cases and pictures are kept: documents, indexes, queries.

A case is one document, so that a step, its history entry, its events and its answer commit together. What lists are
sorted and filtered by is copied to the top of the document and begins with `by_`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pymongo import ASCENDING, DESCENDING, IndexModel, ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession

from kit import outbox, text
from kit.clock import utcnow
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Document, Migration, Schema
from kit.paging import Order, beyond, cut, place_of
from kit.uploads import INDEXES as UPLOAD_INDEXES
from petition import ban_book, co_signs, day_roots, exclusion_book, figure_book, partner_book
from petition.domain import change, emptiness, escalation
from petition.domain.case import Case, Level, Location, Reply, State, Tally, Visibility
from petition.domain.change import Change, Rules
from petition.domain.day_root import day_of
from petition.domain.history import Entry
from petition.domain.likeness import Matter
from petition.queues import FILTERED, LONGEST, SOONEST, WORST, Waiting

QUEUES = {
    State.SUBMITTED: "intake",
    State.ACCEPTED: "intake",
    State.QUESTIONED: "waiting",
    State.DISPATCHED: "handling",
    State.IN_REVIEW: "review",
    State.APPROVED: "review",
    State.ANSWERED: "answered",
}
"""The desk's queue of each open state."""

LISTED = (
    ("town", "category"),
    ("town", "department"),
    ("category", "department"),
    ("category",),
    ("department",),
    ("town",),
    ("state",),
    (),
)
"""The fields of the indexes behind public lists, the narrowest first; other filters are read off their rows."""

NEWEST = (("filed_at", DESCENDING), ("_id", DESCENDING))
ALARMS = {Level.RED: 0, Level.YELLOW: 1, Level.REWORK: 2, Level.REMINDER: 3}
"""How the levels of the watch list are sorted."""
REPLIED = (("by_replied", DESCENDING), ("_id", DESCENDING))
_IS_LISTED = {"by_listed": True}
_HAS_WORDS = {"by_grams": {"$exists": True}}
_HAS_REPLY = {"by_reply": {"$exists": True}}
_IS_REPLIED = {"by_listed": True, "by_replied": {"$exists": True}}
_IS_WATCHED = {"by_alarm": {"$exists": True}}
_PASSING = (
    "by_expires", "by_grams", "by_replied", "by_in_time", "by_requests", "by_requested", "by_tasks", "by_escalates",
    "by_alarm", "by_reply", "by_promises",
)  # fmt: skip
"""Copies that not every case has."""
_NOT_SEEN = {"history": 0, "seals": 0, "_answers": 0, "_outbox": 0}
_NOT_IN_QUEUES = {**_NOT_SEEN, "notes": 0, "contacts": 0, "questions": 0, "waits": 0}
_NOT_LISTED = {**_NOT_IN_QUEUES, "hops": 0, "clocks": 0, "by_grams": 0, "escalations": 0, "urges": 0}
_DATED = {**_NOT_IN_QUEUES, "by_grams": 0, "hops": 0, "escalations": 0, "urges": 0, "redactions": 0} | {
    "history": {"$slice": -1}
}
_MOST_MERGED = 100  # values of one field whose stretches of an index are merged in order; beyond 200 it would be sorted
_NOT_COUNTED = {"_answers": 0, "_outbox": 0, "by_grams": 0, "by_reply": 0, "notes": 0, "contacts": 0, "urges": 0}
_COMPARED = ("by_grams", "by_category", "by_town", "by_state", "by_replied", "asked.point", "asked.visibility")
_COMPARED_REPLIES = 20
_AT_WORK = (State.ACCEPTED, State.DISPATCHED, State.IN_REVIEW, State.APPROVED)


def _listed(fields: tuple[str, ...]) -> IndexModel:
    keys = [(f"by_{field}", ASCENDING) for field in fields]
    return IndexModel([*keys, *NEWEST], name=_name(fields), partialFilterExpression=_IS_LISTED)


def _name(fields: tuple[str, ...]) -> str:
    return "_".join(("listed", *fields))


def _drop_lists_of_everything(db: Db) -> None:
    """The first lists had indexes over cases that nobody may list, under the names of today's."""
    for name, index in db["cases"].index_information().items():
        if index["key"][0][0] == "by_listed":
            db["cases"].drop_index(name)


def _copy_again(db: Db) -> None:
    """Cases that lists may show get the copies that came later: what they are found and counted by."""
    for document in db["cases"].find({"by_listed": True}):
        copies = _copies_for_readers(case_of(document))
        db["cases"].update_one({"_id": document["_id"], "version": document["version"]}, {"$set": copies})


def _drop_old_indexes(db: Db) -> None:
    for name in {"found", "queue", "department_queue"} & db["cases"].index_information().keys():
        db["cases"].drop_index(name)


def _look_at_open_cases(db: Db) -> None:
    """Cases from before the clocks escalated are looked at once, and then know when their next stage falls."""
    unplanned = {"by_queue": {"$ne": None}, "by_escalates": {"$exists": False}}
    db["cases"].update_many(unplanned, [{"$set": {"by_escalates": "$filed_at"}}])


def _mark_replies(db: Db) -> None:
    """Published replies are found by drafts that repeat them."""
    for document in db["cases"].find({"reply.published_at": {"$ne": None}, "by_reply": {"$exists": False}}):
        copies = _copies_for_comparing(case_of(document))
        db["cases"].update_one({"_id": document["_id"], "version": document["version"]}, {"$set": copies})


def _seal_what_is_there(db: Db) -> None:
    """The histories from before days were sealed are under the root of the day of the migration, whole."""
    today = day_of(utcnow(), ZoneInfo("Asia/Shanghai")).isoformat()  # where all districts were until then
    unknown = {"by_unsealed": {"$exists": False}, "seals": {"$exists": False}}
    db["cases"].update_many(unknown, {"$set": {"by_unsealed": [today]}})


def _roll_everything(db: Db) -> None:
    """Every case is looked at once for the figures, the oldest first."""
    db["cases"].update_many({"by_rolls": {"$exists": False}}, [{"$set": {"by_rolls": "$filed_at"}}])


# Only listed cases have grams. Were the filter on `by_listed`, which is in no key, every case would be read for it.
WORDS_INDEX = IndexModel([("by_grams", ASCENDING), *NEWEST], name="words", partialFilterExpression=_HAS_WORDS)


SCHEMA = Schema(
    {
        "cases": [
            outbox.PENDING_INDEX,
            ANSWERS_INDEX,
            *map(_listed, LISTED),
            WORDS_INDEX,
            IndexModel([*REPLIED, ("by_in_time", ASCENDING)], name="replied", partialFilterExpression=_IS_REPLIED),
            IndexModel([("author", ASCENDING), *NEWEST], name="author"),
            IndexModel([("by_queue", ASCENDING), *SOONEST, *FILTERED], name="work"),
            IndexModel(
                [("by_departments", ASCENDING), ("by_queue", ASCENDING), *SOONEST, *FILTERED], name="department_work"
            ),
            IndexModel("by_expires", name="expires", sparse=True),
            IndexModel([("by_requests", ASCENDING), *LONGEST], name="requests", sparse=True),
            IndexModel([("by_tasks", ASCENDING), *SOONEST], name="tasks", sparse=True),
            IndexModel([("by_promises", ASCENDING), *SOONEST], name="promises", sparse=True),
            IndexModel("by_escalates", name="escalates", sparse=True),
            IndexModel([("by_reply", ASCENDING), *NEWEST], name="replies", partialFilterExpression=_HAS_REPLY),
            IndexModel(WORST, name="watched", partialFilterExpression=_IS_WATCHED),
            IndexModel("by_rolls", name="rolls", sparse=True),
            IndexModel("by_same", name="same", unique=True, sparse=True),
            IndexModel("asked.pictures", name="pictures"),
            IndexModel("contacts.pictures", name="contact_pictures", sparse=True),
            day_roots.UNSEALED_INDEX,
        ],
        "pictures": [IndexModel([("owner", ASCENDING), ("_id", ASCENDING)], name="owner")],
        "images.chunks": [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_1_n_1", unique=True)],
        **UPLOAD_INDEXES,
        **co_signs.INDEXES,
        **ban_book.INDEXES,
        **day_roots.INDEXES,
        **partner_book.INDEXES,
        **figure_book.INDEXES,
        **exclusion_book.INDEXES,
    },
    [
        Migration(1, "indexes of public lists hold listed cases only", _drop_lists_of_everything),
        Migration(2, "cases are found by their words and counted by their replies", _copy_again),
        Migration(3, "open cases know when their next stage falls", _look_at_open_cases),
        Migration(4, "indexes that no instance searches by any more are gone", _drop_old_indexes),
        Migration(5, "published replies are compared with drafts", _mark_replies),
        Migration(6, "histories are sealed day by day", _seal_what_is_there),
        Migration(7, "every case is counted in the figures", _roll_everything),
    ],
)


def document_of(case: Case, rules: Rules) -> Document:
    """The case as its document keeps it, with the copies that lists and timers need."""
    due = change.next_due(case)
    expires = change.expires_at(case)
    return {
        **case.model_dump(mode="python", exclude={"no", "history", "joined"}),
        "by_listed": case.listed,
        "by_town": case.asked.town,
        "by_category": case.asked.category,
        "by_department": case.department,
        "by_departments": sorted(case.departments),
        "by_state": case.state,
        "by_queue": _queue_of(case),
        "by_due": due.due if due else expires,
        "by_rolls": case.history[-1].at if case.history else case.filed_at,
        **({"by_expires": expires} if expires else {}),
        **_copies_for_requests(case),
        **_copies_for_debts(case),
        **_copies_for_supervision(case, rules),
        **_copies_for_comparing(case),
        **_copies_for_readers(case),
    }


def _queue_of(case: Case) -> str | None:
    """Where it waits: an answered one with a question or a correction goes back to who has to deal with it."""
    if case.correction is not None:
        return "review"
    return "handling" if case.follow_up_pending else QUEUES.get(case.state)


def _copies_for_requests(case: Case) -> Document:
    """What an author or a department wants decided beside the course of the case, and since when."""
    waiting: dict[str, datetime] = {}
    if case.redaction_pending:
        waiting["redaction"] = case.redactions[-1].asked_at
    if case.appeal is not None and case.appeal_pending:
        waiting["appeal"] = case.appeal.at
    if case.objection is not None and case.objection_pending:
        waiting["objection"] = case.objection.at
    return {"by_requests": sorted(waiting), "by_requested": min(waiting.values())} if waiting else {}


def _copies_for_debts(case: Case) -> Document:
    """Which departments owe an answer to the one in charge, and which have promised what is not reported on."""
    owing = {
        "by_tasks": sorted({one.department for one in case.open_tasks}),
        "by_promises": sorted({one.department for one in case.open_promises}),
    }
    return {name: departments for name, departments in owing.items() if departments}


def _copies_for_supervision(case: Case, rules: Rules) -> Document:
    """When the next stage falls, and how far the case has come."""
    copies: Document = {}
    if falls := escalation.next_at(case, rules):
        copies["by_escalates"] = falls
    if alarm := escalation.alarm(case, rules):
        copies["by_alarm"] = f"{ALARMS[alarm.level]} {alarm.since.isoformat(timespec='milliseconds')}"
    return copies


def _copies_for_comparing(case: Case) -> Document:
    """By what the published reply of this case is found when another repeats it."""
    return {"by_reply": emptiness.marks(words_of(case.last_reply))} if case.last_reply else {}


def words_of(reply: Reply) -> str:
    """The reply in one normalised text, as it is compared with others."""
    return text.normalised(" ".join(getattr(reply, part) for part in emptiness.PARTS))


def _copies_for_readers(case: Case) -> Document:
    """What a listed case is found by, and when it was replied to and whether its first answer was in time."""
    if not case.listed or case.shown is None:
        return {}
    copies: Document = {"by_grams": text.grams(case.shown.title, case.shown.place, case.shown.text)}
    if case.last_reply and (at := case.last_reply.published_at):
        clock = next(c for c in reversed(case.clocks) if c.name == change.FIRST_ANSWER and c.started_at <= at)
        copies |= {"by_replied": at, "by_in_time": clock.kept(at)}
    return copies


def case_of(document: Mapping[str, Any]) -> Case:
    """The case in a document."""
    known = {name: document[name] for name in Case.model_fields if name in document}
    return Case.model_validate({**known, "no": document["_id"]})


def new_document(change: Change, rules: Rules, events: Sequence[Document], note: Document, same: str = "") -> Document:
    """The document of a new case, with its events and its answer.

    `same` is what its author's other cases may not have while this one is open.
    """
    case = change.case
    entries = [entry.model_dump(mode="python") for entry in case.history]
    beside = {"history": entries, "_outbox": list(events), "_answers": [note], **({"by_same": same} if same else {})}
    beside["by_unsealed"] = _days_of(case.history, rules)
    return {"_id": case.no, **document_of(case, rules), **beside}


@dataclass(frozen=True)
class Comparable:
    """A listed case as it is compared with another: whether offices work on it, whether its reply is published."""

    no: str
    matter: Matter
    at_work: bool
    replied: bool


@dataclass(frozen=True)
class Dated:
    """A listed case, without its history, and when something happened to it last."""

    case: Case
    updated_at: datetime


class Cases:
    """The cases of a district."""

    def __init__(self, db: Db, rules: Rules) -> None:
        self.collection = db["cases"]
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
        unsealed = {"by_unsealed": {"$each": _days_of(grown, self._rules)}}
        update: Document = {"$set": values, "$push": pushes, "$addToSet": unsealed}
        gone = [name for name in _PASSING if name not in values]
        if case.ending or case.author is None:
            gone.append("by_same")
        if gone:
            update["$unset"] = dict.fromkeys(gone, "")
        return self.collection.update_one(_as_read(before), update, session=session).modified_count == 1

    def listed(self, filters: Mapping[str, str], limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        """A page of what everyone may see, newest first; `filters` by category, department, town and state."""
        query = {"by_listed": True, **{f"by_{name}": value for name, value in filters.items()}}
        narrowest = next(fields for fields in LISTED if filters.keys() >= set(fields))
        return self._newest(query, _name(narrowest), limit, cursor)

    def holding(self, grams: Sequence[int], limit: int, cursor: str | None) -> tuple[list[Case], str | None]:
        """A page of what everyone may see and whose words hold all these bigrams, newest first."""
        place = place_of(cursor)
        within = {"filed_at": {"$lte": place[0]}} if place else {}
        held = text.holding(self.collection, grams, within=within, field="by_grams", time="filed_at")
        return self._newest({"by_listed": True, **held}, "words", limit, cursor)

    def newest_to_compare(self, filters: Mapping[str, str], limit: int) -> Iterator[Comparable]:
        """The newest that everyone may see, by category or town or both."""
        query = {"by_listed": True, **{f"by_{name}": value for name, value in filters.items()}}
        narrowest = next(fields for fields in LISTED if filters.keys() >= set(fields))
        return self._compared(query, _name(narrowest), limit)

    def holding_to_compare(self, grams: Sequence[int], limit: int) -> Iterator[Comparable]:
        """The newest that everyone may see and whose words hold the rarest of these bigrams."""
        held = text.holding(self.collection, grams, within={}, field="by_grams", time="filed_at")
        return self._compared({"by_listed": True, "by_grams": held["by_grams"]}, "words", limit)

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
        rows = self.collection.find(query, _DATED).hint(_name(fields)).sort(list(NEWEST))
        return [_dated(row) for row in rows.skip(skip).limit(limit)]

    def dated(self, numbers: Sequence[str]) -> list[Dated]:
        """Those of these numbers that everyone may see, in this order."""
        found = self.collection.find({"_id": {"$in": list(numbers)}, "by_listed": True}, _DATED).hint("_id_")
        cases = {row["_id"]: _dated(row) for row in found}
        return [cases[no] for no in dict.fromkeys(numbers) if no in cases]

    def replied(self, limit: int) -> list[Case]:
        """What everyone may see, the newest reply first."""
        rows = self.collection.find(_IS_REPLIED, _NOT_LISTED).hint("replied").sort(list(REPLIED)).limit(limit)
        return [case_of(row) for row in rows]

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
        return self._newest({"author": author}, "author", limit, cursor)

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

    def count_filed(self, author: str, since: datetime, most: int) -> int:
        """How many cases this resident has filed since then, counted up to `most`."""
        filed = {"author": author, "filed_at": {"$gte": since}}
        return self.collection.count_documents(filed, limit=most, hint="author")

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

    def with_picture(self, picture: str) -> list[Case]:
        """The cases that show this picture."""
        rows = self.collection.find({"asked.pictures": picture}, _NOT_LISTED).hint("pictures").limit(10)
        return [case_of(row) for row in rows]

    def with_contact_picture(self, picture: str) -> list[Case]:
        """The cases in whose contacts this picture is."""
        rows = self.collection.find({"contacts.pictures": picture}, _NOT_SEEN).hint("contact_pictures").limit(10)
        return [case_of(row) for row in rows]

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
        found = self.collection.find(beyond(query, order, place_of(cursor)), left_out).hint(hint).sort(list(order))
        rows, following = cut(list(found.limit(limit + 1)), limit, order)
        return [case_of(row) for row in rows], following


def _as_read(case: Case) -> Document:
    """What finds the case only as long as neither anybody nor a clock has changed it."""
    ticks = {"$in": [0, None]} if case.ticks == 0 else case.ticks  # cases from before clocks counted have none
    return {"_id": case.no, "version": case.version, "ticks": ticks}


def _days_of(entries: Sequence[Entry], rules: Rules) -> list[str]:
    """The district's days in which these entries were made."""
    return sorted({day_of(entry.at, rules.calendar.zone).isoformat() for entry in entries})


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
