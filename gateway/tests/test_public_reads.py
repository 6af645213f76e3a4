"""Public reads at a gateway whose line to the broker can be cut; and its limits."""

import time
import uuid
from collections.abc import Callable

import orjson
import pytest

from gateway.routes import PREFIX
from kit.broker import ConfirmedPublisher, Letter
from kit.testing import Stack, wait_until

from .conftest import OwnGateway
from .test_http import problem

NOTICE = f"{PREFIX}/privacy-notice"
ITEM = f"{PREFIX}/items/transit_card"
Start = Callable[..., OwnGateway]


def tell(stack: Stack, event_type: str, subject: str = "x") -> None:
    """Publishes an event as a service's relay does."""
    body = orjson.dumps({"specversion": "1.0", "id": uuid.uuid4().hex, "type": event_type, "subject": subject})
    publisher = ConfirmedPublisher(stack["amqp_url"])
    publisher.publish([Letter(f"{event_type.split('.')[0]}.events", event_type, body, {})])
    publisher.close()


def test_the_second_reader_is_served_from_the_cache_until_an_event_says_otherwise(
    stack: Stack, start_gateway: Start
) -> None:
    gateway = start_gateway()
    client = gateway.client()
    first = client.get(NOTICE)
    assert first.headers["Cache-Control"] == "public, no-cache"
    for _ in range(5):
        again = client.get(NOTICE)
        assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
        assert "Age" not in again.headers
    assert client.get(NOTICE, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert gateway.count("gateway_cache_total", outcome="miss") == 1
    assert gateway.count("gateway_cache_total", outcome="hit") == 6

    tell(stack, "accounts.something_else.v1")
    time.sleep(0.5)
    client.get(NOTICE)
    assert gateway.count("gateway_cache_total", outcome="miss") == 1
    tell(stack, "accounts.privacy_notice_changed.v1")
    wait_until(lambda: client.get(NOTICE) and gateway.count("gateway_cache_total", outcome="miss") == 2)


def test_a_resident_shares_what_is_the_same_for_everybody(stack: Stack, start_gateway: Start) -> None:
    gateway = start_gateway()
    known = gateway.client(stack.token("resident", "r_x", ("resident",)))
    first = known.get(NOTICE)
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = known.get(NOTICE)
    assert (again.content, again.headers["ETag"]) == (first.content, first.headers["ETag"])
    assert known.get(NOTICE, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
    assert gateway.client().get(NOTICE).content == first.content
    assert gateway.count("gateway_cache_total", outcome="miss") == 1
    assert gateway.count("gateway_cache_total", outcome="hit") == 3
    problem(gateway.client("forged").get(NOTICE), 401, "unauthenticated")


def test_staff_are_shown_what_is_true_now_and_its_version(stack: Stack, start_gateway: Start) -> None:
    gateway = start_gateway()
    gateway.client().get(ITEM)
    operator = gateway.client(stack.token("staff", "s_operator", ("hub_operator",)))
    answer = operator.get(ITEM)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["ETag"].startswith(f'"{answer.json()["version"]}-')
    assert gateway.count("gateway_cache_total", outcome="hit") == 0


def test_without_the_broker_only_public_answers_are_served_with_their_age_and_not_for_long(
    stack: Stack, start_gateway: Start
) -> None:
    gateway = start_gateway(STALE_SECONDS="6")  # long enough to be seen on a busy machine
    client = gateway.client()
    first = client.get(NOTICE)
    wait_until(lambda: client.get(NOTICE) and gateway.count("gateway_cache_total", outcome="hit"))  # it listens by now
    gateway.relay.refuse()
    wait_until(lambda: "Age" in client.get(NOTICE).headers)
    stale = client.get(NOTICE)
    assert stale.content == first.content
    assert int(stale.headers["Age"]) >= 0
    answer = gateway.client(stack.token("resident", "r_demo01", ("resident",))).get(f"{PREFIX}/me")
    problem(answer, 503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    wait_until(lambda: client.get(NOTICE).status_code == 503)
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503

    gateway.relay.allow()
    wait_until(lambda: client.get(NOTICE).status_code == 200)
    wait_until(lambda: client.get("/readyz").json()["broker"])
    assert "Age" not in client.get(NOTICE).headers


def test_a_command_under_way_when_the_broker_is_lost_ends_in_a_clear_answer(start_gateway: Start) -> None:
    gateway = start_gateway(COMMAND_SECONDS="3")
    client = gateway.client()
    client.get(NOTICE)
    gateway.relay.refuse()
    began = time.monotonic()
    answer = client.post(f"{PREFIX}/auth/sms-codes", json={"phone": "13800138000"})
    problem(answer, 503, "unavailable")
    assert time.monotonic() - began < 4


@pytest.mark.parametrize("path", ["/auth/sms-codes", "/auth/sessions", "/auth/refresh"])
def test_signing_in_is_limited_by_address_and_says_when_to_come_again(start_gateway: Start, path: str) -> None:
    gateway = start_gateway(RATE_AUTH="3/hour")
    client, other = gateway.client(), gateway.client()
    answers = [client.post(PREFIX + path, json={}) for _ in range(6)]
    assert [answer.status_code for answer in answers][3:] == [429] * 3
    problem(answers[-1], 429, "rate_limited")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3600
    assert other.post(PREFIX + path, json={}).status_code != 429
    forged = {"X-Forwarded-For": f"9.9.9.9, {client.headers['X-Forwarded-For']!s}"}
    assert client.post(PREFIX + path, json={}, headers=forged).status_code == 429


def test_guessing_tokens_is_limited_too(start_gateway: Start) -> None:
    client = start_gateway(RATE_READ_ADDRESS="3/hour").client("forged")
    assert [client.get(f"{PREFIX}/me").status_code for _ in range(5)] == [401, 401, 401, 429, 429]


def test_an_account_is_limited_wherever_it_comes_from(stack: Stack, start_gateway: Start) -> None:
    gateway = start_gateway(RATE_READ_ACCOUNT="3/hour")
    token = stack.token("resident", "r_demo02", ("resident",))
    answers = [gateway.client(token).get(f"{PREFIX}/me").status_code for _ in range(5)]
    assert answers[3:] == [429, 429]
    other = gateway.client(stack.token("resident", "r_demo03", ("resident",)))
    assert other.get(f"{PREFIX}/me").status_code != 429


def test_forwarded_addresses_of_strangers_do_not_count(start_gateway: Start) -> None:
    gateway = start_gateway(RATE_AUTH="3/hour", TRUSTED_PROXIES="10.0.0.1")
    answers = [gateway.client().post(f"{PREFIX}/auth/refresh", json={}).status_code for _ in range(5)]
    assert answers[3:] == [429, 429]
