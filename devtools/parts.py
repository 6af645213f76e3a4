"""The one list of parts that make the stack. A new service is one more entry in it."""

import http.client
import os
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from devtools import app
from devtools.environment import PYTHON, ROOT
from devtools.home import Home
from devtools.progress import Refusal
from kit.broker import LOST, open_connection

BIN = PYTHON.parent


@dataclass(frozen=True)
class Site:
    """Where a stack's parts run and how they reach each other."""

    home: Home
    ports: dict[str, int]
    contracts: Path
    broker_url: Callable[[str], str]
    database_url: Callable[[str], str]
    administrator_url: str
    district: Path

    def address(self, port: str) -> str:
        """The HTTP address behind one of the home's ports."""
        return f"http://127.0.0.1:{self.ports[port]}"

    def common(self, part: str) -> dict[str, str]:
        """What every part of our own code is told."""
        return {
            "SECRETS_DIR": str(self.home.secrets / part),
            "DISTRICT_DIR": str(self.district),
            "CONTRACTS_DIR": str(self.contracts),
            "LOG_LEVEL": "INFO",
            "OTEL_EXPORTER_OTLP_ENDPOINT": os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
            "OTEL_SERVICE_NAME": part,
            "FAULTS_DIR": str(self.home.faults) if self.home.faults.exists() else "",
        }


@dataclass(frozen=True)
class Part:
    """One process of the stack. Those of a higher rank stop first; a patient one may come up before the broker."""

    name: str
    folder: str
    entry: str
    needs: tuple[str, ...] = ()
    rank: int = 20
    patient: bool = False

    def exists(self) -> bool:
        """Whether its code is there yet."""
        return (ROOT / self.folder / self.entry).exists()

    def command(self, site: Site) -> str:
        """What starts it in the foreground."""
        raise NotImplementedError

    def environment(self, site: Site) -> dict[str, str]:
        """What it is told."""
        return site.common(self.name)

    def preparations(self) -> list[list[str]]:
        """Commands that must have succeeded before it starts."""
        return []

    def is_ready(self, site: Site) -> bool:
        """Whether it can do its work now."""
        raise NotImplementedError


@dataclass(frozen=True)
class Service(Part):
    """A nameko service with a broker user and a database of its own."""

    settings: Callable[[Site], dict[str, str]] = field(default=lambda site: {})
    needs: tuple[str, ...] = ("broker", "database")

    @property
    def figures(self) -> str:
        """The name of the port on which its figures are served."""
        return f"{self.name}_figures"

    def command(self, site: Site) -> str:
        return f"{BIN / 'nameko'} run --config {ROOT / self.folder / 'config.yml'} {self.name}.service"

    def environment(self, site: Site) -> dict[str, str]:
        return {
            **site.common(self.name),
            "AMQP_URL": site.broker_url(self.name),
            "MONGO_URL": site.database_url(self.name),
            "METRICS_BIND": site.address(self.figures).removeprefix("http://"),
            "DEMO": "1",
            "DEMO_SIGN_INS": str(site.home.demo_sign_ins),
            **self.settings(site),
        }

    def preparations(self) -> list[list[str]]:
        return [
            [str(PYTHON), "-m", "kit.migrate", f"{self.name}.store"],
            [str(PYTHON), "-m", f"{self.name}.seed"],
        ]

    def is_ready(self, site: Site) -> bool:
        """It is ready when it consumes its queue."""
        return self.processes_at_work(site) > 0

    def processes_at_work(self, site: Site) -> int:
        """How many processes consume its queue now; 0 when the broker cannot tell."""
        try:
            connection = open_connection(site.administrator_url)
            try:
                return int(connection.channel().queue_declare(f"rpc-{self.name}", passive=True).consumer_count)
            finally:
                connection.close()
        except LOST:
            return 0


@dataclass(frozen=True)
class Gateway(Part):
    """The only door: gunicorn."""

    def command(self, site: Site) -> str:
        return f"{BIN / 'gunicorn'} -c {ROOT / 'gateway' / 'gunicorn.conf.py'} gateway.wsgi:app"

    def environment(self, site: Site) -> dict[str, str]:
        return {
            **site.common(self.name),
            "AMQP_URL": site.broker_url(self.name),
            "BIND": f"127.0.0.1:{site.ports['gateway']}",
            "OPEN311_TYPE": "test",
            "METRICS_BIND": f"127.0.0.1:{site.ports['metrics']}",
            "TRUSTED_PROXIES": "127.0.0.1",
            "APP_DIR": str(app.BUILD),
        }

    def is_ready(self, site: Site) -> bool:
        return answers(f"{site.address('gateway')}/readyz")


@dataclass(frozen=True)
class Sandbox(Part):
    """The stand-ins for platforms upstream."""

    def command(self, site: Site) -> str:
        options = f"--workers 1 --threads 32 --bind 127.0.0.1:{site.ports['sandbox']} --no-control-socket"
        return f"{BIN / 'gunicorn'} {options} sandbox.app:app"

    def is_ready(self, site: Site) -> bool:
        return answers(f"{site.address('sandbox')}/healthz")


def _service(name: str, needs: Iterable[str] = (), **settings: Callable[[Site], str]) -> Service:
    def told(site: Site) -> dict[str, str]:
        return {key: value(site) for key, value in settings.items()}

    return Service(
        name, f"services/{name.replace('_', '-')}", f"{name}/service.py", ("broker", "database", *needs), settings=told
    )


SERVERS = ("broker", "database")
PARTS: tuple[Part, ...] = (
    Sandbox("sandbox", "sandbox", "sandbox/app.py", rank=10),
    _service("accounts", needs=("sandbox",), SMS_URL=lambda site: site.address("sandbox")),
    _service("petition", FILING_LIMITS=lambda site: os.environ.get("FILING_LIMITS", "1")),
    _service("news"),
    _service("services_hub"),
    _service("local"),
    Gateway("gateway", "gateway", "gunicorn.conf.py", needs=("broker",), rank=30, patient=True),
)
FIGURES = tuple(part.figures for part in PARTS if isinstance(part, Service))
NAMES = (*SERVERS, *(part.name for part in PARTS))


def selection(only: Iterable[str] | None) -> tuple[str, ...]:
    """The names to start: all whose code is there, or those named and what they need. Raises Refusal for others."""
    there = {part.name: part for part in PARTS if part.exists()}
    wanted = set(only) if only else {*SERVERS, *there}
    for name in sorted(wanted):
        if name not in there and name not in SERVERS:
            raise Refusal(f"There is no part named {name}. Parts: {', '.join(NAMES)}")
    wanted |= {need for name in wanted if name in there for need in there[name].needs}
    return tuple(name for name in NAMES if name in wanted)


def part_named(name: str) -> Part:
    """The part of that name; broker and database are not among them."""
    return next(part for part in PARTS if part.name == name)


def answers(url: str) -> bool:
    """Whether that address says 200 within two seconds."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - an address of our own
            return bool(answer.status == 200)
    except (OSError, http.client.HTTPException):
        return False
