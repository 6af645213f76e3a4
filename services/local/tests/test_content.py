"""What the district brings is what everyone reads, from the database."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kit.contract import PageRequest
from kit.errors import Invalid, NotFound
from local import editing, reading
from local.contract import Highlights, ListPlays, ListProviders, OneGuide, OnePlay, Search, UpdatePlay
from local.domain.content import Season

NAMED = {"要结婚", "去哪玩", "生小孩", "找工作", "享晚年", "会开锁"}
ALL = {"limit": 100}


@pytest.fixture
def life(life_to_read: Any) -> Any:
    return life_to_read


def test_eleven_guides_each_with_steps_in_order(life: Any) -> None:
    guides = life.page(reading.list_guides, PageRequest).items
    assert life.db.guides.count_documents({}) == len(guides) == 11
    assert {guide.title for guide in guides} >= NAMED
    for guide in guides:
        whole = life.page(reading.get_guide, OneGuide, slug=guide.slug)
        given = next(row for row in life.content.guides if row.slug == guide.slug)
        assert [step.title for step in whole.steps] == [step.title for step in given.steps]
        assert len(whole.steps) >= 4
        assert (whole.verified, whole.version) == (False, 1)


def test_eight_kinds_with_forty_four_plays(life: Any) -> None:
    kinds = life.page(reading.list_destinations, PageRequest).items
    assert (len(kinds), life.db.plays.count_documents({})) == (8, 44)
    plays = life.page(reading.list_plays, ListPlays, **ALL).items
    assert Counter(play.kind.code for play in plays) == {kind.code: kind.plays for kind in kinds}
    assert sum(kind.plays for kind in kinds) == len(plays) == 44
    assert not any(play.verified for play in plays)


def test_every_play_lies_in_the_district_and_in_a_town_of_it(life: Any) -> None:
    for row in life.db.plays.find():
        assert 115.838 <= row["lon"] <= 116.492
        assert 40.036 <= row["lat"] <= 40.387
        assert row["town"] in life.parts.directory.towns


def test_a_play_tells_all_that_is_known(life: Any) -> None:
    play = life.page(reading.get_play, OnePlay, id="changling")
    assert (play.kind.name, play.town.name, play.hours) == ("皇陵文物", "十三陵镇", 1.5)
    assert (play.lon, play.lat, play.status_name) == (116.243, 40.301, "开放情况待核实")


@pytest.mark.parametrize(
    "chosen",
    [
        {"kind": "mountains"},
        {"town": "110114119"},
        {"season": "winter"},
        {"kind": "mountains", "season": "summer"},
        {"town": "110114119", "kind": "tombs_relics", "season": "autumn"},
    ],
)
def test_plays_are_found_by_kind_town_and_season_page_by_page(life: Any, chosen: dict[str, str]) -> None:
    everything = life.page(reading.list_plays, ListPlays, **ALL).items
    wanted = [play.id for play in everything if fits(play, chosen)]
    assert wanted
    assert [play.id for play in life.every(reading.list_plays, ListPlays, limit=2, **chosen)] == wanted


def fits(play: Any, chosen: dict[str, str]) -> bool:
    months = {Season.SUMMER: {6, 7, 8}, Season.AUTUMN: {9, 10, 11}, Season.WINTER: {12, 1, 2}}
    season = chosen.get("season")
    return (
        chosen.get("kind") in (None, play.kind.code)
        and chosen.get("town") in (None, play.town.code)
        and (season is None or bool(months[Season(season)] & set(play.months)))
    )


def test_locksmiths_by_area_are_nobody_real(life: Any) -> None:
    page = life.page(reading.list_providers, ListProviders, trade="locksmith", **ALL)
    assert [area.name for area in page.areas] == ["昌平城区", "回龙观", "其他乡镇"]
    assert any("备案" in line for line in page.advice)
    for provider in page.items:
        assert provider.example
        assert provider.name.startswith("示例")
        assert not any(character.isdigit() for character in provider.contact)
    for area in page.areas:
        found = life.page(reading.list_providers, ListProviders, trade="locksmith", area=area.code).items
        assert [row.id for row in found] == [row.id for row in page.items if row.area.code == area.code] != []


def test_what_does_not_exist_is_said_at_its_field(life: Any) -> None:
    with pytest.raises(NotFound):
        life.page(reading.get_guide, OneGuide, slug="nothing")
    with pytest.raises(NotFound):
        life.page(reading.get_play, OnePlay, id="nothing")
    for field, fields in (("trade", {"trade": "baker"}), ("area", {"trade": "locksmith", "area": "moon"})):
        with pytest.raises(Invalid) as refusal:
            life.page(reading.list_providers, ListProviders, **fields)
        assert refusal.value.errors[0]["field"] == field
    for cursor in ("%%%", "W10", "WzFd"):
        with pytest.raises(Invalid):
            life.page(reading.list_plays, ListPlays, cursor=cursor)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("结婚", "marriage"),
        ("开锁", "locksmith"),
        ("居庸关", "juyongguan"),
        ("草莓", "xingshou_strawberry"),
        ("落户", "childbirth"),
    ],
)
def test_people_find_by_their_words(life: Any, words: str, found: str) -> None:
    hits = life.page(reading.search, Search, q=words).items
    assert found in [hit.id for hit in hits]
    assert all(hit.path in (f"/guides/{hit.id}", f"/plays/{hit.id}") for hit in hits)


def test_a_search_goes_through_both_collections_without_loss(life: Any) -> None:
    whole = life.page(reading.search, Search, q="昌平", **ALL).items
    assert len({hit.id for hit in whole}) == len(whole) >= 3
    assert {hit.kind for hit in whole} == {"guide", "play"}
    assert life.every(reading.search, Search, q="昌平", limit=1) == whole
    assert life.page(reading.search, Search, q="锁").items == []
    assert life.page(reading.search, Search, q="火星移民").items == []


@pytest.mark.parametrize("month", range(1, 13))
def test_the_home_page_shows_what_is_in_season(life: Any, month: int) -> None:
    shown = life.page(reading.highlights, Highlights, month=month, limit=4)
    assert (shown.month, len(shown.guides), len(shown.plays)) == (month, 4, 4)
    assert all(month in play.months for play in shown.plays)
    lengths = [len(play.months) for play in shown.plays]
    assert lengths == sorted(lengths)


def test_without_a_month_it_is_the_districts(life: Any) -> None:
    assert 1 <= life.page(reading.highlights, Highlights).month <= 12


def test_no_query_scans_a_collection(life_in: Callable[[Path], Any]) -> None:
    life = life_in(Path("district"))
    life.db.command("profile", 2)
    everything(life)
    life.db.command("profile", 0)
    profile = list(life.db.system.profile.find({"ns": {"$regex": r"\.(guides|kinds|plays|trades|providers)$"}}))
    assert len(profile) > 20
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    sorts = [row["command"] for row in profile if row.get("hasSortStage") and "aggregate" not in row["command"]]
    assert sorts == []


def everything(life: Any) -> None:
    """Every query that readers and editors make."""
    life.every(reading.list_guides, PageRequest, limit=4)
    life.page(reading.get_guide, OneGuide, slug="marriage")
    life.page(reading.list_destinations, PageRequest)
    for chosen in ({}, {"kind": "farms"}, {"town": "110114119"}, {"season": "winter"}):
        life.every(reading.list_plays, ListPlays, limit=5, **chosen)
    life.page(reading.get_play, OnePlay, id="changling")
    life.every(reading.list_providers, ListProviders, trade="locksmith", limit=2)
    life.every(reading.list_providers, ListProviders, trade="locksmith", area="huilongguan", limit=2)
    life.every(reading.search, Search, q="昌平", limit=2)
    life.page(reading.highlights, Highlights, month=11)
    life.change(editing.update_play, UpdatePlay, id="changling", version=1, note="今日闭馆")
