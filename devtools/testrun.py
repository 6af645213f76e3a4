"""`./dev test`: a stack of its own, fresh, and pytest against it."""

import argparse
import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from devtools import app, manager, parts
from devtools.environment import BASE, PYTHON, ROOT
from devtools.home import Home
from devtools.progress import Refusal, say
from devtools.stack import Stack, erase, stop

FOLDERS = {  # the longest first, so that at the end no worker is alone with a long one
    "bench": "bench/tests",
    "tests": "tests",
    "devtools": "devtools/tests",
    "gateway": "gateway/tests",
    "kit": "kit/tests",
    **{part.name: f"{part.folder}/tests" for part in parts.PARTS if isinstance(part, parts.Service)},
    "sandbox": "sandbox/tests",
}
APP = "app"  # its logic is tested by vitest and needs no stack
IN_COMPANY, ALONE = "not alone and not large", "alone and not large"
NOTHING_COLLECTED = 5  # pytest's exit code


def run(asked: argparse.Namespace) -> int:
    """First all tests that bear company, in parallel, then those that need the stack for themselves.

    Those mostly wait for parts to come back: of a whole run two stand beside each other, each with a stack.
    `--large` runs what takes a minute or more instead, one after the other.
    """
    if asked.targets == [APP]:
        return app.test()
    targets = [_target(name) for name in asked.targets if name != APP] or [
        folder for folder in FOLDERS.values() if any((ROOT / folder).rglob("test_*.py"))
    ]
    os.environ.setdefault("FILING_LIMITS", "0")  # one resident of a test files more than a person does
    home = Home.chosen(usual=BASE / "test")
    with home.alone(), _running(home, asked.keep):
        if asked.large:
            return _pytest([home], [*_naming("large", targets), "-m", "large", *asked.passed_on])
        codes = [*([app.test()] if not asked.targets or APP in asked.targets else [])]
        codes.append(_pytest([home], [*targets, "-m", IN_COMPANY, *_workers(3), *asked.passed_on]))
        with ExitStack() as second:
            homes = [home]
            if not asked.targets and not {"AMQP_URL", "MONGO_URL"} & os.environ.keys():
                homes.append(Home(home.path.with_name(f"{home.path.name}-2")))
                second.enter_context(homes[1].alone())
                second.enter_context(_running(homes[1], asked.keep))
            drills = _naming("alone", targets)
            codes.append(_pytest(homes, [*drills, "-m", ALONE, *_workers(len(homes)), *asked.passed_on]))
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


def _naming(mark: str, targets: list[str]) -> list[str]:
    """Of folders the files that name the mark: to collect all tests once more takes as long as some drills do."""
    found: list[str] = []
    for target in targets:
        folder = ROOT / target
        naming = [path for path in sorted(folder.rglob("test_*.py")) if f"mark.{mark}" in path.read_text("utf-8")]
        found += [str(path.relative_to(ROOT)) for path in naming] if folder.is_dir() else [target]
    return found or targets


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


def _workers(count: int) -> list[str]:
    """In the order of FOLDERS. Left to itself, xdist begins with the files of most tests, and ends with long ones."""
    return ["-n", str(count), "--dist", "loadfile", "--no-loadscope-reorder"] if count > 1 else []


def _pytest(homes: list[Home], arguments: list[str]) -> int:
    own = {**os.environ, "STACK_FILE": str(homes[0].stack_file), "PATH": f"{PYTHON.parent}:{os.environ['PATH']}"}
    if len(homes) > 1:
        own |= {f"STACK_FILE_gw{number}": str(home.stack_file) for number, home in enumerate(homes)}
    command: list[str | Path] = [PYTHON, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=own, check=False).returncode


def _verdict(code: int) -> str:
    return {0: "passed", NOTHING_COLLECTED: "none"}.get(code, f"FAILED (pytest ended with {code})")
