"""`./dev bench`, `load`, `seed`, `recount`, `replan-clocks`: how fast, how much, and petition's own commands."""

import argparse
import os
import subprocess

from devtools import environment, manager
from devtools.environment import PYTHON, ROOT
from devtools.home import Home
from devtools.progress import Refusal
from devtools.stack import Stack


def bench(asked: argparse.Namespace) -> int:
    """Measures, in a home that is for that alone."""
    return subprocess.run([PYTHON, "-m", "bench", *asked.passed_on], cwd=ROOT, check=False).returncode


def load(asked: argparse.Namespace) -> int:
    """Sends residents and staff to a stack."""
    python = environment.prepare_load()
    command = [python, "-m", "load", *asked.passed_on]
    own = {"STACK_FILE": str(Home.chosen().stack_file), **os.environ, "PYTHONPATH": str(ROOT / "tests")}
    return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode


def seed(asked: argparse.Namespace) -> int:
    """Files years of cases by petition's own use case, as petition's database user."""
    return _as_petition("petition.crowd", asked)


def recount(asked: argparse.Namespace) -> int:
    """Counts every figure anew from the cases' histories, as petition's database user."""
    return _as_petition("petition.recount", asked)


def replan(asked: argparse.Namespace) -> int:
    """Plans limits anew after the holidays of a year were published, as petition's database user."""
    return _as_petition("petition.replan", asked)


def import_cases(asked: argparse.Namespace) -> int:
    """Brings in closed cases of earlier years, as petition's database user."""
    return _as_petition("petition.importing", asked)


def _as_petition(module: str, asked: argparse.Namespace) -> int:
    home = Home.chosen()
    running = manager.states(home)
    if "petition" not in running:
        raise Refusal("The stack does not run: ./dev up")
    own = Stack(home, running).environment_of("petition") | {"PYTHONWARNINGS": "ignore"}
    return subprocess.run([PYTHON, "-m", module, *asked.passed_on], cwd=ROOT, env=own, check=False).returncode
