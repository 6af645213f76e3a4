"""What the services promise, read from contracts/*.json: all that the gateway knows about them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Schema = dict[str, Any]


@dataclass(frozen=True)
class Method:
    """One RPC method of a service."""

    service: str
    name: str
    summary: str
    allow: frozenset[str]
    request: Schema
    response: Schema

    def takes(self, field: str) -> bool:
        """Whether the request has this field."""
        return field in self.request.get("properties", {})


@dataclass(frozen=True)
class Contracts:
    """Methods by `service.method`, and the services whose events are heard."""

    methods: Mapping[str, Method]
    services: tuple[str, ...]


def load(folder: Path) -> Contracts:
    """Reads a folder of contract files. A file without RPC methods belongs to a part that only calls."""
    documents = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]
    offering = [document for document in documents if document.get("rpc")]
    methods = {
        f"{document['service']}.{name}": _method(document["service"], name, promise)
        for document in offering
        for name, promise in document["rpc"].items()
    }
    return Contracts(methods, tuple(document["service"] for document in offering))


def _method(service: str, name: str, promise: Mapping[str, Any]) -> Method:
    return Method(
        service=service,
        name=name,
        summary=promise.get("summary", ""),
        allow=frozenset(promise["allow"]),
        request=promise["request"],
        response=promise["response"],
    )
