"""What was acknowledged, or may have been, survives a worker that dies in the middle."""

import random
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
import requests

from kit.errors import Unauthenticated
from kit.rpc.caller import RpcCaller, Terms
from kit.testing import Stack, new_key, wait_until

pytestmark = [pytest.mark.alone, pytest.mark.faults]
PATIENCE = 60

Ask = Callable[..., Any]


@pytest.fixture
def ask(stack: Stack) -> Iterator[Ask]:
    """Asks as the gateway does for a command: patiently, and again when the answer is lost."""
    if not stack.faults.exists():
        pytest.skip("this stack has no fault points: ./dev test starts one that has")
    rpc = RpcCaller(stack["amqp_url"])

    def call(method: str, token: str | None = None, **told: Any) -> Any:
        headers = {"nameko.auth_token": token or stack.service_token()}
        return rpc.call("accounts", method, told, Terms(PATIENCE, headers, command=True, retry=True))

    call("get_privacy_notice")
    yield call
    rpc.close()


def arm(stack: Stack, point: str) -> Callable[[], bool]:
    """Has the next process at the point die; tells whether it did."""
    file = stack.faults / point
    file.touch()
    return lambda: not file.exists()


def messages(stack: Stack, phone: str) -> list[dict[str, Any]]:
    answer = requests.get(f"{stack['sandbox_url']}/sms/messages", params={"phone": phone}, timeout=5)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def hire(ask: Ask, stack: Stack) -> tuple[str, dict[str, str]]:
    """A new clerk's account and what he signs in with."""
    told = {"username": f"k{uuid.uuid4().hex[:12]}", "name": "测试", "roles": ["clerk"]}
    hired = ask("create_staff", administrator(stack), **told, idempotency_key=new_key())
    totp = pyotp.TOTP(hired["totp_secret"]).now()
    proof = {"username": told["username"], "password": hired["initial_password"], "totp": totp}
    return hired["staff"]["id"], proof


def administrator(stack: Stack) -> str:
    return stack.token("staff", "s_tester", ("administrator",))


@pytest.mark.parametrize("point", ["rpc.before_reply", "rpc.before_ack"])
def test_a_resident_gets_one_message_and_one_session(ask: Ask, stack: Stack, mongo_client: Any, point: str) -> None:
    phone = f"136{random.randrange(10**8):08}"
    version = ask("get_privacy_notice")["version"]
    died = arm(stack, point)
    ask("request_sms_code", phone=phone, idempotency_key=new_key())
    wait_until(died, PATIENCE)
    (message,) = messages(stack, phone)
    died = arm(stack, point)
    told = {"phone": phone, "code": message["code"], "consent_version": version}
    session = ask("sign_in_by_phone", **told, idempotency_key=new_key())
    wait_until(died, PATIENCE)
    after = ask("refresh_session", refresh_token=session["refresh_token"], idempotency_key=new_key())
    assert after["account"] == session["account"]
    mine = {"account": session["account"]["id"]}
    assert mongo_client["accounts"]["sessions"].count_documents(mine) == 1


def test_a_clerk_gets_in_with_the_code_he_typed(ask: Ask, stack: Stack) -> None:
    account, proof = hire(ask, stack)
    died = arm(stack, "rpc.before_reply")
    assert ask("sign_in_staff", **proof, idempotency_key=new_key())["account"]["id"] == account
    wait_until(died, PATIENCE)


@pytest.mark.parametrize("point", ["outbox.before_publish", "outbox.after_publish"])
def test_a_dismissal_is_told_although_the_relay_dies(ask: Ask, stack: Stack, point: str) -> None:
    account, proof = hire(ask, stack)
    session = ask("sign_in_staff", **proof, idempotency_key=new_key())
    died = arm(stack, point)
    ask("dismiss_staff", administrator(stack), id=account, idempotency_key=new_key())
    wait_until(died, PATIENCE)

    def refused() -> bool:
        try:
            ask("health", session["access_token"])
        except Unauthenticated:
            return True
        return False

    wait_until(refused, PATIENCE)
