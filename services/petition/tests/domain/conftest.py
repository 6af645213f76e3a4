from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.district import read_rules
from petition.domain import (
    appeal,
    correcting,
    escalation,
    extending,
    feedback,
    follow_up,
    handling,
    hiding,
    instructing,
    intake,
    merging,
    objection,
    press,
    redaction,
    reporting,
)
from petition.domain.case import Asked, Case, Said, Tally, Visibility
from petition.domain.change import Change, Rules
from petition.domain.lifecycle import TIMER, Actor
from petition.domain.promises import Given
from petition.domain.tasks import Wanted

SHANGHAI = ZoneInfo("Asia/Shanghai")
FILED = datetime(2026, 11, 18, 10, 0, tzinfo=SHANGHAI)  # a Wednesday
PARTS = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}


def staff(name: str, role: str, *departments: str) -> Actor:
    return Actor("staff", f"s_{name}", frozenset({role}), frozenset(departments))


CAST = {
    "author": Actor("resident", "r_author", frozenset({"resident"})),
    "other_resident": Actor("resident", "r_other", frozenset({"resident"})),
    "clerk": staff("clerk", "clerk"),
    "handler": staff("handler", "handler", "jw"),
    "approver": staff("approver", "approver", "jw"),
    "drafter": Actor("staff", "s_drafter", frozenset({"handler", "approver"}), frozenset({"jw"})),
    "co_handler": staff("co_handler", "handler", "cgw"),
    "other_handler": staff("other_handler", "handler", "swj"),
    "other_approver": staff("other_approver", "approver", "swj"),
    "supervisor": staff("supervisor", "supervisor"),
    "leader": staff("leader", "leader"),
    "reporter": staff("reporter", "reporter"),
    "administrator": staff("administrator", "administrator"),
    "visitor": Actor("service", "gateway"),
    "timer": TIMER,
}


@pytest.fixture(scope="session")
def rules() -> Rules:
    return read_rules(Path("district"))


@pytest.fixture(scope="session")
def cast() -> dict[str, Actor]:
    return CAST


@pytest.fixture(scope="session")
def filed() -> datetime:
    return FILED


class Story:
    """A case that is told step by step, an hour apart."""

    def __init__(self, rules: Rules, now: datetime, **asked: Any) -> None:
        words = {
            "category": "kindergarten",
            "town": "110114112",
            "place": "崔村镇幼儿园",
            "point": None,
            "title": "幼儿园什么时候开始施工",
            "text": "搬走一年多还处于闲置未动工状态。",
            "pictures": (),
            "visibility": Visibility.PUBLIC,
        }
        self.rules = rules
        self.now = now
        asked_words = Asked.model_validate({**words, **asked})
        self.last = intake.submit("CP20261118-7K3F9Q", "r_author", asked_words, now, rules)

    @property
    def case(self) -> Case:
        return self.last.case

    def then(
        self, step: Callable[..., Change], who: str, after: timedelta = timedelta(hours=1), **values: Any
    ) -> "Story":
        self.now += after
        self.last = step(self.case, CAST[who], self.now, self.rules, **values)
        return self

    def fallen(self, after: timedelta = timedelta(hours=1)) -> "Story":
        """The same, some time later, when the timer has recorded what fell."""
        self.now += after
        self.last = escalation.fall(self.case, self.now, self.rules) or Change(self.case, ())
        return self

    def accepted(self, urgency: str = "request") -> "Story":
        return self.then(intake.accept, "clerk", urgency=urgency)

    def dispatched(self, department: str = "jw") -> "Story":
        return self.accepted().then(handling.dispatch, "clerk", department=department, co_departments=("cgw",))

    def carded(self) -> "Story":
        """With two cards: intake's for the handling, which was due before the dispatch, and the department's."""
        told = self.accepted("critical").then(handling.dispatch, "clerk", department="jw", co_departments=("cgw",))
        return told.fallen()

    def in_review(self) -> "Story":
        return self.dispatched().then(handling.draft_reply, "drafter", **PARTS)

    def approved(self) -> "Story":
        return self.in_review().then(handling.approve, "approver")

    def answered(self) -> "Story":
        return self.approved().then(handling.publish, "handler")

    def closed_unrated(self) -> "Story":
        self.answered()
        return self.expired(timedelta(days=16))

    def closed_unanswered(self) -> "Story":
        self.then(intake.ask, "clerk", text="请问是哪一栋楼？")
        return self.expired(timedelta(days=12))

    def expired(self, after: timedelta) -> "Story":
        """The same when the resident's limit has ended."""
        self.now += after
        self.last = feedback.expire(self.case, self.now, self.rules)
        return self

    def correcting(self) -> "Story":
        said = Said(**{**PARTS, "next": "明年一月公布进度"})
        return self.answered().then(correcting.propose, "drafter", said=said, reason="进度安排有变化")

    def followed_up(self) -> "Story":
        return self.answered().then(follow_up.ask, "author", text="请问具体哪一天完工？")

    def hidden(self, passage: str = "搬走") -> "Story":
        """Public, and then intake took the passage out of what is read."""
        why = {"reason": "accused", "text": "涉及他人，尚未核实"}
        return self.accepted().then(hiding.hide, "clerk", passages=(passage,), **why)

    def hiding_appealed(self) -> "Story":
        return self.hidden().then(hiding.appeal, "author", hiding=1, text="这些内容属实")

    def reworked(self) -> "Story":
        return self.answered().then(feedback.rate, "author", solved=False, satisfied=1)

    def promised(self) -> "Story":
        """Answered, with the promise to mend the lamps in a month."""
        given = (Given("修复路灯", date(2026, 12, 18)),)
        drafted = self.dispatched().then(handling.draft_reply, "drafter", **PARTS, promises=given)
        return drafted.then(handling.approve, "approver").then(handling.publish, "handler")

    def returned(self) -> "Story":
        """Back from another department, and with this one now."""
        back = {"basis": "不属于本部门职责", "suggested_department": "jw"}
        self.accepted().then(handling.dispatch, "clerk", department="swj")
        return self.then(handling.send_to_intake, "other_handler", **back).then(
            handling.dispatch, "clerk", department="jw", co_departments=("cgw",)
        )

    def objected(self) -> "Story":
        basis = {"basis": "职责属于水务部门", "suggested_department": "swj"}
        return self.returned().then(objection.object_to, "handler", **basis)

    def joined(self, count: int) -> "Story":
        """The same when so many have joined it."""
        self.last = Change(self.case.model_copy(update={"joined": Tally(count=count)}), ())
        return self

    def reported(self) -> "Story":
        """With a department, and brought to the leaders' board because many have joined it."""
        self.dispatched().joined(self.rules.directory.leaders.co_signs.least)
        self.last = reporting.report(self.case, self.now, self.rules) or self.last
        return self

    def instructed(self) -> "Story":
        """With a department that owes a leader an answer until the close of the next Tuesday."""
        return self.dispatched().then(instructing.instruct, "leader", text="请本周内办结。", day=date(2026, 11, 24))

    def pressed(self) -> "Story":
        """With a department that owes the newsroom an answer within two working days."""
        self.dispatched()
        self.now += timedelta(hours=1)
        asked = press.Asked("CPI20261118-7K3F9Q", 1, "请问何时开工？", 2)
        self.last = press.ask(self.case, asked, self.now, self.rules) or self.last
        return self

    def closed_instructed(self) -> "Story":
        """Refused by intake, which owes a leader an answer yet."""
        self.accepted().then(instructing.instruct, "leader", text="请研究后答复。", day=date(2026, 11, 24))
        return self.then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关")

    def tasked(self) -> "Story":
        wanted = {"cgw": Wanted("核实路灯权属并反馈", date(2026, 11, 24))}
        given = {"department": "jw", "co_departments": ("cgw",), "tasks": wanted}
        return self.accepted().then(handling.dispatch, "clerk", **given)

    def at(self, state: str) -> "Story":
        """Brings a new story to a state; closed_rated and closed_refused are the two kinds of closed."""
        if state == "submitted":
            return self
        if state == "questioned":
            return self.then(intake.ask, "clerk", text="请问是哪一栋楼？")
        if state == "closed_rated":
            return self.answered().then(feedback.rate, "author", solved=True, satisfied=5)
        if state == "closed_refused":
            return self.then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关")
        if state == "closed_merged":
            other = Story(self.rules, self.now).accepted().case.model_copy(update={"no": "CP20261118-000000"})
            return self.then(merging.merge, "clerk", target=other)
        if state == "appealed":
            return self.at("closed_refused").then(appeal.appeal, "author", text="这是公共事务")
        if state == "redaction_asked":
            return self.accepted().then(redaction.ask, "author", passages=("施工",), reason="写得不准确")
        if state == "extension_asked":
            return self.dispatched().then(extending.ask, "drafter", days=3, reason="需要等待施工方案批复")
        reached: Story = getattr(self, state)()
        return reached


@pytest.fixture
def story(rules: Rules) -> Callable[..., Story]:
    def begin(now: datetime = FILED, **asked: Any) -> Story:
        return Story(rules, now, **asked)

    return begin
