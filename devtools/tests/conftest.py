"""A real stack of servers in a home of its own, with contracts made for the purpose."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS: dict[str, dict[str, Any]] = {
    "alpha": {
        "service": "alpha",
        "rpc": {"ask": {}, "tell": {}},
        "events": {"alpha.told.v1": {}},
        "consumes": {"alpha.notices": ["beta.done.v1"]},
        "calls": ["beta"],
    },
    "beta": {"service": "beta", "rpc": {"work": {}}, "events": {"beta.done.v1": {}}, "consumes": {}, "calls": []},
    "gateway": {"service": "gateway", "calls": ["alpha"], "listens": ["alpha"]},
}


class Place:
    """A home in a temporary folder, driven through `./dev` as a developer would."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.contracts = path / "contracts"
        self.contracts.mkdir()
        self.write_contracts(CONTRACTS)

    def write_contracts(self, contracts: dict[str, dict[str, Any]]) -> None:
        for file in self.contracts.iterdir():
            file.unlink()
        for name, contract in contracts.items():
            (self.contracts / f"{name}.json").write_text(json.dumps(contract))

    @property
    def environment(self) -> dict[str, str]:
        unset = ("AMQP_URL", "MONGO_URL", "STACK_FILE")
        own = {name: value for name, value in os.environ.items() if name not in unset}
        return {**own, "DEV_HOME": str(self.path / "home"), "CONTRACTS_DIR": str(self.contracts)}

    def dev(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Runs `./dev` to its end. Output goes to a file: what stays in the background keeps no pipe open."""
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                ["./dev", *arguments],
                cwd=ROOT,
                env={**self.environment, **environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=200,
                check=False,
            )
            output.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, output.read())

    def up(self, only: str = "broker,database,sandbox", **environment: str) -> None:
        done = self.dev("up", "-d", "--only", only, **environment)
        assert done.returncode == 0, done.stdout

    @property
    def stack_file(self) -> Path:
        return self.path / "home" / "stack.json"

    def facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = json.loads(self.stack_file.read_text())
        return facts

    def pids(self) -> list[int]:
        """All living processes of the home, found without help of the code under test."""
        mark = f"CONNECT_HOME={self.path / 'home'}".encode()
        return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _has(entry, mark)]

    def manager_pid(self) -> int:
        return int((self.path / "home" / "supervisord.pid").read_text())

    def user_url(self, server: str, user: str) -> str:
        """The address by which that user of the broker or the database signs in."""
        passwords = json.loads((self.path / "home" / "secrets" / f"{server}-passwords.json").read_text())
        administrator = self.facts()["amqp_url" if server == "broker" else "mongo_url"]
        return str(administrator.replace(f"administrator:{passwords['administrator']}", f"{user}:{passwords[user]}"))


def _has(entry: Path, mark: bytes) -> bool:
    try:
        return mark in (entry / "environ").read_bytes().split(b"\0")
    except OSError:
        return False


@pytest.fixture
def make_place() -> Iterator[Callable[[], Place]]:
    """Makes homes; whatever still runs in them afterwards is killed."""
    places: list[Place] = []

    def make() -> Place:
        place = Place(Path(tempfile.mkdtemp(prefix="connect-")).resolve())
        places.append(place)
        return place

    yield make
    for place in places:
        remove(place)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    """A home whose broker, database and sandbox run for all tests of a module."""
    made = Place(Path(tempfile.mkdtemp(prefix="connect-")).resolve())
    try:
        made.up()
        yield made
    finally:
        remove(made)


def remove(place: Place) -> None:
    """Ends what runs in the home and removes it."""
    place.dev("down")
    for pid in place.pids():
        os.kill(pid, signal.SIGKILL)
    shutil.rmtree(place.path, ignore_errors=True)
    sys.stdout.flush()
