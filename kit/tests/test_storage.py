"""What the kit keeps in a service's database: schema, leases, answers, handled events, uploads."""

import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from itertools import count

import pytest
from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.errors import DuplicateKeyError

from kit import idempotency, uploads
from kit.clock import utcnow
from kit.contract import Command, View
from kit.errors import Conflict, Invalid, NotFound, TooLarge
from kit.events import Event
from kit.inbox import Inbox
from kit.lease import Lease
from kit.mongo import Db, Document, Migration, Schema, apply
from kit.outbox import PENDING_INDEX, event
from kit.testing import Stack

NOW = utcnow()


def test_migrations_run_once_in_order_and_indexes_stand(database: Db) -> None:
    ran: list[int] = []
    schema = Schema(
        {"things": [IndexModel([("name", ASCENDING)], name="by_name", unique=True)]},
        [Migration(2, "second", lambda db: ran.append(2)), Migration(1, "first", lambda db: ran.append(1))],
    )
    assert apply(schema, database) == ["1 first", "2 second"]
    assert apply(schema, database) == []
    assert ran == [1, 2]
    assert "by_name" in database.things.index_information()


def test_a_failed_migration_is_tried_again(database: Db) -> None:
    def fail(_: Db) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        apply(Schema({}, [Migration(1, "first", fail)]), database)
    assert apply(Schema({}, [Migration(1, "first", lambda db: None)]), database) == ["1 first"]


def test_of_two_one_holds_the_lease_until_it_lapses_or_is_given_up(database: Db) -> None:
    one, other = Lease(database, "work", seconds=0.6), Lease(database, "work", seconds=0.6)
    assert one.take()
    assert not other.take()
    assert one.take()
    time.sleep(0.8)
    assert other.take()
    assert not one.take()
    other.release()
    assert one.take()


def test_a_crowd_that_asks_at_once_gets_one_lease(database: Db) -> None:
    leases = [Lease(database, "crowd", seconds=5) for _ in range(16)]
    barrier = threading.Barrier(16)

    def take(lease: Lease) -> bool:
        barrier.wait()
        return lease.take()

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(take, leases)) == 1


class Submit(Command):
    text: str


def test_a_repeated_request_gets_its_answer_and_another_body_a_conflict(database: Db) -> None:
    database.things.create_indexes([idempotency.ANSWERS_INDEX])
    first = idempotency.Once("r_1", Submit(idempotency_key="k", text="a"))
    assert first.find(database.things) is None
    database.things.insert_one({"_id": 1, "_answers": [first.note({"no": "1"}, NOW)]})
    assert idempotency.Once("r_1", Submit(idempotency_key="k", text="a")).find(database.things) == {"no": "1"}
    assert idempotency.Once("r_2", Submit(idempotency_key="k", text="a")).find(database.things) is None
    with pytest.raises(Conflict):
        idempotency.Once("r_1", Submit(idempotency_key="k", text="b")).find(database.things)
    with pytest.raises(DuplicateKeyError):
        database.things.insert_one({"_id": 2, "_answers": [first.note({"no": "2"}, NOW)]})


def test_old_answers_are_forgotten_beyond_the_limit(database: Db) -> None:
    database.things.insert_one({"_id": 1})
    for number in range(idempotency.KEPT + 5):
        once = idempotency.Once("r_1", Submit(idempotency_key=str(number), text="a"))
        database.things.update_one({"_id": 1}, {"$push": once.push({"n": number}, NOW)})
    kept = database.things.find_one({"_id": 1})
    assert kept is not None
    assert [note["answer"]["n"] for note in kept["_answers"]] == list(range(5, idempotency.KEPT + 5))


class Made(View):
    no: int


def test_what_is_made_or_taken_by_many_at_once_is_made_or_taken_once(database: Db) -> None:
    things = database.things
    things.create_indexes([idempotency.ANSWERS_INDEX])
    numbers = count(1)

    def make(_: int) -> int:
        once = idempotency.Once("r_1", Submit(idempotency_key="made", text="a"))

        def insert() -> Made:
            made = Made(no=next(numbers))
            things.insert_one({"_id": made.no, "n": 0, "_answers": [once.note(made.model_dump(), NOW)]})
            return made

        return once.make(Made, things, insert).no

    def take(key: int) -> int:
        once = idempotency.Once("r_1", Submit(idempotency_key=f"taken{key % 2}", text="a"))

        def step(document: Document) -> Made | None:
            taken = Made(no=document["n"] + 1)
            change = {"$set": {"n": taken.no}, "$push": once.push(taken.model_dump(), NOW)}
            return (
                taken
                if things.update_one({"_id": document["_id"], "n": document["n"]}, change).modified_count
                else None
            )

        return once.take(Made, things, things.find_one, step).no

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(make, range(8)))) == things.count_documents({}) == 1
        taken = list(pool.map(take, range(8)))
    assert sorted(set(taken)) == [1, 2]
    assert (len(set(taken[::2])), len(set(taken[1::2]))) == (1, 1)


def test_a_document_that_changes_each_time_is_told_as_a_conflict(database: Db) -> None:
    once, asked = idempotency.Once("r_1", Submit(idempotency_key="k", text="a")), []
    with pytest.raises(Conflict) as told:
        once.take(Made, database.things, lambda: None, asked.append)
    assert (told.value.extra, len(asked)) == ({"retry_after": 1}, idempotency.ATTEMPTS)


LETTER = Event("e1", "petition.case_replied.v1", "CP1", 3, NOW, {})


def test_an_event_seen_again_and_at_once_has_one_effect(database: Db) -> None:
    database.counts.insert_one({"_id": 1, "n": 0})
    database.create_collection("_inbox")
    inbox = Inbox(database)

    def effect(session: ClientSession) -> None:
        database.counts.update_one({"_id": 1}, {"$inc": {"n": 1}}, session=session)

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(lambda _: inbox.once(LETTER, "q", effect), range(8)))
    assert sum(outcomes) == 1
    assert database.counts.find_one({"_id": 1}) == {"_id": 1, "n": 1}


def test_a_failed_effect_leaves_the_event_unhandled(database: Db) -> None:
    database.create_collection("_inbox")

    def fail(session: ClientSession) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        Inbox(database).once(LETTER, "q", fail)
    assert Inbox(database).once(LETTER, "q", lambda session: None)


DYING = """
import os, signal, sys
from kit.clock import utcnow
from kit.events import Event
from kit.inbox import Inbox
from kit.mongo import connect
letter = Event("e1", "petition.case_replied.v1", "CP1", 3, utcnow(), {})
Inbox(connect(sys.argv[1])[sys.argv[2]]).once(letter, "q", lambda session: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_a_handler_killed_in_the_middle_holds_the_next_one_up_for_seconds_only(stack: Stack, database: Db) -> None:
    """The transaction it left open keeps the letter's record until the server gives it up; its default is a minute."""
    command = [sys.executable, "-c", DYING, stack["mongo_url"], database.name]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    begin = time.monotonic()
    assert Inbox(database).once(LETTER, "q", lambda session: None)
    assert time.monotonic() - begin < 30


def test_the_index_of_pending_events_holds_only_pending_ones(database: Db) -> None:
    database.cases.create_indexes([PENDING_INDEX])
    entry = event("petition.case_submitted.v1", "CP1", 1, {}, NOW)
    database.cases.insert_many([{"_id": 1, "_outbox": [entry]}, {"_id": 2}, {"_id": 3}])
    plan = database.cases.find({"_outbox.time": {"$gte": NOW - timedelta(days=1)}}).hint("outbox_pending").explain()
    assert plan["executionStats"]["totalKeysExamined"] == 1


LIMITS = {"image/jpeg": 600 * 1024}


@pytest.fixture
def store(database: Db) -> uploads.UploadStore:
    for name, models in uploads.INDEXES.items():
        database[name].create_indexes(list(models))
    return uploads.UploadStore(database, LIMITS)


def chunks(data: bytes) -> list[bytes]:
    return [data[at : at + uploads.CHUNK_BYTES] for at in range(0, len(data), uploads.CHUNK_BYTES)]


def whole(store: uploads.UploadStore, upload: str, data: bytes) -> bytes:
    with store.finishing("r_1", upload, len(data), sha256(data).hexdigest(), NOW) as file:
        return file


def test_chunks_in_any_order_and_repeated_make_the_file(store: uploads.UploadStore) -> None:
    data = bytes(range(256)) * 2200
    upload = store.start("r_1", "image/jpeg", len(data), NOW)
    pieces = list(enumerate(chunks(data)))
    for number, piece in [*reversed(pieces), pieces[0]]:
        store.put("r_1", upload, number, piece)
    assert store.received("r_1", upload) == [0, 1, 2]
    assert whole(store, upload, data) == data


def test_a_gap_or_another_content_is_not_a_file(store: uploads.UploadStore) -> None:
    data = bytes(uploads.CHUNK_BYTES * 2)
    upload = store.start("r_1", "image/jpeg", None, NOW)
    store.put("r_1", upload, 1, chunks(data)[1])
    with pytest.raises(Conflict) as caught:
        whole(store, upload, data)
    assert caught.value.extra == {"received": [1]}
    store.put("r_1", upload, 0, b"x" * uploads.CHUNK_BYTES)
    with pytest.raises(Conflict):
        whole(store, upload, data)


def test_a_key_makes_a_repetition_the_same_upload_for_its_owner(store: uploads.UploadStore) -> None:
    first = store.start("r_1", "image/jpeg", None, NOW, "k1")
    assert store.start("r_1", "image/jpeg", None, NOW, "k1") == first
    others = {store.start(*asked) for asked in (("r_2", "image/jpeg", None, NOW, "k1"), ("r_1", "image/jpeg", 1, NOW))}
    assert len(others - {first}) == 2


def test_one_finishes_an_upload_at_a_time_and_who_died_at_it_holds_nobody_up(store: uploads.UploadStore) -> None:
    data = b"x" * 100
    upload = store.start("r_1", "image/jpeg", None, NOW)
    store.put("r_1", upload, 0, data)
    told = ("r_1", upload, len(data), sha256(data).hexdigest())
    with pytest.raises(RuntimeError), store.finishing(*told, NOW):
        with pytest.raises(Conflict):
            whole(store, upload, data)
        with store.finishing(*told, NOW + timedelta(minutes=2)) as file:
            assert file == data
        raise RuntimeError
    store.put("r_1", upload, 0, data)  # a repetition that is late
    with pytest.raises(NotFound):
        whole(store, upload, data)
    assert store.received("r_1", upload) == []


def test_limits_and_owners_of_uploads(store: uploads.UploadStore) -> None:
    with pytest.raises(Invalid):
        store.start("r_1", "image/svg+xml", None, NOW)
    with pytest.raises(TooLarge):
        store.start("r_1", "image/jpeg", 600 * 1024 + 1, NOW)
    upload = store.start("r_1", "image/jpeg", None, NOW)
    with pytest.raises(TooLarge):
        store.put("r_1", upload, 2, bytes(uploads.CHUNK_BYTES))
    with pytest.raises(Invalid):
        store.put("r_1", upload, 0, bytes(uploads.CHUNK_BYTES + 1))
    with pytest.raises(NotFound):
        store.put("r_2", upload, 0, b"x")


def test_an_upload_is_forgotten_after_a_day(store: uploads.UploadStore, database: Db) -> None:
    old = store.start("r_1", "image/jpeg", None, NOW - timedelta(hours=25))
    store.put("r_1", old, 0, b"x")
    store.start("r_1", "image/jpeg", None, NOW)
    assert store.discard_old(NOW) == 1
    assert database["uploads.chunks"].count_documents({}) == 0
    assert database["uploads"].count_documents({}) == 1
