"""A home: the folder in which one stack lives. Two homes share nothing but the code and the environment."""

import fcntl
import hashlib
import json
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devtools.environment import BASE, ROOT
from devtools.progress import Refusal

USUAL = {"gateway": 8000, "metrics": 8001, "sandbox": 8002, "amqp": 5672, "mongo": 27017}
OUT_OF_THE_WAY = range(20000, 32000)  # below the ports that the kernel hands to outgoing connections
MARK = "CONNECT_HOME"  # in the environment of each process of a home, inherited by all that they start


class Home:
    """Where one stack keeps its data, logs, secrets and addresses."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self.data = self.path / "data"
        self.logs = self.path / "logs"
        self.secrets = self.path / "secrets"
        self.faults = self.path / "faults"
        self.stack_file = self.path / "stack.json"
        self.supervisor_conf = self.path / "supervisord.conf"
        self.demo_sign_ins = self.path / "sign_ins.json"

    @classmethod
    def chosen(cls, usual: Path = BASE) -> "Home":
        """The home that DEV_HOME names (relative to the repository), else `usual`."""
        named = os.environ.get("DEV_HOME")
        return cls(ROOT / named if named else usual)

    @property
    def name(self) -> str:
        """Short, stable, the same for nobody else on this machine."""
        return hashlib.sha256(str(self.path).encode()).hexdigest()[:10]

    @property
    def socket(self) -> Path:
        """Where the process manager listens; elsewhere when the home's path is too long for a socket's address."""
        inside = self.path / "supervisor.sock"
        return inside if len(str(inside)) < 100 else Path(tempfile.gettempdir()) / f"connect-{self.name}.sock"

    def make(self) -> None:
        """Makes the folders that are missing; secrets are the owner's alone."""
        for folder in (self.path, self.data, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.secrets.mkdir(mode=0o700, exist_ok=True)

    def ports(self) -> dict[str, int]:
        """The ports of the last start; before the first one, the usual ones in the usual home."""
        file = self.path / "ports.json"
        known: dict[str, int] = json.loads(file.read_text()) if file.exists() else {}
        return known or (dict(USUAL) if self.path == BASE else {})

    def free_ports(self, *more: str) -> dict[str, int]:
        """The same, with free ones in place of any that is taken; remembered for the next start."""
        wanted, ports = self.ports(), dict[str, int]()
        for name in (*USUAL, "erlang", "epmd", *more):
            ports[name] = _free(wanted.get(name), set(ports.values()))
        write_atomically(self.path / "ports.json", ports)
        return ports

    @contextmanager
    def alone(self, what: str = "home") -> Iterator[None]:
        """Holds the home, or one thing in it, for one command. Raises Refusal when another command holds it."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path / f"{what}.lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            raise Refusal(
                f"Another command is at work in {self.path}. Wait for it, or take another home: DEV_HOME=.dev/mine"
            ) from None
        try:
            yield
        finally:
            os.close(handle)


def write_atomically(file: Path, content: Any) -> None:
    """JSON for the owner's eyes only; a reader sees the old text or the new, never half of it."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    with os.fdopen(handle, "w") as stream:
        json.dump(content, stream, ensure_ascii=False, indent=2)
        stream.write("\n")
    Path(name).replace(file)


def _free(wanted: int | None, taken: set[int]) -> int:
    if wanted and wanted not in taken and can_listen(wanted):
        return wanted
    while True:
        port = random.choice(OUT_OF_THE_WAY)
        if port not in taken and can_listen(port):
            return port


def can_listen(port: int) -> bool:
    """Whether nobody has the port on this machine."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
