"""What each command does, once machine and environment are ready."""

import argparse
import importlib
import os
import subprocess
import time
import warnings
from collections.abc import Callable

from devtools import app, district, interruption, manager, measuring, parts, petition, testrun
from devtools.environment import PYTHON, ROOT
from devtools.home import Home
from devtools.progress import Refusal, complain, say
from devtools.stack import Stack, demo_sign_ins, stop, tail

COMPATIBILITY = [str(PYTHON), "-m", "devtools.compatibility"]


# Read only when asked for: what they use takes a second to read.
OPERATING = {
    "secrets": "compose_secrets:run",
    "deploy": "deploying:run",
    "backup": "backups:take",
    "restore": "backups:put_back",
    "dead-letters": "dead_letters:run",
    "rotate-keys": "rotation:run",
    "test-compose": "composetest:run",
}


def run(asked: argparse.Namespace) -> int:
    """Does what was asked; returns the exit code."""
    if asked.command in OPERATING:
        return _operate(OPERATING[asked.command], asked)
    return {
        "up": up,
        "down": down,
        "status": status,
        "logs": logs,
        "restart": restart,
        "test": testrun.run,
        "bench": measuring.bench,
        "load": measuring.load,
        **dict.fromkeys(petition.MODULES, petition.run),
        "check": check,
        "contracts": contracts,
        "district": _district,
    }[asked.command](asked)


def _operate(place: str, asked: argparse.Namespace) -> int:
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    module, _, function = place.partition(":")
    act: Callable[[argparse.Namespace], int] = getattr(importlib.import_module(f"devtools.{module}"), function)
    return act(asked)


def _district(asked: argparse.Namespace) -> int:
    return _operate("reloading:run", asked) if asked.action == "reload" else district.check(asked)


def up(asked: argparse.Namespace) -> int:
    """Starts the stack; stays with it unless it goes to the background."""
    home = Home.chosen()
    with home.alone():
        if manager.is_running(home):
            say("The stack is already running.")
            _introduce(home)
            return 0
        Stack(home, parts.selection(asked.only)).start(asked.detach)
    _introduce(home)
    return 0 if asked.detach else _stay(home)


def _stay(home: Home) -> int:
    """Waits until the stack is stopped, from here by Ctrl-C or from elsewhere by ./dev down."""
    print("\nCtrl-C stops it.", flush=True)
    try:
        while manager.is_running(home):
            interruption.heed()
            time.sleep(1)
        say("The stack was stopped.")
    except KeyboardInterrupt:
        say("stopping …")
        stop(home)
        say("stopped; the data are kept")
    return 0


def _introduce(home: Home) -> None:
    running = manager.states(home)
    if "gateway" in running:
        ports = home.ports()
        print(f"\n  Address   http://127.0.0.1:{ports['gateway']}   (documentation: /docs)")
        print(f"  SMS       http://127.0.0.1:{ports['sandbox']}   shows the codes that were sent")
    for role, account in demo_sign_ins(home).items():
        print(f"  {role:<14}{'  '.join(f'{name}: {value}' for name, value in account.items())}")
    print(f"  Logs      {os.path.relpath(home.logs)}/   (./dev logs PART)")
    print(f"  For tests {os.path.relpath(home.stack_file)}", flush=True)


def down(_asked: argparse.Namespace) -> int:
    """Stops the home's stack."""
    stop(Home.chosen())
    say("stopped; the data are kept")
    return 0


def status(_asked: argparse.Namespace) -> int:
    """Prints a line for each part; exit code 1 unless all run."""
    states = manager.states(Home.chosen())
    if not states:
        print("The stack does not run: ./dev up")
        return 1
    for name, info in states.items():
        print(f"{name:<14}{info['statename']:<10}{info['description']}")
    return 0 if all(info["statename"] in ("RUNNING", "STARTING") for info in states.values()) else 1


def logs(asked: argparse.Namespace) -> int:
    """Prints the end of one log or of all; follows them when asked to."""
    home = Home.chosen()
    names = [asked.part] if asked.part else [name for name in parts.NAMES if (home.logs / f"{name}.log").exists()]
    files = [home.logs / f"{name}.log" for name in names]
    if asked.part not in (None, *parts.NAMES) or not all(file.exists() for file in files):
        raise Refusal(f"There is no log of {asked.part}. Parts: {', '.join(parts.NAMES)}")
    if asked.follow:
        os.execvp("tail", ["tail", "-n", "20", "-F", *map(str, files)])  # noqa: S606
    for file in files:
        print(f"== {file.stem}\n{tail(file, 100 if asked.part else 10)}")
    return 0


def restart(asked: argparse.Namespace) -> int:
    """Restarts one part of the running stack."""
    home = Home.chosen()
    running = manager.states(home)
    if asked.part not in running:
        raise Refusal(f"{asked.part} does not run here. Running: {', '.join(running) or 'nothing'}")
    Stack(home, running).restart(asked.part)
    return 0


def check(_asked: argparse.Namespace) -> int:
    """Runs every check, also after one has failed; exit code 1 when any has."""
    services = [part for part in parts.PARTS if isinstance(part, parts.Service) and part.exists()]
    code = ["kit/kit", *(f"{part.folder}/{part.name}" for part in services), "gateway/gateway", "sandbox/sandbox"]
    checks = {
        "ruff": ["ruff", "check", "."],
        "format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy", *code, "devtools", "bench", "proof"],
        "imports": ["lint-imports", "--no-cache"],
        "contracts": [str(PYTHON), "-m", "kit.contracts", "--check", *(part.name for part in services)],
        "compatibility": COMPATIBILITY,
        "district": [str(PYTHON), "-m", "devtools", "district", "check"],
    }
    failed = [name for name, command in checks.items() if not _passes(name, command)]
    failed += [name for name, complaint in app.checks().items() if not _in_order(name, complaint)]
    if failed:
        complain(f"not in order: {', '.join(failed)}")
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    program = command[0] if command[0].startswith("/") else str(PYTHON.parent / command[0])
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    return _in_order(name, done.stdout + done.stderr if done.returncode != 0 else None)


def _in_order(name: str, complaint: str | None) -> bool:
    say(f"{name}: {'in order' if complaint is None else 'NOT in order'}")
    if complaint is not None:
        print(complaint, flush=True)
    return complaint is None


def contracts(_asked: argparse.Namespace) -> int:
    """Writes the contracts of all services and the app's shapes; exit code 1 when they break what was promised."""
    services = [part.name for part in parts.PARTS if isinstance(part, parts.Service) and part.exists()]
    written = subprocess.run([PYTHON, "-m", "kit.contracts", *services], cwd=ROOT, check=False).returncode
    if not written:
        app.write_schema()
    return written or subprocess.run(COMPATIBILITY, cwd=ROOT, check=False).returncode
