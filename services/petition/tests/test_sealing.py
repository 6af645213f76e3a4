"""Days are sealed in order, once, wherever a process is cut off, and no entry is left out of every root."""

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kit.contract import PageRequest
from kit.district import load
from kit.errors import NotFound
from kit.testing import Stack
from petition import desk, filing, proving, sealing, seed, steps
from petition.contract.proof import OneDay, Proof
from petition.contract.shapes import OneCase
from petition.contract.steps import AddNote
from petition.crowd import Crowd, Phrases, file_some
from petition.demo import read_demo
from petition.domain import day_root, merkle
from petition.domain.change import record
from petition.domain.day_root import DayRoot
from petition.store import day_roots, schema

WORDS = {
    "category": "kindergarten",
    "town": "110114112",
    "title": "崔村镇幼儿园什么时候开始施工改造",
    "text": "请问崔村镇幼儿园什么时候开始施工改造，搬走一年多还处于闲置未动工状态。",
}
DAY = date(2026, 11, 23)
AT_WORK = """
import sys
from datetime import datetime
from pathlib import Path
from kit import mongo
from petition import sealing
from petition.store import day_roots, schema
from petition.parts import assemble
from petition.settings import PetitionSettings
url, database, now = sys.argv[1:]
told = PetitionSettings(amqp_url="amqp://", mongo_url=url, secrets_dir=Path("secrets"), district_dir=Path("district"))
parts = assemble(mongo.connect(url)[database], told, wake=lambda: None)
day_roots.CHUNK = sealing.CHUNK = 4
print(sealing.seal_days(parts, datetime.fromisoformat(now)))
"""


def noon(days: int = 0) -> datetime:
    """Noon in the district, `days` after DAY."""
    return datetime(2026, 11, 23, 4, tzinfo=UTC) + timedelta(days=days)


def sealed_at(days: int = 0) -> datetime:
    """When the day `days` after DAY may be sealed."""
    return datetime(2026, 11, 23, 16, 10, tzinfo=UTC) + timedelta(days=days)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the time at which steps are taken."""

    def set_to(now: datetime) -> None:
        for module in (filing, steps):
            monkeypatch.setattr(module, "utcnow", lambda: now)

    set_to(noon())
    return set_to


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (day_roots, sealing):
        monkeypatch.setattr(module, "CHUNK", 4)


def records(office: Any) -> list[DayRoot]:
    """All records, the oldest first."""
    return office.parts.day_roots.page(100, None)[0][::-1]


def kept(office: Any, no: str) -> Any:
    return office.db.cases.find_one({"_id": no})


def note(office: Any, no: str, **fields: Any) -> Any:
    return office.do(desk.add_note, AddNote, office.clerk, no, text="已电话联系。", public=True, **fields)


def many(office: Any, count: int) -> list[str]:
    """Copies of one case, each with another hash in its only entry."""
    (model,) = office.db.cases.find({"_id": office.submit()})
    entry = model["history"][0]
    copies = [
        {
            **model,
            "_id": f"{model['_id']}-{number:05}",
            "history": [{**entry, "hash": secrets.token_hex(32)}],
            "_answers": [],
            "_outbox": [],
        }
        for number in range(count)
    ]
    office.db.cases.insert_many(copies)
    office.db.cases.delete_one({"_id": model["_id"]})
    return [copy["_id"] for copy in copies]


def check_proof(office: Any, no: str) -> Proof:
    """The case's proof, of which every path leads to its day's root."""
    check_paths(office, no)
    return proving.get_proof(office.parts, OneCase(no=no), office.clerk)


def check_paths(office: Any, no: str) -> None:
    """Every path of the case leads to its day's root."""
    seals, _ = office.parts.day_roots.seals_of(no)
    history = kept(office, no)["history"]
    for seal, (day, path) in zip(seals, office.parts.day_roots.paths(seals), strict=True):
        leaf = bytes.fromhex(history[seal.seq - 1]["hash"])
        assert day.day == seal.day
        assert merkle.verifies(leaf, seal.index, day.size, path, bytes.fromhex(day.root))


def check_all(office: Any, numbers: list[str], days: int = 1) -> None:
    """The chain is whole, every case knows its leaf once, and every leaf is that of a case."""
    chain = records(office)
    assert [record.day for record in chain] == [DAY + timedelta(days=n) for n in range(days)]
    for before, after in pairwise(chain):
        assert after.previous == before.hash
    assert chain[0].size == len(numbers)
    heads = sorted(kept(office, no)["history"][0]["hash"] for no in numbers)
    expected = merkle.root([merkle.leaf_hash(bytes.fromhex(head)) for head in heads])
    assert chain[0].root == expected.hex()
    for no in numbers:
        document = kept(office, no)
        assert [seal["day"] for seal in document["seals"]] == [DAY.isoformat()]
        assert "by_unsealed" not in document
        check_paths(office, no)


def test_a_day_is_sealed_after_its_end_with_the_heads_of_all_that_changed(office: Any, clock: Any) -> None:
    public, private = office.submit(), office.submit(visibility="private")
    office.accept(public)
    clock(noon(1))
    other = office.submit()
    assert kept(office, public)["by_unsealed"] == [DAY.isoformat()]
    assert sealing.seal_days(office.parts, sealed_at() - timedelta(milliseconds=1)) == 0
    assert sealing.seal_days(office.parts, sealed_at()) == 1
    (record,) = records(office)
    heads = sorted(office.case(no).history[-1].hash for no in (public, private))
    assert (record.day, record.size, record.sealed_at) == (DAY, 2, sealed_at())
    assert record.root == merkle.root([merkle.leaf_hash(bytes.fromhex(head)) for head in heads]).hex()
    assert "by_unsealed" not in kept(office, public)
    assert "seals" not in kept(office, other)
    assert sealing.seal_days(office.parts, sealed_at()) == 0


def test_a_case_is_under_the_root_of_every_day_in_which_it_changed(office: Any, clock: Any) -> None:
    no = office.submit()
    clock(noon(1))
    office.accept(no)
    note(office, no)
    assert sealing.seal_days(office.parts, sealed_at(1)) == 2
    clock(noon(3))
    note(office, no)
    assert sealing.seal_days(office.parts, sealed_at(3)) == 2
    assert [record.size for record in records(office)] == [1, 1, 0, 1]
    proof = check_proof(office, no)
    assert [(seal.day - DAY, seal.seq) for seal in proof.seals] == [
        (timedelta(days=days), seq) for days, seq in ((0, 1), (1, 3), (3, 4))
    ]
    assert proof.unsealed == []


def test_an_outage_of_three_days_is_made_up_for_in_order(office: Any, clock: Any) -> None:
    no = office.submit()
    office.accept(no)
    for days in (1, 3):
        clock(noon(days))
        note(office, no)
    assert sealing.seal_days(office.parts, sealed_at(3)) == 4
    chain = records(office)
    assert [(record.day - DAY).days for record in chain] == [0, 1, 2, 3]
    assert [record.size for record in chain] == [1, 1, 0, 1]
    assert chain[0].previous == day_root.BEFORE_THE_FIRST
    for before, after in pairwise(chain):
        assert after == day_root.record(before, after.day, after.size, after.root, after.sealed_at)
    assert chain[2].root == merkle.EMPTY.hex()
    check_proof(office, no)


def test_nothing_is_sealed_before_anything_has_happened(office: Any) -> None:
    assert sealing.seal_days(office.parts, noon(100)) == 0
    assert records(office) == []


def test_a_step_that_arrives_late_is_under_the_next_root(office: Any, clock: Any) -> None:
    no = office.submit()
    sealing.seal_days(office.parts, sealed_at())
    office.accept(no)  # its time is that of the sealed day
    assert kept(office, no)["by_unsealed"] == [DAY.isoformat()]
    proof = check_proof(office, no)
    assert [(one.seq, one.seals_at) for one in proof.unsealed] == [(2, sealed_at(1))]
    assert sealing.seal_days(office.parts, sealed_at(1)) == 1
    proof = check_proof(office, no)
    assert [(seal.day, seal.seq) for seal in proof.seals] == [(DAY, 1), (DAY + timedelta(days=1), 2)]
    assert "by_unsealed" not in kept(office, no)


@pytest.mark.parametrize("moment", ["add", "tell_cases"])
def test_a_step_between_the_reading_and_the_telling_is_under_the_next_root(
    office: Any, clock: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    no, fresh = office.submit(), []
    office.accept(no)
    proper = getattr(office.parts.day_roots, moment)

    def late(*arguments: Any) -> Any:
        if not fresh:
            fresh.append(office.submit())
            note(office, no)
        return proper(*arguments)

    monkeypatch.setattr(office.parts.day_roots, moment, late)
    assert sealing.seal_days(office.parts, sealed_at()) == 1
    assert {kept(office, one)["by_unsealed"][0] for one in (no, *fresh)} == {DAY.isoformat()}
    assert sealing.seal_days(office.parts, sealed_at(1)) == 1
    assert [record.size for record in records(office)] == [1, 2]
    for one, seqs in ((no, [2, 3]), (fresh[0], [1])):
        assert [seal.seq for seal in check_proof(office, one).seals] == seqs
        assert "by_unsealed" not in kept(office, one)


def test_a_step_of_the_next_day_does_not_hold_the_case_back(office: Any, clock: Any) -> None:
    no = office.submit()
    clock(noon(1))
    office.accept(no)
    sealing.seal_days(office.parts, sealed_at())
    document = kept(office, no)
    assert document["by_unsealed"] == ["2026-11-24"]
    assert [seal["seq"] for seal in document["seals"]] == [1]


def test_two_sealers_at_once_make_one_chain(office: Any, clock: Any, small_chunks: None) -> None:
    numbers = many(office, 50)
    second = type(office)(office.db, office.secrets)
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda n: sealing.seal_days((office, second)[n % 2].parts, sealed_at(2)), range(8)))
    assert sum(done) == 3
    check_all(office, numbers, days=3)
    assert sealing.seal_days(office.parts, sealed_at(3)) == 1
    assert len(office.db.day_leaves.distinct("attempt")) == 1


def test_two_sealers_begin_one_chain_though_they_see_other_first_days(
    office: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.submit()
    proper = office.parts.day_roots.add

    def overtaken(*arguments: Any) -> bool:
        monkeypatch.setattr(office.parts.day_roots, "add", proper)
        clock(noon(-2))
        office.submit()
        assert sealing.seal_days(office.parts, sealed_at(-2)) == 1
        return bool(proper(*arguments))

    monkeypatch.setattr(office.parts.day_roots, "add", overtaken)
    assert sealing.seal_days(office.parts, sealed_at()) == 0
    assert office.db.day_leaves.distinct("attempt") == office.db.day_roots.distinct("_id"), "what came second has gone"
    assert sealing.seal_days(office.parts, sealed_at()) == 2
    assert [(record.day - DAY).days for record in records(office)] == [-2, -1, 0]


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize(
    "point", ["sealing.after_a_chunk", "sealing.after_the_record", "sealing.after_telling_a_chunk"]
)
def test_what_a_killed_sealer_left_is_completed(
    office: Any, clock: Any, stack: Stack, tmp_path: Path, point: str
) -> None:
    numbers = many(office, 10)
    (tmp_path / point).touch()
    command = [sys.executable, "-c", AT_WORK, stack["mongo_url"], office.db.name, sealed_at().isoformat()]
    killed = subprocess.run(command, check=False, env={**os.environ, "FAULTS_DIR": str(tmp_path)})
    assert killed.returncode == -signal.SIGKILL
    before = records(office)
    assert len(before) == (0 if point == "sealing.after_a_chunk" else 1)
    assert sealing.seal_days(office.parts, sealed_at()) == 1 - len(before)
    assert records(office)[: len(before)] == before, "no other root"
    check_all(office, numbers)
    sealing.seal_days(office.parts, sealed_at(1))
    assert len(office.db.day_leaves.distinct("attempt")) == 1, "what was left of the first attempt is gone"


def step(office: Any, no: str, at: datetime) -> bool:
    """One more entry of the case, with this time, whatever those before it have."""
    case = office.case(no)
    return bool(office.parts.cases.replace(case, record(case, "note", at, {}, {}, {}), ()))


def check_nothing_is_left_out(office: Any, numbers: list[str]) -> None:
    """Once some days have passed, the last root of a case covers its last entry, and each its own day's or the next."""
    for no in numbers:
        document = kept(office, no)
        assert "by_unsealed" not in document
        seqs = [seal["seq"] for seal in document["seals"]]
        assert seqs == sorted(seqs)
        assert seqs[-1] == len(document["history"])
        check_paths(office, no)


@pytest.mark.parametrize("draw", [Random(seed) for seed in range(12)])
def test_whatever_comes_when_no_entry_is_left_out(office: Any, clock: Any, small_chunks: None, draw: Random) -> None:
    """Around midnights steps come in any order, some with times that are long gone, and days are sealed in between."""
    numbers = [office.submit() for _ in range(6)]
    for days in range(3):
        for _ in range(25):
            at = sealed_at(days) + timedelta(minutes=draw.uniform(-40, 10))
            if draw.random() < 0.2:
                sealing.seal_days(office.parts, at)
            assert step(office, draw.choice(numbers), at - timedelta(hours=draw.choice((0, 0, 0, 0.5, 30))))
    sealing.seal_days(office.parts, sealed_at(5))
    check_nothing_is_left_out(office, numbers)


def test_steps_that_go_on_while_days_are_sealed_are_not_left_out(office: Any, clock: Any, small_chunks: None) -> None:
    numbers = [office.submit() for _ in range(12)]
    second = type(office)(office.db, office.secrets)

    def work(which: int) -> int:
        taken = [
            step(office, no, sealed_at(n // 4) - timedelta(minutes=15)) for n in range(16) for no in numbers[which::2]
        ]
        return sum(taken)

    def seal(parts: Any) -> int:
        return sum(sealing.seal_days(parts, sealed_at(n // 4)) for n in range(16))

    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(work, 0), pool.submit(work, 1), *(pool.submit(seal, one.parts) for one in (office, second))]
        taken, sealed = sum(one.result() for one in done[:2]), sum(one.result() for one in done[2:])
    assert taken == 16 * len(numbers), "a root holds nobody's step up"
    assert sealed >= 4
    sealing.seal_days(office.parts, sealed_at(6))
    assert [record.day for record in records(office)] == [DAY + timedelta(days=n) for n in range(7)]
    check_nothing_is_left_out(office, numbers)


@pytest.mark.parametrize("chunks", range(7))
def test_who_loses_the_lease_stops_and_another_goes_on(
    office: Any, clock: Any, small_chunks: None, chunks: int
) -> None:
    numbers, left = many(office, 10), iter([True] * chunks)
    assert sealing.seal_days(office.parts, sealed_at(), lambda: next(left, False)) == (chunks == 6)
    sealing.seal_days(office.parts, sealed_at())
    check_all(office, numbers)


def test_every_shape_of_a_tree_gives_paths(office: Any, clock: Any, small_chunks: None) -> None:
    for days, count in enumerate((1, 4, 5, 8, 9, 17)):
        clock(noon(days))
        numbers = many(office, count)
        assert sealing.seal_days(office.parts, sealed_at(days)) == 1
        for no in numbers:
            check_paths(office, no)


def test_histories_from_before_are_whole_under_the_first_root(office: Any, clock: Any) -> None:
    no, done = office.submit(), office.submit()
    office.accept(no)
    sealing.seal_days(office.parts, sealed_at())
    office.db.cases.update_one({"_id": no}, {"$unset": {"seals": "", "by_unsealed": ""}})
    run = next(migration.run for migration in schema.SCHEMA.migrations if migration.number == 6)
    run(office.db)
    run(office.db)
    (today,) = kept(office, no)["by_unsealed"]
    assert "by_unsealed" not in kept(office, done)
    later = datetime.fromisoformat(f"{today}T16:10:00+00:00")
    sealing.seal_days(office.parts, later)
    (seal,) = check_proof(office, no).seals
    assert (seal.day.isoformat(), seal.seq) == (today, 2)


def test_a_crowd_is_under_no_root_until_it_is_worked_on(office: Any, clock: Any) -> None:
    phrases = load(Path("district"), "demo/phrases.yml", Phrases)
    crowd = Crowd(office.parts.rules, phrases, "jw", 40, 7, noon() - timedelta(hours=12))
    file_some(office.parts, crowd, range(40), noon() - timedelta(hours=12))
    assert sealing.seal_days(office.parts, sealed_at()) == 0
    no = office.db.cases.find_one({"state": "closed", "ending": "answered_rated"})["_id"]
    proof = check_proof(office, no)
    assert {one.seals_at for one in proof.unsealed} == {None}
    case = office.case(no)
    assert office.parts.cases.replace(case, record(case, "forget_author", noon(), {}, {}, {}), ())
    assert sealing.seal_days(office.parts, sealed_at()) == 1
    (seal,) = check_proof(office, no).seals
    assert seal.seq == len(proof.entries) + 1


def test_demo_cases_are_under_the_roots_of_the_days_they_lived_in(office: Any) -> None:
    seed.seed_demo(office.parts, read_demo(Path("district")), noon())
    days = sealing.seal_days(office.parts, sealed_at())
    chain = records(office)
    assert (chain[-1].day, len(chain)) == (DAY, days)
    assert sum(record.size > 0 for record in chain) >= 3
    for row in office.db.cases.find({}, {"by_unsealed": 1}):
        assert "by_unsealed" not in row
        assert check_proof(office, row["_id"]).unsealed == []


def test_a_proof_shows_each_reader_what_the_history_shows_him(office: Any, clock: Any) -> None:
    no = office.submit(visibility="private")
    sealing.seal_days(office.parts, sealed_at())
    for reader in (office.visitor, office.other):
        with pytest.raises(NotFound):
            proving.get_proof(office.parts, OneCase(no=no), reader)
    own = proving.get_proof(office.parts, OneCase(no=no), office.author)
    assert own.entries[0].fields["text"].value
    listed = office.submit()
    office.accept(listed)
    public = proving.get_proof(office.parts, OneCase(no=listed), office.visitor)
    assert public.entries[0].fields["author"].value is None
    assert [(one.seq, one.seals_at) for one in public.unsealed] == [(1, sealed_at(1)), (2, sealed_at(1))]


def test_entries_of_a_day_say_when_they_will_be_sealed(office: Any, clock: Any) -> None:
    no = office.submit()
    proof = check_proof(office, no)
    assert [(one.seq, one.seals_at) for one in proof.unsealed] == [(1, sealed_at())]


def test_days_are_listed_newest_first_and_a_day_that_is_not_sealed_is_not_found(office: Any, clock: Any) -> None:
    office.submit()
    sealing.seal_days(office.parts, sealed_at(2))
    first = proving.list_proof_days(office.parts, PageRequest(limit=2))
    rest = proving.list_proof_days(office.parts, PageRequest(limit=2, cursor=first.next_cursor))
    assert [(row.day - DAY).days for row in (*first.items, *rest.items)] == [2, 1, 0]
    assert rest.next_cursor is None
    assert proving.get_proof_day(office.parts, OneDay(day=DAY)) == rest.items[0]
    with pytest.raises(NotFound) as refusal:
        proving.get_proof_day(office.parts, OneDay(day=DAY + timedelta(days=3)))
    assert "次日零点十分" in refusal.value.detail


def test_no_query_scans_a_collection(office: Any, clock: Any, small_chunks: None) -> None:
    no = office.submit()
    many(office, 9)
    office.db.command("profile", 2)
    sealing.seal_days(office.parts, sealed_at(2))
    page = proving.list_proof_days(office.parts, PageRequest(limit=1))
    proving.list_proof_days(office.parts, PageRequest(limit=1, cursor=page.next_cursor))
    proving.get_proof(office.parts, OneCase(no=no), office.author)
    proving.get_proof_day(office.parts, OneDay(day=DAY))
    office.parts.day_roots.oldest_unsealed()
    office.db.command("profile", 0)
    profile = list(office.db.system.profile.find({"ns": {"$regex": r"\.(cases|day_)"}}))
    assert len(profile) > 20
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    sorts = [row["command"] for row in profile if row.get("hasSortStage")]
    assert {next(iter(command)) for command in sorts} == {"aggregate"}, "only the leaves of a day are sorted"


def test_the_running_service_answers(rpc: Any, resident: Any, office: Any) -> None:
    author = resident("r_proof")
    no = rpc.command(author, "submit_case", **WORDS)["no"]
    proof = rpc.call(author, "get_proof", no=no)
    assert [one["seq"] for one in proof["unsealed"]] == [1]
    assert rpc.call(office.visitor, "list_proof_days", limit=1)["items"] is not None
    assert rpc.code(office.visitor, "get_proof_day", day="1999-01-01") == "not_found"
    assert rpc.code(office.visitor, "get_proof_day", day="gestern") == "invalid"
