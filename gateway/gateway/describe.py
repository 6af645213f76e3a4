"""`python -m gateway.describe [CONTRACTS]`: prints the OpenAPI document, made from the contracts; nothing need run."""

import sys
from pathlib import Path

import orjson

from gateway import contracts, openapi
from gateway.app import served


def description(folder: Path) -> bytes:
    """The document as this deployment's gateway would answer it at /openapi.json."""
    promised = contracts.load(folder)
    return orjson.dumps(openapi.document(served(promised), promised))


if __name__ == "__main__":
    sys.stdout.buffer.write(description(Path(*sys.argv[1:2] or ["contracts"])))
