"""`./dev bench`, `load`: how fast, and how much."""

import argparse
import os
from typing import NoReturn

from devtools import environment
from devtools.environment import PYTHON, ROOT
from devtools.home import Home


def bench(asked: argparse.Namespace) -> NoReturn:
    """Becomes the program that measures, in a home that is for that alone."""
    os.chdir(ROOT)
    os.execv(PYTHON, [str(PYTHON), "-m", "bench", *asked.passed_on])  # noqa: S606 - ours


def load(asked: argparse.Namespace) -> NoReturn:
    """Becomes the program that sends residents and staff to a stack."""
    python = environment.prepare_load()
    own = {"STACK_FILE": str(Home.chosen().stack_file), **os.environ, "PYTHONPATH": str(ROOT / "tests")}
    os.chdir(ROOT)
    os.execve(python, [str(python), "-m", "load", *asked.passed_on], own)  # noqa: S606 - ours
