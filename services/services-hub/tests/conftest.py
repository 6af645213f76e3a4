from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

import services_hub.store
from kit.identity import Caller
from kit.mongo import Db, Schema
from kit.testing import Rpc, Shelf, Stack, new_key
from services_hub import editing
from services_hub.contract import ItemReceipt, UpdateItem
from services_hub.district import read_catalogue
from services_hub.domain.catalogue import Catalogue
from services_hub.parts import Parts
from services_hub.seed import seed
from services_hub.store import Store


class Hub:
    """A services hub on a database of its own."""

    operator = Caller("staff", "s_operator", frozenset({"hub_operator"}))
    colleague = Caller("staff", "s_colleague", frozenset({"hub_operator"}))

    def __init__(self, db: Db, catalogue: Catalogue) -> None:
        self.db = db
        self.store = Store(db)
        self.parts = Parts(self.store, wake=lambda: None)
        self.catalogue = catalogue
        seed(self.store, catalogue)

    def update(self, code: str, version: int, by: Caller | None = None, key: str = "", **fields: Any) -> ItemReceipt:
        command = UpdateItem.model_validate(
            {"code": code, "version": version, "idempotency_key": key or new_key(), **fields}
        )
        return editing.update_item(self.parts, command, by or self.operator)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue(Path("district"))


@pytest.fixture
def hub(database_of: Callable[[Schema], Db], catalogue: Catalogue) -> Hub:
    return Hub(database_of(services_hub.store.SCHEMA), catalogue)


@pytest.fixture
def other_hub(database_of: Callable[[Schema], Db]) -> Hub:
    """The hub of a tiny district."""
    return Hub(database_of(services_hub.store.SCHEMA), read_catalogue(Path(__file__).parent / "other_district"))


@pytest.fixture(scope="session")
def rpc(stack: Stack) -> Iterator[Rpc]:
    with closing(Rpc(stack, "services_hub")) as rpc:
        yield rpc


@pytest.fixture
def restore(mongo_client: Any) -> Iterator[Callable[[str], None]]:
    """Puts an item of the running service back as it was, when the test is over."""
    items, kept = mongo_client["services_hub"].items, []

    def remember(code: str) -> None:
        kept.append(items.find_one({"_id": code}, {"_outbox": 0}))

    yield remember
    for document in kept:
        items.replace_one({"_id": document["_id"]}, document)


@pytest.fixture(scope="module")
def whole(shelf: Shelf, catalogue: Catalogue) -> Iterator[Hub]:
    """A hub that a module's tests only read."""
    db = shelf.take(services_hub.store.SCHEMA)
    yield Hub(db, catalogue)
    shelf.put_back(services_hub.store.SCHEMA, db)
