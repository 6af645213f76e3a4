"""Gateways that tests may bend: one worker, own settings, and a line to the broker that can be cut."""

import contextlib
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from kit.testing import Stack, wait_until
from kit.testing_relay import Relay

ROOT = Path(__file__).parents[2]
_addresses = itertools.count(1)


def address() -> str:
    """A client address that no other test uses."""
    number = next(_addresses)
    return f"10.{os.getpid() % 250}.{number // 250}.{number % 250 + 1}"


class Client(requests.Session):
    """Speaks to a gateway from an address of its own."""

    def __init__(self, base_url: str, token: str = "") -> None:
        super().__init__()
        self.base_url = base_url
        self.trust_env = False
        self.headers["X-Forwarded-For"] = address()
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str, url: str, *args: object, **options: object) -> requests.Response:  # type: ignore[override]
        options.setdefault("timeout", 30)
        return super().request(method, self.base_url + url, *args, **options)  # type: ignore[arg-type]


class OwnGateway:
    """A gateway process with one worker, beside the stack's."""

    def __init__(self, stack: Stack, **settings: str) -> None:
        broker = urlsplit(stack["amqp_url"])
        self.relay = Relay(broker.hostname or "127.0.0.1", broker.port or 5672)
        self._ports = (free_port(), free_port())
        self.base_url = f"http://127.0.0.1:{self._ports[0]}"
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "kit"), str(ROOT / "gateway")]),
            "AMQP_URL": broker._replace(
                netloc=f"{broker.username}:{broker.password}@127.0.0.1:{self.relay.port}"
            ).geturl(),
            "SECRETS_DIR": str(stack.secrets / "gateway"),
            "CONTRACTS_DIR": str(ROOT / "contracts"),
            "TRUSTED_PROXIES": "127.0.0.1",
            "BIND": f"127.0.0.1:{self._ports[0]}",
            "METRICS_BIND": f"127.0.0.1:{self._ports[1]}",
            "WORKERS": "1",
            **settings,
        }
        command = [sys.executable, "-m", "gunicorn", "-c", str(ROOT / "gateway/gunicorn.conf.py"), "gateway.wsgi:app"]
        self._figures = tempfile.TemporaryDirectory(prefix="gateway-metrics-", ignore_cleanup_errors=True)
        environment["PROMETHEUS_MULTIPROC_DIR"] = self._figures.name
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
        self._clients: list[Client] = []
        wait_until(self._answers)

    def client(self, token: str = "") -> Client:
        self._clients.append(Client(self.base_url, token))
        return self._clients[-1]

    def count(self, name: str, **labels: str) -> float:
        """A figure from the metrics page; 0 when it is not there yet."""
        text = requests.get(f"http://127.0.0.1:{self._ports[1]}/metrics", timeout=5).text
        wanted = {f'{key}="{value}"' for key, value in labels.items()}
        for line in text.splitlines():
            found = re.match(rf"{name}(?:{{(.*)}})? (\S+)$", line)
            if found and wanted <= set((found[1] or "").split(",")):
                return float(found[2])
        return 0

    def close(self) -> None:
        """Ends it at once, with all its processes: a stop in good order takes seconds, and has its own tests."""
        for client in self._clients:
            client.close()
        with contextlib.suppress(ProcessLookupError):  # the test itself has ended it
            os.killpg(self._process.pid, signal.SIGKILL)
        self.ended_within(30)
        self.relay.close()
        self._figures.cleanup()

    def begin_stop(self) -> None:
        """What a deployment sends."""
        self.tell(signal.SIGTERM)

    def tell(self, sign: signal.Signals) -> None:
        """Sends a signal to the process over the workers."""
        self._process.send_signal(sign)

    def ended_within(self, seconds: float) -> int:
        """The exit code. Raises `subprocess.TimeoutExpired`."""
        return self._process.wait(seconds)

    def _answers(self) -> bool:
        try:
            return requests.get(f"{self.base_url}/readyz", timeout=5).json()["broker"]
        except requests.RequestException:
            return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def start_gateway(stack: Stack) -> Iterator[Callable[..., OwnGateway]]:
    """Starts gateways that end with the test."""
    started: list[OwnGateway] = []

    def start(**settings: str) -> OwnGateway:
        started.append(OwnGateway(stack, **settings))
        return started[-1]

    yield start
    for gateway in started:
        gateway.close()


@pytest.fixture
def client(stack: Stack) -> Client:
    """A visitor who has not signed in, at the stack's gateway."""
    return Client(stack["base_url"])
