"""What falls when, on whom, and what an outage leaves of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.domain import appeal, escalation, handling, intake, supervision
from petition.domain.case import Case
from petition.domain.change import Rules
from petition.domain.refusals import BadValue, NotPermitted, WrongState

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(*parts: int) -> datetime:
    return datetime(2026, *parts, tzinfo=SHANGHAI).astimezone(UTC)


def only(rules: Rules, *names: str) -> Rules:
    """The district, if it watched these clocks alone."""
    plan = rules.directory.clocks.escalation.model_copy(update={"clocks": names})
    clocks = rules.directory.clocks.model_copy(update={"escalation": plan})
    return Rules(rules.directory.model_copy(update={"clocks": clocks}), rules.calendar)


def stages(case: Case) -> list[tuple[str, int]]:
    return [(one.level.value, one.number) for one in case.escalations]


def walk(case: Case, rules: Rules, times: int) -> tuple[Case, list[datetime]]:
    """The case after so many stages, each recorded the instant it fell."""
    fell = []
    for _ in range(times):
        instant = escalation.next_at(case, rules)
        assert instant is not None
        assert escalation.fall(case, instant - timedelta(microseconds=1), rules) is None
        change = escalation.fall(case, instant, rules)
        assert change is not None
        assert escalation.fall(change.case, instant, rules) is None, "a stage falls once"
        case = change.case
        fell.append(instant)
    return case, fell


def test_working_days_pass_a_reminder_after_the_other_and_the_cards_at_the_close(story: Any, rules: Rules) -> None:
    case, fell = walk(story().dispatched().case, only(rules, "overall"), 6)  # filed on Wednesday 11-18, 10:00
    assert stages(case) == [("reminder", 50), ("reminder", 80), ("yellow", 0), ("red", 0), ("weekly", 1), ("weekly", 2)]
    start, due = at(11, 18, 10), at(11, 27, 18)
    assert fell[:2] == [start + (due - start) * 0.5, start + (due - start) * 0.8]
    assert fell[2:] == [due, at(11, 30, 18), at(12, 7, 18), at(12, 14, 18)]  # the red one on Monday


def test_wall_time_passes_day_and_night(story: Any, rules: Rules) -> None:
    told = story().accepted("critical")
    case, fell = walk(told.case, only(rules, "overall"), 4)
    assert fell[2:] == [at(11, 18, 12), at(11, 19, 12)]
    assert [one.unit for one in case.escalations] == ["intake"] * 4, "nobody has it yet: it is intake's"


def test_a_red_card_after_a_holiday(story: Any, rules: Rules) -> None:
    told = story(datetime(2026, 9, 29, 10, 0, tzinfo=SHANGHAI))
    _, fell = walk(told.case, only(rules, "first_answer"), 4)
    assert fell[2:] == [at(9, 30, 18), at(10, 8, 18)]


def test_after_an_outage_there_are_the_cards_and_the_last_week_but_no_stale_reminder(story: Any, rules: Rules) -> None:
    watched = only(rules, "overall")
    change = escalation.fall(story().dispatched().case, at(12, 22, 9), watched)
    assert change is not None
    assert stages(change.case) == [("yellow", 0), ("red", 0), ("weekly", 3)]
    assert [one.fell_at for one in change.case.escalations] == [at(11, 27, 18), at(11, 30, 18), at(12, 21, 18)]
    assert {one.at for one in change.case.escalations} == {at(12, 22, 9)}
    assert [event.type for event in change.events] == ["petition.card_given.v1"] * 2
    assert [event.data["card"] for event in change.events] == [1, 2]
    assert escalation.next_at(change.case, watched) == at(12, 28, 18)


def test_a_limit_that_was_missed_has_one_card_though_the_case_was_taken_up_again_meanwhile(
    story: Any, rules: Rules
) -> None:
    watched = only(rules, "overall")
    told = (
        story().accepted().then(intake.refuse, "clerk", timedelta(days=30), reason="commerce", text="与公共事务无关。")
    )
    told.then(appeal.appeal, "author", text="与公共事务有关。")
    case = told.then(appeal.decide, "supervisor", granted=True, answer="请受理。").accepted().case
    assert len([clock for clock in case.clocks if clock.name == "overall"]) == 2
    change = escalation.fall(case, told.now, watched)
    assert change is not None
    assert stages(change.case) == [("yellow", 0), ("red", 0), ("weekly", 2)]


def test_of_two_reminders_that_were_missed_only_the_later_is_given(story: Any, rules: Rules) -> None:
    change = escalation.fall(story().dispatched().case, at(11, 26, 12), only(rules, "overall"))
    assert change is not None
    assert stages(change.case) == [("reminder", 80)]
    assert change.events == ()


@pytest.mark.parametrize(("seconds", "cards"), [(-1, []), (0, []), (1, [("yellow", 0)])])
def test_who_answers_in_time_has_no_card_and_who_is_late_has_one_even_if_the_timer_was_away(
    story: Any, rules: Rules, seconds: int, cards: list[tuple[str, int]]
) -> None:
    told = story().approved()
    told.then(handling.publish, "handler", after=at(11, 27, 18) + timedelta(seconds=seconds) - told.now)
    change = escalation.fall(told.case, at(12, 20, 12), only(rules, "overall"))
    assert (stages(change.case) if change else []) == cards
    after = change.case if change else told.case
    assert escalation.next_at(after, only(rules, "overall")) is None


def test_a_card_falls_on_who_had_the_case_then_however_late_it_is_recorded(story: Any, rules: Rules) -> None:
    told = (
        story().accepted("critical").then(handling.dispatch, "clerk", department="jw")
    )  # at 12:00, handling due 11:30
    told.then(handling.send_to_intake, "handler", basis="不属于本部门职责", suggested_department="zjw")  # at 13:00
    told.then(handling.dispatch, "clerk", department="zjw")  # at 14:00
    change = escalation.fall(told.case, at(11, 20, 12), only(rules, "handling", "overall"))
    assert change is not None
    assert [(one.clock, one.level.value, one.unit) for one in change.case.cards] == [
        ("handling", "yellow", "intake"), ("overall", "yellow", "jw"), ("handling", "red", "zjw"),
        ("overall", "red", "zjw"),
    ]  # fmt: skip


def test_nothing_falls_while_the_author_is_asked_and_his_time_is_not_held_against_the_office(
    story: Any, rules: Rules
) -> None:
    watched = only(rules, "first_answer")
    told = story().at("questioned")  # on Wednesday at 11:00
    assert escalation.next_at(told.case, watched) is None
    assert escalation.fall(told.case, at(11, 20, 12), watched) is None
    told.then(intake.answer, "author", after=timedelta(days=2), text="三号楼")  # two working days later
    case, fell = walk(told.case, watched, 3)
    assert stages(case)[-1] == ("yellow", 0)
    assert fell[-1] == at(11, 23, 18)


def test_a_moved_due_time_moves_what_has_not_fallen(story: Any, rules: Rules) -> None:
    told = story().at("questioned").then(intake.answer, "author", after=timedelta(days=2), text="三号楼").accepted()
    _, fell = walk(told.case, only(rules, "overall"), 3)
    clock = told.case.clock("overall")
    assert clock is not None
    assert clock.due > clock.original_due
    assert fell[-1] == clock.due


def test_the_alarm_is_the_worst_that_still_matters(story: Any, rules: Rules) -> None:
    watched = only(rules, "overall")
    told = story().dispatched()
    assert escalation.alarm(told.case, watched) is None
    seen = []
    case = told.case
    for _ in range(5):
        case, (fell,) = walk(case, watched, 1)
        found = escalation.alarm(case, watched)
        seen.append(found and (found.level.value, found.since == fell))
    assert seen == [None, ("reminder", True), ("yellow", True), ("red", True), ("red", False)]

    told.last = told.last.__class__(case, ())
    told.now = at(12, 8, 9)
    told.then(handling.draft_reply, "drafter", facts="已核实", rule="按规定", done="已办理", next="下周回访")
    told.then(handling.approve, "approver").then(handling.publish, "handler")
    found = escalation.alarm(told.case, watched)
    assert found is not None and found.level.value == "red", "its cards are not answered yet"
    told.then(supervision.answer_card, "handler", card=2, text="已安排专人负责，今后按期办理。")
    assert all(card.answer for card in told.case.cards), "the yellow one was for the same delay"
    assert escalation.alarm(told.case, watched) is None


def test_a_card_is_answered_once_by_its_own_office(story: Any, cast: Any, rules: Rules) -> None:
    told = story().at("carded")
    answer: Callable[..., Any] = supervision.answer_card
    note = {"text": "已安排专人负责，今后按期办理。"}
    with pytest.raises(BadValue):
        answer(told.case, cast["handler"], told.now, rules, card=1, **note)  # intake's
    with pytest.raises(BadValue):
        answer(told.case, cast["handler"], told.now, rules, card=3, **note)
    with pytest.raises(NotPermitted):
        answer(told.case, cast["other_handler"], told.now, rules, card=2, **note)
    change = answer(told.case, cast["handler"], told.now, rules, card=2, **note)
    assert change.case.cards[1].answer.text == note["text"]
    with pytest.raises((NotPermitted, WrongState)):
        answer(change.case, cast["handler"], told.now, rules, card=2, **note)


def test_a_case_is_urged_once_a_day(story: Any, rules: Rules) -> None:
    told = story().dispatched().then(supervision.urge, "supervisor", text="请尽快联系反映人")
    assert told.case.urges[-1].unit == "jw"
    with pytest.raises(WrongState):
        told.then(supervision.urge, "supervisor", text="请尽快联系反映人")
    told.then(supervision.urge, "supervisor", after=timedelta(hours=14), text="请尽快联系反映人")
    assert len(told.case.urges) == 2
