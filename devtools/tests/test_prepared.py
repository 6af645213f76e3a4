"""Preparing once: until the code, the district's data or the database change."""

from pathlib import Path

import pytest

from devtools import prepared
from devtools.home import Home


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(prepared, "ROOT", tmp_path)
    for file in ("services/petition/petition/seed.py", "kit/kit/mongo.py", "district/towns.yml"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("one")
    made = Home(tmp_path / "home")
    made.make()
    return made


def test_what_was_not_prepared_is_not_taken_for_it(home: Home) -> None:
    assert not prepared.already(home, "petition", "services/petition", "district")


def test_what_was_prepared_stays_so_until_something_changes(home: Home) -> None:
    prepared.remember(home, "petition", "services/petition", "district")
    assert prepared.already(home, "petition", "services/petition", "district")
    assert not prepared.already(home, "accounts", "services/petition", "district")


@pytest.mark.parametrize("file", ["services/petition/petition/seed.py", "kit/kit/mongo.py", "district/towns.yml"])
def test_a_change_of_code_or_data_prepares_again(home: Home, tmp_path: Path, file: str) -> None:
    prepared.remember(home, "petition", "services/petition", "district")
    (tmp_path / file).write_text("two")
    assert not prepared.already(home, "petition", "services/petition", "district")


def test_data_thrown_away_take_the_note_with_them(home: Home) -> None:
    prepared.remember(home, "petition", "services/petition", "district")
    for file in home.data.iterdir():
        file.unlink()
    assert not prepared.already(home, "petition", "services/petition", "district")
