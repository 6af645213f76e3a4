"""The history alone says what the fields of a case say, for every life of a case."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import (
    appeal,
    escalation,
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

DAYS = timedelta(days=1)


def row_of(story: Any, case: Case | None = None) -> figures.Facts:
    definitions = story.rules.directory.figures.versions[0]
    return figures.facts_of(case or story.case, definitions, story.now, story.rules)


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
    "withdrawn": lambda story: story().accepted().then(intake.withdraw, "author", reason="已经解决"),
    "merged": merged,
    "unmerged": lambda story: merged(story).then(merging.unmerge, "author"),
}  # fmt: skip


@pytest.mark.parametrize("life", LIVES)
def test_the_history_says_what_the_fields_say(story: Callable[..., Any], life: str) -> None:
    told = LIVES[life](story)
    assert witness.contradictions(row_of(told), told.case.history) == {}


def test_cards_are_counted_by_their_entries(story: Callable[..., Any]) -> None:
    told = story().dispatched()
    fallen = escalation.fall(told.case, told.now + 40 * DAYS, told.rules)
    assert fallen is not None
    row = row_of(told, fallen.case)
    assert row.yellow_cards and row.red_cards
    assert witness.contradictions(row, fallen.case.history) == {}
    lost = fallen.case.model_copy(update={"escalations": ()})
    assert witness.contradictions(row_of(told, lost), lost.history) == {
        "yellow_cards": row.yellow_cards, "red_cards": row.red_cards,
    }  # fmt: skip


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("who", ["handler", "co_handler"])
def test_a_first_answer_is_what_the_department_in_charge_tells_everybody(
    story: Callable[..., Any], who: str, *, public: bool
) -> None:
    told = story().at("dispatched").then(handling.add_note, who, text="已联系施工方。", public=public)
    row = row_of(told)
    assert (row.first_answer is not None) is (public and who == "handler")
    assert witness.contradictions(row, told.case.history) == {}


def test_a_first_answer_that_came_at_another_time_is_told(story: Callable[..., Any]) -> None:
    told = story().answered()
    row = row_of(told)
    late = tuple(
        clock.stopped(told.now + DAYS) if clock.name == "first_answer" else clock
        for clock in (one.model_copy(update={"stopped_at": None}) for one in told.case.clocks)
    )
    wrong = told.case.model_copy(update={"clocks": late})
    assert witness.contradictions(row_of(told, wrong), wrong.history) == {"first_answer": row.first_answer}


WRONG: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "ending": ({"ending": Ending.WITHDRAWN}, {"ending": "answered_rated"}),
    "rating": ({"ratings": ()}, {"solved": True, "marks": 4}),
    "round": ({"round": 2}, {"reopened": False}),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_field_is_told(story: Callable[..., Any], wrong: str) -> None:
    told = story().answered().then(feedback.rate, "author", solved=True, satisfied=4)
    update, says = WRONG[wrong]
    assert witness.contradictions(row_of(told, told.case.model_copy(update=update)), told.case.history) == says


def test_a_lost_return_and_a_wrong_department_are_told(story: Callable[..., Any]) -> None:
    told = story().returned()
    hops = tuple(hop.model_copy(update={"basis": None}) for hop in told.case.hops)
    wrong = told.case.model_copy(update={"hops": hops, "department": "swj"})
    assert witness.contradictions(row_of(told, wrong), wrong.history) == {
        "returns": 1, "department": row_of(told).department,
    }  # fmt: skip
