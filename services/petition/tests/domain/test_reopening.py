"""重新办理: who may have a case handled again, until when and how often, and what the earlier round keeps."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import escalation, extending, feedback, handling, history, intake, reopening
from petition.domain.case import Ending, Level, Rating
from petition.domain.change import Rules
from petition.domain.refusals import NotPermitted, WrongState

Story = Callable[..., Any]
PARTS = {"facts": "再次到现场核实", "rule": "按有关规定办理", "done": "已经更换灯具", "next": "每周巡查一次"}
WHY = {"text": "道路仍然没有照明"}
BAD = {"solved": False, "satisfied": 1}


def rated(told: Any, **rating: Any) -> Any:
    return told.then(feedback.rate, "author", **{"solved": True, "satisfied": 5, **rating})


def answered_again(told: Any) -> Any:
    return (
        told.then(handling.draft_reply, "drafter", **PARTS).then(handling.approve, "approver")
        .then(handling.publish, "handler")
    )  # fmt: skip


def test_the_second_round_has_its_own_clocks_and_the_first_stays_as_it_was(story: Story) -> None:
    told = rated(story().answered())
    first, reply = told.case, told.case.reply
    told.then(reopening.reopen, "author", timedelta(days=3), **WHY)
    case = told.case
    assert (case.round, case.state, case.ending, case.reply, case.ratings) == (2, "dispatched", None, None, ())
    assert (case.department, case.handler, case.hops[-1].since) == ("jw", first.handler, told.now)
    (over,) = case.rounds
    assert (over.number, over.reply, over.ending, over.ratings) == (1, reply, Ending.ANSWERED_RATED, first.ratings)
    for name in ("overall", "first_answer", "handling"):
        old, new = [clock for clock in case.clocks if clock.name == name]
        assert old == first.clock(name)
        assert new.started_at == told.now
        assert new.running
    assert history.verify(case.no, case.history) is None
    assert [event.type for event in told.last.events] == ["petition.case_reopened.v1"]
    assert not case.history[-1].fields["text"].public


@pytest.mark.parametrize(("days", "may"), [(29, True), (31, False)])
def test_for_thirty_days_after_the_end(story: Story, days: int, may: bool) -> None:
    told = rated(story().answered())
    if may:
        assert told.then(reopening.reopen, "author", timedelta(days=days), **WHY).case.round == 2
    else:
        with pytest.raises(WrongState):
            told.then(reopening.reopen, "author", timedelta(days=days), **WHY)


def test_not_more_often_than_the_district_says(story: Story, rules: Rules) -> None:
    told = rated(story().answered())
    for number in (2, 3):
        assert told.then(reopening.reopen, "author", **WHY).case.round == number
        rated(answered_again(told))
    assert reopening.until(told.case, rules) is None
    with pytest.raises(WrongState):
        told.then(reopening.reopen, "author", **WHY)
    assert [one.number for one in told.case.rounds] == [1, 2]


def test_only_by_its_author_and_only_where_something_was_to_be_said(story: Story) -> None:
    told = rated(story().answered())
    for who in ("other_resident", "handler", "supervisor"):
        with pytest.raises(NotPermitted):
            told.then(reopening.reopen, who, **WHY)
    with pytest.raises(WrongState):
        story().at("closed_refused").then(reopening.reopen, "author", **WHY)
    with pytest.raises(WrongState):
        story().accepted().then(intake.withdraw, "author", reason="已经解决").then(reopening.reopen, "author", **WHY)


def test_what_intake_asked_is_answered_and_counts_from_then(story: Story) -> None:
    told = story().at("closed_unanswered").then(reopening.reopen, "author", text="是三号楼")
    case = told.case
    assert (case.state, case.questions[-1].answer, case.round) == ("submitted", "是三号楼", 2)
    told.then(intake.accept, "clerk", urgency="request")
    assert told.case.clock("overall").started_at == case.opened_at
    told.then(handling.dispatch, "clerk", department="jw")
    assert told.case.clock("first_answer").started_at == case.opened_at


@pytest.mark.parametrize(
    ("rating", "back"), [(BAD, True), ({"satisfied": 2}, True), ({"satisfied": 3}, False), ({"solved": False}, True)]
)
def test_a_bad_rating_brings_the_case_back_before_the_supervisors_eyes(
    story: Story, rules: Rules, rating: dict[str, Any], back: bool
) -> None:
    told = rated(story().answered(), **rating)
    assert (told.case.state == "dispatched", told.case.supervised) == (back, back)
    alarm = escalation.alarm(told.case, rules)
    if not back:
        assert alarm is None
        return
    assert alarm == escalation.Alarm(Level.REWORK, told.now)
    assert [event.type for event in told.last.events] == ["petition.case_rated.v1", "petition.case_reopened.v1"]
    assert [rating.at for rating in told.case.rounds[0].ratings] == [told.now]
    answered_again(told)
    assert escalation.alarm(told.case, rules) is None


def test_a_second_bad_rating_ends_the_case_and_its_author_may_still_ask(story: Story, rules: Rules) -> None:
    told = rated(answered_again(rated(story().answered(), **BAD)), **BAD)
    assert (told.case.state, told.case.ending, told.case.round) == ("closed", Ending.ANSWERED_RATED, 2)
    assert reopening.until(told.case, rules) is not None


def test_a_second_thought_about_a_closed_case_does_not_bring_it_back(story: Story) -> None:
    told = rated(rated(story().answered()), **BAD)
    assert (told.case.state, told.case.round, len(told.case.ratings)) == ("closed", 1, 2)


def test_each_round_may_be_extended_once_and_waits_of_the_first_do_not_move_the_second(story: Story) -> None:
    told = story().then(intake.ask, "clerk", text="请问是哪一栋楼？")
    told.then(intake.answer, "author", timedelta(days=2), text="三号楼")
    rated(told.answered()).then(reopening.reopen, "author", **WHY)
    assert told.case.clock("overall").moves == ()
    told.then(extending.ask, "handler", days=3, reason="需要等待备件")
    told.then(extending.decide, "approver", granted=True, answer="")
    assert [move.reason for move in told.case.clock("overall").moves] == ["extended"]


def test_what_happens_in_the_second_round_leaves_the_clocks_of_the_first_as_they_were(story: Story) -> None:
    told = rated(story().answered()).then(reopening.reopen, "author", **WHY)
    first = [clock for clock in told.case.clocks if clock.started_at < told.case.opened_at]
    told.then(extending.ask, "handler", days=3, reason="需要等待备件")
    told.then(extending.decide, "approver", granted=True, answer="")
    told.then(handling.draft_reply, "drafter", **PARTS).then(handling.send_back, "approver", remark="请写明时间")
    assert [clock for clock in told.case.clocks if clock.started_at < told.case.opened_at] == first
    assert (told.case.clock("handling").running, told.case.clock("overall").running) == (True, True)
    late = escalation.fall(told.case, told.now + timedelta(days=60), told.rules)
    assert {one.clock_started_at for one in late.case.cards} == {told.case.opened_at}


def test_who_leaves_takes_his_comments_along(story: Story) -> None:
    told = rated(story().answered(), **BAD, comment="我是三号楼的张先生")
    left = feedback.forget_author(told.case, told.now).case
    assert [one.comment for one in left.rounds[0].ratings] == [""]
    assert "张先生" not in left.model_dump_json()


def test_a_rating_is_bad_by_the_districts_own_measure(rules: Rules, filed: Any) -> None:
    good = Rating(solved=True, satisfied=3, comment="", at=filed)
    assert not reopening.is_bad(good, rules)
    assert reopening.is_bad(good.model_copy(update={"satisfied": 2}), rules)
