"""`./dev bench`, `./dev load` and `./dev seed`: how fast, how much, and with how many cases."""

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
    home = Home.chosen()
    running = manager.states(home)
    if "petition" not in running:
        raise Refusal("The stack does not run: ./dev up")
    own = Stack(home, running).environment_of("petition")
    return subprocess.run([PYTHON, "-m", "petition.crowd", *asked.passed_on], cwd=ROOT, env=own, check=False).returncode
