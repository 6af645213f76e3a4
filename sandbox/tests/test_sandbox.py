"""The sandbox over its HTTP face."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from sandbox import sms
from sandbox.app import create_app

PHONE = "16000000001"


@pytest.fixture
def client() -> FlaskClient:
    return create_app().test_client()


def send(client: FlaskClient, text: Any = "验证码123456，5分钟内有效。", phone: Any = PHONE) -> int:
    return client.post("/sms/messages", json={"phone": phone, "text": text}).status_code


def texts(client: FlaskClient, phone: str = PHONE) -> list[str]:
    return [item["text"] for item in client.get(f"/sms/messages?phone={phone}").get_json()["items"]]


def becomes_true(condition: Callable[[], bool], seconds: float = 3) -> bool:
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.02)
    return condition()


def test_a_message_is_taken_and_can_be_read_newest_first(client: FlaskClient) -> None:
    assert send(client, "验证码111111") == 202
    assert send(client, "验证码222222") == 202
    items = client.get(f"/sms/messages?phone={PHONE}").get_json()["items"]
    assert [item["code"] for item in items] == ["222222", "111111"]
    sent_at = datetime.fromisoformat(items[0]["sent_at"])
    assert sent_at.utcoffset() == timedelta(hours=8)
    assert abs(datetime.now(UTC) - sent_at) < timedelta(seconds=5)


def test_a_phone_sees_only_its_own(client: FlaskClient) -> None:
    send(client)
    assert texts(client, "16000000002") == []
    assert texts(client, "") == []


@pytest.mark.parametrize("text", ["没有数字", "单号1234567", "12345"])
def test_only_six_digits_are_a_code(client: FlaskClient, text: str) -> None:
    send(client, text)
    assert client.get(f"/sms/messages?phone={PHONE}").get_json()["items"][0]["code"] is None


@pytest.mark.parametrize(
    "phone", ["", "1600000000", "160000000011", "26000000001", "1600000000a", None, 16000000001, [PHONE]]
)
def test_a_wrong_phone_is_refused(client: FlaskClient, phone: Any) -> None:
    assert send(client, phone=phone) == 400


@pytest.mark.parametrize("text", ["", "  ", "长" * 501, None, 5, {}])
def test_a_wrong_text_is_refused(client: FlaskClient, text: Any) -> None:
    assert send(client, text) == 400
    assert texts(client) == []


def test_hostile_bodies_are_refused(client: FlaskClient) -> None:
    assert client.post("/sms/messages", data=b"\x00{").status_code == 400
    assert client.post("/sms/messages", json=[1, 2]).status_code == 400
    assert client.post("/sms/messages", data=b"x" * 100_000).status_code in (400, 413)


def test_the_page_shows_html_as_text(client: FlaskClient) -> None:
    send(client, "<script>alert(1)</script>")
    page = client.get("/").get_data(as_text=True)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_inboxes_are_bounded_per_phone_and_in_all() -> None:
    inboxes = sms.Inboxes(per_phone=3, in_all=5)
    for number in range(10):
        inboxes.deliver(sms.Message("16000000001", str(number), datetime.now(UTC)))
    assert [message.text for message in inboxes.of("16000000001")] == ["9", "8", "7"]
    for number in range(4):
        inboxes.deliver(sms.Message(f"1600000001{number}", "x", datetime.now(UTC)))
    assert len(inboxes.latest(100)) == 5
    assert [message.text for message in inboxes.of("16000000001")] == ["9"]


def test_many_senders_at_once_lose_nothing(client: FlaskClient) -> None:
    app = client.application
    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(lambda n: send(app.test_client(), phone=f"160000{n:05}"), range(400)))
    assert set(codes) == {202}
    assert all(len(texts(client, f"160000{n:05}")) == 1 for n in range(400))


@pytest.mark.parametrize(("mode", "status"), [("error", 500), ("garbage", 200)])
def test_a_fault_changes_the_answer_and_nothing_arrives(client: FlaskClient, mode: str, status: int) -> None:
    assert client.put("/faults/sms", json={"mode": mode}).status_code == 200
    assert send(client) == status
    assert texts(client) == []
    client.put("/faults/sms", json={"mode": "none"})
    assert send(client) == 202


def test_garbage_is_not_json(client: FlaskClient) -> None:
    client.put("/faults/sms", json={"mode": "garbage"})
    answer = client.post("/sms/messages", json={"phone": PHONE, "text": "x"})
    assert answer.get_json(silent=True) is None


def test_slow_answers_late_and_delivers(client: FlaskClient) -> None:
    client.put("/faults/sms", json={"mode": "slow", "seconds": 0.3})
    begin = time.monotonic()
    assert send(client) == 202
    assert time.monotonic() - begin >= 0.3
    assert len(texts(client)) == 1


def test_hang_keeps_silent_and_delivers_nothing(client: FlaskClient) -> None:
    client.put("/faults/sms", json={"mode": "hang", "seconds": 0.3})
    begin = time.monotonic()
    assert send(client) == 504
    assert time.monotonic() - begin >= 0.3
    assert texts(client) == []


def test_late_effect_arrives_after_the_error(client: FlaskClient) -> None:
    client.put("/faults/sms", json={"mode": "late_effect", "seconds": 0.3})
    assert send(client) == 500
    assert texts(client) == []
    assert becomes_true(lambda: len(texts(client)) == 1)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"mode": "no"},
        {"mode": "slow", "seconds": -1},
        {"mode": "slow", "seconds": "1"},
        {"mode": "slow", "seconds": True},
        {"mode": "slow", "seconds": 301},
    ],
)
def test_nonsense_faults_are_refused(client: FlaskClient, body: Any) -> None:
    assert client.put("/faults/sms", json=body).status_code == 400
    assert send(client) == 202


def test_an_unknown_platform_has_no_faults(client: FlaskClient) -> None:
    assert client.put("/faults/fax", json={"mode": "error"}).status_code == 404


def test_health_is_not_touched_by_faults(client: FlaskClient) -> None:
    client.put("/faults/sms", json={"mode": "error"})
    assert client.get("/healthz").status_code == 200
