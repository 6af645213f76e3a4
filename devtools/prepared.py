"""What was prepared in a home and need not be again: migrating and loading run once for each version of the code."""

import hashlib
from pathlib import Path

from devtools.environment import ROOT
from devtools.home import Home


def already(home: Home, name: str, *folders: str | Path) -> bool:
    """Whether the part was prepared by the code and data that are here now. The note goes with the home's data."""
    note = _note(home, name)
    return note.exists() and note.read_text("ascii") == _version(folders)


def remember(home: Home, name: str, *folders: str | Path) -> None:
    """Notes that the part is prepared by what is here now."""
    _note(home, name).write_text(_version(folders), "ascii")


def _note(home: Home, name: str) -> Path:
    return home.data / f"{name}.prepared"


def _version(folders: tuple[str | Path, ...]) -> str:
    digest = hashlib.sha256()
    for place in (ROOT / folder for folder in (*folders, "kit/kit")):
        for file in sorted(place.rglob("*")):
            inside = file.relative_to(place)
            if file.is_file() and "__pycache__" not in inside.parts and "tests" not in inside.parts:
                digest.update(str(inside).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()
