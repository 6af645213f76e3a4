"""The running service, asked over RPC as the gateway asks it."""

import random
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from statistics import median
from typing import Any

import orjson
import pyotp
import pytest
import requests

from kit.broker import ConfirmedPublisher, Letter
from kit.errors import Forbidden, Invalid, RateLimited, ServiceError, Unauthenticated
from kit.mongo import Db
from kit.rpc.caller import RpcCaller, Terms
from kit.testing import Stack, new_key, wait_until

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def rpc(stack: Stack) -> Iterator[RpcCaller]:
    caller = RpcCaller(stack["amqp_url"])
    yield caller
    caller.close()


@pytest.fixture
def ask(stack: Stack, rpc: RpcCaller) -> Ask:
    def call(method: str, token: str | None = None, address: str = "", **arguments: Any) -> Any:
        headers = {
            "nameko.auth_token": token or stack.service_token(),
            "nameko.client_ip": address or f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1",
        }
        return rpc.call("accounts", method, arguments, Terms(headers=headers))

    return call


@pytest.fixture(scope="module")
def live(stack: Stack, mongo_client: Any) -> Db:
    """The database of the running service."""
    database: Db = mongo_client["accounts"]
    return database


def sign_in(ask: Ask, stack: Stack, phone: str = "") -> dict[str, Any]:
    phone = phone or f"137{random.randrange(10**8):08}"
    ask("request_sms_code", phone=phone, idempotency_key=new_key())
    inbox = requests.get(f"{stack['sandbox_url']}/sms/messages", params={"phone": phone}, timeout=5).json()
    version = ask("get_privacy_notice")["version"]
    told = {"phone": phone, "code": inbox["items"][0]["code"], "consent_version": version}
    session: dict[str, Any] = ask("sign_in_by_phone", **told, idempotency_key=new_key())
    return session


def administrator(stack: Stack) -> str:
    return stack.token("staff", "s_tester", ("administrator",))


def hire(ask: Ask, stack: Stack, *roles: str) -> dict[str, Any]:
    told = {"username": f"t{uuid.uuid4().hex[:12]}", "name": "测试", "roles": roles or ["clerk"]}
    hired: dict[str, Any] = ask("create_staff", administrator(stack), **told, idempotency_key=new_key())
    return hired


def staff_proof(hired: dict[str, Any]) -> dict[str, str]:
    return {
        "username": hired["staff"]["username"],
        "password": hired["initial_password"],
        "totp": pyotp.TOTP(hired["totp_secret"]).now(),
    }


def refused(ask: Ask, method: str, token: str, **arguments: Any) -> bool:
    try:
        ask(method, token, **arguments)
    except Unauthenticated:
        return True
    return False


def test_a_resident_signs_in_reads_himself_and_refreshes(ask: Ask, stack: Stack) -> None:
    session = sign_in(ask, stack)
    me = ask("get_me", session["access_token"])
    assert me["id"] == session["account"]["id"] and me["kind"] == "resident"
    after = ask("refresh_session", refresh_token=session["refresh_token"], idempotency_key=new_key())
    assert ask("get_me", after["access_token"]) == me


def test_signing_out_everywhere_refuses_every_old_token_within_a_second(ask: Ask, stack: Stack) -> None:
    session = sign_in(ask, stack)
    token = session["access_token"]
    ask("get_me", token)
    ask("sign_out_everywhere", token, idempotency_key=new_key())
    started = time.monotonic()
    wait_until(lambda: refused(ask, "get_me", token), every=0.02)
    assert time.monotonic() - started < 1.5
    with pytest.raises(Unauthenticated):
        ask("refresh_session", refresh_token=session["refresh_token"], idempotency_key=new_key())


def test_signing_out_here_leaves_the_other_device_in(ask: Ask, stack: Stack, live: Db) -> None:
    session = sign_in(ask, stack)
    other = stack.token("resident", session["account"]["id"], ("resident",))
    ask("sign_out", session["access_token"], idempotency_key=new_key())
    wait_until(lambda: refused(ask, "get_me", session["access_token"]))
    assert ask("get_me", other)["id"] == session["account"]["id"]


def test_who_signs_in_right_after_signing_out_everywhere_is_let_in(ask: Ask, stack: Stack) -> None:
    hired = hire(ask, stack)
    first = ask("sign_in_staff", **staff_proof(hired), idempotency_key=new_key())
    ask("sign_out_everywhere", first["access_token"], idempotency_key=new_key())
    told = {**staff_proof(hired), "totp": None, "recovery_code": hired["recovery_codes"][0]}
    second = ask("sign_in_staff", **told, idempotency_key=new_key())
    time.sleep(1.5)
    assert ask("get_me", second["access_token"])["id"] == hired["staff"]["id"]


def test_dismissal_takes_effect_within_a_second(ask: Ask, stack: Stack) -> None:
    hired = hire(ask, stack)
    session = ask("sign_in_staff", **staff_proof(hired), idempotency_key=new_key())
    ask("dismiss_staff", administrator(stack), id=hired["staff"]["id"], idempotency_key=new_key())
    started = time.monotonic()
    wait_until(lambda: refused(ask, "get_me", session["access_token"]), every=0.02)
    assert time.monotonic() - started < 1.5
    attempts = ask("list_sign_ins", administrator(stack), limit=100)["items"]
    assert any(item["account"] == hired["staff"]["id"] and item["succeeded"] for item in attempts)


def test_new_roles_end_the_old_token_and_come_with_the_next(ask: Ask, stack: Stack) -> None:
    hired = hire(ask, stack)
    session = ask("sign_in_staff", **staff_proof(hired), idempotency_key=new_key())
    told = {"id": hired["staff"]["id"], "roles": ["handler"], "departments": ["jw"], "version": 1}
    ask("update_staff", administrator(stack), **told, idempotency_key=new_key())
    wait_until(lambda: refused(ask, "get_me", session["access_token"]))
    after = ask("refresh_session", refresh_token=session["refresh_token"], idempotency_key=new_key())
    me = ask("get_me", after["access_token"])
    assert (me["roles"], me["departments"]) == (["handler"], ["jw"])


ADMINISTRATION: dict[str, dict[str, Any]] = {
    "create_staff": {"username": "somebody", "name": "某人", "roles": ["clerk"]},
    "reset_staff_credentials": {"id": "s_demo_clerk"},
    "list_staff": {},
    "update_staff": {"id": "s_demo_clerk", "roles": ["administrator"], "version": 1},
    "dismiss_staff": {"id": "s_demo_clerk"},
    "list_sign_ins": {},
}


@pytest.mark.parametrize("method", ADMINISTRATION)
@pytest.mark.parametrize("role", ["resident", "clerk", "leader", "approver"])
def test_administration_is_the_administrators(ask: Ask, stack: Stack, live: Db, method: str, role: str) -> None:
    managed = {"roles": 1, "departments": 1, "state": 1, "version": 1, "name": 1}  # signing in elsewhere writes others
    before = live["people"].find_one({"_id": "s_demo_clerk"}, managed)
    kind = "resident" if role == "resident" else "staff"
    with pytest.raises(Forbidden):
        ask(method, stack.token(kind, "x_other", (role,)), **ADMINISTRATION[method])
    with pytest.raises(Unauthenticated):
        ask(method, **ADMINISTRATION[method])
    assert live["people"].find_one({"_id": "s_demo_clerk"}, managed) == before


def test_bad_fields_are_named_in_chinese(ask: Ask) -> None:
    with pytest.raises(Invalid) as refusal:
        ask("sign_in_by_phone", phone="13800138000", code="12ab", idempotency_key=new_key())
    assert refusal.value.errors == [{"field": "code", "message": "验证码格式不正确"}]
    with pytest.raises(Invalid) as refusal:
        ask("sign_in_staff", username="x", password="y" * 201, idempotency_key=new_key())
    assert refusal.value.errors[0]["field"] == "password"
    with pytest.raises(Invalid):
        ask("sign_in_staff", username={"$ne": ""}, password="y", idempotency_key=new_key())


def test_hashing_leaves_the_service_answering(ask: Ask, stack: Stack) -> None:
    with ThreadPoolExecutor(8) as pool:
        guesses = [pool.submit(guess, ask, f"nobody-{number}") for number in range(24)]
        waits = []
        while not all(future.done() for future in guesses):
            started = time.monotonic()
            ask("get_privacy_notice")
            waits.append(time.monotonic() - started)
    assert all(future.result() == "unauthenticated" for future in guesses)
    assert median(waits) < 0.25


def guess(ask: Ask, username: str) -> str:
    try:
        ask("sign_in_staff", username=username, password="wrong", totp="000000", idempotency_key=new_key())
    except ServiceError as error:
        return error.code
    return "signed in"


def test_the_time_does_not_tell_whether_a_name_exists(ask: Ask, stack: Stack) -> None:
    known = [hire(ask, stack)["staff"]["username"] for _ in range(6)]
    unknown = [f"nobody-{uuid.uuid4().hex[:8]}" for _ in known]

    def seconds(username: str) -> float:
        started = time.monotonic()
        guess(ask, username)
        return time.monotonic() - started

    times = [(seconds(a), seconds(b)) for a, b in zip(known, unknown, strict=True)]
    assert 0.4 < median(a for a, _ in times) / median(b for _, b in times) < 2.5


def test_guesses_at_once_at_one_account_are_slowed_down(ask: Ask, stack: Stack) -> None:
    username = hire(ask, stack)["staff"]["username"]
    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(lambda _: guess(ask, username), range(24)))
    assert outcomes.count("unauthenticated") == 5
    assert outcomes.count("rate_limited") == 19


def test_one_second_factor_at_two_desks_at_once_opens_one(ask: Ask, stack: Stack) -> None:
    proof = staff_proof(hire(ask, stack))

    def enter(_: int) -> str:
        try:
            ask("sign_in_staff", **proof, idempotency_key=new_key())
        except ServiceError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(enter, range(4))) == ["in"] + ["unauthenticated"] * 3


def test_one_request_at_many_desks_at_once_is_one(ask: Ask, stack: Stack) -> None:
    hired = hire(ask, stack)["staff"]
    told: dict[str, dict[str, Any]] = {
        "update_staff": {"id": hired["id"], "roles": ["editor"], "version": 1},
        "reset_staff_credentials": {"id": hired["id"]},
        "create_staff": {"username": f"u{uuid.uuid4().hex[:12]}", "name": "测试", "roles": ["clerk"]},
    }
    for method, fields in told.items():
        once = new_key()
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(ask, method, administrator(stack), **fields, idempotency_key=once) for _ in range(6)]
        answers = [future.result() for future in asked]
        assert answers == answers[:1] * 6, method


def test_a_case_that_moves_is_told_in_the_inbox(ask: Ask, stack: Stack) -> None:
    session = sign_in(ask, stack)
    no = f"CP20261123-{uuid.uuid4().hex[:6].upper()}"
    event: dict[str, Any] = {
        "specversion": "1.0",
        "source": "/petition",
        "id": uuid.uuid4().hex,
        "type": "petition.case_accepted.v1",
        "subject": no,
        "seq": 2,
        "time": datetime.now(UTC).isoformat(),
        "data": {"no": no, "author": session["account"]["id"], "state": "accepted", "public": True},
    }
    publisher = ConfirmedPublisher(stack["amqp_url"])
    for _ in range(2):
        letter = Letter("petition.events", event["type"], orjson.dumps(event), {})
        assert publisher.publish([letter]) == {0}
    publisher.close()
    page = wait_until(lambda: (p := ask("list_inbox", session["access_token"]))["items"] and p)
    (item,) = page["items"]
    assert item["case_no"] == no and no in item["text"] and page["unread"] == 1
    read = ask("mark_inbox_read", session["access_token"], ids=[item["id"]], idempotency_key=new_key())
    assert read["unread"] == 0 and read["version"] > page["version"]


def test_closing_over_rpc_ends_everything(ask: Ask, stack: Stack, live: Db, rpc: RpcCaller) -> None:
    phone = f"137{random.randrange(10**8):08}"
    session = sign_in(ask, stack, phone)
    live["sms_codes"].update_many({}, {"$set": {"sent": []}})
    ask("request_sms_code", phone=phone, idempotency_key=new_key())
    inbox = requests.get(f"{stack['sandbox_url']}/sms/messages", params={"phone": phone}, timeout=5).json()
    ask("close_account", session["access_token"], code=inbox["items"][0]["code"], idempotency_key=new_key())
    wait_until(lambda: refused(ask, "get_me", session["access_token"]))
    left = live["people"].find_one({"_id": session["account"]["id"]})
    assert left and left["state"] == "closed" and "phone" not in left
    wait_until(lambda: "_outbox" not in (live["people"].find_one({"_id": session["account"]["id"]}) or {}))


def test_sms_limits_hold_over_rpc(ask: Ask) -> None:
    phone = f"137{random.randrange(10**8):08}"
    ask("request_sms_code", phone=phone, idempotency_key=new_key())
    with pytest.raises(RateLimited) as refusal:
        ask("request_sms_code", phone=phone, idempotency_key=new_key())
    assert 0 < refusal.value.extra["retry_after"] <= 60
