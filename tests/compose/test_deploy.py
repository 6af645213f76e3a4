"""One service deployed, and rolled back, while everybody works: nobody notices."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from deployed import ROOT, Deployed
from pymongo import MongoClient
from visitors import Load, Visitors

from kit.testing import Stack

MIGRATION, MARK = "every case is marked", "rehearsed"
MARKING = f"""def _mark_every_case(db: Db) -> None:
    db["cases"].update_many({{"{MARK}": {{"$exists": False}}}}, {{"$set": {{"{MARK}": True}}}})
"""


@pytest.fixture
def later(stack: Stack) -> Iterator[Path]:
    """A checkout of a team that went on: its petition marks every case there is, and finds cases by the mark."""
    checkout = stack.path.parent / "later"
    subprocess.run(["git", "clone", "--quiet", ROOT, checkout], check=True)
    shutil.copytree(ROOT / ".dev" / "venvs", checkout / ".dev" / "venvs", symlinks=True)
    schema = checkout / "services/petition/petition/store/schema.py"
    schema.write_text(_one_migration_further(schema.read_text("utf-8")), "utf-8")
    yield checkout
    shutil.rmtree(checkout)


@pytest.mark.timeout(900)
def test_a_service_is_migrated_deployed_and_rolled_back_under_load(
    stack: Stack, deployed: Deployed, later: Path, mongo_client: MongoClient, capsys: pytest.CaptureFixture[str]
) -> None:
    first, visitors = deployed.instances("petition"), Visitors.arrive(stack)
    database = mongo_client["petition"]
    assert len(first) == deployed.replicas("petition") == 2
    with visitors.at_work():
        told = deployed.dev("deploy", "petition", checkout=later)
        second, image = deployed.instances("petition"), deployed.image("petition")
        assert "instance 2 of 2 replaced" in told
        told += deployed.dev("deploy", "petition", "--rollback")
    with capsys.disabled():
        sys.stdout.write(f"\n{told}{visitors.answered} rounds of requests were answered meanwhile\n")
    third = deployed.instances("petition")
    assert len(second) == len(third) == len(first)
    assert not (first & second or second & third or first & third)
    assert deployed.image("petition") != image
    visitors.check_nothing_failed()
    # The older ones served the migrated data, beside the newer and after them; what they filed has no mark.
    assert database["_migrations"].count_documents({"name": MIGRATION}) == 1
    assert MARK in database["cases"].index_information()
    marked = database["cases"].count_documents({MARK: True})
    assert 0 < marked < database["cases"].count_documents({})


def _one_migration_further(source: str) -> str:
    number = 1 + max(int(found) for found in re.findall(r"Migration\((\d+), ", source))
    for place, addition in (
        (r"^SCHEMA = ", f"{MARKING}\n\n\\g<0>"),
        (r'^        "cases": \[$', f'\\g<0>\n            IndexModel("{MARK}", name="{MARK}"),'),
        (r"^    \],\n\)\n\Z", f'        Migration({number}, "{MIGRATION}", _mark_every_case),\n\\g<0>'),
    ):
        source, found = re.subn(place, addition, source, flags=re.MULTILINE)
        assert found == 1, place
    return source


@pytest.mark.timeout(600)
def test_two_ports_and_a_proxy_that_knows_both_hide_a_gateways_deployment(
    stack: Stack, deployed: Deployed, capsys: pytest.CaptureFixture[str]
) -> None:
    proxy, load = Proxy(deployed), Load()
    load.go(proxy.get, 0.1)
    try:
        told = deployed.dev("deploy", "gateway")
        assert proxy.port_in_use() == proxy.ports[1]
        told += deployed.dev("deploy", "gateway", "--rollback")
    finally:
        load.end()
    with capsys.disabled():
        sys.stdout.write(f"\n{told}{load.answered} requests were answered meanwhile\n")
    assert load.failures == []
    assert load.answered > 50
    assert stack["base_url"].endswith(f":{proxy.port_in_use()}")


class Proxy:
    """As the proxy in front: tries the other port when one gives no answer."""

    def __init__(self, deployed: Deployed) -> None:
        self._deployed = deployed
        first, last = re.findall(r"(\d+)-(\d+)", os.environ["GATEWAY_BIND"])[0]
        self.ports = [int(first), int(last)]

    def port_in_use(self) -> int:
        (gateway,) = self._deployed.inspected("gateway")
        return int(gateway["NetworkSettings"]["Ports"]["8000/tcp"][0]["HostPort"])

    def get(self) -> None:
        for port in self.ports:
            try:
                answer = requests.get(f"http://127.0.0.1:{port}/api/v1/cases", timeout=20)
            except requests.ConnectionError:
                continue
            assert answer.status_code == 200, answer.text
            return
        raise AssertionError("neither port answers")
