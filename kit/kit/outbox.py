"""Outbox inside the document: a change and its event commit together, a relay publishes the event afterwards.

`event()` makes the entry that goes into the document's `_outbox` list by the same insert or update. The relay of one
process (the lease holder) publishes pending entries in order and removes exactly those that the broker confirmed.
Between the confirmation and the removal it may die: consumers may see an event twice, never not at all.
"""

import logging
import uuid
from datetime import UTC, datetime
from typing import Any

import eventlet
import orjson
from eventlet.event import Event as Signal
from nameko.extensions import DependencyProvider, SharedExtension
from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.errors import PyMongoError

from kit import faults, logs, settings
from kit.broker import LOST, ConfirmedPublisher, Letter
from kit.clock import utcnow
from kit.lease import Lease
from kit.mongo import Connection, Db, Document

log = logging.getLogger(__name__)

FIELD = "_outbox"
BATCH = 100
PENDING_INDEX = IndexModel([(f"{FIELD}.time", ASCENDING)], name="outbox_pending", sparse=True)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PENDING = {f"{FIELD}.time": {"$gte": _EPOCH}}


def event(type_: str, subject: str, seq: int, data: dict[str, Any], now: datetime) -> Document:
    """An event as it waits in its document; `type_` such as `petition.case_replied.v1`.

    `seq` counts the events of one subject, so that consumers can put them in order. `data` holds references, not
    personal data. The trace in which it happens goes with it.
    """
    told = {"id": uuid.uuid4().hex, "type": type_, "subject": subject, "seq": seq, "time": now, "data": data}
    trace = logs.traceparent()
    return {**told, "traceparent": trace} if trace else told


def envelope(entry: Document) -> bytes:
    """The event as it is published: CloudEvents 1.0 attributes, `seq`, and `traceparent` of its tracing extension."""
    source = "/" + entry["type"].split(".", 1)[0]
    return orjson.dumps({"specversion": "1.0", "source": source, **entry}, option=orjson.OPT_NAIVE_UTC)


class Relay:
    """Moves pending events from some collections of one database to the service's exchange."""

    def __init__(self, db: Db, collections: tuple[str, ...], exchange: str, publisher: ConfirmedPublisher) -> None:
        self._db = db
        self._collections = collections
        self._exchange = exchange
        self._publisher = publisher

    def relay(self) -> int:
        """Publishes one batch of each collection; returns how many events the broker took over."""
        return sum(self._relay_from(name) for name in self._collections)

    def lag_seconds(self, now: datetime) -> float:
        """Age of the oldest event that still waits, 0 when none does."""
        oldest = [self._oldest(name) for name in self._collections]
        return max((now - at).total_seconds() for at in [*filter(None, oldest), now])

    def _relay_from(self, name: str) -> int:
        waiting = [
            (document["_id"], entry, letter)
            for document in self._pending(name)
            for entry in sorted(document[FIELD], key=lambda e: e.get("seq", 0))
            if (letter := self._letter(entry))
        ]
        if not waiting:
            return 0
        faults.point("outbox.before_publish")
        taken = self._publisher.publish([letter for _, _, letter in waiting])
        faults.point("outbox.after_publish")
        self._clear(name, [waiting[position][:2] for position in taken])
        if len(taken) < len(waiting):
            log.error("events refused by the broker", extra={"collection": name, "count": len(waiting) - len(taken)})
        return len(taken)

    def _pending(self, name: str) -> list[Document]:
        found = self._db[name].find(_PENDING, {FIELD: 1}).hint("outbox_pending").sort(f"{FIELD}.time", ASCENDING)
        return list(found.limit(BATCH))

    def _oldest(self, name: str) -> datetime | None:
        first = self._db[name].find_one(_PENDING, {FIELD: 1}, sort=[(f"{FIELD}.time", ASCENDING)])
        return min(entry["time"] for entry in first[FIELD]) if first else None

    def _letter(self, entry: Document) -> Letter | None:
        """What is sent; None for an entry that cannot be written, which waits for an operator and holds nobody up."""
        try:
            return Letter(self._exchange, entry["type"], envelope(entry), {}, entry["id"])
        except (KeyError, TypeError) as error:
            log.error(
                "an event cannot be written", extra={"event": str(entry.get("id")), "reason": type(error).__name__}
            )
            return None

    def _clear(self, name: str, sent: list[tuple[Any, Document]]) -> None:
        by_document: dict[Any, list[str]] = {}
        for document_id, entry in sent:
            by_document.setdefault(document_id, []).append(entry["id"])
        updates = [UpdateOne({"_id": key}, _without(ids)) for key, ids in by_document.items()]
        if updates:
            self._db[name].bulk_write(updates, ordered=False)


def _without(ids: list[str]) -> list[Document]:
    waiting = {"$ifNull": [f"${FIELD}", []]}  # none where the document was put back from an earlier copy meanwhile
    left = {"$filter": {"input": waiting, "cond": {"$not": [{"$in": ["$$this.id", ids]}]}}}
    return [{"$set": {FIELD: {"$cond": [{"$eq": [left, []]}, "$$REMOVE", left]}}}]


class RelayLoop(SharedExtension):
    """Runs the relay in this process for as long as it holds the lease."""

    connection = Connection()

    def __init__(self) -> None:
        self.collections: tuple[str, ...] = ()
        self._relay: Relay | None = None
        self._woken = Signal()
        self._stopping = False
        self._loop: Any = None

    def start(self) -> None:
        name = self.container.service_name
        publisher = ConfirmedPublisher(settings.load(settings.ServiceSettings).amqp_url)
        self._relay = Relay(self.connection.db, self.collections, f"{name}.events", publisher)
        self._lease = Lease(self.connection.db, "outbox")
        self._loop = self.container.spawn_managed_thread(self._run, identifier="outbox relay")

    def stop(self) -> None:
        self._stopping = True
        self.wake()
        if self._loop is not None:
            self._loop.wait()

    def wake(self) -> None:
        """Says that something was committed. Cheap, and never required: the loop looks by itself."""
        if not self._woken.ready():
            self._woken.send()

    def lag_seconds(self) -> float:
        """Age of the oldest event that still waits, in seconds."""
        return self._relay.lag_seconds(utcnow()) if self._relay else 0.0

    def _run(self) -> None:
        poll = settings.load(settings.ServiceSettings).outbox_poll_seconds
        while not self._stopping:
            if not self._relay_if_leader():
                self._sleep(poll)
        try:
            self._relay_if_leader()
            self._lease.release()
        except PyMongoError:
            log.warning("the relay's lease was left to lapse")

    def _relay_if_leader(self) -> int:
        assert self._relay is not None
        try:
            return self._relay.relay() if self._lease.take() else 0
        except (PyMongoError, *LOST) as error:
            log.warning("events wait: %s", type(error).__name__)
            eventlet.sleep(1)
            return 0

    def _sleep(self, seconds: float) -> None:
        with eventlet.Timeout(seconds, False):
            self._woken.wait()
        self._woken = Signal()


class Outbox(DependencyProvider):
    """Gives a service class its outbox: `Outbox("cases", "drafts")` relays the events of these collections."""

    loop = RelayLoop()

    def __init__(self, *collections: str) -> None:
        self._collections = collections

    def setup(self) -> None:
        self.loop.collections = tuple(dict.fromkeys((*self.loop.collections, *self._collections)))

    def get_dependency(self, worker_ctx: Any) -> RelayLoop:
        return self.loop
