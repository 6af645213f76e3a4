"""The process manager of a home: supervisord, spoken to through its socket."""

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import time
import xmlrpc.client
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from supervisor.xmlrpc import SupervisorTransport  # type: ignore[import-untyped]

from devtools.environment import PYTHON, ROOT
from devtools.home import MARK, Home
from devtools.progress import Refusal

UNREACHABLE = (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError)
START_SECONDS = 60
SHUTDOWN_SECONDS = 40
ANSWER_SECONDS = 30  # the longest answer is to a stop: `stopwaitsecs`, and a kill
PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """A process to keep alive. Those of a higher rank are stopped first."""

    name: str
    command: str
    environment: dict[str, str]
    rank: int


def configure(home: Home, programs: list[Program]) -> None:
    """Writes the manager's configuration; it holds passwords, so it is for the owner only."""
    text = _MANAGER.format(socket=home.socket, home=home.path, root=ROOT, python=PYTHON)
    text += "".join(_section(home, program) for program in programs)
    home.supervisor_conf.touch(mode=0o600)
    home.supervisor_conf.write_text(text)


def start(home: Home, detached: bool) -> None:
    """Starts the manager. Unless detached it ends with this process, however this one ends."""
    with (home.logs / "manager.log").open("ab") as log:
        subprocess.Popen(
            [PYTHON, "-m", "supervisor.supervisord", "-n", "-c", home.supervisor_conf],
            cwd=ROOT,
            env=clean_environment(home),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=None if detached else end_with_parent,
        )
    until = time.monotonic() + START_SECONDS
    while not is_running(home):
        if time.monotonic() > until:
            raise Refusal(f"The process manager did not start: {home.logs / 'manager.log'}")
        time.sleep(0.05)


def is_running(home: Home) -> bool:
    """Whether the home's manager answers and is not on its way out."""
    try:
        return bool(_ask(home).getState()["statename"] == "RUNNING")
    except (*UNREACHABLE, xmlrpc.client.Fault):
        return False


def stop(home: Home) -> None:
    """Stops all parts in order, then the manager; returns when it has gone, or after 40 s."""
    with contextlib.suppress(*UNREACHABLE, xmlrpc.client.Fault):  # it has gone, or is going
        _ask(home).shutdown()
    until = time.monotonic() + SHUTDOWN_SECONDS
    while _exists(home) and time.monotonic() < until:
        time.sleep(0.1)


def states(home: Home) -> dict[str, dict[str, Any]]:
    """What the manager knows of each part: statename, pid, start, description. Empty when it does not run."""
    try:
        found = _ask(home).getAllProcessInfo()
    except (*UNREACHABLE, xmlrpc.client.Fault):
        return {}
    return {info["name"]: info for info in found if info["name"] != "watch"}


def start_part(home: Home, name: str) -> None:
    """Has the part started and kept alive from now on; does not wait."""
    try:
        with contextlib.suppress(TimeoutError):  # asked once more: it may have heard, or not
            _ask(home).startProcess(name, False)
            return
        _ask(home).startProcess(name, False)
    except xmlrpc.client.Fault as fault:
        if "ALREADY_STARTED" not in fault.faultString:
            raise


def stop_part(home: Home, name: str) -> None:
    """Stops the part and waits until it has gone."""
    try:
        _ask(home).stopProcess(name, True)
    except xmlrpc.client.Fault as fault:
        if "NOT_RUNNING" not in fault.faultString:
            raise


def clean_environment(home: Home) -> dict[str, str]:
    """A clean one: what happens to be set in a developer's shell must not decide how a part behaves."""
    kept = {name: os.environ[name] for name in ("HOME", "USER", "TMPDIR") if name in os.environ}
    path = f"{PYTHON.parent}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {**kept, "PATH": path, "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1", MARK: str(home.path)}


class _Line(http.client.HTTPConnection):
    """To a manager's socket. One that does not answer is given up: its own line would wait for ever."""

    def __init__(self, address: Path) -> None:
        super().__init__("localhost", timeout=ANSWER_SECONDS)
        self._address = str(address)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._address)


def _ask(home: Home) -> Any:
    transport: Any = SupervisorTransport(None, None, f"unix://{home.socket}")
    transport._get_connection = lambda: _Line(home.socket)
    return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport).supervisor


def _exists(home: Home) -> bool:
    try:
        _ask(home).getState()
    except xmlrpc.client.Fault:  # it is shutting down
        return True
    except UNREACHABLE:
        return False
    return True


def end_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _section(home: Home, program: Program) -> str:
    pairs = ",".join(f'{name}="{_literal(value)}"' for name, value in program.environment.items())
    return _PROGRAM.format(
        name=program.name,
        command=_literal(program.command),
        environment=pairs,
        rank=program.rank,
        log=home.logs / f"{program.name}.log",
        root=ROOT,
    )


def _literal(text: str) -> str:
    return text.replace("%", "%%")


_MANAGER = """\
[supervisord]
nodaemon=true
logfile={home}/logs/manager.log
logfile_maxbytes=5MB
logfile_backups=1
pidfile={home}/supervisord.pid
childlogdir={home}/logs
directory={root}
minfds=1024

[unix_http_server]
file={socket}
chmod=0700

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface

[eventlistener:watch]
command={python} -m devtools.watch {home}
events=PROCESS_STATE
buffer_size=1000
stderr_logfile={home}/logs/watch.log
priority=1

"""

# startsecs: dying within these counts as a failed start, after which the manager waits 1, 2, 3 … seconds longer.
_PROGRAM = """\
[program:{name}]
command={command}
environment={environment}
directory={root}
priority={rank}
autostart=false
autorestart=true
startsecs=2
startretries=1000
stopsignal=TERM
stopwaitsecs=10
killasgroup=true
redirect_stderr=true
stdout_logfile={log}
stdout_logfile_maxbytes=20MB
stdout_logfile_backups=1

"""
