"""更正: two people, in the open, with what the reply said before."""

from collections.abc import Callable
from typing import Any

import pytest

from petition.domain import correcting, feedback, history
from petition.domain.case import Said
from petition.domain.change import next_due
from petition.domain.refusals import BadValue, NotPermitted, WrongState

Story = Callable[..., Any]
OLD = Said(facts="已到现场核实", rule="按有关规定办理", done="已经安排施工", next="下月公布进度")
NEW = OLD.model_copy(update={"next": "明年一月公布进度"})
WHY = {"reason": "进度安排有变化"}


def test_what_changed_is_public_with_its_reason_and_what_was_said_before_stays(story: Story) -> None:
    told = story().answered().then(correcting.propose, "handler", said=NEW, **WHY)
    assert told.case.reply.said == OLD
    assert next_due(told.case).name == "approval"
    assert not any(field.public for field in told.case.history[-1].fields.values())
    told.then(correcting.decide, "approver", granted=True, answer="")
    assert told.case.reply.said == NEW
    (one,) = told.case.reply.corrections
    assert (one.at, one.reason, one.before) == (told.now, WHY["reason"], OLD)
    shown = {name: field.value for name, field in told.case.history[-1].fields.items() if field.public}
    assert shown == {"granted": True, **WHY, "next": NEW.next}
    assert (told.case.correction, next_due(told.case)) == (None, None)
    assert [event.type for event in told.last.events] == ["petition.case_reply_corrected.v1"]
    assert history.verify(told.case.no, told.case.history) is None


def test_one_that_is_not_approved_changes_nothing_and_another_may_follow(story: Story) -> None:
    told = story().at("closed_rated").then(correcting.propose, "handler", said=NEW, **WHY)
    told.then(correcting.decide, "approver", granted=False, answer="原文无误")
    assert (told.case.reply.said, told.case.reply.corrections) == (OLD, ())
    assert not any(field.public for field in told.case.history[-1].fields.values())
    told.then(correcting.propose, "handler", said=NEW, **WHY)


def test_nobody_approves_his_own_and_there_is_one_at_a_time(story: Story) -> None:
    told = story().answered().then(correcting.propose, "drafter", said=NEW, **WHY)
    with pytest.raises(NotPermitted):
        told.then(correcting.decide, "drafter", granted=True, answer="")
    with pytest.raises(WrongState):
        told.then(correcting.propose, "handler", said=NEW, **WHY)


def test_a_correction_changes_something(story: Story) -> None:
    with pytest.raises(BadValue):
        story().answered().then(correcting.propose, "handler", said=OLD, **WHY)


def test_a_correction_has_nothing_left_to_fill_in(story: Story) -> None:
    with pytest.raises(BadValue) as caught:
        left = NEW.model_copy(update={"done": "已于【待填：日期】完成"})
        story().answered().then(correcting.propose, "handler", said=left, **WHY)
    assert caught.value.field == "done"


def test_another_round_begins_without_it(story: Story) -> None:
    told = story().answered().then(correcting.propose, "handler", said=NEW, **WHY)
    told.then(feedback.rate, "author", solved=False, satisfied=1)
    assert (told.case.correction, told.case.rounds[0].reply.said) == (None, OLD)
