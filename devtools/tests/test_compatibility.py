"""A contract broken on purpose, and what ./dev check says."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from devtools.compatibility import broken
from devtools.environment import ROOT


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Test", "-c", "user.email=test@example.test"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose last commit holds petition's contract as it is."""
    (tmp_path / "contracts").mkdir()
    git(tmp_path, "init", "-q")
    write(tmp_path, json.loads((ROOT / "contracts" / "petition.json").read_text(encoding="utf-8")))
    commit(tmp_path)
    return tmp_path


def read(repository: Path) -> Any:
    return json.loads((repository / "contracts" / "petition.json").read_text(encoding="utf-8"))


def write(repository: Path, contract: Any) -> None:
    (repository / "contracts" / "petition.json").write_text(json.dumps(contract), encoding="utf-8")


def commit(repository: Path) -> None:
    git(repository, "add", "contracts")
    git(repository, "commit", "-q", "--allow-empty", "-m", "contracts")


def test_an_unchanged_contract_breaks_nothing(repository: Path) -> None:
    commit(repository)
    assert broken(repository) == []


def test_a_contract_broken_on_purpose_is_told_before_and_after_the_commit(repository: Path) -> None:
    contract = read(repository)
    contract["rpc"]["submit_case"]["request"]["properties"]["title"]["maxLength"] = 40
    del contract["rpc"]["get_history"]
    write(repository, contract)
    expected = [
        "method petition.get_history: it was removed. This breaks callers: give it a new version",
        "method petition.submit_case, request.title: maxLength is 40 and was 60. "
        "This breaks callers: give it a new version",
    ]
    assert broken(repository) == expected
    commit(repository)
    assert broken(repository) == expected
    commit(repository)
    assert broken(repository) == []
    assert broken(repository, "HEAD~2") == expected


def test_a_new_version_beside_the_old_one_breaks_nothing(repository: Path) -> None:
    contract = read(repository)
    contract["rpc"]["submit_case_v2"] = json.loads(json.dumps(contract["rpc"]["submit_case"]))
    contract["rpc"]["submit_case_v2"]["request"]["properties"]["title"]["maxLength"] = 40
    contract["events"]["petition.case_replied.v2"] = {"type": "object", "properties": {}}
    write(repository, contract)
    assert broken(repository) == []


def test_a_service_that_is_gone_breaks_all_its_promises(repository: Path) -> None:
    contract = read(repository)
    (repository / "contracts" / "petition.json").unlink()
    assert len(broken(repository)) == len(contract["rpc"]) + len(contract["events"])
