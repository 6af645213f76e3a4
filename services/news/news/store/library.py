"""The newsroom's pictures as it looks for them: described, with the right to show them, newest first.

The rows are those of `kit.images`. `library` says that a picture is the newsroom's and not put away; one without
`created` was kept by an instance that knew no library, and is yet to be taken in.
"""

from collections.abc import Sequence
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession

from kit import outbox, search, text
from kit.mongo import Db, Document
from kit.paging import page
from kit.search import Words
from news.domain.media import SOON, Face, RightStanding

_OURS = {"library": True}
DESCRIBED_IN = "described_in"
_NEWEST = (("created", DESCENDING), ("_id", DESCENDING))
_FIRST_TO_GO = (("shown_until", ASCENDING), ("_id", ASCENDING))
_LAST_GONE = (("shown_until", DESCENDING), ("_id", DESCENDING))
_NOT_SEEN = {search.FIELD: 0, "_outbox": 0}

INDEXES = [
    outbox.PENDING_INDEX,
    search.GRAMS_INDEX,
    IndexModel([*_NEWEST], name="library", partialFilterExpression=_OURS),
    IndexModel([*_FIRST_TO_GO], name="rights", partialFilterExpression=_OURS),
    IndexModel("created", name="created"),
    IndexModel("deleted_at", name="deleted", sparse=True),
]

Rows = tuple[list[Document], str | None]
"""A page and its cursor."""


class Library:
    """The pictures of the newsroom."""

    def __init__(self, db: Db) -> None:
        self.rows = db["pictures"]
        self._articles = db["articles"]

    def find(self, picture: str) -> Document | None:
        """A picture of the newsroom that is not put away."""
        return self.rows.find_one({"_id": picture, **_OURS}, _NOT_SEEN)

    def faces(self, pictures: Sequence[str]) -> dict[str, Face]:
        """What there is to know of these pictures, of those that exist."""
        if not pictures:
            return {}
        read = {"widths": 1, "licence": 1, "shown_until": 1, "stated_at": 1}
        return {row["_id"]: face_of(row) for row in self.rows.find({"_id": {"$in": list(pictures)}}, read)}

    def newest(self, limit: int, cursor: str | None) -> Rows:
        """A page of all pictures."""
        return page(self.rows, _OURS, _NEWEST, "library", limit, cursor, _NOT_SEEN)

    def by_right(self, stands: RightStanding, now: datetime, limit: int, cursor: str | None) -> Rows:
        """A page of the pictures that go within a week, the first one first, or that are gone, the last one first."""
        if stands is RightStanding.EXPIRING:
            return page(self.rows, _expiring(now), _FIRST_TO_GO, "rights", limit, cursor, _NOT_SEEN)
        query = {**_OURS, "shown_until": {"$lte": now}}
        return page(self.rows, query, _LAST_GONE, "rights", limit, cursor, _NOT_SEEN)

    def count_expiring(self, now: datetime, most: int) -> int:
        """How many pictures go within a week, counted up to `most`."""
        return self.rows.count_documents(_expiring(now), limit=most, hint="rights")

    def holding(self, grams: Sequence[int], limit: int, cursor: str | None) -> Rows:
        """A page of the pictures whose description holds all these grams, newest first."""
        return Words(self.rows).page(grams, _OURS, limit, cursor, _NOT_SEEN)

    def describe(self, picture: str, alt: str, credit: str, caption: str, article: str) -> None:
        """Keeps how the picture was described last, and in which article, if it is known."""
        words = {"alt": alt, "credit": credit, "caption": caption, DESCRIBED_IN: article}
        other = [{name: {"$ne": value}} for name, value in words.items()]
        found_by = text.grams(alt, caption, credit)
        self.rows.update_one({"_id": picture, "$or": other}, {"$set": {**words, search.FIELD: found_by}})

    def credit(self, pictures: Sequence[str], credit: str) -> None:
        """Says who made them, of those that nobody has described yet."""
        undescribed = {"_id": {"$in": list(pictures)}, "alt": {"$in": [None, ""]}, **_OURS}
        self.rows.update_many(undescribed, {"$set": {"credit": credit, search.FIELD: text.grams(credit)}})

    def state_rights(self, row: Document, stated: Document, events: Sequence[Document]) -> bool:
        """Writes what was stated if nobody has stated anything since the row was read.

        The articles that show the picture have changed in the same moment, by the database's time.
        """
        version = row.get("rights_version")
        update: Document = {"$set": {**stated, "rights_version": (version or 0) + 1}}
        if events:
            update["$push"] = {"_outbox": {"$each": list(events)}}
        query = {"_id": row["_id"], "rights_version": version, **_OURS}

        def state(session: ClientSession) -> bool:
            if not self.rows.update_one(query, update, session=session).modified_count:
                return False
            showing = {"by_pictures": row["_id"], "by_listed": True}
            restated = [{"$set": {"rights_restated_at": "$$NOW"}}]
            self._articles.update_many(showing, restated, hint="pictures", session=session)
            return True

        with self.rows.database.client.start_session() as session:
            return session.with_transaction(state)

    def put_away(self, picture: str, now: datetime) -> None:
        """Nobody finds the picture any more; its files go later."""
        self.rows.update_one({"_id": picture, **_OURS}, {"$set": {"library": False, "deleted_at": now}})

    def bring_back(self, picture: str) -> None:
        """The picture is found again."""
        self.rows.update_one({"_id": picture}, {"$set": _OURS, "$unset": {"deleted_at": ""}})

    def away_since(self, before: datetime, limit: int) -> list[str]:
        """Pictures that were put away before then."""
        found = self.rows.find({"deleted_at": {"$lt": before}}, {"_id": 1}).hint("deleted").limit(limit)
        return [row["_id"] for row in found]

    def not_taken_in(self, limit: int) -> list[Document]:
        """Pictures that an instance has kept that knew no library."""
        return list(self.rows.find({"created": None}, _NOT_SEEN).hint("created").limit(limit))

    def take_in(self, picture: str, created: datetime, *, ours: bool) -> None:
        """Has a picture of before found by all who look for pictures; one that is not the newsroom's by nobody."""
        self.rows.update_one({"_id": picture, "created": None}, {"$set": {"created": created, "library": ours}})


def _expiring(now: datetime) -> Document:
    return {**_OURS, "shown_until": {"$gt": now, "$lte": now + SOON}}


def face_of(row: Document) -> Face:
    """What a row says of its picture."""
    widths = tuple(row.get("widths", ()))
    return Face(widths, row.get("licence", ""), row.get("shown_until"), row.get("stated_at"))
