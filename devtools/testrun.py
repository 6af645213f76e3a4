"""`./dev test`: a stack of its own, fresh, and pytest against it."""

import argparse
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools import app, manager, parts
from devtools.environment import BASE, PYTHON, ROOT
from devtools.home import Home
from devtools.progress import Refusal, say
from devtools.stack import Stack, erase, stop

FOLDERS = {  # the longest first, so that at the end no worker is alone with a long one
    "tests": "tests",
    "devtools": "devtools/tests",
    "gateway": "gateway/tests",
    "kit": "kit/tests",
    **{part.name: f"{part.folder}/tests" for part in parts.PARTS if isinstance(part, parts.Service)},
    "sandbox": "sandbox/tests",
    "bench": "bench/tests",
}
APP = "app"  # its logic is tested by vitest and needs no stack
NOTHING_COLLECTED = 5  # pytest's exit code


def run(asked: argparse.Namespace) -> int:
    """First all tests that bear company, in parallel, then those that need the stack for themselves."""
    if asked.targets == [APP]:
        return app.test()
    targets = [_target(name) for name in asked.targets if name != APP] or [
        folder for folder in FOLDERS.values() if any((ROOT / folder).rglob("test_*.py"))
    ]
    os.environ.setdefault("FILING_LIMITS", "0")  # one resident of a test files more than a person does
    home = Home.chosen(usual=BASE / "test")
    with home.alone(), _running(home, asked.keep):
        codes = [
            *([app.test()] if not asked.targets or APP in asked.targets else []),
            _pytest(home, [*targets, "-m", "not alone", "-n", "3", "--dist", "loadfile", *asked.passed_on]),
            _pytest(home, [*targets, "-m", "alone", *asked.passed_on]),
        ]
    for name, code in zip(("alone", "in parallel", "of the app"), reversed(codes), strict=False):
        say(f"tests {name}: {_verdict(code)}")
    if set(codes) == {NOTHING_COLLECTED}:
        return NOTHING_COLLECTED
    return max(0 if code == NOTHING_COLLECTED else code for code in codes)


def _target(name: str) -> str:
    target = FOLDERS.get(name, name)
    if not (ROOT / target.split("::")[0]).exists():
        raise Refusal(f"There are no tests at {name}. Parts: {', '.join((*FOLDERS, APP))}; or a path.")
    return target


@contextmanager
def _running(home: Home, keep: bool) -> Iterator[None]:
    if not (keep and manager.is_running(home) and home.stack_file.exists()):
        stop(home)
        erase(home)
        home.faults.mkdir(parents=True)
        Stack(home, parts.selection(None)).start(detached=keep)
    try:
        yield
    finally:
        if not keep:
            stop(home)


def _pytest(home: Home, arguments: list[str]) -> int:
    own = {**os.environ, "STACK_FILE": str(home.stack_file), "PATH": f"{PYTHON.parent}:{os.environ['PATH']}"}
    command: list[str | Path] = [PYTHON, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode


def _verdict(code: int) -> str:
    return {0: "passed", NOTHING_COLLECTED: "none"}.get(code, f"FAILED (pytest ended with {code})")
