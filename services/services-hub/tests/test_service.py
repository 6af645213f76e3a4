"""The running service over RPC: who is let in, and what is told."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from kit.errors import Invalid, Unauthenticated
from kit.identity import Caller
from kit.testing import Stack, wait_until

CONTRACT = json.loads(Path("contracts/services_hub.json").read_text(encoding="utf-8"))["rpc"]
VISITOR = Caller("service", "gateway")
OPERATOR = Caller("staff", "s_hub_operator", frozenset({"hub_operator"}))
AUDIENCES = {
    "visitor": VISITOR,
    "resident": Caller("resident", "r_matrix", frozenset({"resident"})),
    **{
        role: Caller("staff", f"s_{role}", frozenset({role}))
        for role in ("clerk", "handler", "leader", "editor", "hub_operator", "local_editor", "administrator")
    },
}


@pytest.mark.parametrize("method", sorted(CONTRACT))
def test_each_method_lets_in_whom_the_contract_names_and_nobody_else(rpc: Any, method: str) -> None:
    allow = set(CONTRACT[method]["allow"])
    for name, caller in AUDIENCES.items():
        code = rpc.code(caller, method, nonsense=1)
        if allow & {name, "anyone", *caller.roles}:
            assert code == "invalid", name  # let in, and refused for what it said
        else:
            assert code == ("unauthenticated" if caller.anonymous else "forbidden"), name


def test_without_a_valid_token_nothing_is_answered(rpc: Any, stack: Stack) -> None:
    broken = Caller("staff", "s_x", frozenset({"hub_operator"}))
    rpc.token = lambda by: "nonsense"
    try:
        with pytest.raises(Unauthenticated):
            rpc.call(broken, "get_areas")
    finally:
        del rpc.token


def test_an_edit_over_rpc_is_made_once_and_its_event_leaves_the_outbox(
    rpc: Any, stack: Stack, mongo_client: Any, restore: Any
) -> None:
    restore("shop_sign")
    version = rpc.call(VISITOR, "get_item", code="shop_sign")["version"]
    edit = {"code": "shop_sign", "version": version, "fee": "免费", "idempotency_key": uuid.uuid4().hex}
    answers = [rpc.call(OPERATOR, "update_item", **edit) for _ in range(3)]
    assert answers == [{"code": "shop_sign", "version": version + 1}] * 3
    database = mongo_client["services_hub"]
    waiting = {"_outbox": {"$exists": True}}
    wait_until(lambda: not any(database[name].find_one(waiting) for name in ("items", "offices", "hospitals")))


@pytest.mark.parametrize("number", [2**53, 2**63, -(2**63)])
def test_a_number_that_the_database_cannot_hold_is_refused_in_its_field(rpc: Any, number: int) -> None:
    with pytest.raises(Invalid) as caught:
        rpc.command(OPERATOR, "update_item", code="shop_sign", version=number)
    assert [error["field"] for error in caught.value.errors] == ["version"]
