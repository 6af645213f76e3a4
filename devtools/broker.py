"""RabbitMQ as a process of this home: its own node, ports, data and cookie, reachable from this machine only."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import amqp
from amqp.exceptions import NotFound

from devtools import patience, secrets
from devtools.home import Home, write_atomically
from devtools.machine import RABBITMQ, RABBITMQCTL
from devtools.progress import Refusal
from kit import topology
from kit.broker import LOST, open_connection

VHOST = "connect"
START_SECONDS = 60
NO_SUCH_USER = 67  # EX_NOUSER of sysexits.h, as rabbitmqctl ends then


class Broker:
    """This home's RabbitMQ, holding what the contracts ask for."""

    def __init__(self, home: Home, ports: dict[str, int], contracts: Iterable[topology.Contract]) -> None:
        self._home = home
        self._ports = ports
        self._folder = home.data / "broker"
        self._contracts = list(contracts)
        self._passwords = secrets.passwords(home, "broker", [contract.service for contract in self._contracts])
        self._definitions = self._folder / "definitions.json"
        self._applied = self._folder / "definitions.applied.json"

    def url(self, user: str = secrets.ADMINISTRATOR) -> str:
        """Where that user signs in. Raises Refusal for a part that has no contract and so no user."""
        if user not in self._passwords:
            raise Refusal(
                f"There is no contracts/{user}.json yet, by which the broker would let it in: ./dev contracts"
            )
        return f"amqp://{user}:{self._passwords[user]}@127.0.0.1:{self._ports['amqp']}/{VHOST}"

    @property
    def command(self) -> str:
        """Starts the broker in the foreground."""
        return str(RABBITMQ)

    def environment(self) -> dict[str, str]:
        """What the broker's own scripts read; nothing of the machine's other broker, if there is one, is used."""
        ports, folder = self._ports, self._folder
        return {
            "HOME": str(folder),
            "RUNNING_UNDER_SYSTEMD": "true",  # exec the virtual machine: its pid is the part's, signals reach it
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(ports["epmd"]),
            "RABBITMQ_SCRIPTS_DIR": str(folder / "installation" / "sbin"),
            "RABBITMQ_PLUGINS_DIR": str(folder / "installation" / "plugins"),
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(ports["amqp"]),
            "RABBITMQ_DIST_PORT": str(ports["erlang"]),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": str(folder / "none.conf"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "none.config"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        }

    @property
    def _node(self) -> str:
        return f"connect-{self._home.name}@localhost"

    def configure(self) -> None:
        """Writes what the broker reads at its start."""
        self._folder.mkdir(parents=True, exist_ok=True)
        _slim_installation(self._folder / "installation")
        (self._folder / "enabled_plugins").write_text("[].\n")
        (self._folder / "rabbitmq.conf").write_text(
            f"load_definitions = {self._definitions}\n"
            "loopback_users = none\n"
            "log.console = true\n"
            "log.console.level = info\n"
            "log.file = false\n"
            "vm_memory_high_watermark.relative = 0.3\n"
            "disk_free_limit.absolute = 200MB\n"
        )
        wanted = topology.definitions(self._contracts, VHOST, self._passwords, secrets.ADMINISTRATOR)
        write_atomically(self._definitions, wanted)

    def wait(self) -> None:
        """Returns when the broker holds the definitions and lets its administrator in. Raises Refusal after 60 s."""
        patience.until(
            self._answers,
            START_SECONDS,
            lambda: f"The broker did not start within {START_SECONDS} s: ./dev logs broker",
        )

    def _answers(self) -> bool:
        try:
            open_connection(self.url()).close()
        except LOST:
            return False
        return True

    def forget_the_stale(self) -> None:
        """Takes away what an earlier start declared or allowed and the contracts no longer name.

        A queue that still holds messages stays, unbound: nothing is thrown away unread.
        """
        wanted = json.loads(self._definitions.read_text())
        if self._applied.exists():
            before = json.loads(self._applied.read_text())
            self._unbind(_gone(before, wanted, "bindings"), _gone(before, wanted, "queues"))
            self._disallow(_gone(before, wanted, "users"))
        write_atomically(self._applied, wanted)

    def _unbind(self, bindings: list[dict[str, Any]], queues: list[dict[str, Any]]) -> None:
        if not (bindings or queues):
            return
        connection = open_connection(self.url())
        channel = connection.channel()
        for binding in bindings:
            channel.queue_unbind(binding["destination"], binding["source"], binding["routing_key"])
        for queue in queues:
            patience.until(
                partial(_delete_empty, connection, queue["name"]),
                START_SECONDS,
                lambda: f"The broker did not recover its queues within {START_SECONDS} s: ./dev logs broker",
            )
        connection.close()

    def _disallow(self, users: list[dict[str, Any]]) -> None:
        for user in users:
            command = [RABBITMQCTL, "-q", "-n", self._node, "delete_user", user["name"]]
            environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **self.environment()}
            ended = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
            if ended.returncode not in (0, NO_SUCH_USER):
                raise Refusal(f"The broker did not take away its user {user['name']}: ./dev logs broker")


def _delete_empty(connection: amqp.Connection, name: str) -> bool:
    """False while the broker still recovers the queue: just started, it refuses that as it does an unknown name."""
    channel = connection.channel()
    try:
        if channel.queue_declare(name, passive=True).message_count == 0:
            channel.queue_delete(name)
    except NotFound as refused:  # unknown: taken away by a start that was killed before it could say so
        return f"no queue '{name}'" in str(refused)
    channel.close()
    return True


def _slim_installation(folder: Path) -> None:
    """Links to the installed RabbitMQ, with only the libraries that its server needs.

    Erlang looks for each of a thousand modules in every library's folder in turn; without the sixty plugins that nobody
    uses here the broker starts in half the time.
    """
    installed = RABBITMQ.resolve().parent.parent
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "plugins").mkdir(parents=True)
    for name in ("sbin", "escript"):
        (folder / name).symlink_to(installed / name)
    available = {library.name.rpartition("-")[0]: library for library in (installed / "plugins").iterdir()}
    for library in _needed_by("rabbit", available):
        (folder / "plugins" / library.name).symlink_to(library)


def _needed_by(application: str, available: dict[str, Path]) -> set[Path]:
    if application not in available:  # one of Erlang's own
        return set()
    resource = (available[application] / "ebin" / f"{application}.app").read_text()
    applications = re.search(r"\{applications,\s*\[([^\]]*)\]", resource)
    names = re.findall(r"\w+", applications.group(1)) if applications else []
    return {available[application]}.union(*(_needed_by(name, available) for name in names))


def _gone(before: dict[str, Any], now: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Entries that were there before under an identity (all but what may change) that is there no longer."""
    identity = ("name",) if kind in ("users", "queues") else ("source", "destination", "routing_key")
    kept = {tuple(entry[field] for field in identity) for entry in now[kind]}
    return [entry for entry in before[kind] if tuple(entry[field] for field in identity) not in kept]
