"""The deployed stack, spoken to through docker-compose (1.29 or v2) and the docker client.

COMPOSE_LAB names a program that runs both against an engine of its own (`lab compose …`, `lab docker …`). What else
compose is told by the environment and by .env holds here too: COMPOSE_FILE, COMPOSE_PROJECT_NAME, and the settings.
"""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import yaml

from devtools.environment import ROOT
from devtools.home import Home
from devtools.progress import Refusal

DEPLOYED = ROOT / ".deploy"
HEALTHY_SECONDS = 240


@dataclass(frozen=True)
class Container:
    """One instance of a service, as the engine describes it now."""

    id: str
    name: str
    image: str
    created: str
    running: bool
    health: str
    check: tuple[str, ...]


class Compose:
    """The stack that docker-compose.yml describes, with the secrets of one home."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self._environment = {**os.environ, "DEPLOY_HOME": str(home.path)}

    def run(self, *arguments: str, environment: dict[str, str] | None = None) -> str:
        """What docker-compose prints. Raises Refusal with the end of what it says when it fails."""
        return self._call([*self._compose, *arguments], environment or {})

    def docker(self, *arguments: str) -> str:
        """What the docker client prints. Raises Refusal when it fails."""
        return self._call([*self.client, *arguments], {})

    def command_within(self, service: str, *command: str) -> list[str]:
        """What runs a command in an instance of the service, with its addresses. Raises Refusal when none runs."""
        return [*self.client, "exec", "-i", self.running(service)[0].id, "with-secrets", *command]

    def within(self, service: str, *command: str) -> str:
        """What the command prints that is run in an instance of the service. Raises Refusal when it fails."""
        return self._call(self.command_within(service, *command), {})

    def published(self, service: str, port: int) -> str:
        """Where the service's port is on this machine, `host:port`."""
        # Not docker-compose's own `port`: it knows the first instance only, which a deployment has replaced.
        place = f'{{{{with index .NetworkSettings.Ports "{port}/tcp" 0}}}}{{{{.HostIp}}}}:{{{{.HostPort}}}}{{{{end}}}}'
        return self.docker("inspect", "-f", place, self.running(service)[0].id).strip()

    def containers(self, service: str) -> list[Container]:
        """The service's instances, the oldest first, whether they run or not."""
        labels = {"project": self._project, "service": service, "oneoff": "False"}
        filters = [f"--filter=label=com.docker.compose.{name}={value}" for name, value in labels.items()]
        ids = self.docker("ps", "-a", "-q", "--no-trunc", *filters).split()
        if not ids:
            return []
        found = [_container(told) for told in json.loads(self.docker("inspect", *ids))]
        return sorted(found, key=lambda container: container.created)

    def running(self, service: str) -> list[Container]:
        """Those that run. Raises Refusal when none does."""
        found = [container for container in self.containers(service) if container.running]
        if not found:
            raise Refusal(f"No instance of {service} runs: docker-compose up -d")
        return found

    def until_healthy(self, service: str, seconds: float = HEALTHY_SECONDS) -> None:
        """Returns when all instances are healthy. Raises Refusal with the end of the log of one that is not."""
        end = time.monotonic() + seconds
        while True:
            found = self.containers(service)
            ill = next((one for one in found if not self._is_well(one)), None)
            if found and ill is None:
                return
            if time.monotonic() > end:
                log = self.docker("logs", "--tail", "20", ill.id) if ill else "it does not exist"
                raise Refusal(f"{service} was not healthy within {seconds:.0f} s:\n{log}")
            time.sleep(0.5)

    def _is_well(self, container: Container) -> bool:
        """What the engine last saw; of one that starts, what its check says now, not when the engine next looks."""
        if container.health != "starting" or not container.running:
            return container.running and container.health == "healthy"
        command = [*self.client, "exec", container.id, *container.check]
        return subprocess.run(command, env=self._environment, capture_output=True, check=False).returncode == 0

    def replicas(self, service: str) -> int:
        """How many instances of the service the file states."""
        return int(self._services[service].get("deploy", {}).get("replicas", 1))

    def repository(self, service: str) -> str:
        """The name of the service's images, without a tag."""
        return str(self._services[service]["image"]).rpartition(":")[0]

    @cached_property
    def _services(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = yaml.safe_load(self.run("config"))["services"]
        return found

    @cached_property
    def client(self) -> list[str]:
        """The docker client. Raises Refusal without one."""
        if lab := os.environ.get("COMPOSE_LAB"):
            return [lab, "docker"]
        if shutil.which("docker"):
            return ["docker"]
        raise Refusal("There is no docker here. COMPOSE_LAB may name a program that brings an engine of its own.")

    @cached_property
    def _compose(self) -> list[str]:
        if lab := os.environ.get("COMPOSE_LAB"):
            return [lab, "compose"]
        if shutil.which("docker-compose"):
            return ["docker-compose"]
        return [*self.client, "compose"]

    @cached_property
    def _project(self) -> str:
        """As containers are labelled: asking the engine by it costs far less than asking docker-compose."""
        any_one = self.run("ps", "-q", "broker").split()
        if not any_one:
            raise Refusal("The stack does not run: docker-compose up -d")
        label = '{{index .Config.Labels "com.docker.compose.project"}}'
        return self.docker("inspect", "-f", label, any_one[0]).strip()

    def _call(self, command: list[str], more: dict[str, str]) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self._environment, **more},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Refusal(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout


def _container(told: dict[str, Any]) -> Container:
    state = told["State"]
    kind, *check = told["Config"].get("Healthcheck", {}).get("Test") or ["NONE"]
    return Container(
        id=told["Id"],
        name=told["Name"].lstrip("/"),
        image=told["Image"],
        created=told["Created"],
        running=state["Running"],
        health=state.get("Health", {}).get("Status", "unknown"),
        check=("sh", "-c", *check) if kind == "CMD-SHELL" else tuple(check),
    )
