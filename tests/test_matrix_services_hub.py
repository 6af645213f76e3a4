"""The services hub's rows of the role × endpoint matrix, cell by cell.

A refused cell uses a body that would be accepted: only the role can be the reason, and nothing may change.
"""

from typing import Any

import pytest
from matrix_world import World, cells, refused, send
from pymongo import MongoClient

from gateway.routes import PREFIX, ROUTES, Route
from kit.testing import Stack, wait_until
from people import Person

CODE, CHANGED = "shop_sign", "skill_subsidy"
HUB = [route for route in ROUTES if route.call.startswith("services_hub.")]
ROWS = {route.name: route for route in HUB}
PLACES = {"/offices": "district_hall", "/hospitals": "changgung"}


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


def kept(world: World, code: str = CODE) -> Any:
    """The item as the database has it, but for what waits to be told."""
    return world.mongo["services_hub"].items.find_one({"_id": code}, {"_outbox": 0})


def change(world: World, who: Person) -> None:
    """An item is changed, everyone sees it, and all is as before."""
    before = kept(world, CHANGED)
    body = {"version": before["version"], "notes": ["窗口今天改到二层"]}
    answer = send(who, ROWS[f"PATCH {PREFIX}/desk/items/{{code}}"], body, code=CHANGED)
    assert answer.status_code == 200, answer.text
    assert wait_until(lambda: Person(world.stack).get(f"/items/{CHANGED}")["notes"] == body["notes"])
    world.mongo["services_hub"].items.replace_one({"_id": CHANGED}, before)


@pytest.mark.parametrize(("role", "name"), cells(HUB, allowed=True))
def test_what_is_for_the_role_works(world: World, role: str, name: str) -> None:
    if name.startswith("PATCH"):
        change(world, world.people(role))
    else:
        read(world.people(role), ROWS[name])


def read(who: Person, route: Route) -> None:
    """What was asked for is shown."""
    place = PLACES.get(route.path.removeprefix(PREFIX).removesuffix("/{id}"), "")
    answer = send(who, route, code=CODE, id=place)
    assert answer.status_code == 200, answer.text
    shown = answer.json()
    if route.parameters:
        assert (shown.get("code") or shown["id"]) in (CODE, place)
    else:
        assert shown.get("items") or shown["areas"]


@pytest.mark.parametrize(("role", "name"), cells(HUB, allowed=False))
def test_what_is_not_for_the_role_is_refused_and_changes_nothing(world: World, role: str, name: str) -> None:
    before = kept(world)
    body = {"version": before["version"], "notes": ["不应当写入"]}
    refused(send(world.people(role), ROWS[name], body, code=CODE), role)
    assert kept(world) == before
