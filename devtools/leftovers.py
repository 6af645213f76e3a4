"""Processes that a killed run has left behind.

Every process of a home carries the home's path in its environment, inherited by all that it starts. That is how ours
are told from others: not by a name, nor by a number that may belong to somebody else by now.
"""

import os
import signal
import time
from pathlib import Path

from devtools.home import MARK, Home

PATIENCE_SECONDS = 10


def of(home: Home) -> list[int]:
    """The pids of the home's living processes."""
    mark = f"{MARK}={home.path}".encode()
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _carries(entry, mark)]


def end(home: Home) -> int:
    """Ends them, politely first; returns how many there were."""
    found = of(home)
    for number in (signal.SIGTERM, signal.SIGKILL):
        _signal(of(home), number)
        until = time.monotonic() + PATIENCE_SECONDS
        while of(home) and time.monotonic() < until:
            time.sleep(0.05)
    return len(found)


def _carries(entry: Path, mark: bytes) -> bool:
    if int(entry.name) == os.getpid():
        return False
    try:
        return mark in (entry / "environ").read_bytes().split(b"\0")
    except OSError:  # gone meanwhile, or somebody else's
        return False


def _signal(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
