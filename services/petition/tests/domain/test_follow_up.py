"""追问: how often, until when it is answered, and what happens to the time to rate meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import feedback, follow_up
from petition.domain.change import Rules, expires_at, next_due
from petition.domain.refusals import WrongState

Story = Callable[..., Any]
ASKED = {"text": "请问具体哪一天完工？"}
ANSWERED = {"text": "十二月二十日完工。"}


def test_the_time_to_rate_stands_still_and_begins_anew(story: Story) -> None:
    told = story().answered().then(follow_up.ask, "author", **ASKED)
    assert expires_at(told.case) is None
    assert next_due(told.case).name == "follow_up"
    with pytest.raises(WrongState):
        feedback.expire(told.case, told.now + timedelta(days=60), told.rules)
    told.then(follow_up.answer, "handler", timedelta(days=1), **ANSWERED)
    assert next_due(told.case) is None
    assert expires_at(told.case) == told.now + timedelta(days=15)
    (one,) = told.case.follow_ups
    assert (one.answer, one.unit, one.answered_at) == (ANSWERED["text"], "jw", told.now)


def test_one_after_the_other_and_only_so_many(story: Story, rules: Rules) -> None:
    told = story().answered()
    for left in (1, 0):
        told.then(follow_up.ask, "author", **ASKED)
        with pytest.raises(WrongState):
            told.then(follow_up.ask, "author", **ASKED)
        told.then(follow_up.answer, "handler", **ANSWERED)
        assert follow_up.left(told.case, rules) == left
    with pytest.raises(WrongState):
        told.then(follow_up.ask, "author", **ASKED)


def test_each_round_has_its_own(story: Story, rules: Rules) -> None:
    told = story().answered()
    for _ in range(2):
        told.then(follow_up.ask, "author", **ASKED).then(follow_up.answer, "handler", **ANSWERED)
    told.then(feedback.rate, "author", solved=False, satisfied=1)
    assert follow_up.left(told.case, rules) == 2


def test_who_rates_does_not_wait_for_the_answer(story: Story) -> None:
    told = story().answered().then(follow_up.ask, "author", **ASKED)
    told.then(feedback.rate, "author", solved=True, satisfied=5)
    assert (told.case.state, told.case.follow_up_pending, next_due(told.case)) == ("closed", False, None)


def test_neither_is_public_and_both_are_told(story: Story) -> None:
    told = story().answered().then(follow_up.ask, "author", **ASKED)
    asked = told.last
    told.then(follow_up.answer, "handler", **ANSWERED)
    for change in (asked, told.last):
        public = {name for name, field in change.case.history[-1].fields.items() if field.public}
        assert public <= {"limits"}
    kinds = [event.type for change in (asked, told.last) for event in change.events]
    assert kinds == ["petition.case_follow_up_asked.v1", "petition.case_follow_up_answered.v1"]


def test_who_leaves_takes_his_question_along(story: Story) -> None:
    told = story().answered().then(follow_up.ask, "author", **ASKED)
    assert ASKED["text"] not in feedback.forget_author(told.case, told.now).case.model_dump_json()
