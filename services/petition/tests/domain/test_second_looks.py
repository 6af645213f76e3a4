"""What may be taken back or looked at again: redaction, appeal, merging."""

from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import appeal, history, intake, merging, redaction
from petition.domain.case import Case
from petition.domain.lifecycle import allowed
from petition.domain.masking import MASK
from petition.domain.refusals import BadValue, WrongState
from petition.store.documents import document_of

TEXT = "李四家的老人摔倒了，请尽快修路。"


def other(story: Any, **asked: Any) -> Case:
    case: Case = story(**asked).accepted().case
    return case.model_copy(update={"no": "CP20261118-000000", "author": "r_other"})


def test_a_redaction_takes_the_words_out_everywhere_and_the_chain_stays_whole(story: Any) -> None:
    told = story(text=TEXT).accepted()
    told.then(redaction.ask, "author", passages=("李四",), reason="不愿公开姓名")
    before = told.case
    told.then(redaction.decide, "clerk", granted=True, answer="已隐去")
    case = told.case
    assert case.shown.text == f"{MASK}家的老人摔倒了，请尽快修路。"
    assert case.asked.text == TEXT
    assert history.verify(case.no, case.history) is None
    assert [entry.hash for entry in case.history[:-1]] == [entry.hash for entry in before.history]
    assert "李四" not in str(history.published(case.history))
    assert [entry.kind for entry in case.history] == ["submit", "accept", "ask_redaction", "decide_redaction"]


def test_what_was_taken_out_stays_so_when_the_case_is_accepted_anew(story: Any) -> None:
    told = story(text=TEXT).accepted()
    told.then(redaction.ask, "author", passages=("李四",), reason="不愿公开姓名")
    told.then(redaction.decide, "clerk", granted=True, answer="已隐去")
    told.then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关")
    told.then(appeal.appeal, "author", text="这是公共事务")
    case = told.then(appeal.decide, "supervisor", granted=True, answer="应当受理").accepted().case
    assert case.shown.text == f"{MASK}家的老人摔倒了，请尽快修路。"
    assert "李四" not in str(history.published(case.history))


def test_a_refused_redaction_changes_no_words_and_may_be_asked_again(story: Any, cast: Any) -> None:
    told = story(text=TEXT).accepted()
    told.then(redaction.ask, "author", passages=("李四",), reason="不愿公开姓名")
    assert "ask_redaction" not in allowed(told.case, cast["author"])
    told.then(redaction.decide, "clerk", granted=False, answer="不涉及隐私")
    assert told.case.shown.text == TEXT
    assert "ask_redaction" in allowed(told.case, cast["author"])
    with pytest.raises(BadValue):
        told.then(redaction.ask, "author", passages=("王五",), reason="不愿公开")


def test_a_request_waits_at_the_desk_until_it_is_decided(story: Any) -> None:
    told = story(text=TEXT).answered()
    told.then(redaction.ask, "author", passages=("李四",), reason="不愿公开姓名")
    assert document_of(told.case, told.rules)["by_requests"] == ["redaction"]
    told.then(redaction.decide, "clerk", granted=True, answer="已隐去")
    assert "by_requests" not in document_of(told.case, told.rules)


def test_an_appeal_is_made_once_and_in_time(story: Any, cast: Any) -> None:
    told = story().at("closed_refused")
    with pytest.raises(WrongState):
        story().at("closed_refused").then(appeal.appeal, "author", timedelta(days=40), text="这是公共事务")
    told.then(appeal.appeal, "author", text="这是公共事务")
    told.then(appeal.decide, "supervisor", granted=False, answer="维持")
    assert (told.case.state, told.case.ending) == ("closed", "refused")
    assert "appeal" not in allowed(told.case, cast["author"])


def test_a_granted_appeal_goes_back_to_intake_which_cannot_refuse_again(story: Any, rules: Any) -> None:
    told = story().at("closed_refused")
    filed = told.case.filed_at
    told.then(appeal.appeal, "author", text="这是公共事务").then(
        appeal.decide, "supervisor", granted=True, answer="应受理"
    )
    assert (told.case.state, told.case.ending, told.case.verdict) == ("submitted", None, None)
    assert told.case.clock("intake").running
    with pytest.raises(WrongState):
        told.then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关")
    told.then(intake.accept, "clerk", urgency="request")
    assert told.case.clock("overall").started_at == filed
    assert history.verify(told.case.no, told.case.history) is None


def test_a_merged_case_goes_on_against_the_same_due_times(story: Any) -> None:
    told = story().accepted()
    due = {clock.name: clock.due for clock in told.case.clocks}
    told.then(merging.merge, "clerk", target=other(story))
    assert (told.case.ending, told.case.merged_into) == ("merged", "CP20261118-000000")
    told.then(merging.unmerge, "author", timedelta(days=2))
    case = told.case
    assert (case.state, case.ending, case.merged_into) == ("accepted", None, None)
    for name in ("overall", "handling", "first_answer"):
        assert case.clock(name).running
        assert case.clock(name).due == due[name]
    assert case.clock("dispatch").started_at == told.now


def test_after_its_limit_only_a_clerk_takes_a_case_out(story: Any) -> None:
    told = story().then(merging.merge, "clerk", target=other(story))
    with pytest.raises(WrongState):
        told.then(merging.unmerge, "author", timedelta(days=8))
    assert told.then(merging.unmerge, "clerk", timedelta(days=9)).case.state == "submitted"


def test_a_case_is_merged_only_into_another_that_is_open_and_public(story: Any, cast: Any) -> None:
    told = story().accepted()
    hidden = other(story, visibility="private")
    closed = story().at("closed_rated").case.model_copy(update={"no": "CP20261118-000001"})
    for target in (None, told.case, hidden, closed):
        with pytest.raises(BadValue):
            told.then(merging.merge, "clerk", target=target)
    for count, goes in ((merging.MOST_MOVED, True), (merging.MOST_MOVED + 1, False)):
        joined = told.case.model_copy(update={"joined": told.case.joined.model_copy(update={"count": count})})
        with nullcontext() if goes else pytest.raises(WrongState):
            merging.merge(joined, cast["clerk"], told.now, told.rules, target=other(story))
