"""The role × endpoint matrix over HTTP, cell by cell.

A refused cell uses a body that would be accepted and an object that exists, is in the right state and belongs to
another: only the role can be the reason, and nothing may change. An allowed cell is tried and its effect is looked at.
"""

import csv
import io
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from matrix_world import CASE, DEPARTMENT, OTHER_DEPARTMENT, REPLY, World, cells, ends, refused, send
from pymongo import MongoClient

from gateway.routes import EXPORTS, PREFIX, ROUTES, Route
from kit.testing import Stack, wait_until
from people import Person, new_phone, photo

ROWS = {route.name: route for route in ROUTES}


@pytest.fixture(scope="module")
def world(stack: Stack, mongo_client: MongoClient[dict[str, Any]]) -> World:
    return World(stack, mongo_client)


@dataclass(frozen=True)
class Step:
    """A step on a case: the state it needs, what it is sent, and what the case must be afterwards."""

    needs: str
    body: Callable[[World], dict[str, Any]]
    leads_to: str
    kind: str


def _step(needs: str, leads_to: str, kind: str, **body: Any) -> Step:
    return Step(needs, lambda world: body, leads_to, kind)


def _first(field: str) -> Callable[[World], str]:
    return lambda world: str(world.author.get("/directory")[field][0]["code"])


PARTNER = {"name": "示例接入方", "contact": "partner@example.com", "quota": 5}
CONTACT = {"whom": "反映人", "text": "已说明办理安排。", "public": True}
STEPS = {
    "accept": _step("submitted", "accepted", "accept", urgency="request"),
    "ask": _step("submitted", "questioned", "ask", text="请补充具体位置。"),
    "refuse": Step(
        "submitted",
        lambda world: {"reason": _first("refusal_reasons")(world), "text": "不属于受理范围。"},
        "closed",
        "refuse",
    ),
    "elsewhere": Step(
        "submitted",
        lambda world: {"where": _first("places_to_turn")(world), "text": "请向该机构反映。"},
        "closed",
        "elsewhere",
    ),
    "dispatch": _step("accepted", "dispatched", "dispatch", department=DEPARTMENT),
    "return": _step(
        "dispatched", "accepted", "return", basis="不属于本部门职责。", suggested_department=OTHER_DEPARTMENT
    ),
    "assign": Step(
        "dispatched", lambda world: {"handler": world.staff["handler"].account["id"]}, "dispatched", "assign"
    ),
    "reply": _step("dispatched", "in_review", "draft_reply", **REPLY),
    "approve": _step("in_review", "approved", "approve"),
    "send-back": _step("in_review", "dispatched", "send_back", remark="请补充办理结果。"),
    "publish": _step("approved", "answered", "publish"),
    "note": _step("dispatched", "dispatched", "note", text="已电话联系。", public=False),
    "answer": _step("questioned", "submitted", "answer", text="在村口东侧。"),
    "withdrawal": _step("submitted", "closed", "withdraw", reason="问题已经解决"),
    "redaction": _step("accepted", "accepted", "ask_redaction", passages=["幼儿园"], reason="写得不准确"),
    "redact": _step("redaction_asked", "accepted", "decide_redaction", granted=True, answer="已隐去"),
    "appeal": _step("refused", "closed", "appeal", text="这是公共事务，请受理。"),
    "rule": _step("appealed", "submitted", "decide_appeal", granted=True, answer="应当受理。"),
    "hide": _step("accepted", "accepted", "hide", passages=["幼儿园"], reason="accused", text="涉及他人，尚未核实。"),
    "hiding-appeal": _step("hidden", "accepted", "appeal_hiding", hiding=1, text="这些内容属实。"),
    "rule-hiding": _step("hiding_appealed", "accepted", "decide_hiding", granted=True, answer="可以公开。"),
    "merge": Step("submitted", lambda world: {"into": world.case_to_refuse("accepted")}, "closed", "merge"),
    "unmerge": _step("merged", "submitted", "unmerge"),
    "undo-merge": _step("merged", "submitted", "unmerge"),
    "extension": _step("dispatched", "dispatched", "ask_extension", days=2, reason="需要等待施工方案批复。"),
    "decide-extension": _step("extension_asked", "dispatched", "decide_extension", granted=True),
    "contact": Step(
        "dispatched",
        lambda world: {"kind": "call", "at": datetime.now(UTC).isoformat(), **CONTACT},
        "dispatched",
        "log_contact",
    ),
    "inspection": Step(
        "dispatched",
        lambda world: {"finding": "confirmed", "at": datetime.now(UTC).isoformat(), "place": "村口", **CONTACT},
        "dispatched",
        "inspect",
    ),
    "object": _step(
        "returned", "dispatched", "object", basis="职责属于其他部门。", suggested_department=OTHER_DEPARTMENT
    ),
    "rule-dispatch": _step(
        "objected", "dispatched", "rule_dispatch", department=OTHER_DEPARTMENT, answer="由该部门承办。"
    ),
    "answer-task": _step("tasked", "dispatched", "answer_task", task=1, text="已核实，由本部门配合。"),
    "reopening": _step("closed", "dispatched", "reopen", text="道路仍然没有照明。"),
    "questions": _step("answered", "answered", "follow_up", text="请问具体哪一天完工？"),
    "answer-follow-up": _step("followed_up", "answered", "answer_follow_up", text="十二月二十日完工。"),
    "report-promise": _step("promised", "answered", "report_promise", promise=1, kept=True, text="路灯已全部修复。"),
    "correct": _step(
        "answered", "answered", "correct", **{**REPLY, "next": "明年一月再次检查。", "reason": "安排有变化。"}
    ),
    "decide-correction": _step("correcting", "answered", "decide_correction", granted=True),
    "urge": _step("dispatched", "dispatched", "urge", text="请尽快联系反映人。"),
    "see-reports": _step("reported", "dispatched", "see_reports"),
    "instruct": Step(
        "dispatched", lambda world: {"text": "请按期办结。", "day": world.workday()}, "dispatched", "instruct"
    ),
    "rating": _step("answered", "closed", "rate", solved=True, satisfied=5),
}
EXCLUSION = {"reason": "not_true", "text": "经两个部门核实，情况不属实。"}
BESIDE_THE_CASE = {
    "petition.co_sign_case",
    "petition.ban_author",
    "petition.answer_card",
    "petition.answer_instruction",
    "petition.answer_press",
}  # commands about a case that leave its record as it is, or of which each role has its own
TRIED_ELSEWHERE = {"news", "services_hub", "local"}  # in a file of its own: test_matrix_<service>.py
CASE_STEPS = [
    r
    for r in ROUTES
    if r.method == "POST"
    and "{no}" in r.path
    and r.call not in BESIDE_THE_CASE
    and r.call.split(".")[0] not in TRIED_ELSEWHERE
]
OTHERS = [
    r for r in ROUTES if r not in CASE_STEPS and r.call.split(".")[0] not in TRIED_ELSEWHERE and not r.open311
]  # Open311, which is for anyone: test_open311.py


@pytest.mark.parametrize(("role", "name"), cells(CASE_STEPS, allowed=False))
def test_a_step_that_is_not_for_the_role_changes_nothing(world: World, role: str, name: str) -> None:
    step = STEPS[name.rsplit("/", 1)[-1]]
    no = world.case_to_refuse(step.needs)
    before = world.kept(no)
    refused(send(world.people(role), ROWS[name], step.body(world), no=no), role)
    assert world.kept(no) == before


@pytest.mark.parametrize(("role", "name"), cells(CASE_STEPS, allowed=True))
def test_a_step_that_is_for_the_role_is_taken_by_whom_the_case_concerns_and_by_no_other(
    world: World, role: str, name: str
) -> None:
    step = STEPS[name.rsplit("/", 1)[-1]]
    no = world.case(step.needs)
    body = step.body(world)
    before = world.kept(no)
    outsider = world.stranger if role == "resident" else world.other_staff.get(role)
    if outsider is not None:
        assert send(outsider, ROWS[name], body, no=no).status_code in (403, 404)
        assert world.kept(no) == before
    who = world.author if role == "resident" else world.staff[role]
    answer = send(who, ROWS[name], body, no=no)
    assert answer.status_code == 200, answer.text
    after = world.kept(no)
    assert (answer.json()["state"], after["state"]) == (step.leads_to, step.leads_to)
    assert after["history"][-1]["kind"] == step.kind
    assert after["version"] == before["version"] + 1


class Doing:
    """What each of the other rows does for somebody who may, and how to see that it did."""

    def __init__(self, world: World, role: str) -> None:
        self.world = world
        self.role = role
        self.who = world.author if role == "resident" else world.people(role)

    def do(self, name: str) -> None:
        method = getattr(self, _METHODS[name])
        method(ROWS[name])

    def ok(self, answer: requests.Response, status: int) -> Any:
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def sms_code(self, route: Route) -> None:
        phone = new_phone()
        self.ok(send(self.who, route, {"phone": phone}), 200)
        messages = f"{self.world.stack['sandbox_url']}/sms/messages"
        assert requests.get(messages, params={"phone": phone}, timeout=5).json()["items"]

    def session(self, _route: Route) -> None:
        token = self.who.token
        person = Person(self.world.stack, token=token).sign_in_by_phone(new_phone())
        assert person.get("/me")["id"] == person.account["id"]

    def refresh(self, route: Route) -> None:
        person = Person(self.world.stack).sign_in_by_phone(new_phone())
        renewed = self.ok(send(self.who, route, {"refresh_token": person.renewal}), 200)
        assert renewed["refresh_token"] != person.renewal
        assert renewed["account"]["id"] == person.account["id"]

    def sign_out(self, route: Route) -> None:
        person = self._another_session()
        self.ok(send(person, route), 204)
        assert ends(lambda: person.ask("GET", "/me").status_code == 401)
        answer = Person(self.world.stack).ask("POST", "/auth/refresh", json={"refresh_token": person.renewal})
        assert answer.status_code == 401

    def sign_out_everywhere(self, route: Route) -> None:
        if self.role == "resident":
            first = second = self._another_session()
        else:
            new = self.world.hire(self.role)
            first, second = new, self.world.again(new)
        self.ok(send(first, route), 204)
        assert ends(lambda: second.ask("GET", "/me").status_code == 401)

    def _another_session(self) -> Person:
        if self.role == "resident":
            return Person(self.world.stack).sign_in_by_phone(new_phone())
        return self.world.again(self.who)

    def notice(self, route: Route) -> None:
        assert self.ok(send(self.who, route), 200)["text"]

    def me(self, route: Route) -> None:
        assert self.ok(send(self.who, route), 200)["id"] == self.who.account["id"]

    def rename(self, route: Route) -> None:
        nickname = f"昌平{uuid.uuid4().hex[:4]}"
        self.ok(send(self.who, route, {"nickname": nickname}), 200)
        assert self.who.get("/me")["nickname"] == nickname

    def consent(self, route: Route) -> None:
        version = self.who.get("/privacy-notice")["version"]
        assert self.ok(send(self.who, route, {"version": version}), 200)["consent_version"] == version

    def leave(self, route: Route) -> None:
        leaver = self.world.leaver
        leaver.do("/auth/sms-codes", {"phone": self.world.leaver_phone})  # waits until a second code is allowed
        messages = f"{self.world.stack['sandbox_url']}/sms/messages"
        found = requests.get(messages, params={"phone": self.world.leaver_phone}, timeout=5).json()["items"]
        self.ok(send(leaver, route, {"code": found[0]["code"]}), 204)
        assert ends(lambda: leaver.ask("GET", "/me").status_code == 401)

    def password(self, route: Route) -> None:
        new = self.world.hire(self.role)
        made = self.world.credentials[new.account["id"]]
        body = {"current_password": made["initial_password"], "new_password": f"Kx-{uuid.uuid4().hex}"}
        self.ok(send(new, route, body), 200)
        made["initial_password"] = body["new_password"]
        assert self.world.again(new).get("/me")["password_change_needed"] is False

    def inbox(self, route: Route) -> None:
        assert self._notices()
        assert self.ok(send(self.who, route), 200)["items"]

    def read_inbox(self, route: Route) -> None:
        item = self._notices()[0]
        self.ok(send(self.who, route, {"ids": [item["id"]]}), 200)
        read = {row["id"]: row["read"] for row in self.who.get("/me/inbox", limit=100)["items"]}
        assert read[item["id"]] is True

    def _notices(self) -> Any:
        self.world.case_to_refuse("accepted")
        return wait_until(lambda: self.who.get("/me/inbox", limit=100)["items"])

    def hire(self, route: Route) -> None:
        body = {"username": f"m{uuid.uuid4().hex[:10]}", "name": "新人", "roles": ["clerk"]}
        made = self.ok(send(self.who, route, body), 201)
        assert self._member(made["staff"]["id"])["roles"] == ["clerk"]

    def list_staff(self, route: Route) -> None:
        assert self.ok(send(self.who, route), 200)["items"]

    def colleagues(self, route: Route) -> None:
        handler = self.world.staff["handler"].account["id"]
        assert handler in self.who.leaf_through(f"/desk/colleagues?department={DEPARTMENT}", "id")
        if self.role in ("handler", "approver"):
            other = self.who.ask("GET", "/desk/colleagues", params={"department": OTHER_DEPARTMENT})
            assert other.status_code == 403

    def update_staff(self, route: Route) -> None:
        member = self.world.hire("clerk").account["id"]
        version = self._member(member)["version"]
        body = {"roles": ["supervisor"], "departments": [], "version": version}
        self.ok(send(self.who, route, body, id=member), 200)
        assert self._member(member)["roles"] == ["supervisor"]

    def dismiss(self, route: Route) -> None:
        member = self.world.hire("clerk")
        self.ok(send(self.who, route, id=member.account["id"]), 200)
        assert ends(lambda: member.ask("GET", "/desk/cases").status_code == 401)

    def new_credentials(self, route: Route) -> None:
        member = self.world.hire("clerk")
        made = self.ok(send(self.who, route, id=member.account["id"]), 200)
        old = self.world.credentials[member.account["id"]]
        assert made["initial_password"] != old["initial_password"]

    def sign_ins(self, route: Route) -> None:
        assert self.ok(send(self.who, route), 200)["items"]

    def _member(self, member: str) -> dict[str, Any]:
        found = self.world.mongo["accounts"]["people"].find_one({"_id": member})
        assert found
        return found

    def directory(self, route: Route) -> None:
        assert len(self.ok(send(self.who, route), 200)["towns"]) == 22

    def home(self, route: Route) -> None:
        parts = self.ok(send(self.who, route), 200)["parts"]
        assert ("my_cases" in parts) == (self.role == "resident")
        assert self.who.get_part("/home", "petition")

    def search(self, route: Route) -> None:
        no = self.world.case("accepted")  # the newest come first

        def found() -> bool:
            part = self.who.get_part("/search", "petition", q=CASE["title"], limit=20)
            return no in [hit["id"] for hit in part["items"]]

        assert wait_until(found)  # a kept answer is dropped by the event of acceptance

    def cases(self, route: Route) -> None:
        self.world.case_to_refuse("accepted")
        assert self.ok(send(self.who, route), 200)["items"]

    def case(self, route: Route) -> None:
        no = self.world.case_to_refuse("accepted")
        assert wait_until(lambda: self.ok(send(self.who, route, no=no), 200))["no"] == no
        hidden = self.world.case_to_refuse("submitted")
        sees_all = self.who is self.world.author or self.role in ("clerk", "supervisor", "leader")
        assert send(self.who, route, no=hidden).status_code == (200 if sees_all else 404)

    def proof_days(self, route: Route) -> None:
        assert wait_until(lambda: self.ok(send(self.who, route), 200)["items"], 90)  # the demo cases' days

    def proof_day(self, route: Route) -> None:
        day = wait_until(lambda: self.who.get("/proofs/days")["items"], 90)[0]["day"]
        assert self.ok(send(self.who, route, day=day), 200)["day"] == day
        assert send(self.who, route, day="1999-01-01").status_code == 404

    def figures(self, route: Route) -> None:
        self.world.case_to_refuse("dispatched")
        month = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")

        def counted() -> bool:
            groups = self.who.get("/figures", by="department", month=month)["groups"]
            return DEPARTMENT in [group["code"] for group in groups]

        assert wait_until(counted, seconds=60)  # by the timer, and by the time that an answer is kept

    def figure_days(self, route: Route) -> None:
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
        span = {"from": today, "to": today}
        assert "days" in self.who.get("/figures/days", **span)
        town = self.who.get("/directory")["towns"][0]
        found = self.who.get("/figures/days", **span, by="town", value=town["code"])
        assert (found["by"], found["code"], found["name"]) == ("town", town["code"], town["name"])

    def figure_definitions(self, route: Route) -> None:
        assert self.ok(send(self.who, route), 200)["versions"]

    def feed(self, route: Route) -> None:
        no = self.world.case("accepted")  # one of the newest: the feed has no others
        assert wait_until(lambda: no in send(self.who, route).text)

    def open_data(self, route: Route) -> None:
        month = datetime.now(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
        where = route.path.removeprefix(PREFIX)
        answer = self.who.ask("GET", where, params={"month": month})
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(EXPORTS[where.rsplit(".", 1)[-1]].partition(";")[0])
        assert self.who.ask("GET", where, params={"month": "soon"}).status_code == 422

    def exclusions(self, route: Route) -> None:
        wish = self._excluded()
        assert wish["id"] in [row["id"] for row in self.ok(send(self.who, route), 200)["items"]]

    def exclude(self, route: Route) -> None:
        body = {**EXCLUSION, "no": self.world.case("accepted")}
        assert self.ok(send(self.who, route, body), 201)["granted"] is None
        assert send(self.who, route, body).status_code == 409, "one stands for the case"

    def decide_exclusion(self, route: Route) -> None:
        wish, body = self._excluded(), {"granted": True, "answer": "情况属实，同意。"}
        if self.role == "supervisor":
            assert send(self.who, route, body, id=wish["id"]).status_code == 403, "he has asked for it"
        decider = self.who if self.role == "administrator" else self.world.hire("supervisor")
        assert self.ok(send(decider, route, body, id=wish["id"]), 200)["granted"] is True
        assert self.world.kept(wish["no"])["history"][-1]["kind"] == "exclude"

    def _excluded(self) -> dict[str, Any]:
        wish = {**EXCLUSION, "no": self.world.case("accepted")}
        answer: dict[str, Any] = self.world.staff["supervisor"].do("/desk/exclusions", wish)
        return answer

    def similar(self, route: Route) -> None:
        no = self.world.case_to_refuse("accepted")
        draft = {"town": self.world.town, **{name: CASE[name] for name in ("category", "place", "title", "text")}}
        found = self.ok(send(self.who, route, draft), 200)["open"]
        assert found and (len(found) == 5 or no in [row["no"] for row in found])

    def preview(self, route: Route) -> None:
        draft = {"text": "请致电13812345678。", "visibility": "anonymous"}
        assert self.ok(send(self.who, route, draft), 200)["text"] == "请致电〔已隐去〕。"

    def personal_numbers(self, route: Route) -> None:
        texts = ["请致电010-69712345。", "王某，13812345678。"]
        found = self.ok(send(self.who, route, {"texts": texts}), 200)["items"]
        assert [(one["text"], one["words"]) for one in found] == [(1, "13812345678")]

    def co_sign(self, route: Route) -> None:
        no = self.world.case("accepted")
        before = self.world.kept(no)
        assert send(self.who, route, no=no).status_code == 403  # it is his own
        assert self.ok(send(self.world.stranger, route, {"words": "我也是"}, no=no), 200)["co_signs"] == 1
        after = self.world.kept(no)
        assert after.pop("joined")["count"] == 1
        assert after == before

    def take_co_sign_back(self, route: Route) -> None:
        no = self._joined()
        assert send(self.who, route, no=no).status_code == 409  # he has not joined it
        assert self.ok(send(self.world.stranger, route, no=no), 200) == {"no": no, "joined": False, "co_signs": 0}

    def my_co_signs(self, route: Route) -> None:
        no = self._joined()
        assert self.ok(send(self.who, route), 200)["items"] == []
        assert self.ok(send(self.world.stranger, route), 200)["items"][0]["no"] == no

    def co_signs(self, route: Route) -> None:
        no = self._joined()
        self.world.staff["clerk"].do(f"/desk/cases/{no}/dispatch", {"department": DEPARTMENT})
        (row,) = self.ok(send(self.who, route, no=no), 200)["items"]
        assert row["words"] == "我也是"
        if self.role in self.world.other_staff:
            assert send(self.world.other_staff[self.role], route, no=no).status_code == 403

    def _joined(self) -> str:
        no = self.world.case("accepted")
        self.world.stranger.do(f"/cases/{no}/co-signs", {"words": "我也是"})
        return no

    def ban(self, route: Route) -> None:
        person = Person(self.world.stack).sign_in_by_phone(new_phone())
        no = self._filed_by(person)
        self.ok(send(self.who, route, {"reason": "多次发布广告", "days": 3}, no=no), 200)
        assert person.ask("POST", "/cases", json={**CASE, "town": self.world.town}).status_code == 422

    def answer_card(self, route: Route) -> None:
        no = self.world.case("dispatched")
        own = "intake" if self.role == "clerk" else DEPARTMENT
        self.world.give_cards(no, own, OTHER_DEPARTMENT)
        body = {"text": "已安排专人负责，今后按期办理。"}
        assert send(self.who, route, {**body, "card": 2}, no=no).status_code in (403, 422), "another office's"
        self.ok(send(self.who, route, {**body, "card": 1}, no=no), 200)
        assert self.world.kept(no)["escalations"][0]["answer"]["text"] == body["text"]

    def answer_instruction(self, route: Route) -> None:
        no = self.world.case("accepted" if self.role == "clerk" else "dispatched")
        given = {"text": "请按期办结。", "day": self.world.workday()}
        self.world.staff["leader"].do(f"/desk/cases/{no}/instruct", given)
        body = {"instruction": 1, "text": "已安排专人办理，本周答复。"}
        if self.role in self.world.other_staff:
            assert send(self.world.other_staff[self.role], route, body, no=no).status_code == 403
        self.ok(send(self.who, route, body, no=no), 200)
        assert self.world.kept(no)["instructions"][0]["answer"]["text"] == body["text"]

    def answer_press(self, route: Route) -> None:
        no = self.world.case("accepted" if self.role == "clerk" else "dispatched")
        self.world.ask_as_newsroom(no)
        body = {"question": 1, "text": "已安排专人核实，本周答复。"}
        if self.role in self.world.other_staff:
            assert send(self.world.other_staff[self.role], route, body, no=no).status_code == 403
        self.ok(send(self.who, route, body, no=no), 200)
        assert self.world.kept(no)["press"][0]["answer"]["text"] == body["text"]

    def board(self, route: Route) -> None:
        self.world.case_to_refuse("dispatched")
        found = self.ok(send(self.who, route), 200)
        assert DEPARTMENT in [row["code"] for row in found["departments"]]
        assert found["now"]["open"] == sum(row["open"] for row in found["departments"])

    def clusters(self, route: Route) -> None:
        made = self.world.cluster()
        assert made in [row["id"] for row in self.ok(send(self.who, route), 200)["items"]]

    def see_cluster(self, route: Route) -> None:
        made = self.world.cluster()
        assert self.ok(send(self.who, route, id=made), 200)["seen_by"] == self.who.account["id"]
        assert send(self.who, route, id=f"{made[:-1]}x").status_code == 422

    def bans(self, route: Route) -> None:
        no = self._banned()
        assert no in [row["no"] for row in self.ok(send(self.who, route), 200)["items"]]

    def lift_ban(self, route: Route) -> None:
        no = self._banned()
        (mine,) = [row for row in self.who.get("/desk/bans")["items"] if row["no"] == no]
        assert self.ok(send(self.who, route, {"reason": "已说明情况"}, id=mine["id"]), 200)["holds"] is False

    def _banned(self) -> str:
        no = self._filed_by(Person(self.world.stack).sign_in_by_phone(new_phone()))
        self.world.staff["supervisor"].do(f"/desk/cases/{no}/ban", {"reason": "多次发布广告", "days": 3})
        return no

    def _filed_by(self, person: Person) -> str:
        return str(person.do("/cases", {**CASE, "town": self.world.town})["no"])

    def partners(self, route: Route) -> None:
        partner = self._partner()
        assert partner in [row["id"] for row in self.ok(send(self.who, route), 200)["items"]]

    def create_partner(self, route: Route) -> None:
        made = self.ok(send(self.who, route, PARTNER), 201)
        assert made["key"]
        assert made["partner"]["by"] == self.who.account["id"]

    def revoke_partner(self, route: Route) -> None:
        assert self.ok(send(self.who, route, id=self._partner()), 200)["revoked_by"] == self.who.account["id"]

    def _partner(self) -> str:
        return str(self.world.staff["supervisor"].do("/desk/partners", PARTNER)["partner"]["id"])

    def submit(self, route: Route) -> None:
        no = self.ok(send(self.who, route, {**CASE, "town": self.world.town}), 201)["no"]
        assert self.world.kept(no)["author"] == self.who.account["id"]

    def my_cases(self, route: Route) -> None:
        no = self.world.case_to_refuse("submitted")
        assert no in [row["no"] for row in self.who.get("/me/cases", limit=100)["items"]]
        assert self.ok(send(self.world.stranger, route), 200)["items"] == []

    def upload(self, route: Route) -> None:
        answer = self.who.ask("POST", "/uploads", data=photo(40, 30), headers={"Content-Type": "image/jpeg"})
        picture = self.ok(answer, route.status)["id"]
        assert self.who.get(f"/media/{picture}").startswith(b"\xff\xd8")

    def media(self, route: Route) -> None:
        picture = self.world.picture()
        answer = send(self.who, route, id=picture)
        assert answer.status_code == (200 if self.who is self.world.author else 404)

    def counts(self, route: Route) -> None:
        town = {"town": self.world.town}
        rows = self.ok(self.who.ask("GET", route.path.removeprefix(PREFIX), params=town), 200)["items"]
        for row in rows:
            queue = self.ok(self.who.ask("GET", "/desk/cases", params={"queue": row["queue"], "limit": 1, **town}), 200)
            assert bool(queue["items"]) == bool(row["count"]), row

    def desk_table(self, route: Route) -> None:
        """What a queue lists, what its tab counts and what is exported are the same cases."""
        filters, where = {"town": self.world.town, "category": "kindergarten"}, route.path.removeprefix(PREFIX)
        self.world.case_to_refuse("dispatched")

        def same(queue: str) -> bool:  # other tests may change a queue between two looks
            asked = {**filters, "queue": queue}
            counts = {row["queue"]: row["count"] for row in self.who.get("/desk/counts", **filters)["items"]}
            answer = self.who.ask("GET", where, params=asked)
            exported = [row["编号"] for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))]
            return exported == self._listed(asked) and len(exported) == counts[queue]

        for row in self.who.get("/desk/counts", **filters)["items"]:
            assert wait_until(lambda queue=row["queue"]: same(queue)), row
        assert self.who.ask("GET", where).headers["Content-Type"] == EXPORTS["csv"]
        assert self.who.ask("GET", where, params={"queue": "nothing"}).status_code == 422

    def _listed(self, asked: dict[str, Any]) -> list[str]:
        listed, cursor = list[str](), None
        while True:
            page = self.who.get("/desk/cases", **asked, limit=100, **({"cursor": cursor} if cursor else {}))
            listed += [row["no"] for row in page["items"]]
            if not (cursor := page["next_cursor"]):
                return listed

    def desk(self, route: Route) -> None:
        self.world.case_to_refuse("dispatched")
        assert self.ok(send(self.who, route), 200)["items"]

    def templates(self, route: Route) -> None:
        no = self.world.case_to_refuse("dispatched")
        assert self.ok(send(self.who, route, no=no), 200)["items"]
        assert send(self.world.other_staff[self.role], route, no=no).status_code == 403

    def desk_case(self, route: Route) -> None:
        no = self.world.case_to_refuse("dispatched")
        assert self.ok(send(self.who, route, no=no), 200)["version"]
        if self.role in self.world.other_staff:
            assert send(self.world.other_staff[self.role], route, no=no).status_code in (403, 404)


_METHODS = {
    f"{method} {PREFIX}{path}": name
    for method, path, name in (
        ("POST", "/auth/sms-codes", "sms_code"),
        ("POST", "/auth/sessions", "session"),
        ("POST", "/auth/refresh", "refresh"),
        ("DELETE", "/auth/sessions/current", "sign_out"),
        ("DELETE", "/auth/sessions", "sign_out_everywhere"),
        ("GET", "/privacy-notice", "notice"),
        ("GET", "/me", "me"),
        ("PATCH", "/me", "rename"),
        ("DELETE", "/me", "leave"),
        ("POST", "/me/consents", "consent"),
        ("POST", "/me/password", "password"),
        ("GET", "/me/inbox", "inbox"),
        ("POST", "/me/inbox/read", "read_inbox"),
        ("GET", "/desk/staff", "list_staff"),
        ("POST", "/desk/staff", "hire"),
        ("GET", "/desk/colleagues", "colleagues"),
        ("PATCH", "/desk/staff/{id}", "update_staff"),
        ("POST", "/desk/staff/{id}/dismissal", "dismiss"),
        ("POST", "/desk/staff/{id}/credentials", "new_credentials"),
        ("GET", "/desk/audit/sign-ins", "sign_ins"),
        ("GET", "/directory", "directory"),
        ("GET", "/home", "home"),
        ("GET", "/search", "search"),
        ("GET", "/figures", "figures"),
        ("GET", "/figures/days", "figure_days"),
        ("GET", "/figures/definitions", "figure_definitions"),
        ("GET", "/feeds/cases.rss", "feed"),
        ("GET", "/open-data/cases.csv", "open_data"),
        ("GET", "/open-data/cases.jsonl", "open_data"),
        ("GET", "/open-data/cases.geojson", "open_data"),
        ("GET", "/desk/exclusions", "exclusions"),
        ("POST", "/desk/exclusions", "exclude"),
        ("POST", "/desk/exclusions/{id}/decision", "decide_exclusion"),
        ("GET", "/cases", "cases"),
        ("GET", "/cases/{no}", "case"),
        ("GET", "/cases/{no}/history", "case"),
        ("GET", "/cases/{no}/proof", "case"),
        ("GET", "/proofs/days", "proof_days"),
        ("GET", "/proofs/days/{day}", "proof_day"),
        ("POST", "/cases/similar", "similar"),
        ("POST", "/cases/preview", "preview"),
        ("POST", "/desk/personal-numbers", "personal_numbers"),
        ("POST", "/cases/{no}/co-signs", "co_sign"),
        ("DELETE", "/cases/{no}/co-signs/mine", "take_co_sign_back"),
        ("GET", "/me/co-signs", "my_co_signs"),
        ("GET", "/desk/cases/{no}/co-signs", "co_signs"),
        ("POST", "/desk/cases/{no}/ban", "ban"),
        ("POST", "/desk/cases/{no}/answer-card", "answer_card"),
        ("POST", "/desk/cases/{no}/answer-instruction", "answer_instruction"),
        ("POST", "/desk/cases/{no}/answer-press", "answer_press"),
        ("GET", "/desk/board", "board"),
        ("GET", "/desk/clusters", "clusters"),
        ("POST", "/desk/clusters/{id}/seen", "see_cluster"),
        ("GET", "/desk/bans", "bans"),
        ("POST", "/desk/bans/{id}/lift", "lift_ban"),
        ("GET", "/desk/partners", "partners"),
        ("POST", "/desk/partners", "create_partner"),
        ("DELETE", "/desk/partners/{id}", "revoke_partner"),
        ("POST", "/cases", "submit"),
        ("GET", "/me/cases", "my_cases"),
        ("POST", "/uploads", "upload"),
        ("GET", "/media/{id}", "media"),
        ("GET", "/desk/cases", "desk"),
        ("GET", "/desk/cases.csv", "desk_table"),
        ("GET", "/desk/counts", "counts"),
        ("GET", "/desk/cases/{no}", "desk_case"),
        ("GET", "/desk/cases/{no}/templates", "templates"),
    )
}


def test_every_row_of_the_table_is_tried_here() -> None:
    assert {r.name for r in OTHERS} == _METHODS.keys()
    assert {r.path.rsplit("/", 1)[-1] for r in CASE_STEPS} == STEPS.keys()


@pytest.mark.parametrize(("role", "name"), cells(OTHERS, allowed=True))
def test_what_is_for_the_role_works(world: World, role: str, name: str) -> None:
    Doing(world, role).do(name)


@pytest.fixture(scope="module")
def target(world: World) -> Iterator[Person]:
    """A member of staff whom nobody but the administrator may touch."""
    yield world.hire("clerk")


def bodies(world: World, target: Person) -> dict[str, dict[str, Any]]:
    """Bodies that would be accepted."""
    return {
        "accounts.create_staff": {"username": f"m{uuid.uuid4().hex[:10]}", "name": "新人", "roles": ["clerk"]},
        "accounts.update_staff": {"roles": ["leader"], "departments": [], "version": 1},
        "accounts.update_me": {"nickname": "昌平人"},
        "accounts.record_consent": {"version": world.author.get("/privacy-notice")["version"]},
        "accounts.mark_inbox_read": {"ids": ["x"]},
        "accounts.change_password": {"current_password": "x", "new_password": "Kx-1234567890abcdef"},
        "petition.submit_case": {**CASE, "town": world.town},
        "petition.ban_author": {"reason": "多次发布广告", "days": 3},
        "petition.lift_ban": {"reason": "已说明情况"},
        "petition.create_partner": PARTNER,
        "petition.ask_exclusion": {**EXCLUSION, "no": world.case_to_refuse("dispatched")},
        "petition.decide_exclusion": {"granted": True, "answer": "情况属实，同意。"},
        "petition.answer_instruction": {"instruction": 1, "text": "已安排专人办理，本周答复。"},
        "petition.answer_press": {"question": 1, "text": "已安排专人核实，本周答复。"},
        "petition.answer_card": {"card": 1, "text": "已安排专人负责，今后按期办理。"},
    }


@pytest.mark.parametrize(("role", "name"), cells(OTHERS, allowed=False))
def test_what_is_not_for_the_role_is_refused_and_changes_nothing(
    world: World, target: Person, role: str, name: str
) -> None:
    route, who, people = ROWS[name], world.people(role), world.mongo["accounts"]["people"]
    path = {"no": world.case_to_refuse("dispatched"), "id": target.account["id"]}
    before = (people.find_one({"_id": path["id"]}), people.find_one({"_id": who.account.get("id")}))
    case = world.kept(path["no"])
    refused(send(who, route, bodies(world, target).get(route.call), **path), role)
    assert (people.find_one({"_id": path["id"]}), people.find_one({"_id": who.account.get("id")})) == before
    assert world.kept(path["no"]) == case
