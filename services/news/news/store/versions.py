"""Words that articles had before."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from kit.mongo import Db, Document
from kit.paging import beyond, cut, place_of
from news.domain.versions import Version
from news.store.documents import apart, together

_LATEST = (("version", DESCENDING), ("_id", DESCENDING))
INDEXES = [IndexModel([("article", ASCENDING), *_LATEST], name="article")]


class Versions:
    """The earlier versions of articles. One is written once and never changed."""

    def __init__(self, db: Db) -> None:
        self._collection = db["versions"]

    def keep(self, version: Version) -> None:
        """Keeps it; the same one may come again, also from two writers at once."""
        kept = document_of(version)
        self._collection.update_one({"_id": kept["_id"]}, {"$setOnInsert": kept}, upsert=True)

    def find(self, article: str, version: int) -> Version | None:
        """What an article said at that version."""
        found = self._collection.find_one({"_id": version_id(article, version)})
        return _version_of(found) if found else None

    def page(self, article: str, before: int, limit: int, cursor: str | None) -> tuple[list[Version], str | None]:
        """A page of what an article said before that version, the latest first."""
        query = beyond({"article": article, "version": {"$lt": before}}, _LATEST, place_of(cursor))
        found = self._collection.find(query).hint("article").sort(list(_LATEST)).limit(limit + 1)
        rows, following = cut(list(found), limit, _LATEST)
        return [_version_of(row) for row in rows], following


def document_of(version: Version) -> Document:
    """The version as its document keeps it: files and topics beside its words, as in an article's."""
    kept = version.model_dump(mode="python")
    kept["words"]["blocks"], kept["files"] = apart(version.words.blocks)
    kept["topics"] = list(kept["words"].pop("topics"))
    return {"_id": version_id(version.article, version.version), **kept}


def _version_of(row: Document) -> Version:
    blocks = together(row["words"]["blocks"], row.get("files", ()))
    return Version.model_validate({**row, "words": {**row["words"], "blocks": blocks, "topics": row.get("topics", ())}})


def version_id(article: str, version: int) -> str:
    """One for each version of an article."""
    return f"{article}/{version}"
