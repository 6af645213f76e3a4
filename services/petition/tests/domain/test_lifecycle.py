"""Every state × action × person: who may do what, said a second time and compared step by step."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from petition.domain import (
    appeal,
    contacts,
    correcting,
    extending,
    feedback,
    follow_up,
    handling,
    hiding,
    inspections,
    instructing,
    intake,
    merging,
    objection,
    press,
    promises,
    redaction,
    reopening,
    reporting,
    supervision,
    tasks,
)
from petition.domain.case import Case, ContactKind, Finding, Said
from petition.domain.change import Change, Rules
from petition.domain.lifecycle import Action, Actor, allowed, answers_for
from petition.domain.refusals import NotPermitted, WrongState

PARTS = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}
AT_WORK = "clerk supervisor handler approver drafter co_handler"
ALLOWED = {
    "submitted": {
        "instruct": "leader",
        "accept": "clerk", "ask": "clerk", "refuse": "clerk", "elsewhere": "clerk", "withdraw": "author",
        "merge": "clerk", "urge": "supervisor",
    },
    "questioned": {
        "instruct": "leader", "answer": "author", "withdraw": "author", "expire_question": "timer",
    },
    "accepted": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "refuse": "clerk", "elsewhere": "clerk", "dispatch": "clerk supervisor", "note": "clerk supervisor",
        "withdraw": "author", "merge": "clerk", "ask_redaction": "author", "urge": "supervisor",
    },
    "dispatched": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "log_contact": "handler drafter co_handler",
        "ask_extension": "handler drafter", "return": "handler drafter", "assign": "handler approver drafter",
        "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "objected": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "rule_dispatch": "supervisor", "log_contact": "handler drafter co_handler",
        "ask_extension": "handler drafter", "assign": "handler approver drafter", "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "returned": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "object": "handler drafter", "log_contact": "handler drafter co_handler",
        "ask_extension": "handler drafter", "assign": "handler approver drafter", "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "tasked": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "answer_task": "co_handler", "log_contact": "handler drafter co_handler",
        "ask_extension": "handler drafter", "return": "handler drafter", "assign": "handler approver drafter",
        "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "extension_asked": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "decide_extension": "approver", "log_contact": "handler drafter co_handler",
        "return": "handler drafter", "assign": "handler approver drafter", "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "carded": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "log_contact": "handler drafter co_handler",
        "return": "handler drafter", "assign": "handler approver drafter", "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
        "answer_card": "clerk handler approver drafter",
    },
    "in_review": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "log_contact": "handler drafter co_handler",
        "approve": "approver", "send_back": "approver drafter supervisor", "note": AT_WORK, "withdraw": "author",
        "ask_redaction": "author", "urge": "supervisor",
    },
    "approved": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "log_contact": "handler drafter co_handler",
        "publish": "handler approver drafter", "send_back": "approver drafter supervisor", "note": AT_WORK,
        "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "answered": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "rate": "author", "follow_up": "author", "expire_rating": "timer", "ask_redaction": "author",
        "correct": "handler drafter",
    },
    "correcting": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "decide_correction": "approver", "rate": "author", "follow_up": "author", "expire_rating": "timer",
        "ask_redaction": "author",
    },
    "followed_up": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "rate": "author", "answer_follow_up": "handler approver drafter", "ask_redaction": "author",
        "correct": "handler drafter",
    },
    "promised": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "correct": "handler drafter",
        "report_promise": "handler drafter", "rate": "author", "follow_up": "author", "expire_rating": "timer",
        "ask_redaction": "author",
    },
    "reworked": {
        "hide": "clerk supervisor",
        "instruct": "leader",
        "inspect": "supervisor",
        "log_contact": "handler drafter",
        "ask_extension": "handler drafter", "return": "handler drafter", "assign": "handler approver drafter",
        "draft_reply": "handler drafter", "note": "clerk supervisor handler approver drafter", "withdraw": "author",
        "ask_redaction": "author", "urge": "supervisor",
    },
    "closed_rated": {
        "hide": "clerk supervisor",
        "inspect": "supervisor",
        "correct": "handler drafter", "rate": "author", "reopen": "author", "ask_redaction": "author",
    },
    "closed_unrated": {
        "hide": "clerk supervisor",
        "inspect": "supervisor",
        "correct": "handler drafter", "reopen": "author", "ask_redaction": "author",
    },
    "closed_unanswered": {"reopen": "author"},
    "closed_refused": {"appeal": "author"},
    "closed_merged": {"unmerge": "author clerk"},
    "appealed": {"decide_appeal": "supervisor"},
    "redaction_asked": {
        "instruct": "leader",
        "hide": "clerk supervisor",
        "decide_redaction": "clerk", "refuse": "clerk", "elsewhere": "clerk", "dispatch": "clerk supervisor",
        "note": "clerk supervisor", "withdraw": "author", "merge": "clerk", "urge": "supervisor",
    },
    "hidden": {
        "instruct": "leader", "hide": "clerk supervisor", "appeal_hiding": "author",
        "refuse": "clerk", "elsewhere": "clerk", "dispatch": "clerk supervisor", "note": "clerk supervisor",
        "withdraw": "author", "merge": "clerk", "ask_redaction": "author", "urge": "supervisor",
    },
    "hiding_appealed": {
        "instruct": "leader", "hide": "clerk supervisor", "decide_hiding": "supervisor",
        "refuse": "clerk", "elsewhere": "clerk", "dispatch": "clerk supervisor", "note": "clerk supervisor",
        "withdraw": "author", "merge": "clerk", "ask_redaction": "author", "urge": "supervisor",
    },
    "reported": {
        "hide": "clerk supervisor",
        "inspect": "supervisor",
        "see_reports": "leader", "instruct": "leader", "log_contact": "handler drafter co_handler",
        "ask_extension": "handler drafter", "return": "handler drafter", "assign": "handler approver drafter",
        "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "instructed": {
        "hide": "clerk supervisor",
        "inspect": "supervisor",
        "answer_instruction": "handler approver drafter", "instruct": "leader",
        "log_contact": "handler drafter co_handler",
        "ask_extension": "handler drafter", "return": "handler drafter", "assign": "handler approver drafter",
        "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "pressed": {
        "hide": "clerk supervisor",
        "inspect": "supervisor",
        "answer_press": "handler approver drafter", "instruct": "leader",
        "log_contact": "handler drafter co_handler",
        "ask_extension": "handler drafter", "return": "handler drafter", "assign": "handler approver drafter",
        "draft_reply": "handler drafter",
        "note": AT_WORK, "withdraw": "author", "ask_redaction": "author", "urge": "supervisor",
    },
    "closed_instructed": {
        "hide": "clerk supervisor",
        "answer_instruction": "clerk", "appeal": "author", "ask_redaction": "author",
    },
}  # fmt: skip
TARGETS = {
    "accept": "accepted", "ask": "questioned", "answer": "submitted", "refuse": "closed", "elsewhere": "closed",
    "withdraw": "closed", "dispatch": "dispatched", "return": "accepted", "draft_reply": "in_review",
    "approve": "approved", "send_back": "dispatched", "publish": "answered", "rate": "closed",
    "expire_question": "closed", "expire_rating": "closed", "merge": "closed", "unmerge": "submitted",
    "decide_appeal": "submitted", "reopen": "dispatched",
}  # fmt: skip
STEPS: dict[str, tuple[Callable[..., Change], dict[str, Any]]] = {
    "accept": (intake.accept, {"urgency": "request"}),
    "ask": (intake.ask, {"text": "请问是哪一栋楼？"}),
    "answer": (intake.answer, {"text": "三号楼"}),
    "refuse": (intake.refuse, {"reason": "commerce", "text": "与公共事务无关"}),
    "elsewhere": (intake.refer_elsewhere, {"where": "court", "text": "请向法院起诉"}),
    "withdraw": (intake.withdraw, {"reason": "已经解决"}),
    "dispatch": (handling.dispatch, {"department": "jw"}),
    "return": (handling.send_to_intake, {"basis": "不属于本部门职责", "suggested_department": "zjw"}),
    "object": (objection.object_to, {"basis": "职责属于水务部门", "suggested_department": "swj"}),
    "rule_dispatch": (objection.rule, {"department": "swj", "answer": "按职责分工由水务部门承办"}),
    "assign": (handling.assign, {"handler": Actor("staff", "s_h", frozenset({"handler"}), frozenset({"jw"}))}),
    "note": (handling.add_note, {"text": "已联系反映人", "public": False}),
    "draft_reply": (handling.draft_reply, PARTS),
    "approve": (handling.approve, {}),
    "send_back": (handling.send_back, {"remark": "请写明时间"}),
    "publish": (handling.publish, {}),
    "rate": (feedback.rate, {"solved": True, "satisfied": 4}),
    "reopen": (reopening.reopen, {"text": "道路仍然没有照明"}),
    "follow_up": (follow_up.ask, {"text": "请问具体哪一天完工？"}),
    "answer_follow_up": (follow_up.answer, {"text": "十二月二十日完工。"}),
    "correct": (
        correcting.propose,
        {"said": Said(**{**PARTS, "next": "明年一月公布进度"}), "reason": "进度安排有变化"},
    ),
    "decide_correction": (correcting.decide, {"granted": True, "answer": ""}),
    "report_promise": (promises.report, {"promise": 1, "kept": True, "text": "路灯已全部修复。"}),
    "merge": (merging.merge, {"target": None}),  # another case, put in by `take`
    "unmerge": (merging.unmerge, {}),
    "ask_redaction": (redaction.ask, {"passages": ("施工",), "reason": "写得不准确"}),
    "decide_redaction": (redaction.decide, {"granted": True, "answer": "已隐去"}),
    "hide": (hiding.hide, {"passages": ("一年多",), "reason": "accused", "text": "涉及他人，尚未核实"}),
    "appeal_hiding": (hiding.appeal, {"hiding": 1, "text": "这些内容属实"}),
    "decide_hiding": (hiding.decide, {"granted": True, "answer": "恢复公开"}),
    "appeal": (appeal.appeal, {"text": "这是公共事务"}),
    "decide_appeal": (appeal.decide, {"granted": True, "answer": "应当受理"}),
    "inspect": (
        inspections.inspect,
        {
            "finding": Finding.UNRECTIFIED,
            "at": datetime(2026, 11, 18, 3, tzinfo=UTC),
            "whom": "督查组两人",
            "place": "幼儿园门口",
            "text": "现场仍未施工",
            "public": True,
            "demand": True,
        },
    ),
    "log_contact": (
        contacts.log,
        {
            "kind": ContactKind.CALL,
            "at": datetime(2026, 11, 18, 3, tzinfo=UTC),
            "whom": "反映人",
            "place": "",
            "text": "已说明办理安排",
            "public": False,
        },
    ),
    "see_reports": (reporting.see, {}),
    "answer_press": (press.answer, {"question": 1, "text": "已安排专人核实，本周内回复。"}),
    "instruct": (instructing.instruct, {"text": "请区教委本周内答复。"}),  # until when: put in by `take`
    "answer_instruction": (instructing.answer, {"instruction": 1, "text": "已安排专人办理，本周答复。"}),
    "answer_task": (tasks.answer, {"task": 1, "text": "路灯由本部门管理，本周修复"}),
    "ask_extension": (extending.ask, {"days": 3, "reason": "需要等待施工方案批复"}),
    "decide_extension": (extending.decide, {"granted": True, "answer": ""}),
    "urge": (supervision.urge, {"text": "请尽快办理"}),
    "answer_card": (supervision.answer_card, {"text": "已安排专人办理，明日答复。"}),  # which card: put in by `take`
}
PEOPLE = (
    "author", "other_resident", "clerk", "handler", "approver", "drafter", "co_handler", "other_handler",
    "other_approver", "supervisor", "leader", "reporter", "administrator", "visitor", "timer",
)  # fmt: skip


def test_every_action_is_in_the_tables() -> None:
    assert {action for row in ALLOWED.values() for action in row} == {action.value for action in Action}
    assert set(STEPS) | {"expire_question", "expire_rating"} == {action.value for action in Action}


def take(action: str, case: Case, actor: Actor, now: Any, rules: Rules) -> Change:
    step, values = STEPS[action]
    if action == "merge":
        values = {"target": another(case, rules)}
    if action == "instruct":
        values = {**values, "day": rules.calendar.end_of_workdays(now, 3).at.date()}
    if action == "answer_card":
        own = [number for number, card in enumerate(case.cards, start=1) if answers_for(card.unit, actor)]
        values = {**values, "card": own[0] if own else 1}
    return step(case, actor, now, rules, **values)


def another(case: Case, rules: Rules) -> Case:
    """An open public case of somebody else's."""
    clerk = Actor("staff", "s_clerk", frozenset({"clerk"}))
    asked = case.asked.model_copy(update={"visibility": "public"})
    filed = intake.submit("CP20261118-000000", "r_third", asked, case.filed_at, rules).case
    return intake.accept(filed, clerk, case.filed_at, rules, urgency="request").case


@pytest.mark.parametrize("state", ALLOWED)
def test_every_state_action_and_person(story: Any, cast: dict[str, Actor], rules: Rules, state: str) -> None:
    told = story().at(state)
    now = told.now + timedelta(minutes=5)
    offered = {person: allowed(told.case, cast[person]) for person in PEOPLE}
    for action, person in product(STEPS, PEOPLE):
        may = person in ALLOWED[state].get(action, "").split()
        assert (Action(action) in offered[person]) == may, (action, person)
        if not may:
            with pytest.raises((NotPermitted, WrongState)):
                take(action, told.case, cast[person], now, rules)
            continue
        change = take(action, told.case, cast[person], now, rules)
        assert change.case.version == told.case.version + 1, (action, person)
        assert change.case.state == _target(state, action, told.case), (action, person)
        assert [entry.hash for entry in change.case.history[:-1]] == [entry.hash for entry in told.case.history]
        assert change.case.history[-1].kind == action


def _target(state: str, action: str, case: Case) -> str:
    if (state, action) == ("closed_unanswered", "reopen"):
        return "submitted"
    return TARGETS.get(action, case.state)


@pytest.mark.parametrize("state", ALLOWED)
def test_the_timer_ends_only_what_waits_for_the_resident_and_only_when_due(
    story: Any, rules: Rules, state: str
) -> None:
    told = story().at(state)
    ends = {"questioned": "unanswered_question", "answered": "answered_unrated", "promised": "answered_unrated"} | {
        "correcting": "answered_unrated"
    }
    may = ends.get(state)
    with pytest.raises(WrongState):
        feedback.expire(told.case, told.now + timedelta(hours=1), rules)
    late = told.now + timedelta(days=40)
    if may is None:
        with pytest.raises(WrongState):
            feedback.expire(told.case, late, rules)
    else:
        assert feedback.expire(told.case, late, rules).case.ending == may


def test_persons_and_actions_of_the_table_are_all_tried() -> None:
    tried = set(product(ALLOWED, STEPS, PEOPLE))
    assert len(tried) == 29 * 43 * 15
