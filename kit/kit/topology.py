"""What the broker holds, derived from the contracts: exchanges, queues, bindings, and who may touch which of them.

Nothing is declared by services at run time. A deployment with a broker of its own loads `definitions`; one with a
broker of somebody else runs `python -m kit.topology declare` once before the services start.
"""

import base64
import hashlib
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kit.broker import open_connection

RPC_EXCHANGE = "nameko-rpc"
RETRY_MILLISECONDS = {1: 1_000, 2: 10_000, 3: 60_000}
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
UNHEARD_KEPT = 1_000
NOTHING = "^$"


@dataclass(frozen=True)
class Contract:
    """What a part offers and uses. `listens`: services whose events it hears on queues that it makes itself."""

    service: str
    rpc: tuple[str, ...] = ()
    consumes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    calls: tuple[str, ...] = ()
    listens: tuple[str, ...] = ()

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Contract":
        """From a contract file's content."""
        return cls(
            service=document["service"],
            rpc=tuple(document.get("rpc", ())),
            consumes={queue: tuple(types) for queue, types in document.get("consumes", {}).items()},
            calls=tuple(document.get("calls", ())),
            listens=tuple(document.get("listens", ())),
        )

    @property
    def asks(self) -> bool:
        """Whether it calls others and so needs a queue for their replies."""
        return bool(self.calls)


@dataclass(frozen=True)
class Exchange:
    """A durable exchange."""

    name: str
    type: str
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Queue:
    """A durable queue."""

    name: str
    arguments: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True)
class Binding:
    """From an exchange to a queue by a routing key."""

    exchange: str
    queue: str
    key: str


@dataclass(frozen=True)
class Topology:
    """All that is declared."""

    exchanges: tuple[Exchange, ...]
    queues: tuple[Queue, ...]
    bindings: tuple[Binding, ...]


def read_contracts(folder: Path) -> list[Contract]:
    """All contracts of a folder, by name."""
    return [Contract.of(json.loads(file.read_text("utf-8"))) for file in sorted(folder.glob("*.json"))]


def topology(contracts: Iterable[Contract]) -> Topology:
    """What the broker must hold for these contracts."""
    exchanges = {RPC_EXCHANGE: Exchange(RPC_EXCHANGE, "topic")}
    queues: list[Queue] = []
    bindings: list[Binding] = []
    for contract in contracts:
        for exchange in _exchanges(contract):
            exchanges[exchange.name] = exchange
        if contract.rpc:
            queues += [Queue(f"rpc-{contract.service}"), _unheard_queue(contract.service)]
            bindings.append(Binding(RPC_EXCHANGE, f"rpc-{contract.service}", f"{contract.service}.*"))
            bindings.append(Binding(_unheard(contract.service), _unheard(contract.service), ""))
        for queue, types in contract.consumes.items():
            queues += _event_queues(contract.service, queue)
            bindings += _event_bindings(contract.service, queue, types)
    return Topology(tuple(exchanges.values()), tuple(queues), tuple(bindings))


def _unheard(service: str) -> str:
    return f"{service}.unheard"


def _unheard_queue(service: str) -> Queue:
    """Takes the events that nobody consumes yet, so that the relay never waits for a consumer; the newest are kept."""
    return Queue(_unheard(service), {"x-max-length": UNHEARD_KEPT, "x-overflow": "drop-head"})


def _events(service: str) -> list[Exchange]:
    return [
        Exchange(_unheard(service), "fanout"),
        Exchange(f"{service}.events", "topic", {"alternate-exchange": _unheard(service)}),
    ]


def _exchanges(contract: Contract) -> list[Exchange]:
    found = [exchange for source in _sources(contract) for exchange in _events(source)]
    if contract.rpc:
        found += _events(contract.service)
    if contract.consumes:
        found.append(Exchange(f"{contract.service}.retry", "direct"))
        found.append(Exchange(f"{contract.service}.redeliver", "direct"))
    return found


def _sources(contract: Contract) -> list[str]:
    types = {type_ for of_queue in contract.consumes.values() for type_ in of_queue}
    return sorted({*contract.listens, *(_source(type_) for type_ in types)})


def _source(event_type: str) -> str:
    return event_type.split(".", 1)[0]


# A classic queue hands an expired letter on without waiting for a confirm: a broker killed in between loses it.
_CONFIRMED = {"x-queue-type": "quorum", "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish"}


def _event_queues(service: str, queue: str) -> list[Queue]:
    back = {"x-dead-letter-exchange": f"{service}.redeliver", "x-dead-letter-routing-key": queue}
    delays = [
        Queue(f"{queue}.retry.{attempt}", {"x-message-ttl": delay, **back, **_CONFIRMED})
        for attempt, delay in RETRY_MILLISECONDS.items()
    ]
    return [Queue(queue, {"x-queue-type": "quorum"}), *delays, Queue(f"{queue}.parked")]


def _event_bindings(service: str, queue: str, types: Iterable[str]) -> list[Binding]:
    waiting = [f"{queue}.retry.{attempt}" for attempt in RETRY_MILLISECONDS]
    return [
        *(Binding(f"{_source(type_)}.events", queue, type_) for type_ in types),
        *(Binding(f"{service}.retry", name, name) for name in (*waiting, f"{queue}.parked")),
        Binding(f"{service}.redeliver", queue, queue),
    ]


def permissions(contract: Contract) -> dict[str, str]:
    """The regular expressions of what its broker user may configure, write and read. Nothing else is reachable."""
    replies, private = rf"rpc\.reply-{re.escape(contract.service)}-.+", rf"{re.escape(contract.service)}\..+"
    own_queues = [re.escape(name) for queue in contract.consumes for name in _queue_names(contract.service, queue)]
    configure = [replies] * contract.asks + [private] * bool(contract.listens)
    write = [RPC_EXCHANGE] * (contract.asks or bool(contract.rpc)) + configure
    if contract.rpc:
        write.append(re.escape(f"{contract.service}.events"))
    if contract.consumes:
        write.append(re.escape(f"{contract.service}.retry"))
    read = [*configure, *own_queues, *(re.escape(f"{source}.events") for source in contract.listens)]
    if contract.rpc:
        read.append(re.escape(f"rpc-{contract.service}"))
    if contract.asks:
        read.append(RPC_EXCHANGE)  # to bind its reply queue; to which keys, the topic permission says
    return {"configure": _any_of(configure), "write": _any_of(write), "read": _any_of(read)}


def _queue_names(service: str, queue: str) -> list[str]:
    return [one.name for one in _event_queues(service, queue)]


def topic_permission(contract: Contract, contracts: Iterable[Contract]) -> dict[str, str]:
    """Which routing keys its user may publish to (methods it may call, replies) and bind (its own replies)."""
    callable_ = [
        rf"{re.escape(other.service)}\.({'|'.join(map(re.escape, other.rpc))})"
        for other in contracts
        if other.service in contract.calls and other.rpc
    ]
    write = callable_ + [UUID] * bool(contract.rpc)
    return {"exchange": RPC_EXCHANGE, "write": _any_of(write), "read": _any_of([UUID] * contract.asks)}


def _any_of(patterns: Iterable[str]) -> str:
    alternatives = list(patterns)
    return f"^({'|'.join(alternatives)})$" if alternatives else NOTHING


def definitions(
    contracts: Iterable[Contract], vhost: str, passwords: Mapping[str, str], administrator: str
) -> dict[str, Any]:
    """A RabbitMQ definitions file: topology, a user per contract, and `administrator`; `passwords` by user."""
    contracts = list(contracts)
    held = topology(contracts)
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    return {
        "vhosts": [{"name": vhost}],
        "users": [
            {**_user(administrator, passwords[administrator]), "tags": ["administrator"]},
            *(_user(contract.service, passwords[contract.service]) for contract in contracts),
        ],
        "permissions": [
            {"user": administrator, "vhost": vhost, **everything},
            *({"user": contract.service, "vhost": vhost, **permissions(contract)} for contract in contracts),
        ],
        "topic_permissions": [
            {"user": contract.service, "vhost": vhost, **topic_permission(contract, contracts)}
            for contract in contracts
        ],
        **_declared(held, vhost),
    }


def _declared(held: Topology, vhost: str) -> dict[str, Any]:
    durable = {"vhost": vhost, "durable": True, "auto_delete": False}
    return {
        "exchanges": [
            {"name": one.name, "type": one.type, "internal": False, "arguments": dict(one.arguments), **durable}
            for one in held.exchanges
        ],
        "queues": [{"name": one.name, "arguments": dict(one.arguments), **durable} for one in held.queues],
        "bindings": [
            {
                "source": one.exchange,
                "vhost": vhost,
                "destination": one.queue,
                "destination_type": "queue",
                "routing_key": one.key,
                "arguments": {},
            }
            for one in held.bindings
        ],
    }


def _user(name: str, password: str) -> dict[str, Any]:
    return {
        "name": name,
        "password_hash": password_hash(password, name),
        "hashing_algorithm": "rabbit_password_hashing_sha256",
        "tags": [],
    }


def password_hash(password: str, user: str) -> str:
    """RabbitMQ's salted SHA-256. The salt follows from both, so that unchanged definitions stay the same bytes."""
    salt = hashlib.sha256(f"{user}\0{password}".encode()).digest()[:4]
    return base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()


def declare(url: str, held: Topology) -> None:
    """Declares all of it over AMQP. Raises one of `kit.broker.LOST` when something else has one of the names."""
    connection = open_connection(url)
    try:
        channel = connection.channel()
        for exchange in held.exchanges:
            channel.exchange_declare(
                exchange.name, exchange.type, durable=True, auto_delete=False, arguments=dict(exchange.arguments)
            )
        for queue in held.queues:
            channel.queue_declare(queue.name, durable=True, auto_delete=False, arguments=dict(queue.arguments))
        for binding in held.bindings:
            channel.queue_bind(binding.queue, binding.exchange, binding.key)
    finally:
        connection.close()


def main() -> None:
    """`python -m kit.topology declare`: for the broker at AMQP_URL and the contracts in CONTRACTS_DIR."""
    if sys.argv[1:] != ["declare"]:
        raise SystemExit("usage: AMQP_URL=… CONTRACTS_DIR=… python -m kit.topology declare")
    declare(os.environ["AMQP_URL"], topology(read_contracts(Path(os.environ["CONTRACTS_DIR"]))))


if __name__ == "__main__":
    main()
