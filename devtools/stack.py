"""Bringing a home's stack up and down: what waits for what, and what is done at the same time."""

import json
import os
import shlex
import shutil
import subprocess
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devtools import (
    app,
    district,
    environment,
    interruption,
    leftovers,
    manager,
    parts,
    patience,
    prepared,
    secrets,
    stackfile,
)
from devtools.broker import Broker
from devtools.database import Database
from devtools.environment import ROOT
from devtools.home import Home
from devtools.manager import Program
from devtools.parts import Part, Service, Site
from devtools.progress import Refusal, say
from kit import topology

READY_SECONDS = 150  # a small machine that does other work besides
STOP_SECONDS = 10


class Stack:
    """The stack of one home, made of the parts in `names`."""

    def __init__(self, home: Home, names: Iterable[str]) -> None:
        self.home = home
        self.names = tuple(names)
        self._broker: Broker | None = None
        self._database: Database | None = None

    def start(self, detached: bool) -> None:
        """Starts all parts and returns when they are ready. Raises Refusal, with the stack stopped, when one is not."""
        begin = time.monotonic()
        self._clean_up()
        self.home.make()
        manager.configure(self.home, self._lay_out(self.home.free_ports(*parts.FIGURES)))
        if self._broker:
            self._broker.configure()
        if self._database:
            self._database.configure()
        try:
            manager.start(self.home, detached)
            self._start_parts()
            interruption.heed()
        except BaseException:
            stop(self.home)
            raise
        stackfile.write(self.home, self._facts())
        say(f"ready: {', '.join(self.names)} ({time.monotonic() - begin:.1f} s)")

    def locate(self) -> "Stack":
        """Finds where the running stack's parts are."""
        self._lay_out(self.home.ports())
        return self

    def run_for(self, name: str, module: str) -> None:
        """Runs a module as one of the part's own commands. Raises Refusal when it fails."""
        part = parts.part_named(name)
        own = {**manager.clean_environment(self.home), **part.environment(self.site)}
        done = subprocess.run([str(environment.PYTHON), "-m", module], cwd=ROOT, env=own, check=False)
        if done.returncode != 0:
            raise Refusal(f"{module} ended with {done.returncode}")

    def _clean_up(self) -> None:
        if ended := stop(self.home):
            say(f"ended {ended} processes that an earlier run had left")

    def restart(self, name: str) -> None:
        """Stops a part of the running stack, prepares it anew and starts it; returns when it is ready.

        A service is never missed meanwhile: another process of it stands in.
        """
        self._lay_out(self.home.ports())
        part = next((part for part in self.parts if part.name == name), None)
        if isinstance(part, Service) and part.is_ready(self.site):
            prepare(part, self.site)  # while the earlier code is still at work
            self._relieve(part)
            return
        manager.stop_part(self.home, name)
        if name in parts.SERVERS:
            server = self._broker if name == "broker" else self._database
            if server is None:
                raise Refusal(f"The {name} is not ours to restart.")
            self._bring(name, server.wait)
            return
        changed = parts.part_named(name)
        prepare(changed, self.site)
        self._bring(name, lambda: until_ready(changed, self.site))

    @property
    def administrators_database_url(self) -> str:
        """Where the database's administrator signs in."""
        return self._database.url() if self._database else os.environ.get("MONGO_URL", "")

    def environment_of(self, name: str) -> dict[str, str]:
        """What a command is told that works for a part of the running stack, as that part."""
        self._lay_out(self.home.ports())
        return {**manager.clean_environment(self.home), **parts.part_named(name).environment(self.site)}

    def renew(self, name: str) -> None:
        """Gives a service a new process, which reads today's data and keys; another one stands in meanwhile."""
        self._lay_out(self.home.ports())
        part = parts.part_named(name)
        assert isinstance(part, Service)
        self._relieve(part)

    def _relieve(self, service: Service) -> None:
        with standing_in(service, self.site):
            manager.stop_part(self.home, service.name)
            self._bring(service.name, lambda: until_at_work(service, self.site, 2))

    def _lay_out(self, ports: dict[str, int]) -> list[Program]:
        """Everything that parts read: addresses, keys, configuration; and the programs to run."""
        home = self.home
        self.ports = ports
        self.contracts_dir = Path(os.environ.get("CONTRACTS_DIR", ROOT / "contracts"))
        self.contracts = topology.read_contracts(self.contracts_dir)
        owners = {contract.service for contract in self.contracts} | {part.name for part in self.parts}
        secrets.prepare(home, sorted(owners))
        programs = [*self._own_broker(), *self._own_database(sorted(owners))]
        self.site = self._site()
        programs += [
            Program(part.name, part.command(self.site), part.environment(self.site), part.rank) for part in self.parts
        ]
        return programs

    @property
    def parts(self) -> list[Part]:
        """Those of our own code."""
        return [part for part in parts.PARTS if part.name in self.names]

    def _own_broker(self) -> list[Program]:
        if "broker" not in self.names or "AMQP_URL" in os.environ:
            return []
        self._broker = Broker(self.home, self.ports, self.contracts)
        return [Program("broker", self._broker.command, self._broker.environment(), 1)]

    def _own_database(self, owners: list[str]) -> list[Program]:
        if "database" not in self.names or "MONGO_URL" in os.environ:
            return []
        self._database = Database(self.home, self.ports["mongo"], environment.prepare_mongod(), owners)
        return [Program("database", self._database.command, {}, 1)]

    def _site(self) -> Site:
        return Site(
            home=self.home,
            ports=self.ports,
            contracts=self.contracts_dir,
            broker_url=self._broker.url if self._broker else lambda _: os.environ.get("AMQP_URL", ""),
            database_url=self._database.url if self._database else _given_database,
            administrator_url=self._broker.url() if self._broker else os.environ.get("AMQP_URL", ""),
            district=district.folder(),
        )

    def _start_parts(self) -> None:
        self._up = {name: threading.Event() for name in parts.SERVERS}
        tasks: list[Callable[[], None]] = [self._bring_broker, self._bring_database]
        tasks += [self._bringing(part) for part in self.parts]
        if "gateway" in self.names and app.exists():
            tasks.append(app.build)
        with ThreadPoolExecutor(len(tasks)) as pool:
            futures = [pool.submit(task) for task in tasks]
            try:
                for future in wait(futures, return_when=FIRST_EXCEPTION).done:
                    future.result()
            except BaseException:
                patience.given_up.set()
                raise

    def _bring_broker(self) -> None:
        if self._broker:
            self._bring("broker", self._broker.wait)
            self._broker.forget_the_stale()
        elif self.site.administrator_url:
            topology.declare(self.site.administrator_url, topology.topology(self.contracts))
        self._up["broker"].set()

    def _bring_database(self) -> None:
        if self._database:
            self._bring("database", self._database.wait)
        self._up["database"].set()

    def _bring(self, name: str, until_ready: Callable[[], None]) -> None:
        begin = time.monotonic()
        manager.start_part(self.home, name)
        until_ready()
        say(f"{name} is ready ({time.monotonic() - begin:.1f} s)")

    def _bringing(self, part: Part) -> Callable[[], None]:
        def bring() -> None:
            if "database" in part.needs:
                self._wait_for("database")
                self._prepare_once(part)
            if "broker" in part.needs and not part.patient:
                self._wait_for("broker")
            self._bring(part.name, lambda: until_ready(part, self.site))

        return bring

    def _prepare_once(self, part: Part) -> None:
        ours = self._database is not None  # what happened to a database of somebody else is not known here
        if ours and prepared.already(self.home, part.name, part.folder, self.site.district):
            return
        prepare(part, self.site)
        prepared.remember(self.home, part.name, part.folder, self.site.district)

    def _wait_for(self, server: str) -> None:
        patience.until(self._up[server].is_set, READY_SECONDS, lambda: f"The {server} did not start.")

    def _facts(self) -> dict[str, Any]:
        """stack.json without the pids; what this stack does not have is absent."""
        facts: dict[str, Any] = {}
        if "gateway" in self.names:
            facts |= {"base_url": self.site.address("gateway"), "metrics_url": self.site.address("metrics")}
        served = {part.name: self.site.address(part.figures) for part in self.parts if isinstance(part, Service)}
        if served:
            facts["metrics_urls"] = served
        if "sandbox" in self.names:
            facts["sandbox_url"] = self.site.address("sandbox")
        if self.site.administrator_url:
            facts["amqp_url"] = self.site.administrator_url
        if database := self.administrators_database_url:
            facts["mongo_url"] = database
        facts["sign_ins"] = demo_sign_ins(self.home)
        return facts


def stop(home: Home) -> int:
    """Stops what runs in the home, in order, and nothing else. The data stay. Returns how many were left over."""
    manager.stop(home)
    ended = leftovers.end(home)
    stackfile.remove(home)
    return ended


def erase(home: Home) -> None:
    """Throws the home's data, logs and secrets away; its ports stay."""
    for folder in (home.data, home.logs, home.secrets, home.faults):
        shutil.rmtree(folder, ignore_errors=True)
    home.demo_sign_ins.unlink(missing_ok=True)


def prepare(part: Part, site: Site) -> None:
    """Migrates and loads what the part keeps. Raises Refusal with the last lines when that fails."""
    log = site.home.logs / f"{part.name}.log"
    own = {**manager.clean_environment(site.home), **part.environment(site)}
    for command in part.preparations():
        with log.open("ab") as stream:
            done = subprocess.run(command, cwd=ROOT, env=own, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
        if done.returncode != 0:
            raise Refusal(f"{part.name} could not be prepared ({' '.join(command[1:])}):\n{tail(log, 15)}")


@contextmanager
def standing_in(service: Service, site: Site) -> Iterator[None]:
    """One more process of the service, at work from the beginning to the end; it finishes what it took."""
    own = {**manager.clean_environment(site.home), **service.environment(site)}
    wanted = service.processes_at_work(site) + 1
    with (site.home.logs / f"{service.name}.log").open("ab") as log:
        process = subprocess.Popen(
            shlex.split(service.command(site)), cwd=ROOT, env=own, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        until_at_work(service, site, wanted)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until_at_work(service: Service, site: Site, processes: int) -> None:
    """Returns when so many processes of the service are at work. Raises Refusal after `READY_SECONDS`."""
    log = site.home.logs / f"{service.name}.log"
    complaint = f"{service.name} was not ready within {READY_SECONDS} s"
    patience.until(
        lambda: service.processes_at_work(site) >= processes, READY_SECONDS, lambda: f"{complaint}:\n{tail(log, 15)}"
    )


def until_ready(part: Part, site: Site) -> None:
    """Returns when the part can work. Raises Refusal with the end of its log after `READY_SECONDS`."""
    log = site.home.logs / f"{part.name}.log"
    complaint = f"{part.name} was not ready within {READY_SECONDS} s"
    patience.until(lambda: part.is_ready(site), READY_SECONDS, lambda: f"{complaint}:\n{tail(log, 15)}")


def demo_sign_ins(home: Home) -> dict[str, Any]:
    """What the accounts' seed has left for those who try the demo."""
    found: dict[str, Any] = json.loads(home.demo_sign_ins.read_text("utf-8")) if home.demo_sign_ins.exists() else {}
    return found


def tail(file: Path, lines: int) -> str:
    """The last lines of a file."""
    return "\n".join(file.read_text("utf-8", errors="replace").splitlines()[-lines:]) if file.exists() else ""


def _given_database(service: str) -> str:
    """MONGO_URL with the service's own database in its path; the user named in it signs in where it did."""
    url = urllib.parse.urlsplit(os.environ.get("MONGO_URL", ""))
    options = dict(urllib.parse.parse_qsl(url.query))
    if url.username:
        options.setdefault("authSource", url.path.strip("/") or "admin")
    return urllib.parse.urlunsplit(url._replace(path=f"/{service}", query=urllib.parse.urlencode(options)))
