"""`python -m devtools.compatibility`: no contract breaks what the last committed one promised.

That is the contract of HEAD; where nothing has changed since, as in CI, the one of the commit before it. CONTRACTS_BASE
names another revision. Exit code 1 tells every broken promise.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from devtools.environment import ROOT
from kit.compatibility import breaks

FOLDER = "contracts"
_NOTHING: dict[str, Any] = {}


def broken(root: Path, base: str = "") -> list[str]:
    """The promises of the base's contracts that those in the folder do not keep, in words."""
    base = base or _last_committed(root)
    names = _git(root, "ls-tree", "--name-only", base, f"{FOLDER}/").split()
    pairs = [(json.loads(_git(root, "show", f"{base}:{name}")), _now(root, name)) for name in names]
    return [str(found) for before, now in pairs for found in breaks(before, now)]


def _now(root: Path, name: str) -> dict[str, Any]:
    path = root / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else _NOTHING


def _last_committed(root: Path) -> str:
    return "HEAD" if _git(root, "diff", "--name-only", "HEAD", "--", FOLDER) else "HEAD~1"


def _git(root: Path, *arguments: str) -> str:
    command = ["git", "-C", str(root), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> int:
    """Prints what is broken."""
    try:
        found = broken(ROOT, os.environ.get("CONTRACTS_BASE", ""))
    except (OSError, subprocess.CalledProcessError):
        print("no earlier contracts are at hand: git has no commit to compare with")
        return 0
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
