"""What stands around the articles, cell by cell of the role × endpoint matrix."""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from matrix_world import DEPARTMENT, World, cells, refused, send
from pymongo import MongoClient
from test_matrix_news import ARTICLE, draft, ok, publish

from gateway.routes import NEWS_READERS, PREFIX, Route
from kit.testing import Stack, wait_until
from people import Person

ROWS = {route.name: route for route in NEWS_READERS}
ALERT = {"kind": "gale", "level": "blue", "text": "今夜有大风，请注意防范。"}


def in_minutes(minutes: int) -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).isoformat()


def alert(world: World) -> str:
    """A new alert, which does not hold for long: other tests look at home too."""
    return str(world.staff["duty_editor"].do("/desk/alerts", {**ALERT, "ends_at": in_minutes(2)})["id"])


def article(world: World, column: str = "culture") -> str:
    """A new article that everyone may read; in this column comments are shown at once."""
    body = {**ARTICLE, "column": column}
    number = str(world.staff["reporter"].do("/desk/articles", body)["id"])
    publish(world, number)
    return number


def comment(world: World, column: str = "culture", by: Person | None = None) -> str:
    """A new comment, which is shown or, in the column of news, waits."""
    below = article(world, column)
    by = by or Person(world.stack, token=world.stack.token("resident", f"r_{uuid.uuid4().hex[:16]}", ("resident",)))
    return str(by.do(f"/articles/{below}/comments", {"text": "写得清楚明白"})["id"])


def row_of(world: World, collection: str, key: str) -> Any:
    """A document as the database has it, but for what waits to be told."""
    return world.mongo["news"][collection].find_one({"_id": key}, {"_outbox": 0})


def made_by(world: World, collection: str, who: Person) -> int:
    """How many documents of a collection are somebody's doing."""
    account = who.account.get("id", "nobody")
    own = [{field: account} for field in ("author", "account", "steps.by", "by")]
    return world.mongo["news"][collection].count_documents({"$or": own})


class Doing:
    """Each row tried by somebody who may."""

    def __init__(self, world: World, role: str) -> None:
        self.world = world
        self.who = world.people(role)
        self.role = role

    def alerts(self, route: Route) -> None:
        assert "valid_until" in ok(send(self.who, route), 200)

    def past_alerts(self, route: Route) -> None:
        assert "next_cursor" in ok(send(self.who, route), 200)

    def desk_alerts(self, route: Route) -> None:
        number = alert(self.world)
        assert number in [row["id"] for row in ok(send(self.who, route), 200)["items"]]

    def alert_rules(self, route: Route) -> None:
        assert ok(send(self.who, route), 200)["kinds"]

    def issue_alert(self, route: Route) -> None:
        number = ok(send(self.who, route, {**ALERT, "ends_at": in_minutes(2)}), 201)["id"]
        assert row_of(self.world, "alerts", number)["steps"][0]["by"] == self.who.account["id"]

    def extend_alert(self, route: Route) -> None:
        number = alert(self.world)
        assert ok(send(self.who, route, {"ends_at": in_minutes(4)}, id=number), 200)["version"] == 2
        assert row_of(self.world, "alerts", number)["steps"][-1]["action"] == "extend"

    def lift_alert(self, route: Route) -> None:
        number = alert(self.world)
        assert ok(send(self.who, route, {"note": "风已停"}, id=number), 200)["standing"] == "lifted"
        assert row_of(self.world, "alerts", number)["lifted_at"]

    def comments(self, route: Route) -> None:
        below = article(self.world)
        assert ok(send(self.who, route, id=below), 200)["policy"] == "after"
        assert send(self.who, route, id=draft(self.world)).status_code == 404

    def write_comment(self, route: Route) -> None:
        number = ok(send(self.who, route, {"text": "写得清楚明白"}, id=article(self.world)), 201)["id"]
        assert row_of(self.world, "comments", number)["author"] == self.who.account["id"]

    def own_comments(self, route: Route) -> None:
        number = comment(self.world, by=self.who)
        below = row_of(self.world, "comments", number)["article"]
        found = ok(self.who.ask("GET", "/me/comments", params={"id": below}), 200)
        assert [row["id"] for row in found["items"]] == [number]
        latest = ok(send(self.who, route), 200)["items"][0]
        assert (latest["id"], latest["article_title"]) == (number, ARTICLE["title"])

    def delete_comment(self, route: Route) -> None:
        number = comment(self.world, by=self.who)
        assert ok(send(self.who, route, id=number), 200)["state"] == "deleted"
        assert row_of(self.world, "comments", number)["text"] == ""
        assert send(self.who, route, id=comment(self.world)).status_code == 403

    def report_comment(self, route: Route) -> None:
        number = comment(self.world)
        ok(send(self.who, route, {"reason": "spam"}, id=number), 200)
        assert row_of(self.world, "comments", number)["reports"] == {"spam": 1}

    def desk_comments(self, route: Route) -> None:
        number = comment(self.world)
        found = ok(self.who.ask("GET", "/desk/comments", params={"state": "shown"}), 200)
        assert number in [row["id"] for row in found["items"]]

    def approve_comment(self, route: Route) -> None:
        number = comment(self.world, "news")
        assert ok(send(self.who, route, id=number), 200)["state"] == "shown"
        assert row_of(self.world, "comments", number)["by_public"]

    def refuse_comment(self, route: Route) -> None:
        number = comment(self.world, "news")
        assert ok(send(self.who, route, {"reason": "off_topic"}, id=number), 200)["state"] == "refused"
        assert not row_of(self.world, "comments", number)["by_public"]

    def hide_comment(self, route: Route) -> None:
        number = comment(self.world)
        assert ok(send(self.who, route, {"reason": "spam"}, id=number), 200)["state"] == "hidden"
        assert row_of(self.world, "comments", number)["steps"][-1]["by"] == self.who.account["id"]

    def answer_comment(self, route: Route) -> None:
        number = comment(self.world)
        ok(send(self.who, route, {"text": "已安排办理。"}, id=number), 200)
        own = "编辑部" if "editor" in self.role else DEPARTMENT
        assert row_of(self.world, "comments", number)["answer"]["department"] == own

    def favourites(self, route: Route) -> None:
        number = article(self.world)
        self.who.do(f"/me/favourites/{number}", method="PUT")
        assert number in [row["id"] for row in ok(send(self.who, route), 200)["items"]]

    def kept(self, route: Route) -> None:
        assert ok(send(self.who, route, id=article(self.world)), 200) == {"kept": False}

    def keep(self, route: Route) -> None:
        number = article(self.world)
        assert ok(send(self.who, route, id=number), 200) == {"kept": True}
        assert row_of(self.world, "favourites", f"{self.who.account['id']}/{number}")

    def drop(self, route: Route) -> None:
        number = article(self.world)
        self.who.do(f"/me/favourites/{number}", method="PUT")
        assert ok(send(self.who, route, id=number), 200) == {"kept": False}
        assert not row_of(self.world, "favourites", f"{self.who.account['id']}/{number}")

    def follows(self, route: Route) -> None:
        for what in ("column/science", "topic/parking"):
            self.who.do(f"/me/follows/{what}", method="PUT")
        found = ok(send(self.who, route), 200)
        assert "science" in [row["target"] for row in found["items"]]
        assert "停车" in [topic["name"] for topic in found["topics"]]

    def follow(self, route: Route) -> None:
        assert ok(send(self.who, route, kind="column", target="culture"), 200) == {"following": True}
        assert row_of(self.world, "follows", f"{self.who.account['id']}/column/culture")

    def unfollow(self, route: Route) -> None:
        self.who.do("/me/follows/column/culture", method="PUT")
        assert ok(send(self.who, route, kind="column", target="culture"), 200) == {"following": False}
        assert not row_of(self.world, "follows", f"{self.who.account['id']}/column/culture")

    def note_reading(self, route: Route) -> None:
        number = article(self.world)
        assert send(self.who, route, id=number).status_code == 204
        counts = self.world.mongo["news"]["reading_counts"]
        assert wait_until(lambda: counts.find_one({"article": number}))["n"] == 1

    def most_read(self, route: Route) -> None:
        assert "items" in ok(send(self.who, route), 200)

    def front_choice(self, route: Route) -> None:
        assert ok(send(self.who, route), 200)["most"] > 0

    def choose_front(self, route: Route) -> None:
        number = article(self.world)
        version = ok(send(self.who, route, {"articles": [number]}), 200)["version"]
        kept = row_of(self.world, "fronts", "front")
        assert kept["version"] > version or kept["by"] == self.who.account["id"]


METHODS: dict[str, Callable[[Doing, Route], None]] = {
    f"{method} {PREFIX}{path}": tried
    for method, path, tried in (
        ("GET", "/alerts", Doing.alerts),
        ("GET", "/alerts/past", Doing.past_alerts),
        ("GET", "/desk/alerts", Doing.desk_alerts),
        ("GET", "/desk/alert-rules", Doing.alert_rules),
        ("POST", "/desk/alerts", Doing.issue_alert),
        ("POST", "/desk/alerts/{id}/extension", Doing.extend_alert),
        ("POST", "/desk/alerts/{id}/lifting", Doing.lift_alert),
        ("GET", "/articles/{id}/comments", Doing.comments),
        ("POST", "/articles/{id}/comments", Doing.write_comment),
        ("GET", "/me/comments", Doing.own_comments),
        ("DELETE", "/comments/{id}", Doing.delete_comment),
        ("POST", "/comments/{id}/reports", Doing.report_comment),
        ("GET", "/desk/comments", Doing.desk_comments),
        ("POST", "/desk/comments/{id}/approval", Doing.approve_comment),
        ("POST", "/desk/comments/{id}/refusal", Doing.refuse_comment),
        ("POST", "/desk/comments/{id}/hiding", Doing.hide_comment),
        ("PUT", "/desk/comments/{id}/answer", Doing.answer_comment),
        ("GET", "/me/favourites", Doing.favourites),
        ("GET", "/me/favourites/{id}", Doing.kept),
        ("PUT", "/me/favourites/{id}", Doing.keep),
        ("DELETE", "/me/favourites/{id}", Doing.drop),
        ("GET", "/me/follows", Doing.follows),
        ("PUT", "/me/follows/{kind}/{target}", Doing.follow),
        ("DELETE", "/me/follows/{kind}/{target}", Doing.unfollow),
        ("POST", "/articles/{id}/readings", Doing.note_reading),
        ("GET", "/most-read", Doing.most_read),
        ("GET", "/desk/front", Doing.front_choice),
        ("PUT", "/desk/front", Doing.choose_front),
    )
}
BODIES: dict[str, dict[str, Any]] = {
    "news.issue_alert": {**ALERT, "ends_at": in_minutes(2)},
    "news.extend_alert": {"ends_at": in_minutes(4)},
    "news.lift_alert": {"note": "风已停"},
    "news.choose_front": {"articles": []},
    "news.write_comment": {"text": "写得清楚明白"},
    "news.report_comment": {"reason": "spam"},
    "news.refuse_comment": {"reason": "off_topic"},
    "news.hide_comment": {"reason": "spam"},
    "news.answer_comment": {"text": "已安排办理。"},
}


def favourite(world: World) -> str:
    """What a resident keeps."""
    number = article(world)
    world.author.do(f"/me/favourites/{number}", method="PUT")
    return f"{world.author.account['id']}/{number}"


def followed(world: World) -> str:
    """What a resident follows."""
    world.author.do("/me/follows/column/culture", method="PUT")
    return f"{world.author.account['id']}/column/culture"


TOUCHED: dict[str, tuple[str, Callable[[World], str]]] = {
    "alert": ("alerts", alert),
    "comment": ("comments", comment),
    "follow": ("follows", followed),
    "front": ("fronts", lambda world: ""),  # there is one, which other tests may choose too
    "": ("favourites", favourite),
}
"""What a refused request is about, by a word of the method's name: its collection, and how one is made."""


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


def test_every_row_is_tried_here() -> None:
    assert METHODS.keys() == ROWS.keys()


@pytest.mark.parametrize(("role", "name"), cells(list(NEWS_READERS), allowed=True))
def test_what_is_for_the_role_works(world: World, role: str, name: str) -> None:
    METHODS[name](Doing(world, role), ROWS[name])


@pytest.fixture(scope="module")
def touched(world: World) -> dict[str, str]:
    """One of each kind, which nobody who is refused may change."""
    return {word: make(world) for word, (_, make) in TOUCHED.items()}


@pytest.mark.parametrize(("role", "name"), cells(list(NEWS_READERS), allowed=False))
def test_what_is_not_for_the_role_is_refused_and_changes_nothing(
    world: World, touched: dict[str, str], role: str, name: str
) -> None:
    route = ROWS[name]
    word = next(word for word in TOUCHED if word in route.call)
    collection, key = TOUCHED[word][0], touched[word]
    who = world.people(role)
    before, count = row_of(world, collection, key), made_by(world, collection, who)
    named = {"id": key.rpartition("/")[2], "kind": "column", "target": "culture"}
    refused(send(who, route, BODIES.get(route.call), **named), role)
    assert row_of(world, collection, key) == before
    assert made_by(world, collection, who) == count
