"""The stack's gateway over HTTP: refusals, hostile requests, headers, documents."""

import socket
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from gateway.routes import PREFIX, ROLES, ROUTES, Route, matrix
from kit import identity
from kit.testing import Stack

from .conftest import Client

PROBLEM = {"type", "title", "status", "detail", "code", "errors", "trace_id"}
NAMES = [route.name for route in ROUTES]
SIGN_IN = f"{PREFIX}/auth/sessions"


def problem(answer: requests.Response, status: int, code: str) -> dict[str, Any]:
    """The problem in an answer, checked for its form."""
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body.keys() >= PROBLEM
    assert (body["status"], body["code"]) == (status, code)
    assert body["detail"]
    assert body["trace_id"] == answer.headers["traceparent"].split("-")[1]
    return body


def filled(route: Route) -> str:
    """The route's path with values that no object has."""
    path = route.path
    for name in route.parameters:
        path = path.replace(f"{{{name}}}", "CP20200101-000000")
    return path


def token_of(stack: Stack, role: str) -> str:
    if role == "resident":
        return stack.token("resident", "r_nobody", ("resident",))
    return stack.token("staff", f"s_{role}", (role,), departments=["jw"])


BY_KEY = "/feeds/ninjs"  # whoever one is, a partner's key is asked for
REFUSED = [(role, method, path) for role, method, path, allowed in matrix() if not allowed]
ADMITTED = [(role, method, path) for role, method, path, allowed in matrix() if allowed and role != "anonymous"]


@pytest.mark.parametrize("role", ["anonymous", "resident", *ROLES])
def test_who_is_not_in_the_audience_is_refused_whatever_he_sends(stack: Stack, client: Client, role: str) -> None:
    if role != "anonymous":
        client.headers["Authorization"] = f"Bearer {token_of(stack, role)}"
    for route in ROUTES:
        if (role, route.method, route.path) not in REFUSED:
            continue
        answer = client.request(route.method, filled(route), json=None if route.method == "GET" else {})
        problem(answer, *((401, "unauthenticated") if role == "anonymous" else (403, "forbidden")))


def test_every_role_is_let_through_to_what_is_his(stack: Stack) -> None:
    reads = [(role, path) for role, method, path in ADMITTED if method == "GET" and "{" not in path and path != BY_KEY]
    for role, path in reads:
        answer = Client(stack["base_url"], token_of(stack, role)).get(path)
        about_a_person = path.startswith(f"{PREFIX}/me")  # accounts looks whether he exists
        assert answer.status_code not in (403, *(() if about_a_person else (401,))), (role, path, answer.text)


@pytest.fixture
def impostors(stack: Stack) -> Iterator[dict[str, str]]:
    """Tokens that prove nothing at this door."""
    now = datetime.now(UTC)
    accounts = identity.TokenSigner(stack.secrets / "accounts" / "signing.pem", "accounts")
    gateway = identity.TokenSigner(stack.secrets / "gateway" / "signing.pem", "gateway")
    staff = {"kind": "staff", "roles": ["administrator"]}
    valid = stack.token("staff", "s_x", ("administrator",))
    head, body, signature = valid.split(".")
    yield {
        "expired": accounts.sign("s_x", staff, now - timedelta(hours=1), 60),
        "signed by the gateway": gateway.sign("s_x", staff, now, 60),
        "a service's": gateway.for_service(now),
        "altered": f"{head}.{body[:-2]}AA.{signature}",
        "unsigned": f"{head}.{body}.",
        "nonsense": "nonsense",
        "huge": "x" * 7000,
    }


def test_forged_tokens_are_refused_everywhere_even_where_none_is_needed(
    client: Client, impostors: dict[str, str]
) -> None:
    for token in impostors.values():
        for path in (f"{PREFIX}/me", f"{PREFIX}/privacy-notice", f"{PREFIX}/desk/staff"):
            answer = client.get(path, headers={"Authorization": f"Bearer {token}"})
            problem(answer, 401, "unauthenticated")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    problem(client.get(f"{PREFIX}/me", headers={"Authorization": "Basic Zm9v"}), 401, "unauthenticated")


@pytest.mark.parametrize("path", ["/nothing", "/api/v1/nothing", "/api/v2/me", "/api/v1/me/", "//", "/docs/../wsgi.py"])
def test_an_unknown_address_is_a_problem_too(client: Client, path: str) -> None:
    problem(client.get(path), 404, "not_found")


def test_a_known_address_with_another_method_says_which_are_allowed(client: Client) -> None:
    answer = client.put(f"{PREFIX}/me")
    problem(answer, 405, "method_not_allowed")
    assert {"GET", "PATCH", "DELETE"} <= set(answer.headers["Allow"].split(", "))


def test_a_head_tells_what_a_get_would_and_options_which_methods_there_are(client: Client) -> None:
    whole, head = client.get("/openapi.json"), client.head("/openapi.json")
    assert (head.status_code, head.content) == (200, b"")
    for name in ("Content-Length", "Content-Type", "ETag"):
        assert head.headers[name] == whole.headers[name]
    assert {"GET", "PATCH", "DELETE", "OPTIONS"} <= set(client.options(f"{PREFIX}/me").headers["Allow"].split(", "))


def test_bodies_that_are_not_what_they_should_be(client: Client) -> None:
    as_json = {"Content-Type": "application/json"}
    problem(client.post(SIGN_IN, data=b"{", headers=as_json), 400, "malformed")
    problem(client.post(SIGN_IN, data=b"[" * 100_000, headers=as_json), 400, "malformed")
    problem(client.post(SIGN_IN, data=b"[]", headers=as_json), 422, "invalid")
    problem(client.post(SIGN_IN, data={"phone": "1"}), 415, "unsupported_type")
    problem(client.post(SIGN_IN, data=b'{"x":"' + b"x" * 300_000 + b'"}', headers=as_json), 413, "too_large")


def test_a_body_of_unknown_length_is_limited_too(client: Client) -> None:
    parts = (b'{"x":"' if n == 0 else b"x" * 10_000 for n in range(60))
    answer = client.post(SIGN_IN, data=parts, headers={"Content-Type": "application/json"})
    problem(answer, 413, "too_large")


def test_the_services_own_refusals_name_the_field(client: Client) -> None:
    body = problem(client.post(SIGN_IN, json={"phone": "13800138000", "code": "abc"}), 422, "invalid")
    assert any(error["field"] == "code" and error["message"] for error in body["errors"])
    body = problem(client.post(SIGN_IN, json={"phone": {"$gt": ""}, "code": "123456"}), 422, "invalid")
    assert [error["field"] for error in body["errors"]] == ["phone"]
    body = problem(client.get(f"{PREFIX}/privacy-notice?x=1"), 422, "invalid")
    assert body["errors"][0]["field"] == "x"


@pytest.mark.parametrize("key", ["x" * 201, "schlüssel", "a b"])
def test_an_idempotency_key_of_the_wrong_form_is_refused(client: Client, key: str) -> None:
    answer = client.post(
        f"{PREFIX}/auth/sms-codes", json={"phone": "13800138000"}, headers={"Idempotency-Key": key.encode()}
    )
    assert problem(answer, 422, "invalid")["errors"][0]["field"] == "idempotency_key"


@pytest.mark.parametrize("method", ["POST", "GET"])
def test_hostile_headers_change_nothing(client: Client, method: str) -> None:
    hostile = {
        "X-HTTP-Method-Override": "DELETE",
        "X-Original-URL": "/api/v1/desk/staff",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "' OR 1=1 --, <script>, 999.999.999.999",
        "traceparent": "00-" + "g" * 32 + "-" + "0" * 16 + "-01",
        "If-None-Match": '"' + "x" * 5000,
        "Cookie": "refresh=" + "x" * 5000,
    }
    answer = client.request(method, f"{PREFIX}/privacy-notice", headers=hostile)
    assert answer.status_code == (200 if method == "GET" else 405)
    assert "evil" not in answer.text


def test_a_request_that_is_not_http_ends_the_connection_and_nothing_else(stack: Stack, client: Client) -> None:
    where = urlsplit(stack["base_url"])
    for rubbish in (b"\x00\xff\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n\r\n"):
        with socket.create_connection((where.hostname or "", where.port or 0), timeout=5) as line:
            line.sendall(rubbish)
            assert b" 200 " not in line.recv(4096)
    assert client.get("/healthz").status_code == 200


def test_a_trace_is_continued_or_begun(client: Client) -> None:
    given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    continued = client.get(f"{PREFIX}/me", headers={"traceparent": given})
    assert problem(continued, 401, "unauthenticated")["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"
    begun = client.get(f"{PREFIX}/me").headers["traceparent"]
    assert begun.split("-")[1] != client.get(f"{PREFIX}/me").headers["traceparent"].split("-")[1]


@pytest.mark.parametrize(
    "path", ["/healthz", "/nothing", f"{PREFIX}/privacy-notice", f"{PREFIX}/me", "/docs", "/openapi.json"]
)
def test_every_answer_carries_the_security_headers(client: Client, path: str) -> None:
    for _ in range(2):  # the second may come from the cache
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe-inline" not in headers["Content-Security-Policy"].split("style-src")[0]
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "Strict-Transport-Security" not in headers
    secure = client.get(path, headers={"X-Forwarded-Proto": "https"})
    assert "max-age" in secure.headers["Strict-Transport-Security"]


def test_an_answer_that_has_not_changed_is_not_sent_again(stack: Stack) -> None:
    anonymous = Client(stack["base_url"])
    known = Client(stack["base_url"], token_of(stack, "administrator"))
    for client, path in ((anonymous, f"{PREFIX}/privacy-notice"), (known, f"{PREFIX}/desk/staff?limit=2")):
        first = client.get(path)
        assert first.status_code == 200, first.text
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]
        assert client.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_pages_follow_each_other_by_cursor(stack: Stack) -> None:
    client = Client(stack["base_url"], token_of(stack, "administrator"))
    first = client.get(f"{PREFIX}/desk/staff?limit=3").json()
    second = client.get(f"{PREFIX}/desk/staff", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert len(first["items"]) == 3
    assert not {row["id"] for row in first["items"]} & {row["id"] for row in second["items"]}
    assert client.get(f"{PREFIX}/desk/staff?limit=101").status_code == 422
    assert client.get(f"{PREFIX}/desk/staff?cursor=%00").status_code == 422


def test_the_documents_are_there_and_name_no_outside_host(client: Client) -> None:
    assert client.get("/openapi.json").json()["openapi"] == "3.1.0"
    page = client.get("/docs")
    assert page.headers["Content-Type"].startswith("text/html")
    assert "//" not in page.text.replace("/openapi.json", "")
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "start.js"):
        assert client.get(f"/docs/{name}").status_code == 200


def test_health(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert set(ready.json()["services"].values()) == {"ready"}


def test_figures_are_not_on_the_public_port_but_on_the_inner_one(stack: Stack, client: Client) -> None:
    problem(client.get("/metrics"), 404, "not_found")
    time.sleep(0.1)
    assert "gateway_requests_total" in requests.get(f"{stack['metrics_url']}/metrics", timeout=5).text
