"""`./dev test`: a stack of its own, fresh, and pytest against it."""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
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
IN_COMPANY = "not alone and not large"
MARKED = {"alone": "alone and not large", "large": "large"}
# In the order of FOLDERS. Left to itself, xdist begins with the files of most tests, and ends with long ones.
WORKERS = ("-n", "4", "--dist", "loadfile", "--no-loadscope-reorder")
NOTHING_COLLECTED = 5  # pytest's exit code
THE_MANAGER_TELLS = re.compile(r".*(spawned|exited|gave up|killing)")
A_PART_WARNS = re.compile(r'\{(?!.*("level":"INFO"|"slow query"))')
MOST_LINES, LONGEST_LINE = 25, 1500


def run(asked: argparse.Namespace) -> int:
    """All tests that bear company, in parallel; beside them, on another stack, those that need one for themselves.

    The latter mostly wait for parts to come back. `--alone` and `--large` run only such as are marked so, one after the
    other; so does a run of named targets, or on given servers, when the others are done.
    """
    if asked.targets == [APP]:
        return app.test()
    os.environ.setdefault("FILING_LIMITS", "0")  # one resident of a test files more than a person does
    home = Home.chosen(usual=BASE / "test")
    if asked.large or asked.alone:
        with home.alone(), _running(home, asked.keep):
            return _marked("large" if asked.large else "alone", home, asked)
    whole = not (asked.targets or {"AMQP_URL", "MONGO_URL"} & os.environ.keys())
    with ExitStack() as at_the_end:
        beside = {}
        if not asked.targets or APP in asked.targets:
            beside["of the app"] = at_the_end.enter_context(_beside(home, [APP]))
        at_the_end.enter_context(home.alone())
        at_the_end.enter_context(_running(home, asked.keep))
        if whole:  # two stacks that start at once take longer than one after the other
            keep = ["--keep"] if asked.keep else []
            beside["alone"] = at_the_end.enter_context(_beside(home, ["--alone", *keep, "--", *asked.passed_on]))
        codes = {"in parallel": _pytest(home, [*_targets(asked), "-m", IN_COMPANY, *WORKERS, *asked.passed_on])}
        codes |= {name: ended() for name, ended in beside.items()}
        if not whole:
            codes["alone"] = _marked("alone", home, asked)
    for name, code in codes.items():
        say(f"tests {name}: {_verdict(code)}")
    if set(codes.values()) == {NOTHING_COLLECTED}:
        return NOTHING_COLLECTED
    return max(0 if code == NOTHING_COLLECTED else code for code in codes.values())


def _marked(mark: str, home: Home, asked: argparse.Namespace) -> int:
    return _pytest(home, [*_naming(mark, _targets(asked)), "-m", MARKED[mark], *asked.passed_on])


@contextmanager
def _beside(home: Home, arguments: list[str]) -> Iterator[Callable[[], int]]:
    """Runs `./dev test ARGUMENTS` meanwhile, on another stack if on any.

    What is given waits for its end, shows what it said and tells its exit code.
    """
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            [PYTHON, "-m", "devtools", "test", *arguments],
            cwd=ROOT,
            env={**os.environ, "DEV_HOME": f"{home.path}-2"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=manager.end_with_parent,
        )

        def ended() -> int:
            code = process.wait()
            output.seek(0)
            shutil.copyfileobj(output, sys.stdout.buffer)
            sys.stdout.flush()
            return code

        try:
            yield ended
        finally:
            process.terminate()  # it takes its stack down; nothing when it has ended
            process.wait()


def _targets(asked: argparse.Namespace) -> list[str]:
    return [_target(name) for name in asked.targets if name != APP] or [
        folder for folder in FOLDERS.values() if any((ROOT / folder).rglob("test_*.py"))
    ]


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


def _pytest(home: Home, arguments: list[str]) -> int:
    own = {**os.environ, "STACK_FILE": str(home.stack_file), "PATH": f"{PYTHON.parent}:{os.environ['PATH']}"}
    command: list[str | Path] = [PYTHON, "-m", "pytest", *arguments]
    code = subprocess.run(command, cwd=ROOT, env=own, check=False).returncode
    if code not in (0, NOTHING_COLLECTED):
        _tell_what_went_wrong_in_the_stack(home)
    return code


def _tell_what_went_wrong_in_the_stack(home: Home) -> None:
    """The last warnings of each part and what the manager saw of them: where tests run unwatched there is no more."""
    for log in sorted(home.logs.glob("*.log")):
        notable = THE_MANAGER_TELLS if log.stem == "manager" else A_PART_WARNS
        lines = dict.fromkeys(log.read_text("utf-8", errors="replace").splitlines())
        told = [line[:LONGEST_LINE] for line in lines if notable.match(line)]
        if told and log.stem not in parts.SERVERS:
            print(f"== {log.stem}", *told[-MOST_LINES:], sep="\n", flush=True)


def _verdict(code: int) -> str:
    return {0: "passed", NOTHING_COLLECTED: "none"}.get(code, f"FAILED (pytest ended with {code})")
