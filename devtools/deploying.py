"""`./dev deploy`: one service's instances replaced one by one, while they and all others serve.

Images are tagged by the commit they were built from: `changping/petition:<commit>`. Two tags move: `current`, which
docker-compose.yml names, and `previous`, to which a rollback returns.
"""

import argparse
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from devtools import compose_secrets
from devtools.compose import DEPLOYED, Compose
from devtools.environment import ROOT
from devtools.home import Home
from devtools.progress import Refusal, say

CURRENT, PREVIOUS = "current", "previous"
KEPT = 5  # images of earlier commits, for --to
STOP_SECONDS = "40"


def run(asked: argparse.Namespace) -> int:
    """Deploys, or rolls back, what was asked; exit code 0 when the new instances serve and the old are gone."""
    if asked.service not in compose_secrets.PARTS:
        raise Refusal(f"There is no service {asked.service}. Services: {', '.join(compose_secrets.PARTS)}")
    home = Home.chosen(usual=DEPLOYED)
    compose = Compose(home)
    with home.alone(f"deploy-{asked.service}"):  # two teams may deploy two services at a time
        compose.running(asked.service)
        release = Release(compose, asked.service)
        wanted = PREVIOUS if asked.rollback else asked.to
        if wanted:
            release.return_to(wanted)
        else:
            compose_secrets.make(home)
            release.go_forward()
    return 0


class Release:
    """Brings one image of a service into service."""

    def __init__(self, compose: Compose, service: str) -> None:
        self._compose = compose
        self._service = service
        self._repository = compose.repository(service)

    def go_forward(self) -> None:
        """Builds this checkout's commit, tells the broker, prepares the database, replaces the instances."""
        before, commit = self._image(CURRENT), commit_here()
        with self._kept_unless_it_serves(before):
            say(f"building {self._repository}:{commit} …")
            self._compose.run("build", self._service, environment={"REVISION": commit})
            self._tag(self._image(CURRENT), commit)
            self._tell_broker()
            self.prepare()
            self._replace()
        self._forget_the_oldest()

    def renew(self) -> None:
        """The same image reads today's data and keys: new instances of it beside the old ones, which then go."""
        old = [container.id for container in self._compose.running(self._service)]
        self._more(len(old))
        self._end(*old)

    def prepare(self) -> None:
        """Migrates and loads what the service keeps, by the image that is current; the gateway keeps nothing."""
        if self._service in compose_secrets.SERVICES:
            self._compose.run("run", "--rm", "-T", "--no-deps", f"{self._service}-prepare")
            say(f"{self._service}: the database is prepared")

    def return_to(self, tag: str) -> None:
        """Serves by an image that is here: the one before, or that of a commit. The database stays as it is.

        Raises Refusal when there is no such image.
        """
        before, image = self._image(CURRENT), self._find(tag)
        with self._kept_unless_it_serves(before):
            self._tag(image, CURRENT)
            self._replace()

    @contextmanager
    def _kept_unless_it_serves(self, before: str) -> Iterator[None]:
        """What failed is not the current image any more; what went well makes the one before the previous one."""
        try:
            yield
        except BaseException:
            self._tag(before, CURRENT)
            raise
        after = self._image(CURRENT)
        if after != before:
            self._tag(before, PREVIOUS)
        say(f"{self._service} serves by {self._revision(after)}; before it was {self._revision(before)}")

    def _replace(self) -> None:
        """One more instance, and when it is at work one of the old ones less; and so on."""
        if not self._can_stand_beside():
            self._replace_at_once()
            return
        old = self._compose.running(self._service)
        for position, container in enumerate(old, 1):
            begin = time.monotonic()
            self._more(1)
            self._end(container.id)
            say(f"instance {position} of {len(old)} replaced ({time.monotonic() - begin:.1f} s)")
        self._scale(self._compose.replicas(self._service))
        self._compose.until_healthy(self._service)

    def _more(self, count: int) -> None:
        """Raises Refusal when one does not come up; they are removed then, and those that serve go on serving."""
        known = {container.id for container in self._compose.containers(self._service)}
        self._scale(len(known) + count)
        try:
            self._compose.until_healthy(self._service)
        except Refusal:
            self._end(*{container.id for container in self._compose.containers(self._service)} - known)
            raise

    def _can_stand_beside(self) -> bool:
        """Two gateways need two ports."""
        if self._service != "gateway":
            return True
        return "-" in self._compose.docker("inspect", "-f", "{{json .HostConfig.PortBindings}}", self._first())

    def _first(self) -> str:
        return self._compose.running(self._service)[0].id

    def _replace_at_once(self) -> None:
        begin = time.monotonic()
        self._compose.run("up", "-d", "--no-deps", "--force-recreate", self._service)
        self._compose.until_healthy(self._service)
        say(f"{self._service} was away for at most {time.monotonic() - begin:.1f} s: it has one port only")

    def _scale(self, count: int) -> None:
        scale = f"{self._service}={count}"
        self._compose.run("up", "-d", "--no-deps", "--no-recreate", "--scale", scale, self._service)

    def _end(self, *containers: str) -> None:
        self._compose.docker("stop", "-t", STOP_SECONDS, *containers)
        self._compose.docker("rm", "-f", *containers)

    def _tell_broker(self) -> None:
        """What the contracts ask for anew is declared before anybody uses it."""
        broker = self._compose.running("broker")[0].id
        # Root is given the file, the broker's own user reads it: as at the broker's start.
        hand_over = "install -o rabbitmq -g rabbitmq -m 400 /run/connect/definitions.json /etc/rabbitmq/connect.json"
        load = "rabbitmqctl -q import_definitions /etc/rabbitmq/connect.json"
        self._compose.docker("exec", broker, "sh", "-c", f"{hand_over} && {load}")

    def _image(self, tag: str) -> str:
        return self._compose.docker("image", "inspect", "-f", "{{.Id}}", f"{self._repository}:{tag}").strip()

    def _find(self, tag: str) -> str:
        try:
            return self._image(tag)
        except Refusal:
            here = sorted(set(self._tags()) - {CURRENT})
            raise Refusal(f"There is no image {self._repository}:{tag}. Here are: {', '.join(here)}") from None

    def _tags(self) -> list[str]:
        """The newest first."""
        return self._compose.docker("images", "--format", "{{.Tag}}", self._repository).split()

    def _tag(self, image: str, tag: str) -> None:
        self._compose.docker("tag", image, f"{self._repository}:{tag}")

    def _revision(self, image: str) -> str:
        label = '{{index .Config.Labels "org.opencontainers.image.revision"}}'
        return self._compose.docker("image", "inspect", "-f", label, image).strip()

    def _forget_the_oldest(self) -> None:
        commits = [tag for tag in self._tags() if tag not in (CURRENT, PREVIOUS)]
        for tag in commits[KEPT:]:
            self._compose.docker("rmi", f"{self._repository}:{tag}")


def commit_here() -> str:
    """The checkout's commit; `…-changed` when files differ from it."""
    commit, changes = (
        subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()
        for command in (("rev-parse", "--short=12", "HEAD"), ("status", "--porcelain"))
    )
    if not commit:
        raise Refusal("An image is named after its commit; this folder is no git checkout.")
    return f"{commit}-changed" if changes else commit
