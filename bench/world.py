"""Where everything is measured: a stack of its own, and beside it the contenders' processes."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import requests
from pymongo import MongoClient

from devtools import app, environment, parts, stackfile
from devtools.home import Home
from devtools.progress import Refusal
from devtools.stack import Stack, stop, tail
from kit import identity
from kit.broker import LOST, open_connection
from kit.contracts import contract_of, text_of
from kit.settings import ServiceSettings

ROOT = environment.ROOT
BIN = environment.PYTHON.parent
STACK_PARTS = ("broker", "database", "sandbox", "accounts", "petition", "news", "services_hub", "local")
UNLIMITED = {
    f"RATE_{kind}": "1000000000/minute" for kind in ("READ_ADDRESS", "READ_ACCOUNT", "WRITE_ADDRESS", "WRITE_ACCOUNT")
}
DEPLOYED_CACHE_GB = "0.5"  # as docker-compose.yml has it unless told
READY_SECONDS = 60
_READ_AT_ONCE = 1 << 24  # bytes
Told = TypeVar("Told", bound=ServiceSettings)


@dataclass(frozen=True)
class Server:
    """A contender's process and where it listens."""

    name: str
    process: "subprocess.Popen[bytes]"
    url: str

    @property
    def pid(self) -> int:
        """The root of its tree."""
        return self.process.pid


class World:
    """The stack and the contenders' processes, which are started when a measure first asks for them."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._servers: dict[str, Server] = {}
        os.environ["CONTRACTS_DIR"] = str(self._contracts())
        os.environ.setdefault("DATABASE_CACHE_GB", DEPLOYED_CACHE_GB)
        os.environ["FILING_LIMITS"] = "0"  # few accounts file as much as a district does
        self._stack = Stack(home, STACK_PARTS)

    def __enter__(self) -> "World":
        self._stack.start(detached=False)
        return self

    def __exit__(self, *_: object) -> None:
        for server in reversed(self._servers.values()):
            _end(server.process)
        stop(self.home)

    @property
    def site(self) -> parts.Site:
        """Addresses and keys of the stack."""
        return self._stack.site

    def pid(self, part: str) -> int:
        """The process of a part of the stack."""
        facts = stackfile.read(self.home)
        assert facts is not None
        return int(facts["pids"][part])

    def mongo_url(self, database: str) -> str:
        """Where the administrator signs in, with another database in the path."""
        administrator = self._stack.administrators_database_url
        head, _, options = administrator.partition("?")
        return f"{head.rsplit('/', 1)[0]}/{database}?{options}&authSource=admin"

    def client(self) -> "MongoClient[dict[str, Any]]":
        """A client that may do everything."""
        return MongoClient(self.mongo_url("admin"), tz_aware=True, w="majority", journal=True)

    def warm(self) -> None:
        """Has the database's files read once: who measures right after a reboot measures the disk."""
        for file in (self.home.data / "database").glob("*.wt"):
            with file.open("rb", buffering=0) as stored:
                while stored.read(_READ_AT_ONCE):
                    pass

    def tokens(self, number: int) -> list[str]:
        """Tokens of residents, signed as accounts signs them."""
        signer = identity.TokenSigner(self.home.secrets / "accounts" / "signing.pem", identity.USER_ISSUER)
        claims = {"kind": "resident", "roles": [], "departments": [], "level": 0}
        return [
            signer.sign(
                f"r_bench{n:04}", {**claims, "sid": f"bench{n}"}, datetime.now(UTC), identity.USER_TOKEN_SECONDS
            )
            for n in range(number)
        ]

    def gateway(self) -> Server:
        """The real gateway, with the row that is only for measuring and limits that nobody reaches."""
        self.service()
        return self._http("gateway", self._gunicorn("bench.ours.wsgi:app"), "/readyz", self._gateway_settings())

    def service(self) -> Server:
        """Our service that only answers."""
        return self._nameko("bench", "bench.ours.service", self._service_settings("bench"), "rpc-bench")

    def stock_service(self) -> Server:
        """The peers' service, with petition's own settings for the page of cases."""
        own = {**self._service_settings("petition"), "AMQP_URL": self.site.administrator_url}
        return self._nameko("stock", "bench.peers.stock_service", own, "rpc-stock")

    def nameko_gateway(self) -> Server:
        """The peers' gateway by nameko alone."""
        self.stock_service()
        port = _free_port()
        own = {"AMQP_URL": self.site.administrator_url, "WEB_SERVER_ADDRESS": f"127.0.0.1:{port}"}
        command = [
            str(BIN / "nameko"),
            "run",
            "--config",
            str(ROOT / "bench/peers/gateway.yml"),
            "bench.peers.nameko_gateway",
        ]
        return self._serving("nameko gateway", command, own, f"http://127.0.0.1:{port}", "/answer")

    def flask_pool(self) -> Server:
        """The peers' gateway by Flask and a pool of proxies."""
        self.stock_service()
        options = ["--worker-class", "gthread", "--workers", "2", "--threads", "8", "--keep-alive", "5"]
        command = [str(BIN / "gunicorn"), *options, "--no-control-socket", "bench.peers.flask_pool:app"]
        return self._http("flask pool", command, "/answer", {"AMQP_URL": self.site.administrator_url}, bind=True)

    def bare_flask(self) -> Server:
        """A Flask view under the gateway's own gunicorn settings."""
        return self._http("bare flask", self._gunicorn("bench.peers.bare_flask:app"), "/answer", {})

    def bare_wsgi(self) -> Server:
        """A function that has nothing to find out, under the gateway's own gunicorn settings."""
        return self._http("bare WSGI", self._gunicorn("bench.peers.bare_wsgi:app"), "/answer", {})

    def _contracts(self) -> Path:
        """The stack's contracts with one more: the measuring service, which the gateway calls and hears."""
        folder = self.home.path / "contracts"
        folder.mkdir(parents=True, exist_ok=True)
        for file in (ROOT / "contracts").glob("*.json"):
            (folder / file.name).write_bytes(file.read_bytes())
        (folder / "bench.json").write_text(text_of(contract_of("bench.ours")), "utf-8")
        gateway = json.loads((folder / "gateway.json").read_text("utf-8"))
        more = {field: [*gateway[field], "bench"] for field in ("calls", "listens")}
        (folder / "gateway.json").write_text(json.dumps({**gateway, **more}), "utf-8")
        return folder

    def _gateway_settings(self) -> dict[str, str]:
        own = {"AMQP_URL": self.site.broker_url("gateway"), "APP_DIR": str(app.BUILD), "TRUSTED_PROXIES": "127.0.0.1"}
        return {**self.site.common("gateway"), **own, **UNLIMITED}

    def _service_settings(self, service: str) -> dict[str, str]:
        own = {"AMQP_URL": self.site.broker_url(service), "MONGO_URL": self.site.database_url(service)}
        return {**self.site.common(service), **own}

    def settings_of(self, service: str, database: str) -> dict[str, str]:
        """The environment of a service's command that is to work on another database."""
        return {**os.environ, **self._service_settings(service), "MONGO_URL": self.mongo_url(database)}

    def told(self, kind: type[Told], service: str, database: str) -> Told:
        """The same for this process, as the service's own kind of settings."""
        own = self.settings_of(service, database)
        return kind.model_validate({field: own[field.upper()] for field in kind.model_fields if field.upper() in own})

    def _gunicorn(self, app: str) -> list[str]:
        return [str(BIN / "gunicorn"), "-c", str(ROOT / "gateway/gunicorn.conf.py"), app]

    def _nameko(self, name: str, module: str, own: Mapping[str, str], queue: str) -> Server:
        config = ROOT / "services/petition/config.yml"  # every service's
        command = [str(BIN / "nameko"), "run", "--config", str(config), module]
        return self._start(name, command, own, "", lambda: self._consumed(queue))

    def _http(self, name: str, command: list[str], path: str, own: Mapping[str, str], *, bind: bool = False) -> Server:
        if name in self._servers:
            return self._servers[name]
        address = f"127.0.0.1:{_free_port()}"
        command = [*command[:1], "--bind", address, *command[1:]] if bind else command
        return self._serving(name, command, {**own, "BIND": address}, f"http://{address}", path)

    def _serving(self, name: str, command: list[str], own: Mapping[str, str], url: str, path: str) -> Server:
        return self._start(name, command, own, url, lambda: _answers(url + path))

    def _start(
        self, name: str, command: list[str], own: Mapping[str, str], url: str, is_ready: Callable[[], bool]
    ) -> Server:
        if name in self._servers:
            return self._servers[name]
        log = self.home.logs / f"bench {name}.log"
        environment_ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore", **own}
        with log.open("wb") as stream:
            process = subprocess.Popen(command, cwd=ROOT, env=environment_, stdout=stream, stderr=stream)
        server = self._servers[name] = Server(name, process, url)
        until = time.monotonic() + READY_SECONDS
        while not is_ready():
            if process.poll() is not None or time.monotonic() > until:
                raise Refusal(f"{name} did not start:\n{tail(log, 15)}")
            time.sleep(0.1)
        return server

    def _consumed(self, queue: str) -> bool:
        try:
            connection = open_connection(self.site.administrator_url)
            try:
                return bool(connection.channel().queue_declare(queue, passive=True).consumer_count)
            finally:
                connection.close()
        except LOST:
            return False


@contextmanager
def world(home: Home) -> Iterator[World]:
    """A world in the home, which is nobody else's meanwhile."""
    with home.alone(), World(home) as made:
        yield made


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.RequestException:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
