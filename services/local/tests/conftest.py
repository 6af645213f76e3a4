from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kit.identity import Caller
from kit.mongo import Db, Schema
from kit.testing import Rpc, Shelf, Stack, new_key
from local import store
from local.district import read_content
from local.domain.district import Content
from local.parts import Parts, assemble
from local.seed import seed

CHANGPING = Path("district")
EDITOR = Caller("staff", "s_editor", frozenset({"local_editor"}))


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


@pytest.fixture(scope="session")
def life_to_read(shelf: Shelf, content: Content) -> Iterator[Life]:
    """One for all tests that change nothing."""
    db = shelf.take(store.SCHEMA)
    yield Life(db, CHANGPING, content)
    shelf.put_back(store.SCHEMA, db)


@pytest.fixture(scope="session")
def rpc(stack: Stack) -> Iterator[Rpc]:
    with closing(Rpc(stack, "local")) as rpc:
        yield rpc
