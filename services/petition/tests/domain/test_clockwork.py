"""The history alone says which limits a case has, in every round; a limit that is kept otherwise is told."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from petition.domain import (
    appeal,
    clockwork,
    extending,
    feedback,
    follow_up,
    handling,
    intake,
    merging,
    objection,
    reopening,
    replanning,
)
from petition.domain.case import Case
from petition.domain.change import TOLD_LIMITS, Rules
from petition.domain.clocks import Clock

from .conftest import PARTS, SHANGHAI

DAYS = timedelta(days=1)
MOMENT = datetime(2026, 12, 24, 12, 0, tzinfo=SHANGHAI)


def answered_again(told: Any) -> Any:
    told.then(handling.draft_reply, "drafter", **PARTS).then(handling.approve, "approver")
    return told.then(handling.publish, "handler")


def extended(told: Any) -> Any:
    told.then(extending.ask, "drafter", days=3, reason="需要等待施工方案批复")
    return told.then(extending.decide, "approver", granted=True, answer="")


def asked_again(story: Callable[..., Any]) -> Any:
    """Its author left the first question, came back, and was asked again in the second round."""
    told = story().at("closed_unanswered").then(reopening.reopen, "author", text="是三号楼")
    told.then(intake.ask, "clerk", text="请问是哪一层？").then(intake.answer, "author", 2 * DAYS, text="五层")
    return told.accepted().then(handling.dispatch, "clerk", department="jw")


def unmerged(story: Callable[..., Any]) -> Any:
    told = story().at("closed_merged").then(merging.unmerge, "author", DAYS)
    return told.accepted().then(handling.dispatch, "clerk", department="jw")


def taken_up_again(story: Callable[..., Any]) -> Any:
    told = story().accepted().then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关。")
    told.then(appeal.appeal, "author", text="与公共事务有关。")
    return told.then(appeal.decide, "supervisor", granted=True, answer="请受理。").accepted("complaint")


LIVES: dict[str, Callable[[Callable[..., Any]], Any]] = {
    "answered": lambda story: story().answered(),
    "returned": lambda story: story().returned(),
    "ruled": lambda story: story().objected().then(objection.rule, "supervisor", department="zjw", answer="请办理。"),
    "extended, then sent back": lambda story: extended(story().dispatched())
    .then(handling.draft_reply, "drafter", **PARTS).then(handling.send_back, "approver", remark="请写明日期"),
    "progress told": lambda story: story().dispatched()
    .then(handling.add_note, "handler", text="已联系。", public=True),
    "reworked": lambda story: story().reworked(),
    "reworked, extended and answered": lambda story: answered_again(extended(story().reworked())),
    "reworked, sent back": lambda story: story().reworked().then(handling.draft_reply, "drafter", **PARTS)
    .then(handling.send_back, "approver", remark="请写明日期"),
    "in the third round": lambda story: answered_again(story().reworked())
    .then(feedback.rate, "author", solved=False, satisfied=1).then(reopening.reopen, "author", text="没有解决"),
    "asked about": lambda story: story().followed_up(),
    "asked about twice": lambda story: story().followed_up().then(follow_up.answer, "handler", text="月底完工。")
    .then(follow_up.ask, "author", text="哪个月底？"),
    "rated while asked about": lambda story: story().followed_up()
    .then(feedback.rate, "author", solved=True, satisfied=5),
    "asked again": asked_again,
    "unmerged": unmerged,
    "taken up again": taken_up_again,
    "withdrawn": lambda story: story().accepted().then(intake.withdraw, "author", reason="已经解决"),
}  # fmt: skip


def own(case: Case, name: str) -> list[Clock]:
    return [clock for clock in case.clocks if clock.name == name]


def apart(told: Any, case: Case | None = None) -> list[tuple[str, str, Any]]:
    found = clockwork.contradictions(case or told.case, told.rules.calendar)
    return [(one.clock, one.field, one.told) for one in found]


@pytest.mark.parametrize("life", LIVES)
def test_all_limits_of_a_life_follow_from_its_history(story: Callable[..., Any], life: str) -> None:
    told = LIVES[life](story)
    assert apart(told) == []
    found = clockwork.follow(told.case.history, told.rules.calendar).clocks
    kept = [clock for clock in told.case.clocks if clock.name in TOLD_LIMITS]
    assert sorted((one.name, one.started_at) for one in found) == sorted((one.name, one.started_at) for one in kept)


@pytest.mark.parametrize("field", ["limit", "original_due", "due", "stopped_at"])
@pytest.mark.parametrize("life", LIVES)
def test_whatever_is_wrong_in_a_limit_of_any_round_is_told(story: Callable[..., Any], life: str, field: str) -> None:
    told = LIVES[life](story)
    wrong = "PT77H" if field == "limit" else MOMENT
    for at, clock in enumerate(told.case.clocks):
        if clock.name in TOLD_LIMITS:
            damaged = clock.model_copy(update={field: wrong})
            case = told.case.model_copy(
                update={"clocks": (*told.case.clocks[:at], damaged, *told.case.clocks[at + 1 :])}
            )
            assert apart(told, case) == [(clock.name, field, getattr(clock, field))]


@pytest.mark.parametrize("life", ["returned", "reworked", "asked about", "asked again"])
def test_a_limit_that_the_case_lost_is_told(story: Callable[..., Any], life: str) -> None:
    told = LIVES[life](story)
    lost = [clock for clock in told.case.clocks if clock.name in TOLD_LIMITS][-1]
    case = told.case.model_copy(update={"clocks": tuple(clock for clock in told.case.clocks if clock is not lost)})
    assert {name for name, _, _ in apart(told, case)} == {lost.name}


def test_the_second_round_is_extended_and_the_first_stays(story: Callable[..., Any]) -> None:
    told = extended(story().reworked())
    first, second = own(told.case, "overall")
    assert (first.due, second.due > second.original_due) == (first.original_due, True)
    case = told.case.model_copy(
        update={"clocks": tuple(
            clock.model_copy(update={"due": clock.original_due}) if clock is second else clock
            for clock in told.case.clocks
        )}
    )  # fmt: skip
    assert apart(told, case) == [("overall", "due", second.due)]


def test_a_limit_may_have_been_planned_before_holidays_were_published(story: Callable[..., Any], rules: Rules) -> None:
    told = story(now=datetime(2026, 12, 29, 10, 0, tzinfo=SHANGHAI)).dispatched()
    calendar = rules.calendar
    published = replace(
        calendar,
        days_off=calendar.days_off | {date(2027, 1, 4), date(2027, 1, 5)},
        published_years=calendar.published_years | {2027},
    )
    known = replace(rules, calendar=published)
    before = told.case
    assert clockwork.contradictions(before, published) == []
    planned = replanning.replan(before, told.now + DAYS, known)
    assert planned is not None
    assert planned.case.clock("overall") != before.clock("overall")
    assert clockwork.contradictions(planned.case, published) == []
    told.rules, told.last = known, planned
    told.now += DAYS
    assert clockwork.contradictions(extended(told).case, published) == []
    neither = planned.case.clocks[-1].model_copy(update={"due": MOMENT, "original_due": MOMENT})
    wrong = planned.case.model_copy(update={"clocks": (*planned.case.clocks[:-1], neither)})
    assert [one.field for one in clockwork.contradictions(wrong, published)] == ["original_due", "due"]


def test_of_a_round_that_began_before_limits_were_written_down_nothing_is_said(story: Callable[..., Any]) -> None:
    told = answered_again(story().reworked())
    bare = tuple(
        one.model_copy(update={"fields": {name: field for name, field in one.fields.items() if name != "limits"}})
        if one.kind == "rate" else one
        for one in told.case.history
    )  # fmt: skip
    second = own(told.case, "overall")[1]
    clocks = tuple(one.model_copy(update={"due": MOMENT}) if one is second else one for one in told.case.clocks)
    assert apart(told, told.case.model_copy(update={"history": bare, "clocks": clocks})) == []
    assert apart(told, told.case.model_copy(update={"clocks": clocks})) == [("overall", "due", second.due)]
