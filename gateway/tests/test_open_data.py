"""A month's rows on their way out, in three formats."""

import csv
import io
import json
from typing import Any

import pytest

from gateway.open_data import as_csv, as_geojson, as_json_lines


def row(**fields: Any) -> dict[str, Any]:
    return {"no": "CP1", "title": "路灯不亮", "lon": 116.33, "lat": 40.22, "solved": True, "marks": None, **fields}


def read_csv(rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(b"".join(as_csv(rows)).decode("utf-8-sig"))))


def test_csv_has_a_line_a_row_that_spreadsheets_read_as_it_is() -> None:
    data = b"".join(as_csv([row(), row(title='他说"好"，\n真的', solved=False)]))
    assert data.startswith(b"\xef\xbb\xbf")
    first, second = read_csv([row(), row(title='他说"好"，\n真的', solved=False)])
    assert first == {"no": "CP1", "title": "路灯不亮", "lon": "116.33", "lat": "40.22", "solved": "true", "marks": ""}
    assert (second["title"], second["solved"]) == ('他说"好"，\n真的', "false")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", *"\uff1d\uff0b\uff0d\uff20"])
def test_no_cell_is_a_formula(start: str) -> None:
    (found,) = read_csv([row(title=f"{start}cmd|' /C calc'!A0", lon=-1.5)])
    assert found["title"].startswith("'")
    assert found["lon"] == "-1.5", "a number stays one"


def test_json_lines() -> None:
    lines = b"".join(as_json_lines([row(), row(no="CP2")])).decode().splitlines()
    assert [json.loads(line)["no"] for line in lines] == ["CP1", "CP2"]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_geojson_has_what_has_a_point(count: int) -> None:
    rows = [row(no="CP0", lon=None, lat=None), *(row(no=f"CP{n}") for n in range(count))]
    found = json.loads(b"".join(as_geojson(rows)))
    assert found["type"] == "FeatureCollection"
    assert len(found["features"]) == count
    for feature in found["features"]:
        assert feature["geometry"] == {"type": "Point", "coordinates": [116.33, 40.22]}
        assert "lon" not in feature["properties"]


def test_nothing_is_a_file_too() -> None:
    assert read_csv([]) == []
    assert b"".join(as_json_lines([])) == b""
