"""A quick round from end to end, on a stack of its own. What it measures is printed and proves nothing."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FIGURE = re.compile(r"^\| (?P<what>.+?) \| .+? \| [\d.,]+ \([\d.,]+–[\d.,]+\) × \|", re.MULTILINE)

pytestmark = [pytest.mark.alone, pytest.mark.timeout(600)]


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="connect-bench-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.large
def test_a_quick_round_compares_all_contenders_and_leaves_nothing_running(home: Path) -> None:
    unset = ("AMQP_URL", "MONGO_URL", "STACK_FILE", "CONTRACTS_DIR")
    own = {name: value for name, value in os.environ.items() if name not in unset} | {"DEV_HOME": str(home)}
    before = (ROOT / "bench" / "results.md").read_bytes()
    done = subprocess.run(
        ["./dev", "bench", "--quick", "read", "cached", "submission", "relay"],
        cwd=ROOT, env=own, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=580, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    measured = {found["what"] for found in FIGURE.finditer(done.stdout)}
    for word in ("read through", "CPU a request", "cached public read", "304", "case submitted", "outbox relay"):
        assert any(word in what for what in measured), (word, done.stdout)
    assert (ROOT / "bench" / "results.md").read_bytes() == before, "a quick round is no measurement"
    mark = f"CONNECT_HOME={home}".encode()
    alive = [entry.name for entry in Path("/proc").iterdir() if entry.name.isdigit() and _has(entry, mark)]
    assert not alive


def test_an_unknown_measure_is_refused() -> None:
    done = subprocess.run(
        ["./dev", "bench", "warp"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2
    assert "relay" in done.stderr


def _has(entry: Path, mark: bytes) -> bool:
    try:
        return mark in (entry / "environ").read_bytes()
    except OSError:
        return False
