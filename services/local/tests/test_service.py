"""The running service over RPC: who is let in, and what it refuses at which field."""

import json
from pathlib import Path
from typing import Any

import pytest

from kit.errors import Invalid
from kit.identity import Caller

CONTRACT = json.loads(Path("contracts/local.json").read_text(encoding="utf-8"))["rpc"]
VISITOR = Caller("service", "gateway")
STAFF = ("clerk", "handler", "editor", "hub_operator", "local_editor", "merchant", "administrator")
AUDIENCES = {
    "visitor": VISITOR,
    "resident": Caller("resident", "r_local", frozenset({"resident"})),
    **{role: Caller("staff", f"s_{role}", frozenset({role})) for role in STAFF},
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


def test_a_place_that_is_none_is_refused_at_its_field_in_words(rpc: Any) -> None:
    with pytest.raises(Invalid) as refusal:
        rpc.call(VISITOR, "nearby", lat=90.5, lon=-181, radius=50001)
    assert {error["field"] for error in refusal.value.errors} == {"lat", "lon", "radius"}
    assert all(error["message"].startswith(("纬度", "经度", "范围")) for error in refusal.value.errors)


def test_the_stack_has_what_the_district_brings(rpc: Any) -> None:
    assert len(rpc.call(VISITOR, "list_guides", limit=100)["items"]) == 11
    assert len(rpc.call(VISITOR, "list_plays", limit=100)["items"]) == 44
    assert sum(kind["plays"] for kind in rpc.call(VISITOR, "list_destinations")["items"]) == 44
