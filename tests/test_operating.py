"""Operating commands on the stack of ./dev, while it is in use."""

import functools
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import operating
import pytest
from parts import Ledger
from pymongo import MongoClient
from pymongo.database import Database
from visitors import READ_OF, Visitors, others_at_work

from devtools.database import name_for
from kit.testing import Stack, wait_until
from people import Person, new_phone

ROOT = Path(__file__).parents[1]

pytestmark = [pytest.mark.alone, pytest.mark.timeout(600)]


def dev(stack: Stack, *arguments: str) -> str:
    own = {name: value for name, value in os.environ.items() if name not in ("AMQP_URL", "MONGO_URL")}
    done = subprocess.run(
        ["./dev", *arguments],
        cwd=ROOT,
        env={**own, "DEV_HOME": str(stack.path.parent)},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_service_is_put_back_while_the_others_work(stack: Stack, mongo_client: MongoClient, tmp_path: Path) -> None:
    ledger = Ledger(stack, mongo_client)
    operating.check_that_a_service_is_put_back_alone(stack, ledger, functools.partial(dev, stack), tmp_path)


@pytest.mark.large
@pytest.mark.parametrize("service", ["accounts", "news", "services_hub", "local"])
def test_each_service_has_its_own_data_back(
    stack: Stack, mongo_client: MongoClient, tmp_path: Path, service: str
) -> None:
    reader = Person(stack).sign_in_by_phone(new_phone())
    database = mongo_client[name_for(service)]
    wait_until(lambda: database["unmatched"].find_one() is None, 90)  # what the newsroom still compares becomes less
    before = _held(database)
    dev(stack, "backup", service, str(tmp_path))
    for name in before:
        database[name].delete_many({})
    (file,) = tmp_path.glob(f"{service}-*.backup")
    with others_at_work(stack, away=service):
        dev(stack, "restore", service, str(file))
    assert _held(database) == before
    assert any(before.values())
    assert reader.get(READ_OF[service])


def _held(database: Database) -> dict[str, list[Any]]:
    names = [name for name in database.list_collection_names() if not name.startswith(("_", "system."))]
    return {name: sorted(map(str, database[name].distinct("_id"))) for name in names}


def test_a_new_signing_key_signs_nobody_out(stack: Stack) -> None:
    operating.check_that_a_new_signing_key_signs_nobody_out(stack, functools.partial(dev, stack))


@pytest.mark.large
def test_a_new_sealing_key_seals_everything_and_fails_no_request(stack: Stack, mongo_client: MongoClient) -> None:
    visitors, phone = Visitors.arrive(stack), new_phone()
    resident = Person(stack).sign_in_by_phone(phone)
    resident.do("/tips", {"text": f"夜里有车倾倒垃圾。{phone}", "contact": {"phone": phone}})
    people = mongo_client["accounts"]["people"]
    with visitors.at_work():
        dev(stack, "rotate-keys", "accounts", "--sealing", "--forget-old")
        dev(stack, "rotate-keys", "news", "--sealing")
    visitors.check_nothing_failed()
    told = json.loads((stack.secrets / "accounts" / "sealing.json").read_text("utf-8"))
    assert list(told["keys"]) == [told["active"]]
    for field in ("phone", "totp", "issued"):
        assert people.distinct(f"{field}.key") in ([told["active"]], [])
    assert resident.get("/me")["phone"] == f"{phone[:3]}****{phone[-4:]}"
    sealing = json.loads((stack.secrets / "news" / "sealing.json").read_text("utf-8"))["active"]
    assert mongo_client["news"]["tips"].distinct("contact.key") == [sealing]
    Person(stack).sign_in_at_desk("clerk")  # by a one-time code whose secret was sealed anew


@pytest.mark.large
def test_the_districts_data_are_taken_over_while_everybody_works(stack: Stack) -> None:
    visitors, before = Visitors.arrive(stack), stack["pids"]
    with visitors.at_work():
        dev(stack, "district", "reload")
    visitors.check_nothing_failed()
    for service in ("accounts", "petition", "news", "services_hub", "local"):
        assert stack["pids"][service] != before[service]
