"""stack.json: the only thing by which tests, benchmarks and load find a running stack."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from devtools import manager
from devtools.home import Home, write_atomically


def write(home: Home, facts: dict[str, Any]) -> None:
    """Publishes the stack's addresses, with the pids of this moment."""
    with _alone(home):
        write_atomically(home.stack_file, {**facts, "pids": _pids(home)})


def read(home: Home) -> dict[str, Any] | None:
    """What the running stack has published; None when none runs."""
    if not home.stack_file.exists():
        return None
    facts: dict[str, Any] = json.loads(home.stack_file.read_text("utf-8"))
    return facts


def renew_pids(home: Home) -> None:
    """Corrects the pids after a part came or went; nothing to do before the stack is published."""
    with _alone(home):
        if home.stack_file.exists():
            facts = json.loads(home.stack_file.read_text("utf-8"))
            pids = _pids(home)
            if facts["pids"] != pids:
                write_atomically(home.stack_file, {**facts, "pids": pids})


def remove(home: Home) -> None:
    """The stack is no more."""
    home.stack_file.unlink(missing_ok=True)


def _pids(home: Home) -> dict[str, int]:
    return {name: info["pid"] for name, info in manager.states(home).items() if info["pid"]}


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    handle = os.open(home.path / "stack.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
