"""The indexes of petition's collections, and its migrations."""

from zoneinfo import ZoneInfo

from pymongo import ASCENDING, DESCENDING, IndexModel

from kit import counts, outbox
from kit.clock import utcnow
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Migration, Schema
from kit.uploads import INDEXES as UPLOAD_INDEXES
from petition.domain import reporting
from petition.domain.day_root import day_of
from petition.store import bans, clusters, co_signs, day_roots, exclusions, figures, partners
from petition.store.documents import case_of, copies_for_comparing, copies_for_readers
from petition.store.queues import FILTERED, FIRST_REPORTED, LAST_COVERED, LONGEST, SOONEST, WORST

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
REPLIED = (("by_replied", DESCENDING), ("_id", DESCENDING))
OFFICE_PICTURES = {"contacts": "contact_pictures", "inspections": "inspection_pictures"}
"""Where the offices' own pictures are in a case, and the index by which they are found."""
_IS_LISTED = {"by_listed": True}
_HAS_WORDS = {"by_grams": {"$exists": True}}
RECORD = [("imported.source", ASCENDING), ("imported.ref", ASCENDING)]
_IS_IMPORTED = {"imported.ref": {"$type": "string"}}
_HAS_WITHHELD = {"withheld.file": {"$type": "string"}}
_HAS_DOCUMENT = {"document": {"$type": "string"}}
_HAS_REPLY = {"by_reply": {"$exists": True}}
IS_REPLIED = {"by_listed": True, "by_replied": {"$exists": True}}
_IS_WATCHED = {"by_alarm": {"$exists": True}}


def _listed(fields: tuple[str, ...]) -> IndexModel:
    keys = [(f"by_{field}", ASCENDING) for field in fields]
    return IndexModel([*keys, *NEWEST], name=index_name(fields), partialFilterExpression=_IS_LISTED)


def index_name(fields: tuple[str, ...]) -> str:
    return "_".join(("listed", *fields))


def _drop_lists_of_everything(db: Db) -> None:
    """The first lists had indexes over cases that nobody may list, under the names of today's."""
    for name, index in db["cases"].index_information().items():
        if index["key"][0][0] == "by_listed":
            db["cases"].drop_index(name)


def _copy_again(db: Db) -> None:
    """Cases that lists may show get the copies that came later: what they are found and counted by."""
    for document in db["cases"].find({"by_listed": True}):
        copies = copies_for_readers(case_of(document))
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
        copies = copies_for_comparing(case_of(document))
        db["cases"].update_one({"_id": document["_id"], "version": document["version"]}, {"$set": copies})


def _seal_what_is_there(db: Db) -> None:
    """The histories from before days were sealed are under the root of the day of the migration, whole."""
    today = day_of(utcnow(), ZoneInfo("Asia/Shanghai")).isoformat()  # where all districts were until then
    unknown = {"by_unsealed": {"$exists": False}, "seals": {"$exists": False}}
    db["cases"].update_many(unknown, {"$set": {"by_unsealed": [today]}})


def _hear_voices(db: Db) -> None:
    """Cases from before the leaders' board are counted for their kind, as far as intake has let them through."""
    heard = {"shown": {"$ne": None}, "by_voice": {"$exists": False}, "ending": {"$nin": [*reporting.NOT_HEARD]}}
    db["cases"].update_many(heard, [{"$set": {"by_voice": "$filed_at"}}])


def _roll_everything(db: Db) -> None:
    """Every case is looked at once for the figures, the oldest first."""
    db["cases"].update_many({"by_rolls": {"$exists": False}}, [{"$set": {"by_rolls": "$filed_at"}}])


def _count_public_again(db: Db) -> None:
    """Groups from before the figures of public cases were counted apart are counted once more."""
    unknown = {"figures": {"$exists": True}, "figures.public": {"$exists": False}}
    db["figure_groups"].update_many(unknown, {"$inc": {"marks": 1}, "$min": {"dirty": utcnow()}})


def _count_days(db: Db) -> None:
    """Towns, categories and departments from before their days were counted are counted once more."""
    for by in figures.DAILY:
        mark = {"$inc": {"marks": 1}, "$min": {"dirty": utcnow()}}
        db["figure_groups"].update_many({"by": by, "figures": {"$exists": True}}, mark)


def _mark_provisional(db: Db) -> None:
    """Cases whose limits rest on a year without published holidays are found when these are."""
    provisional = {"$elemMatch": {"provisional": True, "stopped_at": None}}
    db["cases"].update_many({"clocks": provisional}, {"$set": {"by_provisional": True}})


def _look_at_files(db: Db) -> None:
    """Files from before it was known when they were brought are looked at in a week."""
    db["pictures"].update_many({"brought_at": {"$exists": False}}, {"$set": {"brought_at": utcnow()}})


# Only listed cases have grams. Were the filter on `by_listed`, which is in no key, every case would be read for it.
WORDS_INDEX = IndexModel([("by_grams", ASCENDING), *NEWEST], name="words", partialFilterExpression=_HAS_WORDS)
VOICES_INDEX = IndexModel(
    [("by_town", ASCENDING), ("by_category", ASCENDING), ("by_voice", DESCENDING), ("joined.count", ASCENDING)],
    name="voices",
    partialFilterExpression={"by_voice": {"$exists": True}},
)
# Of open cases alone, and all that the leaders' board counts by: it reads no case.
OPEN_INDEX = IndexModel(
    [("by_queue", ASCENDING), ("by_due", ASCENDING), ("by_department", ASCENDING), ("by_town", ASCENDING)],
    name="open",
    partialFilterExpression={"by_queue": {"$gt": ""}},
)
SCHEMA = Schema(
    {
        "cases": [
            outbox.PENDING_INDEX,
            ANSWERS_INDEX,
            *map(_listed, LISTED),
            WORDS_INDEX,
            IndexModel([*REPLIED, ("by_in_time", ASCENDING)], name="replied", partialFilterExpression=IS_REPLIED),
            *(
                IndexModel(
                    [(f"by_{of}", ASCENDING), *REPLIED], name=f"replied_{of}", partialFilterExpression=IS_REPLIED
                )
                for of in ("department", "town")
            ),
            IndexModel([("author", ASCENDING), *NEWEST], name="author"),
            IndexModel([("by_queue", ASCENDING), *SOONEST, *FILTERED], name="work"),
            IndexModel(
                [("by_departments", ASCENDING), ("by_queue", ASCENDING), *SOONEST, *FILTERED], name="department_work"
            ),
            IndexModel("by_expires", name="expires", sparse=True),
            IndexModel([("by_requests", ASCENDING), *LONGEST], name="requests", sparse=True),
            IndexModel([("by_tasks", ASCENDING), *SOONEST], name="tasks", sparse=True),
            IndexModel([("by_promises", ASCENDING), *SOONEST], name="promises", sparse=True),
            IndexModel(FIRST_REPORTED, name="reported", sparse=True),
            IndexModel([("by_press", ASCENDING), *SOONEST], name="press", sparse=True),
            IndexModel(LAST_COVERED, name="covered", sparse=True),
            IndexModel([("by_instructed", ASCENDING), *SOONEST], name="instructed", sparse=True),
            VOICES_INDEX,
            OPEN_INDEX,
            IndexModel("by_escalates", name="escalates", sparse=True),
            IndexModel([("by_reply", ASCENDING), *NEWEST], name="replies", partialFilterExpression=_HAS_REPLY),
            IndexModel(WORST, name="watched", partialFilterExpression=_IS_WATCHED),
            IndexModel("by_rolls", name="rolls", sparse=True),
            IndexModel([("by_provisional", ASCENDING), ("_id", ASCENDING)], name="provisional", sparse=True),
            IndexModel("by_same", name="same", unique=True, sparse=True),
            IndexModel("asked.pictures", name="pictures"),
            IndexModel(RECORD, name="record", unique=True, partialFilterExpression=_IS_IMPORTED),
            IndexModel("withheld.file", name="withheld", partialFilterExpression=_HAS_WITHHELD),
            IndexModel("document", name="documents", partialFilterExpression=_HAS_DOCUMENT),
            *(IndexModel(f"{among}.pictures", name=name, sparse=True) for among, name in OFFICE_PICTURES.items()),
            day_roots.UNSEALED_INDEX,
        ],
        "pictures": [
            IndexModel([("owner", ASCENDING), ("_id", ASCENDING)], name="owner"),
            IndexModel("brought_at", name="brought_at", sparse=True),
        ],
        "images.chunks": [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_1_n_1", unique=True)],
        **UPLOAD_INDEXES,
        **co_signs.INDEXES,
        **bans.INDEXES,
        **day_roots.INDEXES,
        **partners.INDEXES,
        "board": [],
        "day_counts": counts.INDEXES,
        **figures.INDEXES,
        **exclusions.INDEXES,
        **clusters.INDEXES,
    },
    [
        Migration(1, "indexes of public lists hold listed cases only", _drop_lists_of_everything),
        Migration(2, "cases are found by their words and counted by their replies", _copy_again),
        Migration(3, "open cases know when their next stage falls", _look_at_open_cases),
        Migration(4, "indexes that no instance searches by any more are gone", _drop_old_indexes),
        Migration(5, "published replies are compared with drafts", _mark_replies),
        Migration(6, "histories are sealed day by day", _seal_what_is_there),
        Migration(7, "every case is counted in the figures", _roll_everything),
        Migration(8, "cases with provisional limits are found", _mark_provisional),
        Migration(9, "cases are counted for their kind", _hear_voices),
        Migration(10, "the figures of public cases are counted apart", _count_public_again),
        Migration(11, "towns, categories and departments have their days", _count_days),
        Migration(12, "files that are in no case are found", _look_at_files),
    ],
)
