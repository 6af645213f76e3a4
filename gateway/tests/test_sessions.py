"""The refresh token between browser and gateway."""

import random
from typing import Any

import pytest
import requests

from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import Client
from .test_http import problem

SESSIONS, REFRESH = f"{PREFIX}/auth/sessions", f"{PREFIX}/auth/refresh"
BROWSER = {"Sec-Fetch-Site": "same-origin"}


def sign_in(stack: Stack, client: Client, **headers: str) -> requests.Response:
    phone = f"139{random.randint(0, 99_999_999):08d}"
    assert client.post(f"{PREFIX}/auth/sms-codes", json={"phone": phone}).status_code == 200
    messages = f"{stack['sandbox_url']}/sms/messages"
    code = wait_until(lambda: requests.get(messages, params={"phone": phone}, timeout=5).json()["items"])[0]["code"]
    notice = client.get(f"{PREFIX}/privacy-notice").json()["version"]
    answer = client.post(SESSIONS, json={"phone": phone, "code": code, "consent_version": notice}, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer


def cookie_of(answer: requests.Response) -> dict[str, Any]:
    (cookie,) = (cookie for cookie in answer.cookies if not isinstance(cookie, str))
    return {"value": cookie.value, "path": cookie.path, "secure": cookie.secure, **cookie.__dict__["_rest"]}


def test_a_browser_gets_the_token_where_no_script_can_read_it(stack: Stack, client: Client) -> None:
    answer = sign_in(stack, client, **BROWSER)
    cookie = cookie_of(answer)
    assert cookie["value"]
    assert (cookie["path"], cookie["SameSite"], cookie["secure"]) == (f"{PREFIX}/auth", "Strict", False)
    assert "HttpOnly" in cookie
    assert answer.json()["refresh_token"] is None
    assert answer.headers["Cache-Control"] == "no-store"

    renewed = client.post(REFRESH, headers=BROWSER)
    assert renewed.status_code == 200, renewed.text
    assert cookie_of(renewed)["value"] != cookie["value"]
    token = {"Authorization": f"Bearer {renewed.json()['access_token']}"}
    assert client.get(f"{PREFIX}/me", headers=token).status_code == 200
    ended = client.delete(f"{SESSIONS}/current", headers=token)
    assert ended.status_code == 204
    assert not client.cookies


def test_the_cookie_is_only_for_tls_where_there_is_tls(stack: Stack, client: Client) -> None:
    answer = sign_in(stack, client, **{"X-Forwarded-Proto": "https"})
    assert "Secure" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://evil.example", "X-Forwarded-Host": "evil.example"},
    ],
    ids=str,
)
def test_a_cookie_that_another_page_sends_along_is_worth_nothing(
    stack: Stack, client: Client, headers: dict[str, str]
) -> None:
    client.cookies.set("refresh", "whatever", path=f"{PREFIX}/auth")
    problem(client.post(REFRESH, headers=headers), 403, "forbidden")


def test_a_page_of_ours_without_fetch_metadata_is_known_by_its_origin(stack: Stack, client: Client) -> None:
    sign_in(stack, client, **BROWSER)
    assert client.post(REFRESH, headers={"Origin": stack["base_url"]}).status_code == 200


def test_other_clients_carry_the_token_themselves(stack: Stack, client: Client) -> None:
    token = sign_in(stack, client).json()["refresh_token"]
    client.cookies.clear()
    assert client.post(REFRESH, json={"refresh_token": token}).status_code == 200


def test_without_a_token_there_is_nothing_to_refresh(client: Client) -> None:
    problem(client.post(REFRESH), 401, "unauthenticated")
    problem(client.post(REFRESH, json={"refresh_token": "made up"}), 401, "unauthenticated")
