"""Local life's rows of the role × endpoint matrix, cell by cell.

A refused cell uses a body that would be accepted: only the role can be the reason, and nothing may change.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
from matrix_world import World, cells, refused, send
from pymongo import MongoClient

from gateway.routes import PREFIX, ROUTES, Route
from kit.testing import Stack, wait_until

DATABASE = "local_service"
SLUG, PLAY = "shop", "leduogang"
LOCAL = [route for route in ROUTES if route.call.startswith("local.")]
ROWS = {route.name: route for route in LOCAL}
COUNTS = {"/guides": 11, "/destinations": 8, "/plays": 44, "/providers": 9}
QUERIES = {
    "/plays": {"limit": 100},
    "/providers": {"trade": "locksmith"},
    "/nearby": {"lat": 40.222, "lon": 116.231},
}
CHANGES: dict[str, tuple[str, str, dict[str, Any]]] = {
    "/desk/guides/{slug}": ("guides", SLUG, {"summary": "从选址到开张，一步一步办"}),
    "/desk/plays/{id}": ("plays", PLAY, {"note": "节假日人多，请错峰前往。"}),
}


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> Iterator[World]:
    rows = [(name, mongo_client[DATABASE][name].find_one({"_id": id_})) for name, id_, _ in CHANGES.values()]
    yield World(stack, mongo_client)
    for name, row in rows:
        assert row
        mongo_client[DATABASE][name].replace_one({"_id": row["_id"]}, row)


def kept(world: World, collection: str, id_: str) -> Any:
    """The row as the database has it, but for what waits to be told."""
    return world.mongo[DATABASE][collection].find_one({"_id": id_}, {"_outbox": 0})


def short(route: Route) -> str:
    """The route's path below the prefix."""
    return route.path.removeprefix(PREFIX)


def ok(answer: requests.Response) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(world: World, role: str, route: Route) -> None:
    path = short(route)
    if "{" in path:
        shown = ok(send(world.people(role), route, slug=SLUG, id=PLAY))
        assert shown.get("slug", shown.get("id")) in (SLUG, PLAY)
        return
    items = ok(world.people(role).ask("GET", path, params=QUERIES.get(path)))["items"]
    assert len(items) == COUNTS[path] if path in COUNTS else items


def change(world: World, role: str, route: Route) -> None:
    collection, id_, fields = CHANGES[short(route)]
    version = kept(world, collection, id_)["version"]
    body = {**fields, "version": version}
    assert ok(send(world.people(role), route, body, slug=SLUG, id=PLAY))["version"] == version + 1
    (name, value) = next(iter(fields.items()))
    assert kept(world, collection, id_)[name] == value
    wait_until(lambda: world.stranger.get(f"/{collection}/{id_}")[name] == value)


@pytest.mark.parametrize(("role", "name"), cells(LOCAL, allowed=True))
def test_what_is_for_the_role_works(world: World, role: str, name: str) -> None:
    route = ROWS[name]
    (read if route.method == "GET" else change)(world, role, route)


@pytest.mark.parametrize(("role", "name"), cells(LOCAL, allowed=False))
def test_what_is_not_for_the_role_is_refused_and_changes_nothing(world: World, role: str, name: str) -> None:
    collection, id_, fields = CHANGES[short(ROWS[name])]
    before = kept(world, collection, id_)
    body = {**fields, "version": before["version"]}
    refused(send(world.people(role), ROWS[name], body, slug=SLUG, id=PLAY), role)
    assert kept(world, collection, id_) == before
