"""What the public does not see: withheld at the beginning, hidden later, given back on appeal."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import appeal, feedback, hiding, history, intake, redaction
from petition.domain.lifecycle import Actor
from petition.domain.masking import MASK
from petition.domain.refusals import BadValue, NotPermitted, WrongState

Tell = Callable[..., Any]
PICTURES = ("1" * 32, "2" * 32, "3" * 32)
WHY = {"reason": "accused", "text": "涉及他人，尚未核实"}
FROM_THE_HISTORY = ("搬走", "一年多")


def published(case: Any) -> str:
    return "".join(entry.model_dump_json() for entry in history.published(case.history))


def test_intake_withholds_single_pictures_for_a_reason(story: Tell) -> None:
    told = story(pictures=PICTURES)
    case = told.then(intake.accept, "clerk", urgency="request", withheld={PICTURES[1]: "face"}).case
    assert case.asked.pictures == (PICTURES[0], PICTURES[2]), "whoever reads these shows nothing else"
    assert [(one.file, one.reason, one.document) for one in case.withheld] == [(PICTURES[1], "face", False)]
    assert PICTURES[1] not in published(case)
    assert '"face"' in published(case)


def test_intake_withholds_the_pdf(story: Tell, rules: Any, filed: Any, cast: dict[str, Actor]) -> None:
    asked = story().case.asked
    case = intake.submit("CP20261118-7K3F9Q", "r_author", asked, filed, rules, document="4" * 32).case
    case = intake.accept(case, cast["clerk"], filed, rules, urgency="request", withheld={"4" * 32: "health"}).case
    assert (case.document, case.withheld[0].document, case.files) == (None, True, ())


@pytest.mark.parametrize(
    ("asked", "withheld", "field"),
    [
        ({"pictures": PICTURES}, {"9" * 32: "face"}, "withheld"),
        ({"pictures": PICTURES}, {PICTURES[0]: "because"}, "reason"),
        ({"pictures": PICTURES, "visibility": "private"}, {PICTURES[0]: "face"}, "withheld"),
    ],
    ids=["another file", "no reason", "nobody sees them anyway"],
)
def test_what_is_withheld_must_be_there_public_and_for_a_reason(
    story: Tell, asked: dict[str, Any], withheld: dict[str, str], field: str
) -> None:
    with pytest.raises(BadValue) as refused:
        story(**asked).then(intake.accept, "clerk", urgency="request", withheld=withheld)
    assert refused.value.field == field


def test_hidden_words_and_pictures_are_gone_from_the_public_and_its_history(story: Tell) -> None:
    told = story(pictures=PICTURES).accepted()
    hashes = [entry.hash for entry in told.case.history]
    change = told.then(hiding.hide, "clerk", passages=FROM_THE_HISTORY, files=PICTURES[:1], **WHY).last
    case = change.case
    assert case.shown.text == f"{MASK}{MASK}还处于闲置未动工状态。"
    assert case.asked.text.startswith("搬走一年多")
    assert case.asked.pictures == PICTURES[1:]
    assert not any(passage in published(case) for passage in (*FROM_THE_HISTORY, PICTURES[0]))
    assert history.verify(case.no, history.published(case.history)) is None
    assert [entry.hash for entry in case.history[:-1]] == hashes
    assert [event.type for event in change.events] == ["petition.case_hidden.v1"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "passages"),
        ({"passages": ("没有这句话",)}, "passages"),
        ({"passages": (MASK,)}, "passages"),
        ({"files": ("9" * 32,)}, "files"),
        ({"passages": ("搬走",), "reason": "because"}, "reason"),
    ],
)
def test_only_what_is_public_is_hidden(story: Tell, values: dict[str, Any], field: str) -> None:
    told = story(pictures=PICTURES).hidden("动工")
    with pytest.raises(BadValue) as refused:
        told.then(hiding.hide, "clerk", **{**WHY, **values})
    assert refused.value.field == field


def test_a_granted_appeal_gives_back_that_hiding_alone(story: Tell) -> None:
    told = story(pictures=PICTURES).accepted()
    told.then(hiding.hide, "clerk", passages=("搬走",), files=PICTURES[:2], **WHY)
    told.then(hiding.hide, "supervisor", passages=("一年多",), **WHY)
    told.then(hiding.appeal, "author", hiding=1, text="这些内容属实")
    change = told.then(hiding.decide, "supervisor", granted=True, answer="可以公开").last
    assert change.case.shown.text == f"搬走{MASK}还处于闲置未动工状态。"
    assert sorted(change.case.asked.pictures) == sorted(PICTURES)
    assert change.case.withheld == ()
    assert history.verify(change.case.no, history.published(change.case.history)) is None
    with pytest.raises(WrongState):
        told.then(hiding.appeal, "author", hiding=1, text="这些内容属实")


def test_an_appeal_that_is_not_granted_changes_nothing_public(story: Tell) -> None:
    told = story().at("hiding_appealed")
    before = told.case.shown
    case = told.then(hiding.decide, "supervisor", granted=False, answer="确属他人隐私").case
    assert (case.shown, case.hidings[0].appeal.granted, case.clock("hiding_decision").running) == (before, False, False)


def test_nobody_decides_on_what_he_hid_himself(story: Tell, cast: dict[str, Actor], rules: Any) -> None:
    told = story().accepted().then(hiding.hide, "supervisor", passages=("搬走",), **WHY)
    told.then(hiding.appeal, "author", hiding=1, text="这些内容属实")
    with pytest.raises(NotPermitted):
        told.then(hiding.decide, "supervisor", granted=False, answer="维持")
    another = Actor("staff", "s_another", frozenset({"supervisor"}))
    case = hiding.decide(told.case, another, told.now, rules, granted=True, answer="恢复").case
    assert case.hidings[0].appeal is not None
    assert case.hidings[0].appeal.granted


def test_an_appeal_comes_in_time_and_of_what_was_hidden(story: Tell) -> None:
    with pytest.raises(BadValue):
        story().hidden("搬走").then(hiding.appeal, "author", hiding=2, text="这些内容属实")
    with pytest.raises(WrongState):
        story().hidden("搬走").then(hiding.appeal, "author", timedelta(days=40), hiding=1, text="这些内容属实")


def test_what_the_author_had_taken_out_does_not_come_back_by_an_appeal(story: Tell) -> None:
    told = story().hidden("搬走").then(redaction.ask, "author", passages=("动工",), reason="写得不准确")
    told.then(redaction.decide, "clerk", granted=True, answer="已隐去")
    told.then(hiding.appeal, "author", hiding=1, text="这些内容属实")
    case = told.then(hiding.decide, "supervisor", granted=True, answer="可以公开").case
    assert case.shown.text == f"搬走一年多还处于闲置未{MASK}状态。"


def test_what_is_hidden_stays_so_when_the_case_is_accepted_anew(story: Tell) -> None:
    told = story().hidden("搬走").then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关")
    told.then(appeal.appeal, "author", text="这是公共事务")
    told.then(appeal.decide, "supervisor", granted=True, answer="应当受理").accepted()
    assert told.case.shown.text.startswith(f"{MASK}一年多")


def test_with_the_account_goes_what_only_its_owner_showed(story: Tell) -> None:
    told = story(pictures=PICTURES).accepted()
    told.then(hiding.hide, "clerk", passages=("搬走",), files=PICTURES[:1], **WHY)
    told.then(hiding.appeal, "author", hiding=1, text="这些内容属实")
    case = feedback.forget_author(told.case, told.now).case
    assert not any(words in case.model_dump_json() for words in ("搬走", "内容属实"))
    assert case.withheld == ()
