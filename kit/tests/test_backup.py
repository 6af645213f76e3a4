"""A backup is whole or refused, and puts back what was there, with what must not come back left out."""

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pymongo import ASCENDING

from kit import backup, outbox
from kit.inbox import KEPT_SECONDS
from kit.mongo import Db

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


@pytest.fixture
def file(database: Db, tmp_path: Path) -> Path:
    """A backup of two cases, one of them with a waiting event and one with an event that consumers have forgotten."""
    database.cases.create_index([("no", ASCENDING)], name="by_no", unique=True)
    database.cases.create_index([("at", ASCENDING)], name="forget", expireAfterSeconds=10**7)
    fresh, old = (
        outbox.event("demo.case_told.v1", "1", 1, {}, NOW - age)
        for age in (timedelta(minutes=1), timedelta(seconds=KEPT_SECONDS))
    )
    database.cases.insert_many([{"_id": 1, "no": "A", "_outbox": [fresh]}, {"_id": 2, "no": "B", "_outbox": [old]}])
    database.pictures.insert_many([{"_id": n, "bytes": bytes(range(256)) * 40} for n in range(1200)])
    database["_inbox"].insert_one({"_id": "q:1"})
    database["_leases"].insert_one({"_id": "outbox", "holder": "a process that will be gone"})
    path = tmp_path / "demo.backup"
    assert backup.dump(database, "demo", path, NOW) == 1203
    return path


def test_what_was_there_is_there_again_and_nothing_else(database: Db, file: Path) -> None:
    database.cases.update_one({"_id": 1}, {"$set": {"no": "changed"}})
    database.pictures.delete_many({})
    database.later.insert_one({"_id": "since"})
    assert backup.restore(database, "demo", file, NOW) == 1203
    assert [case["no"] for case in database.cases.find().sort("_id")] == ["A", "B"]
    assert database.pictures.count_documents({"bytes": bytes(range(256)) * 40}) == 1200
    assert "later" not in database.list_collection_names()
    assert database["_inbox"].find_one({"_id": "q:1"})
    indexes = database.cases.index_information()
    assert indexes["by_no"]["unique"]
    assert indexes["forget"]["expireAfterSeconds"] == 10**7


def test_a_waiting_event_keeps_its_id_and_one_that_consumers_have_forgotten_is_not_told(
    database: Db, file: Path
) -> None:
    before = database.cases.find_one({"_id": 1})
    backup.restore(database, "demo", file, NOW)
    assert before
    assert database.cases.find_one({"_id": 1}) == before
    assert database.cases.find_one({"_id": 2}) == {"_id": 2, "no": "B"}


def test_leases_are_not_taken_and_revoked_tokens_stay_revoked(database: Db, file: Path) -> None:
    database["_revocations"].insert_one({"_id": "session:1"})
    backup.restore(database, "demo", file, NOW)
    assert database["_leases"].find_one() is None
    assert database["_revocations"].find_one({"_id": "session:1"})


@pytest.mark.parametrize("keep", [0, 0.5, 0.99])
def test_half_a_backup_changes_nothing(database: Db, file: Path, keep: float) -> None:
    content = file.read_bytes()
    file.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(backup.Damaged):
        backup.restore(database, "demo", file, NOW)
    assert database.pictures.count_documents({}) == 1200


def test_a_backup_that_ends_between_two_documents_is_refused(database: Db, file: Path) -> None:
    content = gzip.decompress(file.read_bytes())
    file.write_bytes(gzip.compress(content[: content.rindex(backup._END)]))
    with pytest.raises(backup.Damaged):
        backup.restore(database, "demo", file, NOW)


def test_another_services_backup_is_refused(database: Db, file: Path) -> None:
    with pytest.raises(backup.Damaged, match="no backup of other"):
        backup.restore(database, "other", file, NOW)
    assert database.pictures.count_documents({}) == 1200


def test_all_is_read_as_of_one_moment_and_by_its_owner_only(database: Db, tmp_path: Path) -> None:
    path = tmp_path / "demo.backup"
    database.one.insert_one({"_id": 1})
    backup.dump(database, "demo", path, NOW)
    assert path.stat().st_mode & 0o077 == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["demo.backup"]
