"""The story that the whole stack exists for: a resident asks, the department answers, the resident rates."""

import fcntl
import json
import time
from dataclasses import dataclass, field
from typing import Any

from parts import Ledger

from kit.testing import Stack, wait_until
from people import Person, new_phone, photo

KINDERGARTEN = "请问崔村镇幼儿园什么时候开始施工改造，搬走一年多还处于闲置未动工状态。"
STATES = ("submitted", "accepted", "dispatched", "in_review", "approved", "answered", "closed")
HISTORY = ["submit", "accept", "dispatch", "draft_reply", "approve", "publish", "rate"]
NOTICES = {"accepted", "dispatched", "answered"}  # what the author must find in the inbox
SHARED_SECONDS = 180  # a token lives for 15 minutes


@dataclass
class Desk:
    """The staff of one story: intake, and the handler and approver of the department for education."""

    clerk: Person
    handler: Person
    approver: Person

    @classmethod
    def open(cls, stack: Stack) -> "Desk":
        """Signs all in, or goes on with what another test has signed in just now: a one-time code counts but once."""
        with (stack.secrets / "desk-sessions.json").open("a+") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            kept = json.loads(file.read() or '{"until": 0}')
            if time.time() > kept["until"]:
                people = [Person(stack).sign_in_at_desk(role) for role in ("clerk", "handler", "approver")]
                sessions = [(person.token, person.account) for person in people]
                kept = {"until": time.time() + SHARED_SECONDS, "sessions": sessions}
                file.truncate(0)
                file.write(json.dumps(kept))
        return cls(*(Person(stack, token=token, account=account) for token, account in kept["sessions"]))


@dataclass
class Story:
    """One run of it. `acknowledged` lists every step that was answered with success."""

    stack: Stack
    desk: Desk
    resident: Person
    phone: str
    text: str = KINDERGARTEN
    visibility: str = "public"
    no: str = ""
    acknowledged: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, stack: Stack, desk: Desk) -> "Story":
        phone = new_phone()
        return cls(stack, desk, Person(stack).sign_in_by_phone(phone), phone)

    def tell(self, with_picture: bool = True) -> "Story":
        """From the question to the rating."""
        self.submit(with_picture)
        self.take_in()
        self.reply()
        self.rate()
        return self

    def submit(self, with_picture: bool = True) -> None:
        pictures = [self.resident.upload(photo())["id"]] if with_picture else []
        receipt = self.resident.do(
            "/cases",
            {
                "category": "kindergarten",
                "town": self._town("崔村镇"),
                "place": "崔村镇幼儿园",
                "title": "崔村镇幼儿园何时施工改造",
                "text": self.text,
                "pictures": pictures,
                "visibility": self.visibility,
            },
        )
        self.no = receipt["no"]
        self.acknowledged.append("submitted")

    def take_in(self) -> None:
        self._act(self.desk.clerk, "accept", "accepted", urgency="request")
        self._act(self.desk.clerk, "dispatch", "dispatched", department=self.desk.handler.account["departments"][0])

    def reply(self) -> None:
        self._act(
            self.desk.handler,
            "reply",
            "in_review",
            facts="经实地查看，幼儿园原址已腾空，改造方案已经批复。",
            rule="依据区中小学幼儿园校舍改造年度计划办理。",
            done="已完成招标，施工单位于本周进场。",
            next="预计明年八月完工，工程进展每月在本平台公布。联系电话请见区教委公开电话。",
        )
        self._act(self.desk.approver, "approve", "approved")
        self._act(self.desk.approver, "publish", "answered")

    def rate(self) -> None:
        self.resident.do(f"/cases/{self.no}/rating", {"solved": True, "satisfied": 5, "comment": "答复清楚，谢谢。"})
        self.acknowledged.append("closed")

    def _act(self, who: Person, action: str, state: str, **body: Any) -> None:
        answer = who.do(f"/desk/cases/{self.no}/{action}", body)
        assert answer["state"] == state, answer
        self.acknowledged.append(state)

    def check_seen_by_everyone(self) -> None:
        """The public page and list and the resident's inbox show the answer, each notice once."""
        visitor = Person(self.stack)
        page = wait_until(lambda: (p := visitor.get(f"/cases/{self.no}"))["state"] == "closed" and p)
        assert page["text"] == self.text
        assert "招标" in page["reply"]["done"]
        assert self.no in visitor.leaf_through("/cases", "no")
        # A letter whose handler was killed or lost its database comes again after up to a minute.
        states = wait_until(lambda: set(s := self.notices()) >= NOTICES and s, 90)
        assert len(states) == len(set(states)), f"a notice came twice: {states}"

    def check_kept_once(self, ledger: Ledger) -> None:
        """Every acknowledged step is in the database, once, in order, and nothing else moved the case."""
        case = ledger.case(self.no)
        kinds = [entry["kind"] for entry in case["history"]]
        assert kinds == HISTORY, kinds
        assert case["state"] == self.acknowledged[-1]

    def notices(self) -> list[str]:
        """What the resident's inbox says of the case, as states."""
        items = self.resident.get("/me/inbox", limit=100)["items"]
        return [item["state"] for item in items if item["case_no"] == self.no]

    def _town(self, name: str) -> str:
        towns = self.resident.get("/directory")["towns"]
        return next(str(town["code"]) for town in towns if town["name"] == name)
