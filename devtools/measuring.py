"""`./dev bench`, `load`: how fast, and how much."""

import argparse
import os
import subprocess

from devtools import environment
from devtools.environment import PYTHON, ROOT
from devtools.home import Home


def bench(asked: argparse.Namespace) -> int:
    """Measures, in a home that is for that alone."""
    return subprocess.run([PYTHON, "-m", "bench", *asked.passed_on], cwd=ROOT, check=False).returncode


def load(asked: argparse.Namespace) -> int:
    """Sends residents and staff to a stack."""
    python = environment.prepare_load()
    command = [python, "-m", "load", *asked.passed_on]
    own = {"STACK_FILE": str(Home.chosen().stack_file), **os.environ, "PYTHONPATH": str(ROOT / "tests")}
    return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode
