"""From HTTP requests to calls' arguments."""

from typing import Any

import pytest
from flask import Flask, request

from gateway import arguments
from gateway.contracts import Method
from gateway.problems import Malformed, UnsupportedType
from kit.errors import Invalid

FIELDS = {
    "limit": {"type": "integer"},
    "unread": {"anyOf": [{"type": "boolean"}, {"type": "null"}]},
    "town": {"anyOf": [{"type": "string"}, {"type": "null"}]},
    "state": {"$ref": "#/$defs/State"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "share": {"type": "number"},
    "version": {"type": "integer"},
    "idempotency_key": {"type": "string"},
    "no": {"type": "string"},
}
METHOD = Method(
    "petition",
    "list_cases",
    "",
    frozenset({"anyone"}),
    {"properties": FIELDS, "$defs": {"State": {"type": "string"}}},
    {},
)
BARE = Method("petition", "bare", "", frozenset({"anyone"}), {}, {})


def gathered(path: str = "/", called: Method = METHOD, given: dict[str, str] | None = None, **options: Any) -> Any:
    with Flask(__name__).test_request_context(path, **options):
        return arguments.gather(called, request, given or {})


def test_query_parameters_become_what_the_schema_says() -> None:
    found = gathered("/?limit=5&unread=true&town=崔村镇&state=open&tags=a&tags=b&share=0.5")
    del found["idempotency_key"]
    assert found == {"limit": 5, "unread": True, "town": "崔村镇", "state": "open", "tags": ["a", "b"], "share": 0.5}


@pytest.mark.parametrize("text", ["abc", "", "1e9", "9" * 40, "0x10", "١", "true"])
def test_what_is_no_number_goes_on_for_the_service_to_refuse(text: str) -> None:
    assert gathered("/", query_string={"limit": text})["limit"] == text


@pytest.mark.parametrize("query", ["limit=1&limit=2", "unknown=1", "limit[$gt]=1", "__proto__=1"])
def test_unknown_and_repeated_parameters_are_refused(query: str) -> None:
    with pytest.raises(Invalid) as caught:
        gathered(f"/?{query}")
    assert caught.value.errors


def test_the_path_wins_over_the_body() -> None:
    found = gathered("/", given={"no": "CP1"}, method="POST", json={"no": "CP2", "town": "x"})
    assert (found["no"], found["town"]) == ("CP1", "x")


@pytest.mark.parametrize("data", [b"{", b"\xff", b"{'a':1}", b'{"a":NaN}', b"[" * 100_000, b'{"a":"\\ud800"}'])
def test_a_body_that_is_not_json_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        gathered(method="POST", data=data, content_type="application/json")


@pytest.mark.parametrize("data", [b"[]", b"1", b"null", b'"text"'])
def test_a_body_that_is_no_object_is_invalid(data: bytes) -> None:
    with pytest.raises(Invalid):
        gathered(method="POST", data=data, content_type="application/json")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_taken(kind: str) -> None:
    with pytest.raises(UnsupportedType):
        gathered(method="POST", data=b"{}", content_type=kind)


def test_an_idempotency_key_comes_from_the_header_or_the_body_or_is_made() -> None:
    assert gathered(method="POST", json={}, headers={"Idempotency-Key": "k1"})["idempotency_key"] == "k1"
    assert gathered(method="POST", json={"idempotency_key": "k2"})["idempotency_key"] == "k2"
    first, second = gathered(method="POST", json={}), gathered(method="POST", json={})
    assert first["idempotency_key"] != second["idempotency_key"]


def test_a_method_that_knows_no_key_and_no_version_gets_none() -> None:
    assert gathered(called=BARE, method="POST", json={}, headers={"Idempotency-Key": "k", "If-Match": '"3"'}) == {}


@pytest.mark.parametrize("text", ["7", '"7"', 'W/"7"', '"7-0123abcdef"'])
def test_if_match_carries_the_version(text: str) -> None:
    assert gathered(method="POST", json={}, headers={"If-Match": text})["version"] == 7


@pytest.mark.parametrize("text", ["*", "", '"abc"', "-1", '"7", "8"', "9" * 50])
def test_an_if_match_that_names_no_version_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        gathered(method="POST", json={}, headers={"If-Match": text})
