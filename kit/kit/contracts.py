"""`python -m kit.contracts PACKAGE…`: writes contracts/<service>.json from a service's own models.

With `--check` nothing is written; exit code 1 names the files that are stale.
"""

import importlib
import inspect
import json
import sys
from pathlib import Path
from typing import Any

from kit.events import EventHandler
from kit.rpc.entrypoint import Rpc, models_of
from kit.service import Service

FOLDER = Path("contracts")


def contract_of(package: str) -> dict[str, Any]:
    """The contract of the service in `<package>.service`: RPC methods, events told, events heard, services called."""
    service = service_class(package)
    declared = importlib.import_module(f"{package}.contract")
    methods, queues = {}, {}
    for name, function in inspect.getmembers(service, inspect.isfunction):
        for entrypoint in getattr(function, "nameko_entrypoints", ()):
            if isinstance(entrypoint, Rpc):
                methods[name] = _method(function, entrypoint)
            elif isinstance(entrypoint, EventHandler):
                queues[entrypoint.queue_name.format(service=service.name)] = sorted(entrypoint.types)
    return {
        "service": service.name,
        "rpc": methods,
        "events": {name: model.model_json_schema() for name, model in sorted(declared.EVENTS.items())},
        "consumes": dict(sorted(queues.items())),
        "calls": sorted(getattr(declared, "CALLS", ())),
    }


def service_class(package: str) -> type[Service]:
    """The one service class that `<package>.service` defines."""
    module = importlib.import_module(f"{package}.service")
    (found,) = [
        cls
        for _, cls in inspect.getmembers(module, inspect.isclass)
        if issubclass(cls, Service) and cls.__module__ == module.__name__
    ]
    return found


def _method(function: Any, entrypoint: Rpc) -> dict[str, Any]:
    request, answer = models_of(function)
    return {
        "summary": (inspect.getdoc(function) or "").splitlines()[0],
        "allow": sorted(entrypoint.allow),
        "request": request.model_json_schema(),
        "response": answer.model_json_schema(mode="serialization"),
    }


def text_of(contract: dict[str, Any]) -> str:
    """The contract as its file holds it."""
    return json.dumps(contract, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main(arguments: list[str]) -> int:
    """Writes or checks the contracts of the packages named."""
    stale = []
    for package in (a for a in arguments if not a.startswith("-")):
        contract = contract_of(package)
        path = FOLDER / f"{contract['service']}.json"
        if path.exists() and path.read_text(encoding="utf-8") == text_of(contract):
            continue
        stale.append(str(path))
        if "--check" not in arguments:
            path.write_text(text_of(contract), encoding="utf-8")
    for path_name in stale:
        print(("stale: " if "--check" in arguments else "written: ") + path_name)  # noqa: T201 - this is a command
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
