"""The running stack's parts, killed as a crash would, and what must be true once they are back."""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import orjson
import requests
from pymongo import MongoClient

from devtools.database import name_for
from kit import broker
from kit.testing import Stack, wait_until
from kit.topology import read_contracts

BACK_SECONDS = 90
CONTRACTS = Path(__file__).parents[1] / "contracts"
SERVICES = ("accounts", "petition", "news", "services_hub", "local")


def kill(stack: Stack, part: str) -> None:
    """Kills the part's process (-9)."""
    os.kill(stack["pids"][part], signal.SIGKILL)


def kill_and_wait(stack: Stack, part: str) -> None:
    """Kills the part and waits until the process manager has put another in its place and all is ready."""
    before = stack["pids"][part]
    kill(stack, part)
    wait_until(lambda: stack["pids"].get(part) not in (None, before), BACK_SECONDS, every=0.2)
    wait_until_ready(stack)


def wait_until_ready(stack: Stack) -> None:
    """Waits until the gateway finds every part working."""
    wait_until(lambda: _ready(stack), BACK_SECONDS, every=0.2)


def _ready(stack: Stack) -> bool:
    try:
        return requests.get(f"{stack['base_url']}/readyz", timeout=3).status_code == 200
    except requests.RequestException:
        return False


def arm(stack: Stack, point: str) -> None:
    """The next process that passes this point dies there."""
    stack.faults.mkdir(exist_ok=True)
    (stack.faults / point).touch()


def fired(stack: Stack, point: str) -> bool:
    """Whether a process has died at this point."""
    return not (stack.faults / point).exists()


@contextmanager
def events(stack: Stack, service: str, kind: str) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What a service tells of one kind from now on; the queue outlives the broker."""
    name = f"tests.{uuid.uuid4()}"

    def taken() -> list[dict[str, Any]]:
        with closing(broker.open_connection(stack["amqp_url"])) as connection:
            channel = connection.channel()
            letters = iter(lambda: channel.basic_get(name, no_ack=True), None)
            return [orjson.loads(letter.body) for letter in letters]

    with closing(broker.open_connection(stack["amqp_url"])) as connection:
        connection.channel().queue_declare(name, durable=True, auto_delete=False)
        connection.channel().queue_bind(name, f"{service}.events", kind)
    try:
        yield taken
    finally:
        with closing(broker.open_connection(stack["amqp_url"])) as connection:
            connection.channel().queue_delete(name)


class Ledger:
    """What the database and the queues hold, read past all services."""

    def __init__(self, stack: Stack, mongo: MongoClient[dict[str, Any]]) -> None:
        self._stack = stack
        self._mongo = mongo

    def case(self, no: str) -> dict[str, Any]:
        """The one document of a case."""
        found = list(self._mongo["petition"]["cases"].find({"_id": no}))
        assert len(found) == 1, f"{no}: {len(found)} documents"
        return found[0]

    def article(self, number: str) -> dict[str, Any]:
        """The document of an article."""
        found: dict[str, Any] | None = self._mongo[name_for("news")]["articles"].find_one({"_id": number})
        assert found is not None
        return found

    def forget(self, no: str) -> None:
        """Loses a case, as a disk might."""
        self._mongo["petition"]["cases"].delete_one({"_id": no})

    def settle(self) -> None:
        """Waits until every event has been relayed and handled, and asserts that none was parked."""
        wait_until(lambda: self._pending() == 0, BACK_SECONDS, every=0.2)
        wait_until(lambda: self._queued("") == 0, BACK_SECONDS, every=0.5)
        assert self._queued(".parked") == 0

    def _pending(self) -> int:
        databases = [self._mongo[name_for(service)] for service in SERVICES]
        counts = [
            database[name].count_documents({"_outbox.time": {"$exists": True}})
            for database in databases
            for name in database.list_collection_names()
            if not name.startswith(("_", "system."))
        ]
        return sum(counts)

    def _queued(self, kind: str) -> int:
        """Letters in the queues of one kind: waiting or to be retried (""), or parked."""
        names = [queue for contract in read_contracts(CONTRACTS) for queue in contract.consumes]
        if not kind:
            names += [f"{name}.retry.{attempt}" for name in names for attempt in (1, 2, 3)]
        connection = broker.open_connection(self._stack["amqp_url"])
        channel = connection.channel()
        total = sum(channel.queue_declare(name + kind, passive=True).message_count for name in names)
        connection.close()
        return total
