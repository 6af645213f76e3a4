"""The district's data in the database: taken over once, never over an operator's change."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from services_hub import reading, searching
from services_hub.contract import ListItems, ListOffices, OneItem, Search
from services_hub.district import read_catalogue
from services_hub.domain.catalogue import Catalogue
from services_hub.seed import seed

CODE = "passport"


def with_item(catalogue: Catalogue, code: str, **fields: Any) -> Catalogue:
    """The catalogue with one item changed."""
    files = [
        file.model_copy(
            update={"items": tuple(i.model_copy(update=fields) if i.code == code else i for i in file.items)}
        )
        for file in catalogue.files
    ]
    return catalogue.model_copy(update={"files": tuple(files)})


def dump(hub: Any) -> list[Any]:
    return [list(hub.db[name].find().sort("_id")) for name in ("items", "offices", "hospitals", "terms", "phrases")]


def test_a_second_seed_changes_nothing(hub: Any) -> None:
    before = dump(hub)
    assert seed(hub.store, hub.catalogue) == 0
    assert dump(hub) == before


def test_a_changed_row_of_the_district_changes_the_page_and_is_told(hub: Any) -> None:
    assert seed(hub.store, with_item(hub.catalogue, CODE, fee="护照80元")) == 1
    view = reading.get_item(hub.store, OneItem(code=CODE))
    assert (view.fee, view.version) == ("护照80元", 2)
    assert hub.db.items.find_one({"_id": CODE})["_outbox"][-1]["seq"] == 2


def test_an_operators_change_outlives_every_seed(hub: Any) -> None:
    hub.update(CODE, 1, fee="以窗口为准")
    assert seed(hub.store, hub.catalogue) == 0
    assert seed(hub.store, with_item(hub.catalogue, CODE, fee="护照80元")) == 0
    assert reading.get_item(hub.store, OneItem(code=CODE)).fee == "以窗口为准"


def test_a_row_changed_in_the_database_stays_until_it_changes_in_the_district(hub: Any) -> None:
    hub.db.terms.update_one({"_id": "area:civil"}, {"$set": {"name": "民政事务"}})
    hub.db.items.update_one({"_id": CODE}, {"$set": {"summary": "改过的简介"}})
    seed(hub.store, hub.catalogue)
    assert "民政事务" in [area.name for area in reading.get_areas(hub.store).areas]
    assert reading.get_item(hub.store, OneItem(code=CODE)).summary == "改过的简介"


def test_what_the_district_no_longer_has_is_gone(hub: Any) -> None:
    hub.update("dog_registration", 1, fee="免费")
    (social, *others) = hub.catalogue.files
    left = tuple(i for i in social.items if i.code not in ("repair_fund", "dog_registration"))
    smaller = hub.catalogue.model_copy(update={"files": (social.model_copy(update={"items": left}), *others)})
    seed(hub.store, smaller)
    codes = {row.code for row in reading.list_items(hub.store, ListItems(area="social", limit=100)).items}
    assert "repair_fund" not in codes
    assert "dog_registration" in codes  # an operator has worked on it


def test_another_district_has_its_own_catalogue(other_hub: Any) -> None:
    areas = reading.get_areas(other_hub.store)
    assert [(area.name, area.items) for area in areas.areas] == [("农事", 1)]
    assert [(d.name, d.items) for d in areas.departments] == [("东河县财政局", 1)]
    assert areas.life_events == []
    (office,) = reading.list_offices(other_hub.store, ListOffices()).items
    assert (office.town.name, office.mark) == ("东河镇", None)
    (hit, *_) = searching.search(other_hub.store, Search(q="种粮钱怎么领")).items
    assert hit.id == "field_subsidy"


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("hub/items/farming.yml", "department: cz", "department: xx", "field_subsidy: no department xx"),
        ("hub/items/farming.yml", "channels: [window]", "channels: [phone]", "no channel phone"),
        ("hub/items/farming.yml", "fee: 不收费", "fees: 不收费", "fees"),
        ("hub/items/farming.yml", "verified: true", "verified: perhaps", "verified"),
        ("hub/offices.yml", '"08:00"', '"8:00"', "opens"),
        ("hub/offices.yml", '"999901001"', '"999901002"', "hall: no town 999901002"),
    ],
)
def test_a_wrong_row_is_named(tmp_path: Path, file: str, old: str, new: str, told: str) -> None:
    for path in sorted((Path(__file__).parent / "other_district").rglob("*.yml")):
        copy = tmp_path / path.relative_to(Path(__file__).parent / "other_district")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text("utf-8"), "utf-8")
    changed = tmp_path / file
    text = changed.read_text("utf-8")
    assert old in text
    changed.write_text(text.replace(old, new), "utf-8")
    with pytest.raises(ValidationError, match=told):
        read_catalogue(tmp_path)
