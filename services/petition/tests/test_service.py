"""The running service over RPC: the whole story, who is let in, and what is told to the others."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, Invalid, Unauthenticated
from kit.identity import Caller
from kit.testing import wait_until

CASE = {
    "category": "kindergarten",
    "town": "110114112",
    "title": "崔村镇幼儿园什么时候开始施工改造",
    "text": "请问崔村镇幼儿园什么时候开始施工改造，搬走一年多还处于闲置未动工状态。",
}
REPLY = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}
CONTRACT = json.loads(Path("contracts/petition.json").read_text(encoding="utf-8"))["rpc"]
VISITOR = Caller("service", "gateway")


@pytest.fixture
def live(stack: Any, mongo_client: Any) -> Any:
    """The database of the running service."""
    return mongo_client["petition"]


def test_a_resident_asks_the_department_answers_the_resident_rates(rpc: Any, resident: Any, staff: Any) -> None:
    author, clerk, handler, approver = resident("r_a"), staff("clerk"), staff("handler", "jw"), staff("approver", "jw")
    no = rpc.command(author, "submit_case", **CASE)["no"]
    rpc.command(clerk, "accept_case", no=no, urgency="inquiry")
    rpc.command(clerk, "dispatch_case", no=no, department="jw", co_departments=["110114112"])
    rpc.command(handler, "assign_case", no=no, handler=handler.id)
    rpc.command(handler, "draft_reply", no=no, **REPLY)
    rpc.command(approver, "approve_reply", no=no)
    rpc.command(handler, "publish_reply", no=no)
    assert rpc.command(author, "rate_case", no=no, solved=True, satisfied=4)["state"] == "closed"
    seen = rpc.call(VISITOR, "get_case", no=no)
    assert seen["reply"]["done"] == "已经安排施工"
    assert (seen["solved"], seen["satisfied"], seen["ending_name"]) == (True, 4, "已答复并评价")
    assert no in [row["no"] for row in rpc.call(VISITOR, "list_cases", department="jw", limit=100)["items"]]
    entries = rpc.call(VISITOR, "get_history", no=no)["entries"]
    assert [entry["kind"] for entry in entries][-2:] == ["publish", "rate"]


AUDIENCES = {
    "visitor": VISITOR,
    "resident": Caller("resident", "r_matrix", frozenset({"resident"})),
    **{
        role: Caller("staff", f"s_{role}", frozenset({role}), frozenset({"jw"}))
        for role in ("clerk", "handler", "approver", "supervisor", "leader", "reporter", "merchant", "administrator")
    },
}


@pytest.mark.parametrize("method", sorted(CONTRACT))
def test_each_method_lets_in_whom_the_contract_names_and_nobody_else(rpc: Any, method: str) -> None:
    allow = set(CONTRACT[method]["allow"])
    for name, caller in AUDIENCES.items():
        inside = bool(allow & {name, "anyone", *caller.roles}) or (caller.kind == "staff" and "staff" in allow)
        code = rpc.code(caller, method, nonsense=1)
        if inside:
            assert code in ("invalid", "forbidden"), name  # let in, and refused for what it said
        else:
            assert code == ("unauthenticated" if caller.anonymous else "forbidden"), name


@pytest.mark.parametrize("method", sorted(CONTRACT))
def test_without_a_valid_token_no_method_runs(rpc: Any, stack: Any, method: str) -> None:
    forged = rpc.token(VISITOR)[:-4] + "AAAA"
    for token in (None, "", "nonsense", forged):
        with pytest.raises(Unauthenticated):
            rpc.call_with({"auth_token": token} if token else {}, method, {})


def test_unknown_fields_and_missing_keys_are_named(rpc: Any, resident: Any) -> None:
    with pytest.raises(Invalid) as caught:
        rpc.call(resident("r_a"), "submit_case", **{**CASE, "title": "短", "nickname": "x"})
    assert {error["field"] for error in caught.value.errors} == {"title", "nickname", "idempotency_key"}


def test_twenty_parallel_posts_over_rpc_make_one_case(rpc: Any, resident: Any, live: Any) -> None:
    author = resident("r_parallel")
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: rpc.call(author, "submit_case", idempotency_key="one", **CASE), range(20)))
    assert len({answer["no"] for answer in answers}) == 1
    assert live.cases.count_documents({"author": author.id}) == 1
    with pytest.raises(Conflict):
        rpc.call(author, "submit_case", idempotency_key="one", **{**CASE, "title": "另一个标题"})


def test_events_leave_the_outbox_soon(rpc: Any, resident: Any, live: Any) -> None:
    no = rpc.command(resident("r_a"), "submit_case", **CASE)["no"]
    wait_until(lambda: "_outbox" not in live.cases.find_one({"_id": no}))


def test_a_closed_account_leaves_its_cases(rpc: Any, resident: Any, live: Any, stack: Any) -> None:
    author = resident("r_leaves")
    no = rpc.command(author, "submit_case", **CASE)["no"]
    tell(stack, "accounts.account_closed.v1", {"account": author.id})
    tell(stack, "accounts.account_closed.v1", {"account": author.id})
    wait_until(lambda: live.cases.find_one({"_id": no})["author"] is None)
    assert rpc.code(author, "get_case", no=no) == "not_found"


def tell(stack: Any, type_: str, data: dict[str, Any]) -> None:
    from kit import outbox
    from kit.broker import ConfirmedPublisher, Letter

    entry = outbox.event(type_, data["account"], 1, data, utcnow())
    letter = Letter("accounts.events", type_, outbox.envelope(entry), {}, entry["id"])
    assert ConfirmedPublisher(stack["amqp_url"]).publish([letter])


def test_reads_are_quick_enough_to_poll(rpc: Any, resident: Any) -> None:
    author = resident("r_quick")
    no = rpc.command(author, "submit_case", **CASE)["no"]
    took = []
    for _ in range(30):
        began = time.perf_counter()
        rpc.call(author, "get_case", no=no)
        took.append(time.perf_counter() - began)
    assert sorted(took)[15] < 0.5
