import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kit.errors import ServiceError
from kit.identity import Caller
from kit.mongo import Db, Schema
from kit.rpc.caller import RpcCaller, Terms
from kit.testing import Stack
from local import store
from local.district import read_content
from local.domain.district import Content
from local.parts import Parts, assemble
from local.seed import seed

CHANGPING = Path("district")
EDITOR = Caller("staff", "s_editor", frozenset({"local_editor"}))
_keys = itertools.count()


def new_key() -> str:
    return f"local-{next(_keys)}-{id(_keys)}"


class Life:
    """A local life service on a database of its own, with the district's content."""

    editor = EDITOR

    def __init__(self, db: Db, district: Path, content: Content) -> None:
        self.db = db
        self.told = 0
        self.content = content
        self.parts: Parts = assemble(db, district, wake=self._wake)
        self.seeded = seed(self.parts.store, self.content)

    def _wake(self) -> None:
        self.told += 1

    def page(self, use: Callable[..., Any], request: Any, **fields: Any) -> Any:
        return use(self.parts, request.model_validate(fields))

    def every(self, use: Callable[..., Any], request: Any, **fields: Any) -> list[Any]:
        """The rows of all pages."""
        rows, cursor = [], None
        while True:
            page = self.page(use, request, **fields, cursor=cursor)
            rows += page.items
            cursor = page.next_cursor
            if cursor is None:
                return rows

    def change(self, use: Callable[..., Any], request: Any, **fields: Any) -> Any:
        command = request.model_validate({"idempotency_key": new_key(), **fields})
        return use(self.parts, command, self.editor)


@pytest.fixture
def life_in(database_of: Callable[[Schema], Db]) -> Callable[[Path], Life]:
    """Local life as a district's folder tells it."""

    def make(district: Path) -> Life:
        return Life(database_of(store.SCHEMA), district, read_content(district))

    return make


@pytest.fixture(scope="session")
def content() -> Content:
    return read_content(CHANGPING)


@pytest.fixture
def life(database_of: Callable[[Schema], Db], content: Content) -> Life:
    return Life(database_of(store.SCHEMA), CHANGPING, content)


class Rpc:
    """Calls the running service as anyone."""

    def __init__(self, stack: Stack, caller: RpcCaller) -> None:
        self.stack = stack
        self._caller = caller

    def call(self, by: Caller, method: str, **arguments: Any) -> Any:
        service = by.kind == "service"
        token = self.stack.service_token() if service else self.stack.token(by.kind, by.id, tuple(by.roles))
        return self._caller.call("local", method, arguments, Terms(30, {"auth_token": token}))

    def code(self, by: Caller, method: str, **arguments: Any) -> str:
        """The code of the refusal, "ok" when there is none."""
        try:
            self.call(by, method, **arguments)
        except ServiceError as error:
            return error.code
        return "ok"


@pytest.fixture(scope="session")
def rpc(stack: Stack) -> Iterator[Rpc]:
    caller = RpcCaller(stack["amqp_url"], "local-tests")
    yield Rpc(stack, caller)
    caller.close()
