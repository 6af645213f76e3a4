"""What the contracts turn into at the broker; that the broker enforces it is tested in devtools/tests."""

import base64
import hashlib
import re

import pytest

from kit import topology
from kit.topology import Contract

ACCOUNTS = Contract("accounts", rpc=("sign_in", "health"), consumes={"accounts.notices": ("petition.case_replied.v1",)})
PETITION = Contract("petition", rpc=("submit_case",), calls=("accounts",))
GATEWAY = Contract("gateway", calls=("accounts", "petition"), listens=("petition",))
ALL = (ACCOUNTS, PETITION, GATEWAY)
REPLY_KEY = "0b4c1fa2-6f0c-4a5e-9a53-0a3ad7b8cbd1"


def test_a_contract_file_is_read_and_what_is_absent_is_empty() -> None:
    assert Contract.of({"service": "gateway", "calls": ["accounts"], "listens": ["petition"], "rpc": {}}) == Contract(
        "gateway", calls=("accounts",), listens=("petition",)
    )


def test_no_contracts_leave_only_the_rpc_exchange() -> None:
    assert [exchange.name for exchange in topology.topology([]).exchanges] == ["nameko-rpc"]


def test_each_service_has_one_request_queue_and_callers_have_none() -> None:
    names = [queue.name for queue in topology.topology(ALL).queues]
    assert "rpc-accounts" in names
    assert "rpc-petition" in names
    assert "rpc-gateway" not in names
    assert len(names) == len(set(names))


def test_delayed_letters_come_back_to_their_own_queue() -> None:
    held = topology.topology(ALL)
    waiting = {queue.name: queue.arguments for queue in held.queues if ".retry." in queue.name}
    assert {name: arguments["x-message-ttl"] for name, arguments in waiting.items()} == {
        "accounts.notices.retry.1": 1_000,
        "accounts.notices.retry.2": 10_000,
        "accounts.notices.retry.3": 60_000,
    }
    for arguments in waiting.values():
        back = topology.Binding(
            str(arguments["x-dead-letter-exchange"]), "accounts.notices", str(arguments["x-dead-letter-routing-key"])
        )
        assert back in held.bindings


def test_every_binding_leads_from_a_declared_exchange_to_a_declared_queue() -> None:
    held = topology.topology(ALL)
    exchanges, queues = {one.name for one in held.exchanges}, {one.name for one in held.queues}
    assert {binding.exchange for binding in held.bindings} <= exchanges
    assert {binding.queue for binding in held.bindings} <= queues


@pytest.mark.parametrize(
    ("contract", "verb", "name", "allowed"),
    [
        (ACCOUNTS, "read", "rpc-accounts", True),
        (ACCOUNTS, "read", "rpc-petition", False),
        (ACCOUNTS, "read", "accounts.notices.parked", True),
        (ACCOUNTS, "read", "accountsXnotices", False),
        (ACCOUNTS, "write", "accounts.events", True),
        (ACCOUNTS, "write", "petition.events", False),
        (ACCOUNTS, "write", "amq.default", False),
        (ACCOUNTS, "configure", "anything", False),
        (PETITION, "configure", "rpc.reply-petition-1", True),
        (PETITION, "configure", "rpc.reply-gateway-1", False),
        (GATEWAY, "read", "petition.events", True),
        (GATEWAY, "read", "rpc-petition", False),
        (GATEWAY, "configure", "gateway.cache-1", True),
        (GATEWAY, "configure", "rpc-petition", False),
        (GATEWAY, "write", "petition.events", False),
    ],
)
def test_permissions(contract: Contract, verb: str, name: str, allowed: bool) -> None:
    assert bool(re.search(topology.permissions(contract)[verb], name)) is allowed


@pytest.mark.parametrize(
    ("contract", "key", "allowed"),
    [
        (GATEWAY, "petition.submit_case", True),
        (GATEWAY, "petition.drop_everything", False),
        (GATEWAY, REPLY_KEY, False),
        (PETITION, "accounts.sign_in", True),
        (PETITION, "petition.submit_case", False),
        (PETITION, REPLY_KEY, True),
        (ACCOUNTS, "petition.submit_case", False),
    ],
)
def test_topics_that_may_be_published(contract: Contract, key: str, allowed: bool) -> None:
    assert bool(re.search(topology.topic_permission(contract, ALL)["write"], key)) is allowed


def test_nobody_may_bind_somebody_elses_requests() -> None:
    for contract in ALL:
        assert not re.search(topology.topic_permission(contract, ALL)["read"], "petition.submit_case")
        assert not re.search(topology.topic_permission(contract, ALL)["read"], "#")


def test_definitions_hold_no_password_and_do_not_change_without_cause() -> None:
    passwords = {"administrator": "root-secret", "accounts": "a-secret", "petition": "p-secret", "gateway": "g-secret"}
    first = topology.definitions(ALL, "connect", passwords, "administrator")
    assert first == topology.definitions(ALL, "connect", passwords, "administrator")
    assert not any(secret in str(first) for secret in passwords.values())
    assert [user["name"] for user in first["users"] if user["tags"]] == ["administrator"]


def test_password_hash_is_rabbitmqs() -> None:
    raw = base64.b64decode(topology.password_hash("secret", "petition"))
    assert raw[4:] == hashlib.sha256(raw[:4] + b"secret").digest()
    assert topology.password_hash("secret", "accounts") != topology.password_hash("secret", "petition")
