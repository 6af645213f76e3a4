"""The rows of 爆料 of the role × endpoint matrix, cell by cell.

A refused cell uses a body that would be accepted and a tip that is in the right state: only the role can be the reason,
and nothing may change.
"""

import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
import requests
from matrix_world import World, cells, refused, send
from pymongo import MongoClient

from gateway.routes import PREFIX, ROUTES, Route
from kit.testing import Stack, wait_until
from people import Person, photo

CONTACT = {"name": "李女士", "phone": "13800138321"}
METHODS = {
    f"{method} {PREFIX}{path}": name
    for method, path, name in (
        ("POST", "/tips", "send_tip"),
        ("POST", "/tip-pictures", "send_picture"),
        ("POST", "/tips/status", "follow"),
        ("GET", "/me/tips", "my_tips"),
        ("GET", "/desk/tips", "desk_tips"),
        ("GET", "/desk/tips/{no}", "desk_tip"),
        ("GET", "/desk/tips/{no}/proposals", "proposals"),
        ("POST", "/desk/tips/{no}/apart", "apart"),
        ("GET", "/desk/bundles", "bundles"),
        ("POST", "/desk/bundles/{id}/dismissal", "dismiss"),
        ("POST", "/desk/tips/{no}/assignment", "assign"),
        ("POST", "/desk/tips/{no}/message", "message"),
        ("POST", "/desk/tips/{no}/adoption", "adopt"),
        ("POST", "/desk/tips/{no}/refusal", "decline"),
        ("PUT", "/desk/tips/{no}/articles", "link"),
        ("POST", "/desk/tips/{no}/contact", "open_contact"),
    )
}
ABOUT = ("tip", "bundle")
APART = "/desk/investigations"  # test_matrix_investigations.py
ROWS = {
    r.name: r
    for r in ROUTES
    if any(about in r.path for about in ABOUT) and APART not in r.path and r.call.startswith("news.")
}
BODIES = {
    "news.set_tip_apart": {"other": "CPT20261127-000000"},
    "news.dismiss_bundle": {"version": 1, "reason": "已经报道过"},
    "news.message_tip_author": {"text": "请问是哪一天？"},
    "news.decline_tip": {"reason": "unclear"},
    "news.link_tip": {"articles": []},
    "news.open_tip_contact": {"reason": "核实时间地点"},
}


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


def somebody(world: World) -> Person:
    """A resident who has sent nothing today: one person's tips of a day are limited."""
    return Person(world.stack, token=world.stack.token("resident", f"r_{uuid.uuid4().hex}", ("resident",)))


def tip(world: World, editor: Person | None = None, author: Person | None = None) -> str:
    """A new tip; with an editor, he looks into it."""
    author = author or somebody(world)
    author.do("/tips", {"text": f"夜里有车倾倒垃圾。{uuid.uuid4().hex}", "contact": CONTACT})
    no = str(author.get("/me/tips", limit=1)["items"][0]["no"])
    if editor is not None:
        world.staff["duty_editor"].do(f"/desk/tips/{no}/assignment", {"editor": editor.account["id"]})
    return no


@cache
def tip_to_refuse(world: World) -> str:
    """One that all refused steps may try in vain."""
    return tip(world, world.staff["editor"])


def bundle(world: World) -> str:
    """Two numbers that are kept together, as the timer does with tips that are alike."""
    now, number = datetime.now(UTC), f"CPB20261127-{uuid.uuid4().hex[:6].upper()}"
    members = [{"no": f"{number}{which}", "at": now, "case": False} for which in "ab"]
    found = {"members": members, "joined_at": now, "state": "open", "dismissals": [], "version": 1, "by_size": 2}
    world.mongo["news"]["bundles"].insert_one({"_id": number, **found})
    return number


@cache
def bundle_to_refuse(world: World) -> str:
    """One that nobody who is refused may leave."""
    return bundle(world)


def state_of(world: World, number: str) -> Any:
    return world.mongo["news"]["bundles"].find_one({"_id": number})["state"]


def kept(world: World, no: str) -> Any:
    """The tip as the database has it, but for what waits to be told and when a timer compared it."""
    return world.mongo["news"]["tips"].find_one({"_id": no}, {"_outbox": 0, "compared": 0})


def ok(answer: requests.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


class Doing:
    """Each row tried by somebody who may."""

    def __init__(self, world: World, role: str) -> None:
        self.world = world
        self.who = world.people(role)

    def step(self, route: Route, no: str, **body: Any) -> Any:
        """The tip afterwards."""
        before = kept(self.world, no)
        ok(send(self.who, route, body, no=no))
        after = kept(self.world, no)
        assert after["version"] == before["version"] + 1
        return after

    def own(self) -> str:
        """A tip that he looks into."""
        return tip(self.world, self.who)

    def send_tip(self, route: Route) -> None:
        text = f"夜里有车倾倒垃圾。{uuid.uuid4().hex}"
        assert ok(send(self.who, route, {"text": text}), 201)["code"]
        assert self.world.mongo["news"]["tips"].find_one({"text": text})["state"] == "received"

    def send_picture(self, route: Route) -> None:
        sent = self.who.ask("POST", "/tip-pictures", data=photo(40, 30), headers={"Content-Type": "image/jpeg"})
        picture = ok(sent, 201)
        assert picture["width"] == 40
        assert self.who.ask("GET", f"/article-pictures/{picture['id']}").status_code == 404, "it came with no tip yet"

    def follow(self, route: Route) -> None:
        code = somebody(self.world).do("/tips", {"text": f"夜里有车倾倒垃圾。{uuid.uuid4().hex}"})["code"]
        assert ok(send(self.who, route, {"code": code}))["state"] == "received"
        assert send(self.who, route, {"code": "0000-0000-0000-0000"}).status_code == 404

    def my_tips(self, route: Route) -> None:
        author = somebody(self.world)
        no = tip(self.world, author=author)
        assert [row["no"] for row in ok(send(author, route))["items"]] == [no]
        assert no not in [row["no"] for row in ok(send(self.who, route))["items"]]

    def desk_tips(self, route: Route) -> None:
        no = tip(self.world)
        assert no in [row["no"] for row in ok(send(self.who, route))["items"]]

    def desk_tip(self, route: Route) -> None:
        seen = ok(send(self.who, route, no=tip(self.world)))
        assert seen["contact"] == "kept" and CONTACT["phone"] not in str(seen)

    def proposals(self, route: Route) -> None:
        seen = ok(send(self.who, route, no=tip(self.world)))
        assert seen["asked"] and CONTACT["phone"] not in str(seen)

    def apart(self, route: Route) -> None:
        no, other = tip(self.world), tip(self.world)
        assert send(self.who, route, {"other": other}, no=no).status_code == 204
        (pair,) = self.world.mongo["news"]["apart"].find({"of": no})
        assert (set(pair["of"]), pair["by"]) == ({no, other}, self.who.account["id"])

    def bundles(self, route: Route) -> None:
        number = bundle(self.world)
        assert number in [row["id"] for row in ok(send(self.who, route))["items"]]

    def dismiss(self, route: Route) -> None:
        number = bundle(self.world)
        assert ok(send(self.who, route, BODIES[route.call], id=number))["state"] == state_of(self.world, number)
        assert state_of(self.world, number) == "dismissed"

    def assign(self, route: Route) -> None:
        editor = self.world.staff["editor"].account["id"]
        after = self.step(route, tip(self.world), editor=editor)
        assert (after["assignee"], after["state"]) == (editor, "checking")
        reporter = self.world.staff["reporter"].account["id"]
        assert send(self.who, route, {"editor": reporter}, no=tip(self.world)).status_code == 422

    def message(self, route: Route) -> None:
        assert self.step(route, self.own(), text="请问是哪一天？")["entries"][-1]["kind"] == "message"

    def adopt(self, route: Route) -> None:
        assert self.step(route, self.own(), articles=[])["state"] == "adopted"

    def decline(self, route: Route) -> None:
        no = tip(self.world, self.who, self.world.author)
        assert self.step(route, no, reason="unclear")["state"] == "declined"
        items = wait_until(lambda: [i for i in self.world.author.get("/me/inbox")["items"] if no in i["text"]])
        assert items[0]["link"] == "/tips/mine"

    def link(self, route: Route) -> None:
        no = self.own()
        self.who.do(f"/desk/tips/{no}/adoption", {})
        assert self.step(route, no, articles=[])["articles"] == []

    def open_contact(self, route: Route) -> None:
        no = self.own()
        assert ok(send(self.who, route, {"reason": "核实时间地点"}, no=no)) == CONTACT
        assert kept(self.world, no)["openings"][0]["by"] == self.who.account["id"]
        other = self.world.hire("chief_editor")
        assert send(other, route, {"reason": "核实时间地点"}, no=no).status_code == 403


def test_every_row_is_tried() -> None:
    assert set(METHODS) == set(ROWS)


@pytest.mark.parametrize(("role", "name"), cells(list(ROWS.values()), allowed=False))
def test_a_row_that_is_not_for_the_role_is_refused_and_changes_nothing(world: World, role: str, name: str) -> None:
    route = ROWS[name]
    no = tip_to_refuse(world)
    body = BODIES.get(route.call, {})
    if route.call == "news.assign_tip":
        body = {"editor": world.staff["chief_editor"].account["id"]}
    before = kept(world, no)
    refused(send(world.people(role), route, body, no=no, id=bundle_to_refuse(world)), role)
    assert kept(world, no) == before and state_of(world, bundle_to_refuse(world)) == "open"
    assert world.mongo["news"]["apart"].find_one({"of": no}) is None


@pytest.mark.parametrize(("role", "name"), cells(list(ROWS.values()), allowed=True))
def test_a_row_that_is_for_the_role_does_what_it_says(world: World, role: str, name: str) -> None:
    getattr(Doing(world, role), METHODS[name])(ROWS[name])
