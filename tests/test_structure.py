"""The wiring between parts, read from the contracts: nothing is offered, told or asked that nobody declared."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

CONTRACTS = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(Path("contracts").glob("*.json"))}
SERVICES = {name: contract for name, contract in CONTRACTS.items() if contract.get("rpc")}
AUDIENCES = {
    "anyone", "resident", "staff", "service",
    "clerk", "handler", "approver", "supervisor", "leader", "reporter", "editor", "duty_editor", "chief_editor",
    "hub_operator", "local_editor", "merchant", "administrator", "partner",
}  # fmt: skip


def consumed() -> set[str]:
    return {type_ for c in CONTRACTS.values() for types in c.get("consumes", {}).values() for type_ in types}


def test_every_service_has_a_contract_and_every_contract_a_service() -> None:
    folders = {path.parent.name for path in Path("services").glob("*/*/service.py")}
    assert folders == set(SERVICES)


@pytest.mark.parametrize("service", SERVICES)
def test_every_method_says_who_may_call_and_what_it_does(service: str) -> None:
    for name, method in SERVICES[service]["rpc"].items():
        assert method["allow"], name
        assert set(method["allow"]) <= AUDIENCES, name
        assert method["summary"], name


@pytest.mark.parametrize("service", SERVICES)
def test_every_command_can_be_repeated_by_key(service: str) -> None:
    reads = ("get_", "list_", "read_", "health", "search", "front", "popular", "highlights", "nearby")
    keyed_by_themselves = ("put_chunk", "finish_upload")  # by the chunk's number, by the upload
    for name, method in SERVICES[service]["rpc"].items():
        if not name.startswith((*reads, *keyed_by_themselves)):
            assert "idempotency_key" in method["request"]["properties"], name


@pytest.mark.parametrize("service", SERVICES)
def test_every_list_is_paged(service: str) -> None:
    for name, method in SERVICES[service]["rpc"].items():
        if name.startswith("list_"):
            assert {"limit", "cursor"} <= set(method["request"]["properties"]), name
            assert {"items", "next_cursor"} <= set(method["response"]["properties"]), name


def test_every_event_that_is_heard_is_told_by_its_service() -> None:
    told = {type_ for contract in SERVICES.values() for type_ in contract["events"]}
    assert consumed() <= told


def test_every_event_has_a_listener() -> None:
    heard = set(CONTRACTS["gateway"]["listens"])
    for service, contract in SERVICES.items():
        unheard = [type_ for type_ in contract["events"] if type_ not in consumed()]
        assert not unheard or service in heard, unheard


@pytest.mark.parametrize("service", SERVICES)
def test_event_types_are_named_by_service_fact_and_version(service: str) -> None:
    for type_ in SERVICES[service]["events"]:
        source, fact, version = type_.split(".")
        assert source == service
        assert fact.islower()
        assert version.startswith("v")


PERSONAL = {"phone", "id_number", "text", "title", "name", "nickname", "address", "place"}


@pytest.mark.parametrize("service", SERVICES)
def test_events_carry_references_not_personal_data(service: str) -> None:
    for type_, schema in SERVICES[service]["events"].items():
        assert not PERSONAL & set(_fields(schema)), type_


def _fields(schema: Any) -> list[str]:
    if isinstance(schema, dict):
        return [*schema.get("properties", {}), *(name for value in schema.values() for name in _fields(value))]
    return [name for value in schema for name in _fields(value)] if isinstance(schema, list) else []


def test_no_folder_of_tests_is_a_package() -> None:
    """Two packages `tests` would share their modules' names, and pytest would run one file's tests under both."""
    assert not [
        *Path().glob("tests/__init__.py"),
        *Path().glob("*/tests/__init__.py"),
        *Path().glob("services/*/tests/__init__.py"),
    ]


def test_the_privacy_notice_says_how_long_tips_are_kept() -> None:
    rules = yaml.safe_load(Path("district/tips.yml").read_text("utf-8"))
    said = {365: "一年", 1095: "三年"}
    notice = max(Path("services/accounts/accounts/notices").glob("*.md")).read_text("utf-8")
    assert f"决定采用或不采用{said[rules['text_days_after']]}后删除" in notice
    assert f"收到{said[rules['text_days']]}后删除" in notice
