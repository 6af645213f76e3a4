"""People of every role and cases in every state, for the test of who may do what."""

import random
import time
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import requests
from chinese_calendar import is_workday
from pymongo import MongoClient

from gateway.routes import PREFIX, ROLES, Route, matrix
from kit.testing import Stack, wait_until
from people import Person, new_phone, photo

DEPARTMENT, OTHER_DEPARTMENT = "jw", "cgw"
REPLY = {
    "facts": "已到现场核实情况。",
    "rule": "按照区里有关规定办理。",
    "done": "问题已经处理完毕。",
    "next": "后续将定期检查。",
}
CASE = {
    "category": "kindergarten",
    "place": "崔村镇",
    "title": "崔村镇幼儿园何时施工",
    "text": "请问崔村镇幼儿园什么时候开始施工改造？",
    "visibility": "public",
}
AFTER_A_STEP = (
    "returned", "objected", "tasked", "followed_up", "promised", "closed", "correcting", "extension_asked",
    "redaction_asked", "merged", "refused", "appealed", "reported", "instructed",
    "hidden", "hiding_appealed",
)  # fmt: skip
_BOUND = ("handler", "approver")
EVERYBODY = ("anonymous", "resident", *ROLES)
ALLOWED = {(role, f"{method} {path}"): allowed for role, method, path, allowed in matrix()}


class World:
    """Everyone has a real account; tokens come from real sign-ins."""

    def __init__(self, stack: Stack, mongo: MongoClient[dict[str, Any]]) -> None:
        self.stack = stack
        self.mongo = mongo
        self.leaver_phone = new_phone()
        self.leaver = Person(stack).sign_in_by_phone(self.leaver_phone)
        self.author = Person(stack).sign_in_by_phone(new_phone())
        self.stranger = Person(stack).sign_in_by_phone(new_phone())
        self.root = Person(stack, token=stack.token("staff", "s_matrix", ("administrator",)))
        self.credentials: dict[str, dict[str, Any]] = {}
        self.staff = {role: self.hire(role) for role in ROLES}
        self.other_staff = {role: self.hire(role, OTHER_DEPARTMENT) for role in _BOUND}
        self.town = self.author.get("/directory")["towns"][0]["code"]
        self.refused_cases: dict[str, str] = {}

    def people(self, role: str) -> Person:
        """Someone of the role who has nothing to do with what he is about to touch."""
        if role == "anonymous":
            return Person(self.stack)
        return self.stranger if role == "resident" else self.staff[role]

    def hire(self, role: str, department: str = DEPARTMENT) -> Person:
        """A new member of staff, signed in."""
        body = {
            "username": f"m{uuid.uuid4().hex[:10]}",
            "name": "矩阵",
            "roles": [role],
            "departments": [department] if role in _BOUND else [],
        }
        made = self.root.do("/desk/staff", body)
        made["username"] = body["username"]
        self.credentials[made["staff"]["id"]] = made
        return self._signed_in(made, {"totp": pyotp.TOTP(made["totp_secret"]).now()})

    def again(self, person: Person) -> Person:
        """The same member of staff with a session more."""
        made = self.credentials[person.account["id"]]
        return self._signed_in(made, {"recovery_code": made["recovery_codes"].pop()})

    def case(self, state: str) -> str:
        """A new case of the author, brought to the state."""
        if state in AFTER_A_STEP:
            return self.case_after(state)
        no: str = self.author.do("/cases", {**CASE, "town": self.town})["no"]
        steps: list[tuple[str, str, dict[str, Any]]] = [
            ("accepted", "accept", {"urgency": "request"}),
            ("dispatched", "dispatch", {"department": DEPARTMENT}),
            ("in_review", "reply", REPLY),
            ("approved", "approve", {}),
            ("answered", "publish", {}),
        ]
        if state == "questioned":
            steps = [("questioned", "ask", {"text": "请补充具体位置。"})]
        hands = {"reply": "handler", "approve": "approver", "publish": "approver"}
        for reached, action, body in steps if state != "submitted" else ():
            self.staff[hands.get(action, "clerk")].do(f"/desk/cases/{no}/{action}", body)
            if reached == state:
                break
        return no

    def case_after(self, state: str) -> str:
        """A new case of the author on which something waits to be decided, or that ended without a reply."""
        after: str = getattr(self, f"_{state}")()
        return after

    def _returned(self) -> str:
        """Sent to the other department, which returned it, and then to the first."""
        no, basis = self.case("accepted"), {"basis": "职责属于其他部门。", "suggested_department": DEPARTMENT}
        self.staff["clerk"].do(f"/desk/cases/{no}/dispatch", {"department": OTHER_DEPARTMENT})
        self.other_staff["handler"].do(f"/desk/cases/{no}/return", basis)
        self.staff["clerk"].do(f"/desk/cases/{no}/dispatch", {"department": DEPARTMENT})
        return no

    def _objected(self) -> str:
        no, basis = self._returned(), {"basis": "职责属于其他部门。", "suggested_department": OTHER_DEPARTMENT}
        self.staff["handler"].do(f"/desk/cases/{no}/object", basis)
        return no

    def _tasked(self) -> str:
        no, tasks = self.case("accepted"), [{"department": DEPARTMENT, "text": "核实情况并反馈"}]
        dispatch = {"department": OTHER_DEPARTMENT, "co_departments": [DEPARTMENT], "tasks": tasks}
        self.staff["clerk"].do(f"/desk/cases/{no}/dispatch", dispatch)
        return no

    def _followed_up(self) -> str:
        no = self.case("answered")
        self.author.do(f"/cases/{no}/questions", {"text": "请问具体哪一天完工？"})
        return no

    def _closed(self) -> str:
        no = self.case("answered")
        self.author.do(f"/cases/{no}/rating", {"solved": True, "satisfied": 4})
        return no

    def _correcting(self) -> str:
        no = self.case("answered")
        body = {**REPLY, "next": "明年一月再次检查。", "reason": "安排有变化。"}
        self.staff["handler"].do(f"/desk/cases/{no}/correct", body)
        return no

    def _promised(self) -> str:
        no, day = self.case("dispatched"), (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        reply = {**REPLY, "promises": [{"text": "修复全部路灯", "day": day}]}
        self.staff["handler"].do(f"/desk/cases/{no}/reply", reply)
        self.staff["approver"].do(f"/desk/cases/{no}/approve", {})
        self.staff["handler"].do(f"/desk/cases/{no}/publish", {})
        return no

    def _reported(self) -> str:
        """With its department, and on the leaders' board for what its author wrote."""
        text = "楼道里闻到很浓的味道，怀疑是燃气泄漏。"
        no: str = self.author.do("/cases", {**CASE, "town": self.town, "text": text})["no"]
        wait_until(lambda: self.kept(no).get("reports"))
        self.staff["clerk"].do(f"/desk/cases/{no}/accept", {"urgency": "request"})
        self.staff["clerk"].do(f"/desk/cases/{no}/dispatch", {"department": DEPARTMENT})
        return no

    def _instructed(self) -> str:
        no = self.case("dispatched")
        self.staff["leader"].do(f"/desk/cases/{no}/instruct", {"text": "请按期办结。", "day": self.workday()})
        return no

    def investigation(self, *cases: str, lead: str = "reporter") -> str:
        """An investigation of the editor's, led by who has this role, about these public cases."""
        editor = self.staff["editor"]
        lead = self.staff[lead].account["id"]
        body = {"title": "路灯为何不亮", "question": "这条路归谁管", "lead": lead, "cases": cases}
        number = str(editor.do("/desk/investigations", body)["id"])
        wait_until(lambda: len(editor.get(f"/desk/investigations/{number}")["follow_ups"]) == len(cases))
        return number

    def ask_as_newsroom(self, no: str) -> None:
        """Has the newsroom ask about the case, and waits until its office has the question."""
        asked = {"case": no, "text": "请问何时修好？", "workdays": 2}
        self.staff["editor"].do(f"/desk/investigations/{self.investigation(no)}/questions", asked)
        wait_until(lambda: self.kept(no).get("press"))

    def workday(self) -> str:
        """A working day soon to come, whatever day it is today."""
        days = (datetime.now(UTC).date() + timedelta(days=n) for n in range(2, 30))
        return next(day for day in days if is_workday(day)).isoformat()

    def cluster(self) -> str:
        """A cluster that no leader has looked at, as events bring it about."""
        now, number = datetime.now(UTC), random.randrange(10**6)
        found = {
            "_id": f"{self.town}-kindergarten-{number}", "town": self.town, "category": "kindergarten",
            "number": number, "count": 31, "least": 30, "days": 7, "since": now - timedelta(days=7), "until": now,
            "at": now, "by_waiting": True,
        }  # fmt: skip
        self.mongo["petition"]["clusters"].insert_one(found)
        return str(found["_id"])

    def _extension_asked(self) -> str:
        no = self.case("dispatched")
        self.staff["handler"].do(f"/desk/cases/{no}/extension", {"days": 2, "reason": "需要等待批复。"})
        return no

    def _redaction_asked(self) -> str:
        no = self.case("accepted")
        self.author.do(f"/cases/{no}/redaction", {"passages": ["幼儿园"], "reason": "写得不准确"})
        return no

    def _merged(self) -> str:
        no = self.case("submitted")
        self.staff["clerk"].do(f"/desk/cases/{no}/merge", {"into": self.case("accepted")})
        return no

    def _refused(self) -> str:
        no, reason = self.case("submitted"), self.author.get("/directory")["refusal_reasons"][0]["code"]
        self.staff["clerk"].do(f"/desk/cases/{no}/refuse", {"reason": reason, "text": "不属于受理范围。"})
        return no

    def _hidden(self) -> str:
        """By the clerk: a supervisor decides on what another person hid."""
        no, why = self.case("accepted"), {"reason": "accused", "text": "涉及他人，尚未核实。"}
        self.staff["clerk"].do(f"/desk/cases/{no}/hide", {"passages": ["幼儿园"], **why})
        return no

    def _hiding_appealed(self) -> str:
        no = self._hidden()
        self.author.do(f"/cases/{no}/hiding-appeal", {"hiding": 1, "text": "这些内容属实。"})
        return no

    def _appealed(self) -> str:
        no = self._refused()
        self.author.do(f"/cases/{no}/appeal", {"text": "这是公共事务，请受理。"})
        return no

    def case_to_refuse(self, state: str) -> str:
        """One case in the state that all refused steps may try in vain."""
        if state not in self.refused_cases:
            self.refused_cases[state] = self.case(state)
        return self.refused_cases[state]

    def give_cards(self, no: str, *units: str) -> None:
        """Gives the case a yellow card for each of these offices, as the timer does when a limit has ended."""
        now = datetime.now(UTC)
        cards = [
            {
                "clock": "overall", "clock_started_at": now, "level": "yellow", "number": number, "unit": unit,
                "fell_at": now, "at": now, "answer": None,
            }
            for number, unit in enumerate(units)
        ]  # fmt: skip
        given = {"$push": {"escalations": {"$each": cards}}}
        assert self.mongo["petition"]["cases"].update_one({"_id": no}, given).modified_count == 1

    def kept(self, no: str) -> dict[str, Any]:
        """The case as the database has it, without what the relay and the figures' timer take away by themselves."""
        found = self.mongo["petition"]["cases"].find_one({"_id": no})
        assert found
        return {key: value for key, value in found.items() if key not in ("_outbox", "by_rolls")}

    def picture(self) -> str:
        """A picture that only the author may see."""
        return str(self.author.upload(photo(40, 30))["id"])

    def _signed_in(self, made: dict[str, Any], second: dict[str, str]) -> Person:
        person = Person(self.stack)
        body = {"username": made["username"], "password": made["initial_password"], **second}
        session = person.do("/auth/sessions", body)
        person.token, person.account, person.renewal = (
            session["access_token"],
            session["account"],
            session["refresh_token"],
        )
        return person


def ends(condition: Any, seconds: float = 5) -> bool:
    """Whether the condition becomes true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


def cells(routes: list[Route], allowed: bool) -> list[tuple[str, str]]:
    """(role, route) for every cell of these rows that is allowed, or refused."""
    return [(role, r.name) for r in routes for role in EVERYBODY if ALLOWED[role, r.name] is allowed]


def send(who: Person, route: Route, body: Any = None, **path: str) -> requests.Response:
    """One request, not repeated."""
    where = route.path.removeprefix(PREFIX).format(**path)
    if route.method == "GET":
        return who.ask("GET", where)
    return who.ask(route.method, where, json=body or {}, headers={"Idempotency-Key": uuid.uuid4().hex})


def refused(answer: requests.Response, role: str) -> None:
    assert answer.status_code == (401 if role == "anonymous" else 403), (role, answer.text)
    assert answer.json()["code"] == ("unauthenticated" if role == "anonymous" else "forbidden")
