"""`./dev test-compose`: the deployed stack as a whole, from an empty machine to the story told, and away again."""

import argparse
import os
import random
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from devtools import compose_secrets
from devtools import secrets as keys
from devtools.compose import Compose
from devtools.composed_facts import stack_file
from devtools.deploying import commit_here
from devtools.environment import BASE, PYTHON, ROOT
from devtools.home import OUT_OF_THE_WAY, Home, can_listen
from devtools.progress import Refusal, complain, say, step

LAB = ROOT.parent / "shared" / "compose-lab" / "lab"
LAB_ONLY = "tests/compose/lab.yml"
PRIVATE = "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16"  # where the engine may have put the gateway's network
TESTS = ("tests/test_story.py", "tests/compose")


def run(asked: argparse.Namespace) -> int:
    """Exit code 0 when all went well; also, with a word about it, where no engine can be had."""
    home = Home.chosen(usual=BASE / "compose-test")
    with home.alone():
        try:
            lab = _engine()
        except Refusal as refusal:
            complain(f"NOT RUN: the deployed stack was not tested, as there is no Docker engine here.\n{refusal}")
            return 0
        os.environ |= _settings(home, lab)
        return _rehearse(home, Compose(home), asked)


def _engine() -> Path | None:
    """None for the machine's own engine, else the lab that brings one. Raises Refusal when there is neither."""
    lab = Path(os.environ.get("COMPOSE_LAB", LAB))
    if "COMPOSE_LAB" not in os.environ and _works("docker", "info") and _works("docker-compose", "version"):
        return None
    if not lab.exists():
        raise Refusal(f"Neither docker and docker-compose answer, nor is there {lab} (COMPOSE_LAB).")
    with step("bringing up the lab's engine"):
        done = subprocess.run([lab, "up"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"{lab} up failed:\n{(done.stdout + done.stderr)[-1500:]}")
    return lab


def _works(*command: str) -> bool:
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True, check=False).returncode == 0


def _settings(home: Home, lab: Path | None) -> dict[str, str]:
    """A demonstration of its own, beside whatever else the engine runs."""
    given = {
        "COMPOSE_PROJECT_NAME": f"connect-{home.name}",
        "COMPOSE_FILE": "docker-compose.yml",
        "COMPOSE_PROFILES": "demo",
        "IMAGES": f"connect-{home.name}",
        "DEV_HOME": str(home.path),
        "DEMO": "1",
        "SMS_URL": "http://sandbox:8002",
        "FILING_LIMITS": "0",  # one resident of a test files more than a person does
        "GATEWAY_BIND": f"127.0.0.1:{_two_free_ports()}",
        "TRUSTED_PROXIES": PRIVATE,
        "DISTRICT_FOLDER": str(home.path / "district"),
    }
    if lab:
        given |= {"COMPOSE_LAB": str(lab), "COMPOSE_FILE": f"docker-compose.yml:{LAB_ONLY}"}
    return given


def _two_free_ports() -> str:
    """A range of two, so that a new gateway can start beside the old one."""
    while True:
        first = random.choice(OUT_OF_THE_WAY)
        if can_listen(first) and can_listen(first + 1):
            return f"{first}-{first + 1}"


def _rehearse(home: Home, compose: Compose, asked: argparse.Namespace) -> int:
    with _running(home, compose, asked.keep), stack_file(home, compose):
        own = {**os.environ, "STACK_FILE": str(home.stack_file), "COMPOSE_STACK": "1"}
        command = [str(PYTHON), "-m", "pytest", *(asked.targets or TESTS), *asked.passed_on]
        return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode


@contextmanager
def _running(home: Home, compose: Compose, keep: bool) -> Iterator[None]:
    with ExitStack() as at_the_end:
        if not keep:
            at_the_end.callback(_take_down, home, compose)
        if not (keep and compose.run("ps", "-q", "gateway").strip()):
            _start_afresh(home, compose)
        for name in (*compose_secrets.PARTS, "sandbox"):
            compose.until_healthy(name)
        say("all instances are healthy")
        yield


def _start_afresh(home: Home, compose: Compose) -> None:
    home.make()
    shutil.copytree(ROOT / "district", home.path / "district", dirs_exist_ok=True)
    compose_secrets.make(home)
    compose.run("down", "-v", "--remove-orphans")
    with step("building the images"):
        compose.run("build", environment={"REVISION": f"{commit_here()}-before"})  # what is deployed is another version
    with step("starting the stack"):
        compose.run("up", "-d")


def _take_down(home: Home, compose: Compose) -> None:
    compose.run("down", "-v", "--remove-orphans")
    shutil.rmtree(home.path / "district", ignore_errors=True)
    keys.discard(home)
    say("the stack is taken down, its data and secrets with it")
