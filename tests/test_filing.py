"""Filing over HTTP: one key is one case, two clerks are one step, and so many a person and a device a day."""

import os
import shutil
import signal
import subprocess
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from matrix_world import CASE, World
from parts import wait_until_ready
from pymongo import MongoClient

from devtools import manager
from devtools.home import Home
from kit.testing import Stack, wait_until
from people import Person

A_DAY_OF_A_PERSON, A_DAY_OF_A_DEVICE = 4, 3


@pytest.fixture(scope="module")
def town(stack: Stack) -> str:
    return str(Person(stack).get("/directory")["towns"][0]["code"])


def resident(stack: Stack) -> Person:
    return Person(stack, token=stack.token("resident", f"r_{uuid.uuid4().hex}"))


def file(who: Person, town: str, device: str = "", key: str = "", **words: str) -> requests.Response:
    """A case as the app sends it; a text of its own unless one is given."""
    headers = {"Idempotency-Key": key or uuid.uuid4().hex, **({"X-Device-Id": device} if device else {})}
    body = {**CASE, "town": town, "text": f"路灯不亮，请维修。{uuid.uuid4().hex}", **words}
    return who.ask("POST", "/cases", json=body, headers=headers)


def test_twenty_posts_at_once_under_one_key_are_one_case(
    stack: Stack, town: str, mongo_client: MongoClient[dict[str, Any]]
) -> None:
    who, key, text = resident(stack), uuid.uuid4().hex, f"路灯不亮。{uuid.uuid4().hex}"
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: file(who, town, key=key, text=text), range(20)))
    assert {answer.status_code for answer in answers} <= {200, 201}, [answer.text for answer in answers]
    (no,) = {answer.json()["no"] for answer in answers}
    assert [case["_id"] for case in mongo_client["petition"]["cases"].find({"asked.text": text})] == [no]


def test_of_two_clerks_at_once_one_wins_and_the_other_reads_how_the_case_stands(
    stack: Stack, mongo_client: MongoClient[dict[str, Any]]
) -> None:
    world = World(stack, mongo_client)
    no = world.case("submitted")
    clerks = [Person(stack, token=stack.token("staff", f"s_{uuid.uuid4().hex}", ("clerk",))) for _ in range(2)]
    version = {"If-Match": f'"{clerks[0].get(f"/desk/cases/{no}")["version"]}"'}
    path = f"/desk/cases/{no}/accept"
    with ThreadPoolExecutor(2) as pool:
        answers = list(
            pool.map(lambda clerk: clerk.ask("POST", path, json={"urgency": "request"}, headers=version), clerks)
        )
    won, lost = sorted(answers, key=lambda answer: answer.status_code)
    assert (won.status_code, lost.status_code) == (200, 409), [answer.text for answer in answers]
    assert lost.json()["extra"]["state"] == "accepted"
    assert [entry["kind"] for entry in clerks[0].get(f"/cases/{no}/history")["entries"]] == ["submit", "accept"]


@pytest.fixture(scope="module")
def limited(stack: Stack, town: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The service as a deployment runs it, with its limits, which are low enough here to be reached."""
    district = tmp_path_factory.mktemp("district") / "district"
    shutil.copytree("district", district)
    clocks = district / "clocks.yml"
    lower = {"cases_a_day": A_DAY_OF_A_PERSON, "cases_a_day_of_a_device": A_DAY_OF_A_DEVICE}
    lines = [line for line in clocks.read_text("utf-8").splitlines() if line.split(":")[0] not in lower]
    clocks.write_text("\n".join([*lines, *(f"{name}: {most}" for name, most in lower.items())]), encoding="utf-8")
    process, home = Path(f"/proc/{stack['pids']['petition']}"), Home(stack.path.parent)
    told = dict(pair.split("=", 1) for pair in (process / "environ").read_text().split("\0") if pair)
    command, folder = (process / "cmdline").read_text().rstrip("\0").split("\0"), (process / "cwd").readlink()
    manager.stop_part(home, "petition")
    own = {**told, "FILING_LIMITS": "1", "DISTRICT_DIR": str(district)}
    with subprocess.Popen(command, env=own, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as ours:
        try:
            wait_until(lambda: Person(stack).ask("GET", "/cases").status_code == 200, 60)
            yield
        finally:
            os.kill(ours.pid, signal.SIGTERM)
            ours.wait(30)
            manager.start_part(home, "petition")
            wait_until_ready(stack)


alone = [pytest.mark.alone, pytest.mark.usefixtures("limited"), pytest.mark.timeout(180)]


class TestLimits:
    """What one person, one device and one text may be."""

    pytestmark = alone

    def test_one_device_files_so_many_a_day_whoever_signs_in_there(self, stack: Stack, town: str) -> None:
        device, other, key = uuid.uuid4().hex, uuid.uuid4().hex, uuid.uuid4().hex
        people = [resident(stack) for _ in range(A_DAY_OF_A_DEVICE + 1)]
        text = f"井盖缺失，请处理。{key}"
        first = file(people[0], town, device, key=key, text=text)
        assert first.status_code == 201, first.text
        assert file(people[0], town, device, key=key, text=text).json() == first.json(), "repeated, it is one"
        assert file(people[1], "000000000", device).status_code == 422, "refused, it is none"
        assert [file(one, town, device).status_code for one in people[1:-1]] == [201] * (A_DAY_OF_A_DEVICE - 1)
        over = file(people[-1], town, device)
        assert over.status_code == 429
        assert f"这台设备今天已提交{A_DAY_OF_A_DEVICE}件" in over.json()["detail"]
        assert 0 < int(over.headers["Retry-After"]) <= 24 * 3600 + 1
        assert file(people[0], town, device, key=key, text=text).json() == first.json()
        assert file(people[-1], town, other).status_code == 201, "another device"
        assert file(people[-1], town).status_code == 201, "who names none is counted by person and address alone"

    def test_what_is_sent_from_one_device_at_once_is_as_much_as_it_may(self, stack: Stack, town: str) -> None:
        device, people = uuid.uuid4().hex, [resident(stack) for _ in range(8)]
        with ThreadPoolExecutor(8) as pool:
            codes = list(pool.map(lambda one: file(one, town, device).status_code, people))
        assert sorted(codes) == [201] * A_DAY_OF_A_DEVICE + [429] * (8 - A_DAY_OF_A_DEVICE)

    def test_one_person_files_so_many_a_day_on_whatever_device(self, stack: Stack, town: str) -> None:
        who = resident(stack)
        codes = [file(who, town, uuid.uuid4().hex).status_code for _ in range(A_DAY_OF_A_PERSON)]
        assert codes == [201] * A_DAY_OF_A_PERSON
        over = file(who, town, uuid.uuid4().hex)
        assert over.status_code == 429
        assert f"您今天已提交{A_DAY_OF_A_PERSON}件" in over.json()["detail"]
        assert file(resident(stack), town).status_code == 201

    def test_the_same_text_again_is_refused_with_the_number_of_the_first(self, stack: Stack, town: str) -> None:
        who, text = resident(stack), f"幼儿园门口没有路灯。{uuid.uuid4().hex}"
        no = file(who, town, text=text).json()["no"]
        again = file(who, town, text=text)
        assert again.status_code == 422
        (error,) = again.json()["errors"]
        assert (error["field"], no in error["message"]) == ("text", True)
        assert file(resident(stack), town, text=text).status_code == 201
