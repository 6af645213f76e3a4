"""What happens next is said of every state and of every ending, by whom and until when."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from petition.case_views import next_step
from petition.domain import follow_up, handling, intake
from petition.domain.case import Ending, State
from petition.domain.change import Rules

INTAKE, OFFICE, AUTHOR = "问政受理中心", "区教委", "反映人"
SAID = {
    "submitted": (INTAKE, "审核内容，决定是否受理", "intake"),
    "questioned": (AUTHOR, "请补充说明情况", "question"),
    "accepted": (INTAKE, "转交负责部门", "dispatch"),
    "returned": (OFFICE, "调查办理并起草答复", "handling"),
    "sent_back": (INTAKE, "转交负责部门", "dispatch"),
    "dispatched": (OFFICE, "调查办理并起草答复", "handling"),
    "in_review": (OFFICE, "由另一位负责人审核答复", "approval"),
    "approved": (OFFICE, "发布答复", "overall"),
    "answered": (AUTHOR, "请评价问题是否解决、对办理是否满意", "rating"),
    "followed_up": (OFFICE, "答复您的追问", "follow_up"),
    "follow_up_answered": (AUTHOR, "请评价问题是否解决、对办理是否满意", "rating"),
    "reworked": (OFFICE, "调查办理并起草答复", "handling"),
}
ENDS = {
    "closed_rated": Ending.ANSWERED_RATED,
    "closed_unrated": Ending.ANSWERED_UNRATED,
    "closed_unanswered": Ending.UNANSWERED_QUESTION,
    "closed_refused": Ending.REFUSED,
    "closed_merged": Ending.MERGED,
    "elsewhere": Ending.ELSEWHERE,
    "withdrawn": Ending.WITHDRAWN,
}


def at(told: Any, state: str) -> Any:
    """The story brought there; the states that the table of all steps has no name for."""
    if state == "sent_back":
        back = {"basis": "不属于本部门职责", "suggested_department": "swj"}
        return told.dispatched().then(handling.send_to_intake, "handler", **back)
    if state == "follow_up_answered":
        return told.followed_up().then(follow_up.answer, "handler", text="十二月二十日完工。")
    if state == "elsewhere":
        return told.then(intake.refer_elsewhere, "clerk", where="court", text="请向法院起诉")
    if state == "withdrawn":
        return told.then(intake.withdraw, "author", reason="已经解决")
    return told.at(state)


@pytest.mark.parametrize("state", SAID)
def test_of_every_state(story: Callable[..., Any], rules: Rules, state: str) -> None:
    who, what, clock = SAID[state]
    case = at(story(), state).case
    said = next_step(case, rules.directory)
    limit = case.clock(clock)
    assert (said.who, said.what) == (who, what)
    assert limit is not None
    assert (said.until, limit.running) == (limit.due, True)


@pytest.mark.parametrize(("filed", "provisional"), [("2026-11-18T10:00", False), ("2026-12-24T10:00", True)])
def test_a_limit_that_rests_on_holidays_not_published_says_so(
    story: Callable[..., Any], rules: Rules, filed: str, *, provisional: bool
) -> None:
    case = story(datetime.fromisoformat(f"{filed}+08:00")).dispatched().case
    assert next_step(case, rules.directory).provisional is provisional


@pytest.mark.parametrize("end", ENDS)
def test_nothing_is_due_after_an_end(story: Callable[..., Any], rules: Rules, end: str) -> None:
    case = at(story(), end).case
    assert (case.ending, next_step(case, rules.directory).until) == (ENDS[end], None)


def test_every_state_and_every_ending_is_tried(story: Callable[..., Any]) -> None:
    assert {at(story(), state).case.state for state in SAID} | {State.CLOSED} == set(State)
    assert set(ENDS.values()) == set(Ending)
