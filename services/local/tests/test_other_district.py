"""Another district runs the same software with its own folder; a folder with a mistake is refused at the row."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from kit.contract import PageRequest
from local import reading
from local.contract import Highlights, ListPlays, ListProviders, Nearby, OnePlay, Search
from local.district import read_content

from .conftest import Life

OTHER = Path(__file__).parent / "other_district"


@pytest.fixture
def other(life_in: Callable[[Path], Life]) -> Life:
    return life_in(OTHER)


def test_it_has_its_own_and_nothing_else(other: Life) -> None:
    assert [guide.slug for guide in other.page(reading.list_guides, PageRequest).items] == ["sailing"]
    assert [kind.name for kind in other.page(reading.list_destinations, PageRequest).items] == ["海滩"]
    play = other.page(reading.get_play, OnePlay, id="long_beach")
    assert (play.town.name, play.status_name, play.verified) == ("港口镇", "开放", True)
    assert other.page(reading.list_plays, ListPlays, season="summer").items[0].id == "long_beach"
    trade = other.page(reading.list_providers, ListProviders, trade="plumber")
    assert [row.area.name for row in trade.items] == ["全区"]
    near = other.page(reading.nearby, Nearby, lat=-8.5, lon=121.5).items
    assert [(row.kind, row.id) for row in near] == [("plays", "long_beach"), ("providers", "plumber_1")]
    assert [hit.id for hit in other.page(reading.search, Search, q="出海").items] == ["sailing"]
    assert other.page(reading.highlights, Highlights, month=7).plays[0].id == "long_beach"
    assert other.page(reading.highlights, Highlights, month=1).plays == []


def test_a_district_without_local_life_of_a_kind_is_empty_not_broken(
    life_in: Callable[[Path], Life], tmp_path: Path
) -> None:
    shutil.copytree(OTHER, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "local" / "guides")
    (tmp_path / "local" / "destinations.yml").write_text("kinds: []\n", "utf-8")
    bare = life_in(tmp_path)
    shown = bare.page(reading.highlights, Highlights, month=7)
    assert (shown.guides, shown.plays) == ([], [])
    assert bare.page(reading.list_destinations, PageRequest).items == []


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("lat", 91, "lat"), ("lon", ".nan", "lon"), ("months", [13], "months"), ("months", [], "months"),
        ("town", "atlantis", "atlantis"), ("hours", 0, "hours"), ("colour", "blue", "colour"),
        ("checked_on", "soon", "checked_on"),
    ],
)  # fmt: skip
def test_a_row_with_a_mistake_is_named(tmp_path: Path, field: str, value: Any, named: str) -> None:
    shutil.copytree(OTHER, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "local" / "destinations.yml"
    content = yaml.safe_load(file.read_text("utf-8"))
    content["kinds"][0]["plays"][0][field] = value
    file.write_text(yaml.safe_dump(content), "utf-8")
    with pytest.raises((ValidationError, ValueError), match=named):
        read_content(tmp_path)


def test_a_guide_given_twice_is_refused(tmp_path: Path) -> None:
    shutil.copytree(OTHER, tmp_path, dirs_exist_ok=True)
    guides = tmp_path / "local" / "guides"
    shutil.copy(guides / "sailing.yml", guides / "sailing_again.yml")
    with pytest.raises(ValueError, match="twice"):
        read_content(tmp_path)
