"""Petition's own commands, as its database user: what they do, their modules say."""

import argparse
import subprocess

from devtools import manager
from devtools.environment import PYTHON, ROOT
from devtools.home import Home
from devtools.progress import Refusal
from devtools.stack import Stack

MODULES = {
    "seed": "petition.crowd",
    "import-cases": "petition.importing",
    "recount": "petition.recount",
    "replan-clocks": "petition.replan",
}


def run(asked: argparse.Namespace) -> int:
    """Runs the command's module at the stack that runs. Raises `Refusal` when none does."""
    home = Home.chosen()
    running = manager.states(home)
    if "petition" not in running:
        raise Refusal("The stack does not run: ./dev up")
    own = Stack(home, running).environment_of("petition") | {"PYTHONWARNINGS": "ignore"}
    command = [PYTHON, "-m", MODULES[asked.command], *asked.passed_on]
    return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode
