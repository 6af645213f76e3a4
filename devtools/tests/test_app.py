"""The app is built once for each state of its sources; what is half made is made again, what is old goes."""

import os
import subprocess
from pathlib import Path

import pytest

from devtools import app


@pytest.mark.large
@pytest.mark.timeout(400)  # packages may have to be fetched
def test_it_is_built_once_for_what_the_sources_say(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(app, "BUILDS", tmp_path)
    monkeypatch.setattr(app, "BUILD", tmp_path / "current")
    for age in range(4):
        (tmp_path / f"old{age}").mkdir()
        os.utime(tmp_path / f"old{age}", (age, age))
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "index.html").touch()  # left by a build that was killed

    app.build()

    page = tmp_path / "current" / "index.html"
    assert "<!doctype html>" in page.read_text("utf-8")
    assert page.with_name("sw.js.br").exists()
    assert {folder.name for folder in tmp_path.iterdir() if folder.is_dir()} == {
        "current",
        (tmp_path / "current").resolve().name,
        "old2",
        "old3",
    }
    made = page.stat().st_mtime_ns
    app.build()
    assert page.stat().st_mtime_ns == made, "what is there is not made again"


def test_what_only_tests_and_readers_use_makes_no_new_build() -> None:
    sources = {str(file.relative_to(app.APP)) for file in app._sources()}
    assert {"index.html", "desk.html", "src/sw.ts", "public/places.json", "package-lock.json"} <= sources
    assert not any(name.startswith(("node_modules", "dist")) or name.endswith(".test.ts") for name in sources)


@pytest.mark.timeout(400)  # Node may have to be fetched
def test_a_machine_with_an_old_node_is_given_the_locked_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).write_text("#!/bin/sh\necho v18.19.0\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")

    node = app._node()

    assert node != tmp_path
    assert app._version(str(node / "node")) >= app.OLDEST_NODE
    npm = subprocess.run([node / "npm", "--version"], env=app._environment(node), capture_output=True, check=False)
    assert npm.returncode == 0
