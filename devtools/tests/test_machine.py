"""What the machine lacks is said in words that can be acted upon; what is half made is made again."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from devtools import environment, machine
from devtools.progress import Refusal


def test_nothing_is_asked_of_a_machine_that_has_all() -> None:
    assert machine.missing(with_broker=True, with_database=True, with_browser=True) == []


def test_servers_from_outside_need_no_packages(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "RABBITMQ", tmp_path / "absent")
    assert machine.missing(with_broker=True, with_database=False) == ["rabbitmq-server"]
    assert machine.missing(with_broker=False, with_database=False) == []


def test_without_debian_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "RABBITMQ", tmp_path / "absent")
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Refusal, match=r"not Debian.*rabbitmq-server"):
        machine.prepare(with_broker=True, with_database=True)


def test_without_root_it_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine, "RABBITMQ", tmp_path / "absent")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(shutil, "which", lambda name: "/usr/bin/apt-get" if name == "apt-get" else None)
    with pytest.raises(Refusal, match=r"as root:\n  apt-get install .*rabbitmq-server"):
        machine.prepare(with_broker=True, with_database=True)


def test_a_half_made_folder_is_made_again(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "BASE", tmp_path)
    whole = environment.prepare_mongod()
    folder = next((tmp_path / "mongod").iterdir())
    whole.unlink()
    (folder / "complete").unlink()
    assert environment.prepare_mongod() == whole
    assert whole.stat().st_size > 1_000_000
    made = whole.stat().st_mtime_ns
    assert environment.prepare_mongod().stat().st_mtime_ns == made, "what is whole is not made again"


def test_what_is_made_for_load_holds_up_no_other_command(tmp_path: Path) -> None:
    with environment.alone(environment.BASE / "environment-load.lock"):
        own = {**os.environ, "DEV_HOME": str(tmp_path)}
        done = subprocess.run([environment.PYTHON, "-m", "devtools", "status"], env=own, check=False, timeout=60)
    assert done.returncode == 1, "it tells that no stack runs there"
