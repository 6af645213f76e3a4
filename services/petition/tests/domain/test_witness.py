"""The history alone says what the fields of a case say, for every life of a case."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from petition.domain import (
    appeal,
    escalation,
    extending,
    feedback,
    figures,
    handling,
    intake,
    merging,
    objection,
    reopening,
    witness,
)
from petition.domain.case import Case, Ending

from .conftest import PARTS

DAYS = timedelta(days=1)


def row_of(story: Any, case: Case | None = None) -> figures.Facts:
    definitions = story.rules.directory.figures.versions[0]
    return figures.facts_of(case or story.case, definitions, story.now, story.rules)


def apart(story: Any, case: Case | None = None) -> dict[str, Any]:
    """What the fields of the case say otherwise than its history."""
    case, definitions = case or story.case, story.rules.directory.figures.versions[0]
    return witness.contradictions(row_of(story, case), case.history, definitions, story.now, story.rules)


def with_clock(case: Case, name: str, **values: Any) -> Case:
    """The case with other values in its clock of this name."""
    clocks = tuple(one.model_copy(update=values) if one.name == name else one for one in case.clocks)
    return case.model_copy(update={"clocks": clocks})


def merged(story: Callable[..., Any]) -> Any:
    target = story().accepted().case.model_copy(update={"no": "CP20261118-AAAAAA"})
    return story().accepted().then(merging.merge, "clerk", target=target)


def ruled(story: Callable[..., Any], department: str) -> Any:
    return story().objected().then(objection.rule, "supervisor", department=department, answer="请办理。")


def refused(story: Callable[..., Any]) -> Any:
    told = story().then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关。")
    return told.then(appeal.appeal, "author", text="与公共事务有关。")


LIVES: dict[str, Callable[[Callable[..., Any]], Any]] = {
    "submitted": lambda story: story(),
    "rated": lambda story: story().answered().then(feedback.rate, "author", solved=True, satisfied=3),
    "rated twice": lambda story: story().answered().then(feedback.rate, "author", solved=True, satisfied=5)
    .then(feedback.rate, "author", solved=True, satisfied=4),
    "reworked": lambda story: story().answered().then(feedback.rate, "author", solved=False, satisfied=1),
    "reopened": lambda story: story().at("closed_unanswered").then(reopening.reopen, "author", text="是三号楼"),
    "returned": lambda story: story().returned(),
    "ruled to stay": lambda story: ruled(story, "jw"),
    "ruled elsewhere": lambda story: ruled(story, "zjw"),
    "refused": refused,
    "appeal granted": lambda story: refused(story).then(appeal.decide, "supervisor", granted=True, answer="请受理。"),
    "appeal rejected": lambda story: refused(story).then(appeal.decide, "supervisor", granted=False, answer="不受理。"),
    "asked": lambda story: story().at("questioned"),
    "asked and answered": lambda story: story().at("questioned").then(intake.answer, "author", 2 * DAYS, text="三号楼"),
    "refused after a question, taken up again": lambda story: story().at("questioned")
    .then(intake.answer, "author", 2 * DAYS, text="三号楼").accepted()
    .then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关。")
    .then(appeal.appeal, "author", text="与公共事务有关。")
    .then(appeal.decide, "supervisor", granted=True, answer="请受理。")
    .then(intake.ask, "clerk", text="请问是哪一层？").then(intake.answer, "author", 2 * DAYS, text="五层").accepted(),
    "answered in the second round": lambda story: story().at("reworked").then(handling.draft_reply, "drafter", **PARTS)
    .then(handling.approve, "approver").then(handling.publish, "handler", 30 * DAYS),
    "asked again in the second round": lambda story: story().at("closed_unanswered")
    .then(reopening.reopen, "author", text="是三号楼").then(intake.ask, "clerk", text="请问是哪一层？"),
    "withdrawn": lambda story: story().accepted().then(intake.withdraw, "author", reason="已经解决"),
    "merged": merged,
    "unmerged": lambda story: merged(story).then(merging.unmerge, "author"),
}  # fmt: skip


@pytest.mark.parametrize("life", LIVES)
def test_the_history_says_what_the_fields_say(story: Callable[..., Any], life: str) -> None:
    told = LIVES[life](story)
    for later in (0, 1, 30):
        told.now += later * DAYS
        assert apart(told) == {}


def test_cards_are_counted_by_their_entries(story: Callable[..., Any]) -> None:
    told = story().dispatched()
    fallen = escalation.fall(told.case, told.now + 40 * DAYS, told.rules)
    assert fallen is not None
    row = row_of(told, fallen.case)
    assert row.yellow_cards and row.red_cards
    assert apart(told, fallen.case) == {}
    lost = fallen.case.model_copy(update={"escalations": ()})
    assert apart(told, lost) == {
        "yellow_cards": row.yellow_cards, "red_cards": row.red_cards,
    }  # fmt: skip


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("who", ["handler", "co_handler"])
def test_a_first_answer_is_what_the_department_in_charge_tells_everybody(
    story: Callable[..., Any], who: str, *, public: bool
) -> None:
    told = story().at("dispatched").then(handling.add_note, who, text="已联系施工方。", public=public)
    assert (row_of(told).first_answer is not None) is (public and who == "handler")
    assert apart(told) == {}


def test_a_first_answer_that_came_at_another_time_is_told(story: Callable[..., Any]) -> None:
    told = story().answered()
    row = row_of(told)
    wrong = with_clock(told.case, "first_answer", stopped_at=told.now + 3 * DAYS)
    assert apart(told, wrong) == {
        "first_answer": row.first_answer, "response": True, "response_original": True, "replied_in_hours": True,
    }  # fmt: skip


OVERALL: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "stopped later": ({"stopped_at": datetime(2027, 3, 1, tzinfo=UTC)}, {"on_time": True, "on_time_original": True}),
    "due earlier": ({"due": datetime(2026, 11, 18, tzinfo=UTC)}, {"on_time": True}),
    "due earlier at first": ({"original_due": datetime(2026, 11, 18, tzinfo=UTC)}, {"on_time_original": True}),
}


@pytest.mark.parametrize("wrong", OVERALL)
def test_whether_the_limit_was_kept_follows_from_the_history(story: Callable[..., Any], wrong: str) -> None:
    told = story().answered()
    values, says = OVERALL[wrong]
    assert apart(told, with_clock(told.case, "overall", **values)) == says


def test_a_limit_that_was_missed_cannot_be_moved_behind_it(story: Callable[..., Any]) -> None:
    told = story().dispatched()
    told.now += 20 * DAYS
    assert apart(told, with_clock(told.case, "overall", due=told.now + DAYS)) == {"on_time": False}
    told.then(handling.draft_reply, "drafter", **PARTS).then(handling.approve, "approver")
    told.then(handling.publish, "handler")
    assert (row_of(told).on_time, apart(told)) == (False, {})
    assert apart(told, with_clock(told.case, "overall", due=told.now + DAYS)) == {"on_time": False}


def test_what_was_asked_and_granted_moves_the_limit_and_nothing_else(story: Callable[..., Any]) -> None:
    told = story().at("questioned").then(intake.answer, "author", 2 * DAYS, text="三号楼").dispatched()
    told.then(extending.ask, "drafter", days=3, reason="需要等待施工方案批复")
    told.then(extending.decide, "approver", granted=True, answer="")
    told.now = told.case.clock("overall").due - DAYS / 24
    told.then(handling.draft_reply, "drafter", DAYS / 100, **PARTS).then(handling.approve, "approver", DAYS / 100)
    told.then(handling.publish, "handler", DAYS / 100)
    row = row_of(told)
    assert (row.on_time, row.on_time_original, apart(told)) == (True, False, {})


def test_of_a_case_of_before_limits_were_written_down_nothing_is_said_of_them(story: Callable[..., Any]) -> None:
    told = story().answered()
    bare = tuple(
        one.model_copy(update={"fields": {name: field for name, field in one.fields.items() if name != "limits"}})
        for one in told.case.history
    )
    wrong = with_clock(told.case, "overall", due=told.case.filed_at).model_copy(update={"history": bare})
    assert apart(told, wrong) == {}


WRONG: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ending": ({"ending": Ending.WITHDRAWN}, {"ending": "answered_rated"}),
    "rating": ({"ratings": ()}, {"solved": True, "marks": 4}),
    "round": ({"round": 2}, {"reopened": False}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_field_is_told(story: Callable[..., Any], wrong: str) -> None:
    told = story().answered().then(feedback.rate, "author", solved=True, satisfied=4)
    update, says = WRONG[wrong]
    assert apart(told, told.case.model_copy(update=update)) == says


def test_a_lost_return_and_a_wrong_department_are_told(story: Callable[..., Any]) -> None:
    told = story().returned()
    hops = tuple(hop.model_copy(update={"basis": None}) for hop in told.case.hops)
    wrong = told.case.model_copy(update={"hops": hops, "department": "swj"})
    assert apart(told, wrong) == {
        "returns": 1, "department": row_of(told).department,
    }  # fmt: skip
