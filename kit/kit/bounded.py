"""Reading what strangers send in a process of its own: a hostile file can end that process, not the service.

A module that reads so says `if __name__ == "__main__": serve(answer)`, and asks itself by `ask`.
"""

import resource
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import msgpack

MEMORY_BYTES = 1024**3
SECONDS = 30


def ask(module: str, data: bytes) -> dict[str, Any] | None:
    """What the module answers about the data; None when its process broke. Raises `TimeoutError`."""
    try:
        done = subprocess.run(  # noqa: S603 - modules of ours
            [sys.executable, "-m", module], input=data, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    answer: dict[str, Any] | None = msgpack.unpackb(done.stdout) if done.returncode == 0 else None
    return answer


def serve(answer: Callable[[bytes], dict[str, object]]) -> None:
    """Answers once, by MessagePack, about what comes on standard input: in bounded memory and time."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    sys.stdout.buffer.write(msgpack.packb(answer(sys.stdin.buffer.read())))
