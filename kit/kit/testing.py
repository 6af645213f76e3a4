"""pytest fixtures over the running stack, which is found only by its stack.json.

A conftest.py takes them by `pytest_plugins = ["kit.testing"]` at the repository's root.
"""

import json
import os
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient, WriteConcern

from kit import identity
from kit.errors import ServiceError
from kit.identity import Caller
from kit.migrate import complete
from kit.mongo import Db, Schema, apply, connect
from kit.rpc.caller import RpcCaller, Terms

DEFAULT_STACK_FILE = Path(".dev/stack.json")
PROFILE = "system.profile"


class Stack:
    """The running stack. Its file is read anew each time: pids change when a part is restarted."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __getitem__(self, field: str) -> Any:
        return json.loads(self.path.read_text(encoding="utf-8"))[field]

    @property
    def secrets(self) -> Path:
        """Where the parts' keys are; only a stack on this machine has them."""
        return self.path.parent / "secrets"

    @property
    def faults(self) -> Path:
        """Where a test arms a fault point, by a file of its name."""
        return self.path.parent / "faults"

    def token(self, kind: str, subject: str, roles: tuple[str, ...] = (), **claims: Any) -> str:
        """A valid token of a user, as accounts would sign it."""
        signer = identity.TokenSigner(self.secrets / "accounts" / "signing.pem", identity.USER_ISSUER)
        body = {"kind": kind, "roles": list(roles), "departments": [], "sid": uuid.uuid4().hex, "level": 0, **claims}
        return signer.sign(subject, body, datetime.now(UTC), identity.USER_TOKEN_SECONDS)

    def service_token(self, service: str = "gateway") -> str:
        """A valid token of a service; the gateway's stands for an anonymous visitor."""
        signer = identity.TokenSigner(self.secrets / service / "signing.pem", service)
        return signer.for_service(datetime.now(UTC))


class Rpc:
    """Calls one running service as anyone."""

    def __init__(self, stack: Stack, service: str) -> None:
        self._stack = stack
        self._service = service
        self._caller = RpcCaller(stack["amqp_url"], f"{service}-tests")

    def token(self, by: Caller) -> str:
        """A valid token of the caller."""
        if by.kind == identity.SERVICE:
            return self._stack.service_token(by.id)
        return self._stack.token(by.kind, by.id, tuple(by.roles), departments=sorted(by.departments))

    def call(self, by: Caller, method: str, *, binary: bool = False, **arguments: Any) -> Any:
        """The answer. Raises the `ServiceError` of a refusal."""
        return self.call_with({"auth_token": self.token(by)}, method, arguments, binary=binary)

    def call_with(self, headers: dict[str, str], method: str, arguments: Any, *, binary: bool = False) -> Any:
        """Calls with headers of one's own making."""
        return self._caller.call(self._service, method, arguments, Terms(30, headers, binary=binary))

    def command(self, by: Caller, method: str, **arguments: Any) -> Any:
        """Calls with an idempotency key of its own."""
        return self.call(by, method, **{"idempotency_key": new_key(), **arguments})

    def code(self, by: Caller, method: str, **arguments: Any) -> str:
        """The code of the refusal, "ok" when there is none."""
        try:
            self.call(by, method, **arguments)
        except ServiceError as error:
            return error.code
        return "ok"

    def close(self) -> None:
        self._caller.close()


def new_key() -> str:
    """An idempotency key nobody used before."""
    return f"key-{uuid.uuid4().hex}"


def wait_until(condition: Callable[[], Any], seconds: float = 30, every: float = 0.05) -> Any:
    """The first true value of `condition`. Fails the test after `seconds`."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := condition():
            return value
        time.sleep(every)
    pytest.fail(f"did not become true within {seconds} s")


@pytest.fixture(scope="session")
def stack() -> Stack:
    """The running stack: that of STACK_FILE, else the one of ./dev up."""
    path = Path(os.environ.get("STACK_FILE", DEFAULT_STACK_FILE)).resolve()
    if not path.exists():
        pytest.fail(f"no stack runs here: {path} is missing (./dev test starts one)")
    return Stack(path)


@pytest.fixture(scope="session")
def mongo_client(stack: Stack) -> Iterator[MongoClient[dict[str, Any]]]:
    """A client that may do everything, on the stack's database server."""
    client = connect(stack["mongo_url"])
    yield client
    client.close()


@pytest.fixture
def database(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[Db]:
    """A fresh database, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield mongo_client[name]
    mongo_client.drop_database(name)


class Shelf:
    """Databases of services' schemas, emptied and used again: making one with all its indexes takes longer than most
    tests do."""

    def __init__(self, client: MongoClient[dict[str, Any]]) -> None:
        self._client = client
        self._waiting: dict[int, list[Db]] = {}

    def take(self, schema: Schema) -> Db:
        """An empty database with the schema's indexes."""
        waiting = self._waiting.setdefault(id(schema), [])
        if waiting:
            return waiting.pop()
        db = self._client[f"test_{uuid.uuid4().hex[:12]}"]
        apply(complete(schema), db)
        return db

    def put_back(self, schema: Schema, db: Db) -> None:
        """Empties the database for the next test."""
        names = set(db.list_collection_names())
        if PROFILE in names:  # a test watched its queries, which cannot be undone without a trace
            self._client.drop_database(db)
            return
        hasty = WriteConcern(w=1)  # nobody would miss it after a crash
        for name in names - {"_migrations"}:
            db.get_collection(name, write_concern=hasty).delete_many({})
        self._waiting[id(schema)].append(db)

    def clear(self) -> None:
        """Drops all that were put back."""
        for db in (db for waiting in self._waiting.values() for db in waiting):
            self._client.drop_database(db)


@pytest.fixture(scope="session")
def shelf(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[Shelf]:
    """Where a module's own fixtures take a service's database from."""
    shelf = Shelf(mongo_client)
    yield shelf
    shelf.clear()


@pytest.fixture
def database_of(shelf: Shelf) -> Iterator[Callable[[Schema], Db]]:
    """An empty database with the indexes of a service's schema; a test must not change these."""
    taken: list[tuple[Schema, Db]] = []

    def take(schema: Schema) -> Db:
        db = shelf.take(schema)
        taken.append((schema, db))
        return db

    yield take
    for schema, db in taken:
        shelf.put_back(schema, db)
