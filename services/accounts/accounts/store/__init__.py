"""What accounts keeps: one collection a module, and the schema of them all."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from kit import counts
from kit.idempotency import ANSWERS_INDEX
from kit.mongo import Db, Migration, Schema
from kit.outbox import PENDING_INDEX

_NEWEST_FIRST = [("at", DESCENDING), ("seq", DESCENDING), ("_id", DESCENDING)]


def _forget(field: str) -> IndexModel:
    return IndexModel(field, name="forget", expireAfterSeconds=0)


def _know_addresses(db: Db) -> None:
    db["people"].update_many({"known_addresses": {"$exists": False}}, {"$set": {"known_addresses": []}})


SCHEMA = Schema(
    indexes={
        "people": [
            IndexModel("phone_index", name="phone", unique=True, sparse=True),
            IndexModel("username", name="username", unique=True, sparse=True),
            IndexModel([("kind", ASCENDING), ("_id", ASCENDING)], name="by_kind"),
            IndexModel(
                [("departments", ASCENDING), ("_id", ASCENDING)],
                name="by_department",
                partialFilterExpression={"kind": "staff"},
            ),
            IndexModel(
                [("roles", ASCENDING), ("_id", ASCENDING)], name="by_roles", partialFilterExpression={"kind": "staff"}
            ),
            ANSWERS_INDEX,
            PENDING_INDEX,
        ],
        "sessions": [IndexModel("account", name="account"), _forget("expires_at"), PENDING_INDEX],
        "sms_codes": [_forget("forget_at")],
        "counts": counts.INDEXES,
        "failures": [_forget("forget_at")],
        "sign_ins": [IndexModel([("at", DESCENDING), ("_id", DESCENDING)], name="newest"), _forget("forget_at")],
        "inbox": [
            IndexModel([("account", ASCENDING), *_NEWEST_FIRST], name="newest"),
            IndexModel([("account", ASCENDING), ("read", ASCENDING), *_NEWEST_FIRST], name="newest_unread"),
            IndexModel(
                [("quotes", ASCENDING), ("_id", ASCENDING)],
                name="quotes",
                partialFilterExpression={"quotes": {"$exists": True}},
            ),
            _forget("forget_at"),
        ],
        "taken_back": [_forget("forget_at")],
        "headlines": [_forget("forget_at")],
    },
    migrations=[Migration(1, "staff are known by the addresses they sign in from", _know_addresses)],
)
