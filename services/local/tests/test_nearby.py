"""What is near: right distances everywhere on earth, and pages that lose nothing."""

from math import asin, cos, radians, sin, sqrt
from typing import Any

import pytest
from pydantic import ValidationError

from kit.errors import Invalid
from local import reading
from local.contract import FARTHEST, Nearby

EARTH = 6_378_100  # metres, the radius by which the database measures
TOWN_CENTRE = {"lat": 40.222, "lon": 116.231}


def haversine(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Metres between two places on the sphere."""
    half_lat, half_lon = radians(other_lat - lat) / 2, radians(other_lon - lon) / 2
    part = sin(half_lat) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(half_lon) ** 2
    return 2 * EARTH * asin(sqrt(part))


def put(life: Any, id_: str, lat: float, lon: float) -> None:
    """A play at this place."""
    play = next(play for kind in life.content.kinds for play in kind.plays)
    row = {**play.model_dump(mode="json"), "id": id_, "kind": "farms", "lat": lat, "lon": lon, "order": 99}
    life.parts.store.put("plays", id_, row, life.db.plays.find_one()["created"])


@pytest.mark.parametrize("kind", [None, "plays", "providers"])
def test_distances_are_those_of_the_sphere_and_nothing_in_reach_is_missing(life: Any, kind: str | None) -> None:
    found = life.page(reading.nearby, Nearby, **TOWN_CENTRE, radius=8000, limit=100, kind=kind).items
    for row in found:
        assert row.distance == pytest.approx(
            haversine(**at(TOWN_CENTRE), other_lat=row.lat, other_lon=row.lon), abs=0.2
        )
    wanted = {
        row["_id"]
        for collection in ([kind] if kind else ["plays", "providers"])
        for row in life.db[collection].find()
        if haversine(**at(TOWN_CENTRE), other_lat=row["lat"], other_lon=row["lon"]) <= 8000
    }
    assert {row.id for row in found} == wanted != set()
    assert [row.distance for row in found] == sorted(row.distance for row in found)


def at(place: dict[str, float]) -> dict[str, float]:
    return {"lat": place["lat"], "lon": place["lon"]}


@pytest.mark.parametrize("limit", [1, 3, 7])
def test_pages_by_distance_lose_and_repeat_nothing_even_at_equal_distances(life: Any, limit: int) -> None:
    for number in range(9):
        put(life, f"twin_{number}", 40.3, 116.3)
    asked = {**TOWN_CENTRE, "radius": FARTHEST}
    whole = life.page(reading.nearby, Nearby, **asked, limit=100).items
    paged = life.every(reading.nearby, Nearby, **asked, limit=limit)
    assert [row.id for row in paged] == [row.id for row in whole]
    assert len(whole) == 44 + 9 + 9


@pytest.mark.parametrize(
    ("lat", "lon", "other_lat", "other_lon"),
    [(90, 0, 89.9, 135), (90, -180, 89.9, 45), (-90, 12, -89.8, -77), (0, 180, 0.1, -179.9), (51, -180, 51, 179.8)],
)
def test_poles_and_the_date_line_are_places_like_others(
    life: Any, lat: float, lon: float, other_lat: float, other_lon: float
) -> None:
    put(life, "far_away", other_lat, other_lon)
    (found,) = life.page(reading.nearby, Nearby, lat=lat, lon=lon, radius=FARTHEST).items
    assert found.id == "far_away"
    assert found.distance == pytest.approx(haversine(lat, lon, other_lat, other_lon), abs=0.2)


def test_the_reach_ends_where_it_was_said(life: Any) -> None:
    put(life, "edge", 0, 0.1)
    distance = haversine(0, 0, 0, 0.1)
    assert life.page(reading.nearby, Nearby, lat=0, lon=0, radius=distance - 1).items == []
    assert len(life.page(reading.nearby, Nearby, lat=0, lon=0, radius=distance + 1).items) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("lat", 90.0001), ("lat", -91), ("lat", float("nan")), ("lat", "nan"), ("lon", 180.5), ("lon", float("inf")),
        ("lon", "east"), ("radius", 50_001), ("radius", 0), ("radius", float("nan")), ("kind", "towns"), ("limit", 101),
    ],
)  # fmt: skip
def test_what_is_no_place_is_refused_at_its_field(field: str, value: Any) -> None:
    with pytest.raises(ValidationError) as refusal:
        Nearby.model_validate({**TOWN_CENTRE, field: value})
    assert [error["loc"] for error in refusal.value.errors()] == [(field,)]


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJhIiwiYiJd", "WzEsMl0", "W3siJGd0IjowfSwiYSJd"])
def test_a_made_up_cursor_is_refused(life: Any, cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        life.page(reading.nearby, Nearby, **TOWN_CENTRE, cursor=cursor)
    assert refusal.value.errors[0]["field"] == "cursor"


def test_it_is_found_by_the_index(life: Any) -> None:
    life.db.command("profile", 2)
    life.page(reading.nearby, Nearby, **TOWN_CENTRE)
    life.db.command("profile", 0)
    plans = [row["planSummary"] for row in life.db.system.profile.find({"command.aggregate": {"$exists": True}})]
    assert len(plans) == 2
    assert all(plan.startswith("GEO_NEAR_2DSPHERE") for plan in plans)
