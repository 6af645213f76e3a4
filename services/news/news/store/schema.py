"""The indexes of the collections, and the migrations."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce

from pymongo import ASCENDING, IndexModel

from kit import counts, outbox
from kit.clock import utcnow
from kit.mongo import Db, Document, Migration, Schema
from kit.uploads import INDEXES as UPLOAD_INDEXES
from news.domain.article import State
from news.domain.comments import CommentState
from news.domain.coverage import Outcome, facts, overall
from news.domain.investigation import lose_report
from news.store import (
    alerts,
    apart,
    articles,
    bundles,
    columns,
    comments,
    coverage,
    front,
    investigations,
    keeping,
    library,
    readings,
    tips,
    versions,
)


def _look_at_links(db: Db) -> None:
    """What was published before its cases were followed: each such article's event is told again."""
    _tell_again(db, "corrected", {"by_listed": True, "body.kind": "case"})


def _take_back_notices(db: Db) -> None:
    """What was withdrawn before inboxes heard of it: each such article's event is told again."""
    _tell_again(db, "withdrawn", {"state": State.WITHDRAWN})


def _tell_again(db: Db, kind: str, which: Document) -> None:
    quiet = {"_outbox": {"$exists": False}}
    for row in db["articles"].find({**which, **quiet}, {"version": 1, "words.column": 1, "words.town": 1}):
        told = {"id": row["_id"], "version": row["version"]} | {
            name: row["words"].get(name) for name in ("column", "town")
        }
        again = outbox.event(f"news.article_{kind}.v1", row["_id"], row["version"], told, utcnow())
        db["articles"].update_one(
            {"_id": row["_id"], "version": row["version"], **quiet}, {"$set": {"_outbox": [again]}}
        )


def _know_what_happened(db: Db) -> None:
    """What has happened to the cases of reports before anybody was told of it: it is no news any more."""
    followed, unknown = coverage.FollowedCases(db), {"facts": {"$exists": False}}
    for row in db["reports"].find(unknown, {"cases": 1}):
        known = {no: list(facts(one)) for no, one in followed.known(row["cases"]).items()}
        db["reports"].update_one({"_id": row["_id"], **unknown}, {"$set": {"facts": known}})


def _find_tips_by_words(db: Db) -> None:
    """Tips of before have no bigrams; to what an instance of before keeps meanwhile the timer gives them."""
    tips.index_words(db["tips"])


def _look_for(field: str) -> Callable[[Db], None]:
    """Follow-ups of before do not have this: each case is read anew."""

    def read_anew(db: Db) -> None:
        told = {"follow_up": {"$type": "object"}, f"follow_up.{field}": {"$exists": False}, "stale": {"$exists": False}}
        db["followed_cases"].update_many(told, {"$set": {"stale": utcnow()}, "$inc": {"asked": 1}})

    return read_anew


def _tell_closed_from_solved(db: Db) -> None:
    """Reports of before were called solved as soon as none of their cases was unsolved."""
    reports, followed = coverage.Reports(db), coverage.FollowedCases(db)
    for row in db["reports"].find({"by_outcome": Outcome.SOLVED}, {"_id": 1}):
        report = reports.find(row["_id"])
        if report is None:
            continue
        known = followed.known(report.cases)
        after = replace(report, outcome=overall(list(known.values())), told=report.told + 1)
        if after.outcome is not report.outcome:
            told = {"cases": list(report.cases), "happened": []}
            changed = outbox.event("news.coverage_changed.v1", report.article, after.told, told, utcnow())
            reports.put(report, after, changed)


def _look_at_places(db: Db) -> None:
    """Cases that are looked into were kept without their place: each is read anew."""
    looked_into = db["investigations"].distinct("matter.cases", {"by_state": {"$ne": "closed"}})
    placeless = {"_id": {"$in": looked_into}, "follow_up": {"$type": "object"}, "follow_up.place": {"$exists": False}}
    again = {"$set": {"stale": utcnow()}, "$inc": {"asked": 1}}
    db["followed_cases"].update_many({**placeless, "stale": {"$exists": False}}, again)


def _lose_withdrawn_reports(db: Db) -> None:
    """Investigations of before count reports that were withdrawn: of later ones they are told."""
    kept = investigations.Investigations(db)
    for row in db["investigations"].find({"reports": {"$gt": ""}}):
        gone = {"_id": {"$in": row["reports"]}, "by_listed": {"$ne": True}}
        before = investigations.investigation_of(row)
        after = reduce(lose_report, (article["_id"] for article in db["articles"].find(gone, {"_id": 1})), before)
        if after != before:
            kept.replace(before, after)


def _forget_lost_questions(db: Db) -> None:
    """Investigations of before wait for answers to questions that petition lost."""
    kept = investigations.Investigations(db)
    for row in db["investigations"].find({"questions.gone": True}):
        found = investigations.investigation_of(row)
        if found.state != row["by_state"]:
            kept.replace(found, found.model_copy(update={"heard": found.heard + 1}))


def _forget_unpublished(db: Db) -> None:
    """Who closed his account before left comments that were never public."""
    left = {"state": {"$in": [CommentState.WAITING, CommentState.REFUSED]}, "author": None}
    forgotten: Document = {"state": CommentState.DELETED, "text": "", "found": [], "answer": None}
    db["comments"].update_many(left, {"$set": forgotten, "$inc": {"version": 1}}, hint="desk")


def _look_at_unsolved_cases(db: Db) -> None:
    """Follow-ups of before may tell of a step inside an office, which is over by now: each case is read anew."""
    unsolved = {"follow_up.outcome": Outcome.UNSOLVED, "stale": {"$exists": False}}
    db["followed_cases"].update_many(unsolved, {"$set": {"stale": utcnow()}, "$inc": {"asked": 1}})


def _say_when(db: Db) -> None:
    """Investigations of before do not say by when an answer is due, or that they ended: they are kept once more."""
    kept = investigations.Investigations(db)
    for row in db["investigations"].find():
        found = investigations.investigation_of(row)
        kept.replace(found, found)


SCHEMA = Schema(
    {
        "articles": articles.INDEXES,
        "columns": columns.INDEXES,
        "versions": versions.INDEXES,
        **coverage.INDEXES,
        **investigations.INDEXES,
        **apart.INDEXES,
        **bundles.INDEXES,
        "tips": tips.INDEXES,
        "counts": counts.INDEXES,
        "pictures": [IndexModel("brought_at", name="brought_at", sparse=True), *library.INDEXES],
        "images.chunks": [IndexModel([("files_id", ASCENDING), ("n", ASCENDING)], name="files_id_1_n_1", unique=True)],
        **UPLOAD_INDEXES,
        **alerts.INDEXES,
        **comments.INDEXES,
        **keeping.INDEXES,
        **readings.INDEXES,
        **front.INDEXES,
    },
    [
        Migration(1, "cases that published articles name are followed", _look_at_links),
        Migration(2, "what happened to the cases of reports is known", _know_what_happened),
        Migration(3, "tips are found by their words", _find_tips_by_words),
        Migration(4, "cases that are followed are read with their pictures", _look_for("pictures")),
        Migration(5, "reports whose cases are closed are not called solved", _tell_closed_from_solved),
        Migration(6, "cases that are followed are read with what the newsroom asked", _look_for("press")),
        Migration(7, "investigations count no withdrawn report", _lose_withdrawn_reports),
        Migration(8, "cases that are looked into are read with their place", _look_at_places),
        Migration(9, "investigations wait for no lost question", _forget_lost_questions),
        Migration(10, "comments of who has left that were never public are forgotten", _forget_unpublished),
        Migration(11, "cases that offices work on are read anew", _look_at_unsolved_cases),
        Migration(12, "the desk finds articles by their titles", articles.index_titles),
        Migration(13, "notices of withdrawn articles are taken back", _take_back_notices),
        Migration(14, "investigations say by when an answer is due, and that they ended", _say_when),
    ],
)
