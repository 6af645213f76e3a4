"""What news told last of each report that names cases, or once named some."""

from pymongo.errors import DuplicateKeyError

from kit.mongo import Db, Document
from petition.domain.coverage import Report


class CoverageBook:
    """One document a report. `touched` has every case that it ever named."""

    def __init__(self, db: Db) -> None:
        self._collection = db["coverage"]

    def learn(self, report: Report) -> None:
        """Keeps what news told, unless something later is known."""
        told = {"seq": report.seq, "title": report.title, "published_at": report.published_at}
        cases = list(report.cases)
        values: Document = {
            **{name: {"$literal": value} for name, value in told.items()},
            "cases": {"$literal": cases},
            "touched": {"$setUnion": [{"$ifNull": ["$touched", []]}, {"$literal": cases}]},
        }
        older = {"_id": report.article, "seq": {"$lt": report.seq}}
        try:
            self._collection.update_one(older, [{"$set": values}], upsert=True)
        except DuplicateKeyError:  # it is there, and not older
            return

    def find(self, article: str) -> tuple[Report, list[str]] | None:
        """What news told last, and every case that it concerns."""
        found = self._collection.find_one({"_id": article})
        if found is None:
            return None
        report = Report(article, found["seq"], found["title"], found["published_at"], tuple(found["cases"]))
        return report, found["touched"]
