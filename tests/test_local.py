"""Local life over HTTP: what an editor does is what the next reader sees, also from the cache."""

import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from kit.testing import Stack, wait_until
from people import Person, Refused

SOON_SECONDS = 15  # far less than answers are kept without an event
GUIDE, PLAY = "jobs", "hepingsi"


@pytest.fixture
def editor(stack: Stack) -> Person:
    return Person(stack, token=stack.token("staff", "s_local_editor", ("local_editor",)))


@pytest.fixture
def reader(stack: Stack) -> Person:
    return Person(stack)


@pytest.fixture
def as_before(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[Callable[[str, str], None]]:
    """Rows named to it are left as they were."""
    rows: list[tuple[str, Any]] = []
    database = mongo_client["local_service"]
    yield lambda name, id_: rows.append((name, database[name].find_one({"_id": id_})))
    for name, row in rows:
        database[name].replace_one({"_id": row["_id"]}, row)


def on_every_reading(condition: Callable[[], bool]) -> bool:
    """Whether it becomes true in time and then stays so, whichever process answers."""
    wait_until(condition, SOON_SECONDS)
    time.sleep(1)
    return all(condition() for _ in range(20))


def test_a_changed_guide_shows_at_once_on_its_page_in_the_list_and_at_home(
    editor: Person, reader: Person, as_before: Callable[[str, str], None]
) -> None:
    as_before("guides", GUIDE)

    def shown() -> set[str]:
        home = reader.get_part("/home", "local")["guides"]
        rows = [reader.get(f"/guides/{GUIDE}"), *reader.get("/guides")["items"], *home]
        return {row["title"] for row in rows if row["slug"] == GUIDE}

    for _ in range(8):  # until every process keeps the pages
        shown()
    title = f"找工作{uuid.uuid4().hex[:4]}"
    version = reader.get(f"/guides/{GUIDE}")["version"]
    editor.do(f"/desk/guides/{GUIDE}", {"title": title, "version": version}, method="PATCH")
    assert on_every_reading(lambda: shown() == {title})
    with pytest.raises(Refused) as refusal:
        editor.do(f"/desk/guides/{GUIDE}", {"title": "又改一次", "version": version}, method="PATCH")
    assert refusal.value.status == 409
    assert shown() == {title}


def test_a_play_that_moves_is_found_where_it_is_now(
    editor: Person, reader: Person, as_before: Callable[[str, str], None]
) -> None:
    as_before("plays", PLAY)
    at_sea = {"lat": 10.5, "lon": 150.25}
    assert reader.get("/nearby", **at_sea)["items"] == []
    read = editor.ask("GET", f"/plays/{PLAY}").headers["ETag"]
    answer = editor.ask("PATCH", f"/desk/plays/{PLAY}", json=at_sea, headers={"If-Match": read})
    assert answer.status_code == 200, answer.text
    (found,) = reader.get("/nearby", **at_sea)["items"]
    assert (found["id"], found["distance"], found["path"]) == (PLAY, 0, f"/plays/{PLAY}")
    assert on_every_reading(lambda: reader.get(f"/plays/{PLAY}")["lat"] == 10.5)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"lat": 91, "lon": 116}, "lat"),
        ({"lat": "NaN", "lon": 116}, "lat"),
        ({"lat": 40, "lon": "-180.1"}, "lon"),
        ({"lat": 40}, "lon"),
        ({"lat": 40, "lon": 116, "radius": 50001}, "radius"),
        ({"lat": 40, "lon": 116, "kind": "shops"}, "kind"),
        ({"lat": 40, "lon": 116, "cursor": "x"}, "cursor"),
    ],
)
def test_what_is_no_place_is_refused_at_its_field(reader: Person, query: dict[str, Any], field: str) -> None:
    answer = reader.ask("GET", "/nearby", params=query)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_pages_by_distance_over_http_lose_nothing(reader: Person) -> None:
    asked: dict[str, Any] = {"lat": 40.222, "lon": 116.231, "radius": 50000, "limit": 10}
    found: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = reader.get("/nearby", **asked, **cursor)
        found += [row["id"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert len(found) == len(set(found))
    assert len({*found, PLAY}) == 44 + 9  # another test may have moved this one away


def test_local_life_is_part_of_home_and_of_the_common_search(reader: Person) -> None:
    assert reader.get_part("/home", "local")["guides"]
    found = reader.get_part("/search", "local", q="结婚")
    assert "/guides/marriage" in [hit["path"] for hit in found["items"]]


def test_every_item_that_a_guide_names_is_in_the_catalogue(reader: Person) -> None:
    catalogue = set(reader.leaf_through("/items", "code"))
    guides = [reader.get(f"/guides/{slug}") for slug in reader.leaf_through("/guides", "slug")]
    named = {code for guide in guides for step in guide["steps"] for code in step["items"]}
    assert len(named) > 50
    assert named <= catalogue
