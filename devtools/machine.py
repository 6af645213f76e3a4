"""What the machine itself must have: a few Debian packages."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devtools.progress import Refusal, step

RABBITMQ = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
RABBITMQCTL = Path("/usr/lib/rabbitmq/bin/rabbitmqctl")
CHROMIUM = Path("/usr/bin/chromium-headless-shell")  # less than half the work of the one with windows
CHINESE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")  # lest pages be full of boxes
POLICY = Path("/usr/sbin/policy-rc.d")
LIBCURL = "libcurl.so.4"  # mongod is linked against it
LIBATOMIC = "libatomic.so.1"  # what drives the browser is linked against it
GUARD = b"#!/bin/sh\n# connect: no service starts while its package is installed\nexit 101\n"


def prepare(with_broker: bool, with_database: bool, with_browser: bool = False) -> None:
    """Installs what is missing. Raises Refusal, naming the packages, where that cannot be done from here."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this is the check that tells
        raise Refusal(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    packages = missing(with_broker, with_database, with_browser)
    if packages:
        _install(packages)


def need(program: str, package: str) -> str:
    """Where the program is, installed from Debian's package when it is not there yet. Raises Refusal like `prepare`."""
    found = shutil.which(program)
    if found is None:
        _install([package])
        found = shutil.which(program)
    if found is None:
        raise Refusal(f"{program} is not there although {package} is installed.")
    return found


def missing(with_broker: bool, with_database: bool, with_browser: bool = False) -> list[str]:
    """The Debian packages that are needed and not there."""
    packages = []
    if not makes_environments():
        packages.append("python3-venv")
    if with_broker and not RABBITMQ.exists():
        packages.append("rabbitmq-server")
    if with_database and not _library_found(LIBCURL):
        packages.append("libcurl4")
    if with_browser and not CHROMIUM.exists():
        packages.append("chromium-headless-shell")
    if with_browser and not CHINESE.exists():
        packages.append("fonts-noto-cjk")
    if with_browser and not _library_found(LIBATOMIC):
        packages.append("libatomic1")
    return packages


def makes_environments() -> bool:
    """Whether this Python comes with what a virtual environment is made by; Debian has it in a package of its own."""
    return importlib.util.find_spec("ensurepip") is not None


def _library_found(name: str) -> bool:
    listing = subprocess.run(["/sbin/ldconfig", "-p"], capture_output=True, text=True, check=False).stdout
    return name in listing


def _install(packages: list[str]) -> None:
    wish = f"apt-get install --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        raise Refusal(f"This is not Debian. Please install what these Debian 12 packages hold: {', '.join(packages)}")
    root = _as_root()
    if root is None:
        raise Refusal(f"Packages are missing and there is no right to install them. Please run as root:\n  {wish}")
    with step(f"installing {', '.join(packages)} (Debian)"), _no_service_starts(root):
        _apt(root, "update", "-qq")
        _apt(root, "install", "-qq", "-y", "--no-install-recommends", *packages)


def _as_root() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [sudo, "-n"]
    return None


def _apt(root: list[str], *arguments: str) -> None:
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *arguments]
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        raise Refusal(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}")


@contextmanager
def _no_service_starts(root: list[str]) -> Iterator[None]:
    """Keeps a package from starting its service on this machine while it is installed: we run our own."""
    kept = POLICY.with_suffix(".kept")
    if POLICY.exists() and POLICY.read_bytes() != GUARD:  # ours would be left over from a killed run
        subprocess.run([*root, "cp", "-p", POLICY, kept], check=True)
    subprocess.run([*root, "tee", POLICY], input=GUARD, stdout=subprocess.DEVNULL, check=True)
    subprocess.run([*root, "chmod", "755", POLICY], check=True)
    try:
        yield
    finally:
        put_back = ["mv", str(kept), str(POLICY)] if kept.exists() else ["rm", "-f", str(POLICY)]
        subprocess.run([*root, *put_back], check=True)
