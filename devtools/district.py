"""`./dev district check`: whether a folder of district data fits what every service reads of it."""

import argparse
import os
import subprocess
from pathlib import Path

from devtools import parts
from devtools.environment import PYTHON, ROOT
from devtools.progress import Refusal, say


def folder() -> Path:
    """The district that this stack runs: DISTRICT_DIR (relative to the repository), else ours."""
    return ROOT / os.environ.get("DISTRICT_DIR", "district")


def check(asked: argparse.Namespace) -> int:
    """Has each service read the folder; prints a line for each mistake, exit code 1 when there is one."""
    chosen = ROOT / asked.folder if asked.folder else folder()
    if not chosen.is_dir():
        raise Refusal(f"There is no folder {chosen}")
    readers = [part for part in parts.PARTS if (ROOT / part.folder / part.name / "district.py").exists()]
    return max(0 if _fits(part.name, chosen) else 1 for part in readers)


def _fits(service: str, chosen: Path) -> bool:
    command = [str(PYTHON), "-m", f"{service}.district", str(chosen)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    say(f"{service}: {'in order' if done.returncode == 0 else 'NOT in order'}")
    if done.returncode != 0:
        print(done.stdout + done.stderr, end="", flush=True)
    return done.returncode == 0
