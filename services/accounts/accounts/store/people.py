"""Residents and staff. A document changes by comparing its `revision`; `seq` counts the events told about it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit.mongo import Db, Document
from kit.outbox import event
from kit.paging import decode_cursor, encode_cursor
from kit.sealed import Sealer

COLLECTION = "people"
ACTIVE = "active"
CLOSED = "closed"
DISMISSED = "dismissed"
KNOWN_ADDRESSES = 10
SEALED = ("phone", "totp", "issued")

Events = tuple[tuple[str, dict[str, Any]], ...]


class Gone(LookupError):
    """There is no such person, or no longer."""


class Stale(Exception):
    """The document was changed by somebody else; `version` is the one it has now."""

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


class Taken(ValueError):
    """The phone number or user name belongs to another account."""


class People:
    """The collection of accounts. Phone numbers and TOTP secrets are sealed; a phone is found by its blind index."""

    def __init__(self, db: Db, sealer: Sealer) -> None:
        self.collection = db[COLLECTION]
        self._sealer = sealer

    def get(self, account: str, session: ClientSession | None = None) -> Document:
        """The active person with this id. Raises Gone."""
        return _found(self.collection.find_one({"_id": account, "state": ACTIVE}, session=session))

    def inboxes_changed(self, accounts: Sequence[str], session: ClientSession) -> None:
        """Counts that these people's inboxes have changed."""
        counted = {"$inc": {"inbox_version": 1}}
        self.collection.update_many({"_id": {"$in": list(accounts)}}, counted, session=session)

    def by_phone(self, phone: str) -> Document | None:
        """The resident with this normalised number."""
        return self.collection.find_one({"phone_index": self._phone_index(phone)})

    def by_username(self, username: str) -> Document | None:
        """The active staff member with this user name."""
        return self.collection.find_one({"username": username, "state": ACTIVE})

    def staff(self, account: str) -> Document:
        """The member of staff with this id, dismissed or not. Raises Gone."""
        return _found(self.collection.find_one({"_id": account, "kind": "staff"}))

    def staff_page(self, limit: int, cursor: str | None) -> tuple[list[Document], str | None]:
        """A page of all staff, by id. Raises `Invalid` (field `cursor`)."""
        return self._page_by_id({"kind": "staff"}, "by_kind", limit, cursor)

    def of_department(self, department: str, limit: int, cursor: str | None) -> tuple[list[Document], str | None]:
        """A page of those who work for it now, by id. Raises `Invalid` (field `cursor`)."""
        query = {"kind": "staff", "departments": department, "state": ACTIVE}
        return self._page_by_id(query, "by_department", limit, cursor)

    def of_roles(self, roles: Sequence[str], limit: int, cursor: str | None) -> tuple[list[Document], str | None]:
        """A page of those who have one of these roles now, by id. Raises `Invalid` (field `cursor`)."""
        query = {"kind": "staff", "roles": {"$in": list(roles)}, "state": ACTIVE}
        return self._page_by_id(query, "by_roles", limit, cursor)

    def named(self, accounts: Sequence[str]) -> list[Document]:
        """The members of staff with these ids, dismissed or not."""
        return list(self.collection.find({"_id": {"$in": list(accounts)}, "kind": "staff"}).sort("_id", ASCENDING))

    def add(self, document: Document) -> None:
        """Raises Taken."""
        try:
            self.collection.insert_one(document)
        except DuplicateKeyError as error:
            raise Taken from error

    def sealed_phone(self, account: str, phone: str) -> Document:
        """The fields under which a number is kept."""
        return {"phone": self._seal("phone", account, phone), "phone_index": self._phone_index(phone)}

    def sealed(self, field: str, account: str, text: str) -> Document:
        """A single sealed field."""
        return {field: self._seal(field, account, text)}

    def opened(self, field: str, person: Mapping[str, Any]) -> str:
        """The text of a sealed field."""
        return self._sealer.open(COLLECTION, field, person["_id"], person[field])

    def change(
        self,
        person: Document,
        update: Document,
        now: datetime,
        events: Events = (),
        session: ClientSession | None = None,
    ) -> Document:
        """The person after `update`, told to the other services by `events` in the same write.

        Raises Stale when somebody else changed the document since `person` was read.
        """
        entries = [
            event(type_, person["_id"], person["seq"] + at, data, now) for at, (type_, data) in enumerate(events, 1)
        ]
        whole = {**update, "$inc": {**update.get("$inc", {}), "revision": 1, "seq": len(entries)}}
        if entries:
            whole["$push"] = {**update.get("$push", {}), "_outbox": {"$each": entries}}
        after = self.collection.find_one_and_update(
            {"_id": person["_id"], "revision": person["revision"]},
            whole,
            session=session,
            return_document=ReturnDocument.AFTER,
        )
        if after is None:
            current = self.collection.find_one({"_id": person["_id"]}, {"version": 1}, session=session)
            raise Stale(_found(current)["version"])
        return after

    def retrying(self, account: str, change: Callable[[Document], Document]) -> Document:
        """Runs `change` on the person as it is now, again when somebody else was quicker. Raises Gone."""
        while True:
            try:
                return change(self.get(account))
            except Stale:
                continue

    def spend(self, account: str, condition: Document, update: Document, by: str, now: datetime) -> bool:
        """Uses up a one-time proof for the sign-in `by`; False when `condition` fails: it was used before."""
        fields = {**update.get("$set", {}), "spent": {"by": by, "at": now}}
        whole = {**update, "$set": fields, "$unset": {"issued": ""}}
        return self.collection.update_one({"_id": account, **condition}, whole).modified_count == 1

    def remember_address(self, person: Document, hashed: str) -> None:
        """Keeps the last few addresses from which the person signed in."""
        known = {"known_addresses": {"$each": [hashed], "$slice": -KNOWN_ADDRESSES}}
        self.collection.update_one({"_id": person["_id"], "known_addresses": {"$ne": hashed}}, {"$push": known})

    def _phone_index(self, phone: str) -> str:
        return self._sealer.blind_index("phone", phone)

    def _page_by_id(
        self, query: Document, hint: str, limit: int, cursor: str | None
    ) -> tuple[list[Document], str | None]:
        after = {"_id": {"$gt": str(decode_cursor(cursor, 1)[0])}} if cursor else {}
        found = self.collection.find({**query, **after}).hint(hint).sort("_id", ASCENDING)
        rows = list(found.limit(limit + 1))
        return rows[:limit], encode_cursor(rows[limit - 1]["_id"]) if len(rows) > limit else None

    def _seal(self, field: str, account: str, text: str) -> Document:
        return self._sealer.seal(COLLECTION, field, account, text)


def _found(document: Document | None) -> Document:
    if document is None:
        raise Gone
    return document
