"""The services hub over HTTP: what an operator changes is what the next reader sees, also from the cache."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from kit.testing import Stack, wait_until
from people import Person, Refused

CODE = "transit_card"
SOON_SECONDS = 15  # far less than answers are kept without an event


@pytest.fixture
def visitor(stack: Stack) -> Person:
    return Person(stack)


@pytest.fixture
def operator(stack: Stack) -> Person:
    return Person(stack, token=stack.token("staff", "s_hub_operator", ("hub_operator",)))


@pytest.fixture
def items(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[Any]:
    """The items of the running hub; the one that is changed is put back afterwards."""
    collection = mongo_client["services_hub"].items
    before = collection.find_one({"_id": CODE}, {"_outbox": 0})
    assert before
    yield collection
    collection.replace_one({"_id": CODE}, before)


def test_a_change_reaches_every_page_that_shows_it(visitor: Person, operator: Person, items: Any) -> None:
    assert visitor.get(f"/items/{CODE}")["fee"] != "十元"
    version = operator.get(f"/items/{CODE}")["version"]
    changed = operator.do(f"/desk/items/{CODE}", {"version": version, "fee": "十元"}, method="PATCH")
    assert changed == {"code": CODE, "version": version + 1}
    wait_until(lambda: visitor.get(f"/items/{CODE}")["fee"] == "十元", SOON_SECONDS)
    rows = {row["code"]: row for row in visitor.get("/items", area="transport", limit=100)["items"]}
    assert rows[CODE]["fee"] == "十元"
    with pytest.raises(Refused) as caught:
        operator.do(f"/desk/items/{CODE}", {"version": version, "fee": "一元"}, method="PATCH")
    assert caught.value.status == 409


def test_wrong_values_are_named_in_chinese(operator: Person, items: Any) -> None:
    body = {"version": 1, "fee": "", "notes": [""], "channels": [], "colour": "red"}
    answer = operator.ask("PATCH", f"/desk/items/{CODE}", json=body)
    assert answer.status_code == 422
    assert {error["field"]: error["message"] for error in answer.json()["errors"]} == {
        "fee": "收费至少1个字",
        "notes.0": "注意事项至少1个字",
        "channels": "办理渠道至少1项",
        "colour": "不认识的字段",
    }


def test_the_catalogue_is_read_over_http(visitor: Person) -> None:
    assert len(visitor.get("/areas")["areas"]) == 6
    for code in ("birth_registration", "car_plate_lottery", "hospital_registration"):
        page = visitor.get(f"/items/{code}")
        assert page["coming"]["possible"] and page["coming"]["until_then"]
    assert visitor.get("/offices/district_hall")["hours"]
    assert visitor.get("/hospitals", feature="maternity")["items"]
    assert visitor.get("/hospitals/nankou")["mark"] == "示例数据"


def test_the_home_page_and_the_search_have_the_hubs_part(visitor: Person) -> None:
    assert visitor.get_part("/home", "services")["items"][0]["code"] == "birth_registration"
    hit = visitor.get_part("/search", "services", q="孩子上户口")["items"][0]
    assert (hit["kind"], hit["path"]) == ("item", "/items/birth_household")
    assert visitor.get(hit["path"])["name"] == hit["title"]


def test_the_guides_of_local_life_lead_to_items_that_exist(visitor: Person) -> None:
    guides = [visitor.get(f"/guides/{row['slug']}") for row in visitor.get("/guides", limit=100)["items"]]
    codes = {code for guide in guides for step in guide["steps"] for code in step["items"]}
    known = {row["code"] for row in visitor.get("/items", limit=100)["items"]}
    assert len(codes) > 20
    assert codes <= known
