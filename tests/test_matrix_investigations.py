"""The investigations' rows of the role × endpoint matrix, cell by cell.

A refused cell uses a body that would be accepted: only the role can be the reason, and nothing may change.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from matrix_world import World, cells, refused, send
from pymongo import MongoClient

from gateway.routes import PREFIX, ROUTES
from kit.testing import Stack, wait_until
from people import Person

AT = f"{PREFIX}/desk/investigations"
ROWS = {route.name: route for route in ROUTES if route.path.startswith(AT)}
METHODS = {
    f"GET {AT}": "listed",
    f"GET {AT}/{{id}}": "seen",
    f"POST {AT}": "opened",
    f"PUT {AT}/{{id}}": "saved",
    f"POST {AT}/{{id}}/additions": "added",
    f"GET {AT}/{{id}}/proposals": "proposed",
    f"POST {AT}/{{id}}/apart": "told_apart",
    f"POST {AT}/{{id}}/tips/{{no}}/reading": "read",
    f"POST {AT}/{{id}}/records": "noted",
    f"PUT {AT}/{{id}}/records/{{number}}": "corrected",
    f"POST {AT}/{{id}}/questions": "asked",
    f"POST {AT}/{{id}}/reports": "attached",
    f"DELETE {AT}/{{id}}/reports/{{article}}": "detached",
    f"POST {AT}/{{id}}/closing": "closed",
    f"POST {AT}/{{id}}/reopening": "reopened",
}
ARTICLE = "CPN20261120-ABC123"
OTHER = "CP20261120-ABC123"
OTHER_TIP = "CPT20261120-ABC123"
OTHERS = {"article": ARTICLE, "no": OTHER_TIP, "number": "1"}
TEXT = "村东路的灯又坏了，每晚漆黑一片。"
RECORD: dict[str, Any] = {
    "kind": "interview",
    "at": datetime.now(UTC).isoformat(),
    "whom": "村民",
    "text": "灯坏了一周。",
}


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


@pytest.fixture(scope="module")
def no(world: World) -> str:
    """A public case with its department."""
    return world.case("dispatched")


@pytest.fixture
def number(world: World, no: str) -> str:
    """A new investigation of the case, with this world's reporter."""
    return world.investigation(no)


def matter(world: World, **fields: Any) -> dict[str, Any]:
    lead = world.staff["reporter"].account["id"]
    return {"title": "路灯为何不亮", "question": "这条路归谁管", "lead": lead, **fields}


def bodies(world: World, no: str) -> dict[str, dict[str, Any]]:
    return {
        "opened": matter(world),
        "saved": matter(world, title="路灯何时能亮", cases=[no]),
        "added": {"cases": [OTHER]},
        "told_apart": {"other": OTHER},
        "noted": RECORD,
        "corrected": {**{name: RECORD[name] for name in ("at", "whom")}, "text": "灯坏了两周。"},
        "asked": {"case": no, "text": "请问何时修好？"},
        "attached": {"article": ARTICLE},
        "detached": {"reason": "编号填错"},
        "closed": {"text": "路灯已亮"},
        "reopened": {"reason": "又有居民反映"},
    }


def kept(world: World, number: str) -> Any:
    return world.mongo["news"]["investigations"].find_one({"_id": number}, {"_outbox": 0})


def apart(world: World, number: str) -> Any:
    """Who has said that something is another matter."""
    return (world.mongo["news"]["apart"].find_one({"of": number}) or {}).get("by")


def tip_of(world: World, number: str) -> str:
    """A tip that the investigation has taken up."""
    Person(world.stack).do("/tips", {"text": TEXT})
    tip = str(world.mongo["news"]["tips"].find_one({"text": TEXT}, sort=[("sent_at", -1)])["_id"])
    world.staff["editor"].do(f"/desk/investigations/{number}/additions", {"tips": [tip]})
    return tip


def reporters_read(world: World, tip: str) -> bool:
    """Whether it stands in the tip that the reporter of this world has read it."""
    readings = world.mongo["news"]["tips"].find_one({"_id": tip}).get("readings", [])
    return [one["by"] for one in readings] == [world.staff["reporter"].account["id"]]


def report(world: World) -> str:
    """A published article, in haste."""
    words = {"column": "news", "title": "路灯今晚全亮", "desk": "民生新闻部", "source": "示例内容"}
    body = [{"kind": "paragraph", "text": "示例正文。"}]
    article = str(world.staff["reporter"].do("/desk/articles", {**words, "body": body})["id"])
    world.staff["duty_editor"].do(f"/desk/articles/{article}/urgent-publication", {"reason": "居民关切"})
    return article


def ended(world: World, lead: str) -> str:
    """One that is closed."""
    number = world.investigation(lead=lead)
    world.staff["editor"].do(f"/desk/investigations/{number}/closing", {"text": "路灯已亮"})
    return number


def test_every_row_is_tried_here() -> None:
    assert METHODS.keys() == ROWS.keys()


@pytest.mark.parametrize(("role", "name"), cells(list(ROWS.values()), allowed=True))
def test_what_is_for_the_role_works(world: World, no: str, number: str, role: str, name: str) -> None:
    route, who, does = ROWS[name], world.people(role), METHODS[name]
    body = bodies(world, no).get(does)
    article = report(world) if does in ("attached", "detached") else ARTICLE
    if does == "attached":
        body = {"article": article}
    if does == "detached":
        world.staff["editor"].do(f"/desk/investigations/{number}/reports", {"article": article})
    if does == "reopened":  # of those who may call, its lead and the duty editor may
        number = ended(world, lead="reporter" if role == "duty_editor" else role)
    tip = tip_of(world, number) if does == "read" else OTHER_TIP
    if does == "corrected":
        who.do(f"/desk/investigations/{number}/records", RECORD)
    answer = send(who, route, body, id=number, article=article, no=tip, number="1")
    assert answer.status_code == {"opened": 201, "told_apart": 204}.get(does, 200), answer.text
    found = kept(world, number)
    expected: dict[str, Any] = {
        "listed": lambda: number in [row["id"] for row in answer.json()["items"]],
        "seen": lambda: answer.json()["cases"] == [no],
        "opened": lambda: kept(world, answer.json()["id"])["opened_by"] == who.account["id"],
        "saved": lambda: found["matter"]["title"] == "路灯何时能亮",
        "added": lambda: found["matter"]["cases"] == [no, OTHER],
        "proposed": lambda: answer.json()["asked"],
        "told_apart": lambda: apart(world, number) == who.account["id"],
        "read": lambda: answer.json()["text"] == TEXT and (reporters_read(world, tip) or role != "reporter"),
        "corrected": lambda: [one["text"] for one in found["records"][0]["earlier"]] == [RECORD["text"]],
        "noted": lambda: found["records"][0]["by"] == who.account["id"],
        "asked": lambda: wait_until(lambda: kept(world, number)["questions"][0]["due"]),
        "attached": lambda: answer.json()["state"] == "published",
        "detached": lambda: not found["reports"] and found["detached"][0]["by"] == who.account["id"],
        "closed": lambda: found["closed_at"],
        "reopened": lambda: not found["closed_at"] and found["reopenings"][0]["by"] == who.account["id"],
    }
    assert expected[does]()


@pytest.mark.parametrize(("role", "name"), cells(list(ROWS.values()), allowed=False))
def test_what_is_not_for_the_role_is_refused_and_changes_nothing(
    world: World, no: str, untouched: str, over: str, role: str, name: str
) -> None:
    number = over if METHODS[name] == "reopened" else untouched
    who, before = world.people(role), kept(world, number)
    refused(send(who, ROWS[name], bodies(world, no).get(METHODS[name]), id=number, **OTHERS), role)
    assert kept(world, number) == before and apart(world, number) is None
    own = {"opened_by": who.account.get("id", "nobody")}
    assert world.mongo["news"]["investigations"].count_documents(own) == 0


@pytest.fixture(scope="module")
def untouched(world: World, no: str) -> str:
    """One that nobody who is refused may touch."""
    return world.investigation(no)


@pytest.fixture(scope="module")
def over(world: World) -> str:
    """The same, closed."""
    return ended(world, lead="reporter")


def test_another_editor_does_not_open_a_closed_one_again(world: World, over: str) -> None:
    answer = send(world.people("editor"), ROWS[f"POST {AT}/{{id}}/reopening"], {"reason": "又有居民反映"}, id=over)
    assert answer.status_code == 403 and kept(world, over)["closed_at"]
