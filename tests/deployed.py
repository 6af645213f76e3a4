"""The deployed stack from outside: the engine's view of it, and the commands that an operator types."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml

from kit.testing import Stack

ROOT = Path(__file__).parents[1]
LAB = os.environ.get("COMPOSE_LAB")


class Deployed:
    """What `docker`, `docker-compose` and `./dev` say of the stack that the environment describes."""

    def __init__(self, stack: Stack) -> None:
        self._environment = {**os.environ, "DEPLOY_HOME": str(stack.path.parent)}
        self.services: dict[str, Any] = yaml.safe_load(self.compose("config"))["services"]

    def dev(self, *arguments: str, code: int = 0, checkout: Path = ROOT) -> str:
        """What `./dev ARGUMENTS` prints in a checkout; asserts how it ends."""
        done = self._run("./dev", *arguments, folder=checkout)
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def compose(self, *arguments: str) -> str:
        """What docker-compose prints."""
        done = self._run(*([LAB, "compose"] if LAB else ["docker-compose"]), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def docker(self, *arguments: str) -> str:
        """What the docker client prints."""
        done = self._run(*([LAB, "docker"] if LAB else ["docker"]), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def instances(self, service: str) -> set[str]:
        """The ids of the service's containers."""
        labels = {"project": os.environ["COMPOSE_PROJECT_NAME"], "service": service, "oneoff": "False"}
        filters = [f"--filter=label=com.docker.compose.{name}={value}" for name, value in labels.items()]
        return set(self.docker("ps", "-a", "-q", "--no-trunc", *filters).split())

    def inspected(self, service: str) -> list[dict[str, Any]]:
        """What the engine knows of the service's containers."""
        found: list[dict[str, Any]] = json.loads(self.docker("inspect", *self.instances(service)))
        return found

    def image(self, service: str) -> str:
        """The id of the one image that all instances of the service run."""
        (image,) = {told["Image"] for told in self.inspected(service)}
        return str(image)

    def replicas(self, service: str) -> int:
        """How many instances the file states."""
        return int(self.services[service]["deploy"]["replicas"])

    def _run(self, *command: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command, cwd=folder, env=self._environment, capture_output=True, text=True, timeout=500, check=False
        )
