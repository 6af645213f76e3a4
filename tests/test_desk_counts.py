"""A desk's numbers: what a badge counts, what the list shows and what the table holds are the same cases."""

import csv
import io
import uuid
from typing import Any

import pytest
from matrix_world import DEPARTMENT, World
from pymongo import MongoClient

from kit.testing import Stack, wait_until
from people import Person

ROLES = {"clerk": [], "handler": [DEPARTMENT], "approver": [DEPARTMENT], "supervisor": [], "leader": []}
STATES = ("submitted", "dispatched", "in_review", "extension_asked", "reported")


@pytest.fixture(scope="module", autouse=True)
def work(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> None:
    """Something for everyone."""
    world = World(stack, mongo_client)
    for state in STATES:
        world.case(state)


@pytest.mark.parametrize("role", ROLES)
def test_badge_list_and_table_agree_in_every_queue(stack: Stack, role: str) -> None:
    queues = [row["queue"] for row in _somebody(stack, role).get("/desk/counts")["items"]]
    assert queues
    for queue in queues:
        wait_until(lambda queue=queue: _agree(stack, role, queue))  # type: ignore[misc]  # others are at work
    assert any(row["count"] for row in _somebody(stack, role).get("/desk/counts")["items"])


def _agree(stack: Stack, role: str, queue: str) -> bool:
    who = _somebody(stack, role)
    counts = who.get("/desk/counts")
    badge = next(row["count"] for row in counts["items"] if row["queue"] == queue)
    assert badge < counts["counted_to"], "more than a badge says: nothing to compare"
    listed = who.leaf_through(f"/desk/cases?queue={queue}", "no")
    table = who.ask("GET", "/desk/cases.csv", params={"queue": queue}).content.decode("utf-8-sig")
    told = [row["编号"] for row in csv.DictReader(io.StringIO(table))]
    return listed == told and len(listed) == badge


def _somebody(stack: Stack, role: str) -> Person:
    """Another account each time: one may not ask for many tables at once."""
    return Person(stack, token=stack.token("staff", f"s_{uuid.uuid4().hex}", (role,), departments=ROLES[role]))
