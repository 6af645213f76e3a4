"""Headings, lists and pages."""

from datetime import date
from typing import Any

import pytest

from kit.errors import Invalid, NotFound
from services_hub import reading
from services_hub.contract import ListHospitals, ListItems, ListOffices, MostUsed, OneItem, OnePlace

SPECIAL = ("birth_registration", "car_plate_lottery", "hospital_registration")


def item(hub: Any, code: str) -> Any:
    return reading.get_item(hub.store, OneItem(code=code))


def listed(hub: Any, **wanted: Any) -> list[Any]:
    """All rows of a list, gathered in small pages."""
    rows, cursor = [], None
    while True:
        page = reading.list_items(hub.store, ListItems(limit=7, cursor=cursor, **wanted))
        rows += page.items
        cursor = page.next_cursor
        if cursor is None:
            return rows


def test_the_six_areas_hold_at_least_sixty_items(whole: Any) -> None:
    areas = reading.get_areas(whole.store).areas
    assert [area.name for area in areas] == ["社会服务", "交通出行", "医疗养老", "社保", "民政", "计生"]
    assert sum(area.items for area in areas) == len(listed(whole)) >= 60
    assert all(area.items >= 10 for area in areas)


def test_every_item_says_who_where_how_what_to_bring_and_how_long(whole: Any) -> None:
    for row in listed(whole):
        view = item(whole, row.code)
        assert view.where and view.conditions and view.steps and view.fee and view.channels, row.code
        assert view.time_limit.promised and view.source and view.department.name != view.department.code, row.code
        assert len(view.steps) >= 2, row.code
        if "online" in {channel.code for channel in view.channels}:
            assert view.online, row.code


@pytest.mark.parametrize("code", SPECIAL)
def test_what_is_named_by_the_source_says_what_it_will_do_and_where_to_go_until_then(whole: Any, code: str) -> None:
    view = item(whole, code)
    assert view.coming.possible and view.coming.until_then
    assert view.questions and view.notes and view.sections and view.related
    assert code in {row.code for row in reading.most_used(whole.store, MostUsed(limit=3)).items}


def test_materials_say_what_may_be_electronic_and_what_a_statement_replaces(whole: Any) -> None:
    materials = [m for row in listed(whole) for m in item(whole, row.code).materials]
    assert any(m.electronic for m in materials) and any(m.commitment for m in materials)


def test_what_nobody_has_checked_is_marked(whole: Any, other_hub: Any) -> None:
    assert item(whole, "passport").mark == "示例数据"
    assert item(other_hub, "field_subsidy").mark is None


@pytest.mark.parametrize(
    "wanted",
    [
        {"area": "civil"},
        {"life_event": "marriage"},
        {"department": "mzj"},
        {"area": "civil", "life_event": "marriage"},
        {"department": "mzj", "life_event": "old_age", "area": "health"},
    ],
)
def test_lists_are_filtered_as_the_district_has_it(whole: Any, catalogue: Any, wanted: dict[str, str]) -> None:
    expected = [
        row.code
        for file in catalogue.files
        for row in file.items
        if wanted.get("area", file.area) == file.area
        and wanted.get("department", row.department) == row.department
        and wanted.get("life_event") in (None, *row.life_events)
    ]
    assert expected
    assert [row.code for row in listed(whole, **wanted)] == expected


def test_counts_are_those_of_the_lists(whole: Any) -> None:
    headings = reading.get_areas(whole.store)
    for row in headings.life_events:
        assert row.items == len(listed(whole, life_event=row.code)) > 0
    for row in headings.departments:
        assert row.items == len(listed(whole, department=row.code)) > 0


def test_pages_follow_each_other_without_loss(whole: Any, catalogue: Any) -> None:
    assert [row.code for row in listed(whole)] == [row.code for row in catalogue.items]


@pytest.mark.parametrize("cursor", ["x", "", "bm90aGluZw"])
def test_a_broken_cursor_is_refused_at_its_field(whole: Any, cursor: str) -> None:
    if not cursor:
        assert reading.list_items(whole.store, ListItems(cursor=cursor)).items
        return
    with pytest.raises(Invalid) as caught:
        reading.list_items(whole.store, ListItems(cursor=cursor))
    assert caught.value.errors[0]["field"] == "cursor"


def test_a_heading_that_nobody_has_is_an_empty_list(whole: Any) -> None:
    assert listed(whole, area="astronomy") == []


def test_the_most_used_come_in_their_order(whole: Any, catalogue: Any) -> None:
    ranked = sorted((row for row in catalogue.items if row.rank), key=lambda row: row.rank)
    assert [row.code for row in reading.most_used(whole.store, MostUsed(limit=8)).items] == [r.code for r in ranked[:8]]


def test_offices_have_hours_and_no_number_of_their_own_that_nobody_checked(whole: Any) -> None:
    page = reading.list_offices(whole.store, ListOffices(limit=100))
    assert len(page.items) == 30
    for office in page.items:
        assert office.hours and all(hours.opens < hours.closes for hours in office.hours)
        assert office.mark == "示例数据"
        assert office.phone in ("", "12345", "12333", "12329", "12367", "12123")
    (huoying,) = reading.list_offices(whole.store, ListOffices(town="110114010")).items
    assert reading.get_office(whole.store, OnePlace(id="huoying")) == huoying
    assert huoying.town.name == "霍营街道"


def test_every_town_has_an_office(whole: Any, catalogue: Any) -> None:
    for town in catalogue.towns:
        assert reading.list_offices(whole.store, ListOffices(town=town.code)).items, town.name


def test_hospitals_by_what_people_look_for(whole: Any) -> None:
    assert len(reading.list_hospitals(whole.store, ListHospitals()).items) == 14
    fever = reading.list_hospitals(whole.store, ListHospitals(feature="fever")).items
    assert [hospital.id for hospital in fever] == ["district_hospital"]
    both = reading.list_hospitals(whole.store, ListHospitals(feature="emergency", town="110114011")).items
    assert {hospital.id for hospital in both} == {"jst_huilongguan", "jingdu_children"}
    assert "产科" in {f.name for f in reading.get_hospital(whole.store, OnePlace(id="district_maternal")).features}


def test_what_does_not_exist_is_not_found(whole: Any) -> None:
    for ask in (
        lambda: item(whole, "nothing"),
        lambda: reading.get_office(whole.store, OnePlace(id="nothing")),
        lambda: reading.get_hospital(whole.store, OnePlace(id="nothing")),
    ):
        with pytest.raises(NotFound):
            ask()


def test_dates_are_dates(whole: Any) -> None:
    assert item(whole, "passport").checked_on == date(2026, 11, 23)
