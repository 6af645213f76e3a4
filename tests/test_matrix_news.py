"""The newsroom's rows of the role × endpoint matrix, cell by cell.

A refused cell uses a body that would be accepted and an article that is in the right state: only the role can be the
reason, and nothing may change.
"""

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

import pytest
import requests
from matrix_world import World, cells, refused, send
from pymongo import MongoClient

from gateway.routes import NEWS_READERS, PREFIX, ROUTES, Route
from kit.testing import Stack, wait_until
from people import Person, paper, photo

ARTICLE = {
    "column": "news",
    "title": "社区食堂开门迎客",
    "lead": "老人在家门口吃上热饭。",
    "blocks": [{"kind": "paragraph", "text": "示例正文。"}],
    "desk": "民生新闻部",
    "source": "示例内容",
}
TOMORROW = (datetime.now(UTC) + timedelta(days=1)).isoformat()
METHODS = {
    f"{method} {PREFIX}{path}": name
    for method, path, name in (
        ("GET", "/columns", "columns"),
        ("GET", "/topics", "topics"),
        ("GET", "/articles", "articles"),
        ("GET", "/articles/{id}", "article"),
        ("GET", "/echoes", "echoes"),
        ("GET", "/desk/newsroom/counts", "counts"),
        ("GET", "/desk/articles", "desk_articles"),
        ("GET", "/desk/articles/{id}", "desk_article"),
        ("POST", "/desk/articles", "write_article"),
        ("PUT", "/desk/articles/{id}", "save_article"),
        ("POST", "/desk/articles/{id}/submission", "submit_article"),
        ("POST", "/desk/articles/{id}/recall", "recall_article"),
        ("POST", "/desk/articles/{id}/approval", "approve_article"),
        ("POST", "/desk/articles/{id}/return", "return_article"),
        ("POST", "/desk/articles/{id}/urgent-publication", "publish_urgently"),
        ("POST", "/desk/articles/{id}/later-review", "review_later"),
        ("POST", "/desk/articles/{id}/restoration", "restore_version"),
        ("GET", "/desk/articles/{id}/versions", "versions"),
        ("GET", "/desk/articles/{id}/difference", "difference"),
        ("PUT", "/desk/articles/{id}/lock", "lock"),
        ("DELETE", "/desk/articles/{id}/lock", "unlock"),
        ("POST", "/desk/article-pictures", "send_picture"),
        ("GET", "/article-pictures/{id}", "picture"),
        ("GET", "/article-files/{id}", "file"),
        ("GET", "/desk/media", "media"),
        ("PUT", "/desk/media/{id}/rights", "state_rights"),
        ("DELETE", "/desk/media/{id}", "delete_picture"),
        ("POST", "/desk/articles/{id}/publication", "publish_article"),
        ("PUT", "/desk/articles/{id}/schedule", "schedule_article"),
        ("DELETE", "/desk/articles/{id}/schedule", "unschedule_article"),
        ("PUT", "/desk/articles/{id}/embargo", "embargo_article"),
        ("POST", "/desk/articles/{id}/withdrawal", "withdraw_article"),
    )
}
ELSEWHERE = ("/desk/investigations", "tip", "/desk/bundles")  # test_matrix_investigations.py, test_matrix_tips.py
NEWS = [  # the others: test_feeds.py, test_matrix_readers.py
    route
    for route in ROUTES
    if route.call.startswith("news.")
    and not route.feed
    and route not in NEWS_READERS
    and not any(word in route.path for word in ELSEWHERE)
]
ROWS = {route.name: route for route in NEWS}
BODIES = {
    "news.create_article": ARTICLE,
    "news.save_article": {**ARTICLE, "version": 1},
    "news.withdraw_article": {"reason": "内容有误"},
    "news.restore_version": {"restored": 1},
    "news.return_article": {"note": "请补充部门答复"},
    "news.publish_urgently": {"reason": "暴雨红色预警"},
    "news.schedule_article": {"at": TOMORROW},
    "news.embargo_article": {"until": TOMORROW},
}


def draft(world: World) -> str:
    """A reporter's new draft."""
    return str(world.staff["reporter"].do("/desk/articles", ARTICLE)["id"])


def saved_again(world: World) -> str:
    """A reporter's draft that has an earlier version."""
    article = draft(world)
    body = {**ARTICLE, "title": "社区食堂今天开门", "version": 1}
    world.staff["reporter"].do(f"/desk/articles/{article}", body, method="PUT")
    return article


def sent_picture(who: Person) -> requests.Response:
    """A picture on its way in."""
    headers = {"Content-Type": "image/jpeg"}
    return who.ask("POST", "/desk/article-pictures", data=photo(40, 30), headers=headers)


@cache
def pictured(world: World) -> str:
    """A picture that a published article shows."""
    return shown_by(world)[0]


def shown_by(world: World) -> tuple[str, str]:
    """A new picture, and a new published article that shows it."""
    reporter = world.staff["reporter"]
    picture = str(ok(sent_picture(reporter), 201)["id"])
    shown = {"kind": "picture", "picture": picture, "alt": "食堂门口", "credit": "示例摄"}
    article = str(reporter.do("/desk/articles", {**ARTICLE, "blocks": [], "body": [shown]})["id"])
    publish(world, article)
    return picture, article


@cache
def filed(world: World) -> str:
    """A PDF that comes with a published article."""
    reporter = world.staff["reporter"]
    headers = {"Content-Type": "application/pdf"}
    sent = ok(reporter.ask("POST", "/desk/article-pictures", data=paper(), headers=headers), 201)
    block = {"kind": "file", "file": sent["id"], "title": "改造工程公示"}
    article = str(reporter.do("/desk/articles", {**ARTICLE, "blocks": [], "body": [block]})["id"])
    publish(world, article)
    return str(sent["id"])


REVIEWERS = {"first_review": "editor", "second_review": "duty_editor", "final_review": "chief_editor"}


def under_review(world: World, stage: str) -> str:
    """A reporter's article that has come to this stage."""
    article = draft(world)
    review(world, article, stage)
    return article


def review(world: World, article: str, stage: str) -> None:
    """Brings an article through its reviews, up to this stage."""
    world.staff["reporter"].do(f"/desk/articles/{article}/submission")
    for reached, role in REVIEWERS.items():
        if reached == stage:
            return
        world.staff[role].do(f"/desk/articles/{article}/approval")


def hurried(world: World) -> str:
    """An article that was published before its reviews."""
    article = draft(world)
    world.staff["duty_editor"].do(f"/desk/articles/{article}/urgent-publication", {"reason": "暴雨红色预警"})
    return article


def publish(world: World, article: str) -> None:
    """Everyone may read the article from now on."""
    review(world, article, "approved")
    world.staff["editor"].do(f"/desk/articles/{article}/publication")


def published(world: World) -> str:
    """A new article that everyone may read."""
    article = draft(world)
    publish(world, article)
    return article


@cache
def reported(world: World) -> str:
    """A published report that names a public case."""
    body = [{"kind": "paragraph", "text": "示例正文。"}, {"kind": "case", "no": world.case("accepted")}]
    report = str(world.staff["reporter"].do("/desk/articles", {**ARTICLE, "blocks": [], "body": body})["id"])
    publish(world, report)
    return report


def kept(world: World, article: str) -> Any:
    """The article as the database has it, but for what waits to be told."""
    return world.mongo["news"]["articles"].find_one({"_id": article}, {"_outbox": 0})


def written(world: World) -> int:
    """How many articles the people of this world have begun."""
    people = [person.account["id"] for person in (*world.staff.values(), world.stranger)]
    return world.mongo["news"]["articles"].count_documents({"author": {"$in": people}})


def ok(answer: requests.Response, status: int) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


def pictures_in_lists(visitor: Person, article: str) -> set[str | None]:
    """The article's picture in the latest, in a search and, unless others have been chosen for it, on the home page."""
    home, search = (visitor.do(path, method="GET")["parts"]["news"] for path in ("/home", "/search?q=社区食堂开门"))
    lists = [visitor.do("/articles", method="GET"), home["content"], search["content"]]
    rows = [row for found in lists for row in found["items"] if row["id"] == article]
    return {row["picture"] and row["picture"]["picture"] for row in rows}


class Doing:
    """Each row tried by somebody who may."""

    def __init__(self, world: World, role: str) -> None:
        self.world = world
        self.who = world.people(role)
        self.role = role

    def columns(self, route: Route) -> None:
        assert len(ok(send(self.who, route), 200)["items"]) == 10

    def topics(self, route: Route) -> None:
        assert "停车" in [topic["name"] for topic in ok(send(self.who, route), 200)["items"]]

    def articles(self, route: Route) -> None:
        article = published(self.world)
        seen = lambda: [row["id"] for row in ok(send(self.who, route), 200)["items"]]  # noqa: E731
        assert wait_until(lambda: article in seen())
        of_topic = ok(self.who.ask("GET", "/articles", params={"topic": "parking"}), 200)["items"]
        assert article not in [row["id"] for row in of_topic]
        assert self.who.ask("GET", "/articles", params={"topic": "parking", "column": "news"}).status_code == 422

    def article(self, route: Route) -> None:
        article = published(self.world)
        assert wait_until(lambda: ok(send(self.who, route, id=article), 200))["id"] == article
        assert send(self.who, route, id=draft(self.world)).status_code == 404

    def echoes(self, route: Route) -> None:
        report = reported(self.world)
        seen = lambda: [row["id"] for row in ok(send(self.who, route), 200)["items"]]  # noqa: E731
        assert wait_until(lambda: report in seen())

    def counts(self, route: Route) -> None:
        lists = [row["queue"] for row in ok(send(self.who, route), 200)["items"]]
        assert ("rights_expiring" in lists) is (self.role != "reporter")
        assert ("final_review" in lists) is (self.role == "chief_editor")

    def desk_articles(self, route: Route) -> None:
        article = draft(self.world)
        rows = ok(send(self.who, route), 200)["items"]
        assert article in [row["id"] for row in rows]

    def desk_article(self, route: Route) -> None:
        assert ok(send(self.who, route, id=draft(self.world)), 200)["state"] == "draft"

    def write_article(self, route: Route) -> None:
        article = ok(send(self.who, route, ARTICLE), 201)["id"]
        assert kept(self.world, article)["author"] == self.who.account["id"]

    def save_article(self, route: Route) -> None:
        article = draft(self.world)
        body = {**ARTICLE, "title": "社区食堂今天开门", "version": 1}
        assert ok(send(self.who, route, body, id=article), 200)["version"] == 2
        assert kept(self.world, article)["words"]["title"] == "社区食堂今天开门"

    def restore_version(self, route: Route) -> None:
        article = saved_again(self.world)
        assert ok(send(self.who, route, {"restored": 1, "version": 2}, id=article), 200)["version"] == 3
        assert kept(self.world, article)["words"]["title"] == ARTICLE["title"]

    def versions(self, route: Route) -> None:
        found = ok(send(self.who, route, id=saved_again(self.world)), 200)
        assert [row["version"] for row in found["items"]] == [1]
        assert found["present"]["version"] == 2

    def difference(self, route: Route) -> None:
        where = route.path.removeprefix(PREFIX).format(id=saved_again(self.world))
        found = ok(self.who.ask("GET", where, params={"earlier": 1}), 200)
        assert [row["field"] for row in found["fields"]] == ["title"]

    def lock(self, route: Route) -> None:
        article = draft(self.world)
        assert ok(send(self.who, route, id=article), 200)["held"]
        assert kept(self.world, article)["lock"]["by"] == self.who.account["id"]

    def unlock(self, route: Route) -> None:
        article = draft(self.world)
        assert self.who.ask("PUT", f"/desk/articles/{article}/lock", json={}).status_code == 200
        assert send(self.who, route, id=article).status_code == 204
        assert "lock" not in kept(self.world, article)

    def send_picture(self, route: Route) -> None:
        sent = self.who.ask(
            "POST", "/desk/article-pictures", data=photo(40, 30), headers={"Content-Type": "image/jpeg"}
        )
        assert ok(sent, 201)["width"] == 40

    def picture(self, route: Route) -> None:
        picture = pictured(self.world)
        answer = wait_until(lambda: send(self.who, route, id=picture))
        assert answer.headers["Content-Type"] == "image/jpeg"
        assert send(self.who, route, id="0" * 32).status_code == 404
        where = route.path.removeprefix(PREFIX).format(id=picture)
        copy = {"params": {"size": "webp480"}}
        part = self.who.ask("GET", where, headers={"Range": "bytes=-7"}, **copy)
        assert (part.status_code, part.headers["Content-Type"], len(part.content)) == (206, "image/webp", 7)
        assert part.headers["Cache-Control"] == "public, max-age=60", "what is withdrawn is gone within a minute"
        known = {"If-None-Match": part.headers["ETag"]}
        assert self.who.ask("GET", where, headers=known, **copy).status_code == 304
        assert self.who.ask("GET", where, headers={"Range": "bytes=9999999-"}, **copy).status_code == 416

    def file(self, route: Route) -> None:
        answer = wait_until(lambda: send(self.who, route, id=filed(self.world)))
        assert answer.content.startswith(b"%PDF-")
        kept_as = answer.headers["Content-Disposition"]
        assert kept_as == f"attachment; filename=\"attachment.pdf\"; filename*=UTF-8''{quote('改造工程公示')}.pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert send(self.who, route, id="0" * 32).status_code == 404

    def media(self, route: Route) -> None:
        picture = ok(sent_picture(self.world.staff["reporter"]), 201)["id"]
        rows = ok(send(self.who, route), 200)["items"]
        assert [row["used"] for row in rows if row["id"] == picture] == [0]

    def state_rights(self, route: Route) -> None:
        picture, article = shown_by(self.world)
        visitor = self.world.people("anonymous")
        expired = lambda: visitor.do(f"/articles/{article}", method="GET")["body"][0]["expired"]  # noqa: E731
        assert wait_until(lambda: visitor.ask("GET", f"/articles/{article}").status_code == 200)
        assert not expired()
        assert wait_until(lambda: pictures_in_lists(visitor, article) == {picture})
        stated = ok(send(self.who, route, {"last_day": "2026-01-31", "licence": "示例图库"}, id=picture), 200)
        assert stated["standing"] == "expired"
        assert wait_until(expired)  # no kept answer outlives the right
        assert wait_until(lambda: pictures_in_lists(visitor, article) == {None})
        assert visitor.ask("GET", f"/article-pictures/{picture}").status_code == 410

    def delete_picture(self, route: Route) -> None:
        picture = str(ok(sent_picture(self.world.staff["reporter"]), 201)["id"])
        used, _ = shown_by(self.world)
        assert send(self.who, route, id=used).status_code == 422
        assert send(self.who, route, id=picture).status_code == 204
        assert not self.world.mongo["news"]["pictures"].find_one({"_id": picture})["library"]

    def submit_article(self, route: Route) -> None:
        article = self.own()
        assert ok(send(self.who, route, id=article), 200)["stage"] == "first_review"
        assert kept(self.world, article)["course"][-1]["by"] == self.who.account["id"]

    def recall_article(self, route: Route) -> None:
        article = self.own()
        self.who.do(f"/desk/articles/{article}/submission")
        assert ok(send(self.who, route, id=article), 200)["stage"] == "writing"

    def approve_article(self, route: Route) -> None:
        article = under_review(self.world, self.stage())
        answer = ok(send(self.who, route, {"note": "同意"}, id=article), 200)
        assert answer["stage"] == kept(self.world, article)["stage"] != self.stage()

    def return_article(self, route: Route) -> None:
        article = under_review(self.world, self.stage())
        answer = send(self.who, route, {"remarks": [{"block": 0, "text": "请核实"}]}, id=article)
        assert ok(answer, 200)["stage"] == "writing"
        assert kept(self.world, article)["returned"]

    def publish_urgently(self, route: Route) -> None:
        article = draft(self.world)
        assert ok(send(self.who, route, {"reason": "暴雨红色预警"}, id=article), 200)["stage"] == "later_review"
        assert kept(self.world, article)["by_listed"]

    def review_later(self, route: Route) -> None:
        article = hurried(self.world)
        assert ok(send(self.who, route, id=article), 200)["stage"] == "published"

    def stage(self) -> str:
        """The stage whose review is this role's."""
        return next(stage for stage, role in REVIEWERS.items() if role == self.role)

    def own(self) -> str:
        """A new draft of his own."""
        return str(self.who.do("/desk/articles", ARTICLE)["id"])

    def publish_article(self, route: Route) -> None:
        article = under_review(self.world, "approved")
        assert ok(send(self.who, route, id=article), 200)["state"] == "published"
        assert kept(self.world, article)["by_listed"]

    def schedule_article(self, route: Route) -> None:
        article = under_review(self.world, "approved")
        assert ok(send(self.who, route, {"at": TOMORROW}, id=article), 200)["stage"] == "scheduled"
        assert kept(self.world, article)["by_due"]

    def unschedule_article(self, route: Route) -> None:
        article = under_review(self.world, "approved")
        self.who.do(f"/desk/articles/{article}/schedule", {"at": TOMORROW}, method="PUT")
        assert ok(send(self.who, route, id=article), 200)["stage"] == "approved"
        assert kept(self.world, article)["by_due"] is None

    def embargo_article(self, route: Route) -> None:
        article = self.own()
        assert ok(send(self.who, route, {"until": TOMORROW}, id=article), 200)["stage"] == "writing"
        assert kept(self.world, article)["embargo_until"]

    def withdraw_article(self, route: Route) -> None:
        article = published(self.world)
        answer = send(self.who, route, {"reason": "内容有误"}, id=article)
        assert ok(answer, 200)["state"] == "withdrawn"
        assert not kept(self.world, article)["by_listed"]


def test_every_row_of_the_newsroom_is_tried_here() -> None:
    assert METHODS.keys() == ROWS.keys()


@pytest.mark.parametrize(("role", "name"), cells(NEWS, allowed=True))
def test_what_is_for_the_role_works(world: World, role: str, name: str) -> None:
    getattr(Doing(world, role), METHODS[name])(ROWS[name])


@pytest.fixture(scope="module")
def articles(world: World) -> dict[bool, str]:
    """An article that is published, and one that is not, which nobody who is refused may touch."""
    return {True: published(world), False: draft(world)}


@pytest.mark.parametrize(("role", "name"), cells(NEWS, allowed=False))
def test_what_is_not_for_the_role_is_refused_and_changes_nothing(
    world: World, articles: dict[bool, str], role: str, name: str
) -> None:
    route = ROWS[name]
    article = articles[name.endswith("/withdrawal")]
    before, count = kept(world, article), written(world)
    refused(send(world.people(role), route, BODIES.get(route.call), id=article), role)
    assert kept(world, article) == before
    assert written(world) == count
