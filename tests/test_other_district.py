"""The same software in another district: a stack of its own that shows that district's data and nothing of ours."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from kit.testing import wait_until

ROOT = Path(__file__).parents[1]
OTHER = Path(__file__).parent / "other_district"
UNSET = ("AMQP_URL", "MONGO_URL", "STACK_FILE")

pytestmark = [pytest.mark.alone, pytest.mark.large, pytest.mark.timeout(240)]


def dev(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    own = {name: value for name, value in os.environ.items() if name not in UNSET}
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(
            ["./dev", *arguments],
            cwd=ROOT,
            env={**own, **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            timeout=200,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read())


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a stack that runs the other district."""
    home = tmp_path_factory.mktemp("home")
    own = {"DEV_HOME": str(home), "DISTRICT_DIR": str(OTHER)}
    try:
        started = dev("up", "-d", **own)
        assert started.returncode == 0, started.stdout
        address = json.loads((home / "stack.json").read_text())["base_url"] + "/api/v1"
        wait_until(lambda: _all_workers_answer(address))
        yield address
    finally:
        dev("down", **own)


def _all_workers_answer(api: str) -> bool:
    """One worker of the gateway may be connected to a broker that was slow to start while another still waits."""
    return all(requests.get(f"{api}/directory", timeout=10).ok for _ in range(8))


def get(api: str, path: str) -> Any:
    answer = requests.get(api + path, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_it_shows_its_own_towns_columns_business_and_guides(api: str) -> None:
    directory = get(api, "/directory")
    assert [town["name"] for town in directory["towns"]] == ["东河镇"]
    assert [column["name"] for column in get(api, "/columns")["items"]] == ["县闻"]
    assert [item["name"] for item in get(api, "/items")["items"]] == ["耕地地力保护补贴"]
    assert [guide["slug"] for guide in get(api, "/guides")["items"]] == ["sailing"]
    (case,) = get(api, "/cases")["items"]
    assert case["no"].startswith("DH")


def test_its_app_bears_its_name(api: str) -> None:
    door = api.removesuffix("/api/v1")
    assert "<title>东河通</title>" in requests.get(door, timeout=10).text
    assert requests.get(f"{door}/manifest.webmanifest", timeout=10).json()["short_name"] == "东河通"


def test_nothing_of_ours_shows_through(api: str) -> None:
    ours = {row["name"] for row in yaml.safe_load((ROOT / "district" / "towns.yml").read_text("utf-8"))["towns"]}
    home = wait_until(lambda: _whole(get(api, "/home")))
    pages = [home, *(get(api, path) for path in ("/directory", "/cases", "/articles", "/items", "/guides", "/plays"))]
    text = json.dumps(pages, ensure_ascii=False)
    assert "东河" in text
    assert not [name for name in (*ours, "昌平") if name in text]


def _whole(home: Any) -> Any:
    return home if all(part["status"] == "ok" for part in home["parts"].values()) else None


def test_no_code_names_the_district() -> None:
    python = ("kit/kit", "gateway/gateway", "sandbox/sandbox", *(str(path) for path in ROOT.glob("services/*/*/")))
    sources = [file for folder in python for file in (ROOT / folder).rglob("*.py") if "tests" not in file.parts]
    sources += [file for folder in ("app/src", "app/public") for file in (ROOT / folder).rglob("*") if file.is_file()]
    sources += (ROOT / "app").glob("*.html")
    named = [str(file) for file in sources if "昌平".encode() in file.read_bytes()]
    assert named == []


def test_a_mistake_is_named_with_its_file_row_and_field(tmp_path: Path) -> None:
    assert dev("district", "check", str(OTHER)).returncode == 0
    for file in OTHER.rglob("*.yml"):
        copy = tmp_path / file.relative_to(OTHER)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text("utf-8").replace("kind: 镇", "kid: 镇"), "utf-8")
    told = dev("district", "check", str(tmp_path))
    assert told.returncode == 1
    assert "towns.yml: towns.0.kid: Extra inputs are not permitted" in told.stdout
