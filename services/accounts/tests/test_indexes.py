from typing import Any

import pytest

from .conftest import World

QUERIES: dict[str, tuple[str, dict[str, Any], list[tuple[str, int]]]] = {
    "a resident by phone": ("people", {"phone_index": "x"}, []),
    "staff by user name": ("people", {"username": "x", "state": "active"}, []),
    "a page of staff": ("people", {"kind": "staff", "_id": {"$gt": ""}}, [("kind", 1), ("_id", 1)]),
    "a department's staff": (
        "people",
        {"kind": "staff", "departments": "jw", "_id": {"$gt": ""}, "state": "active"},
        [("_id", 1)],
    ),
    "the newsroom": (
        "people",
        {"kind": "staff", "roles": {"$in": ["editor", "reporter"]}, "_id": {"$gt": ""}, "state": "active"},
        [("_id", 1)],
    ),
    "staff by their ids": ("people", {"_id": {"$in": ["x", "y"]}, "kind": "staff"}, [("_id", 1)]),
    "an answer given before": ("people", {"_answers.key": "x"}, []),
    "the audit": ("sign_ins", {}, [("at", -1), ("_id", -1)]),
    "the inbox": ("inbox", {"account": "x"}, [("at", -1), ("seq", -1), ("_id", -1)]),
    "what quotes a title": ("inbox", {"$and": [{"quotes": "case/x/0"}, {"_id": {"$gt": ""}}]}, [("_id", 1)]),
    "what tells of an article": ("inbox", {"_id": {"$gte": "article/x/", "$lt": "article/x0"}}, [("_id", 1)]),
    "the unread": ("inbox", {"account": "x", "read": False}, [("at", -1), ("seq", -1), ("_id", -1)]),
}


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_has_its_index(world: World, name: str) -> None:
    collection, wanted, order = QUERIES[name]
    found = world.parts.db[collection].find(wanted)
    plan = str((found.sort(order) if order else found).explain()["queryPlanner"]["winningPlan"])
    assert "COLLSCAN" not in plan and "'SORT'" not in plan
