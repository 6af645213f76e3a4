"""Investigations: who may do what, how far one has come, what is asked once and what comes back in any order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from news.domain import investigation
from news.domain.investigation import Investigation, Matter, RecordKind
from news.domain.lifecycle import Actor
from news.domain.refusals import BadValue, NotPermitted, Refused

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
CASE = "CP20261118-7K3F9Q"
EDITOR, LEAD, MEMBER, STRANGER = (
    Actor(f"s_{name}", frozenset({role}))
    for name, role in (("editor", "editor"), ("lead", "reporter"), ("member", "reporter"), ("other", "reporter"))
)
MATTER = Matter(title="路灯为何不亮", question="谁来管", lead="s_lead", members=("s_member",), cases=(CASE,))
VISIT = {"kind": RecordKind.VISIT, "at": NOW, "whom": "", "place": "村东路", "text": "十四盏灯不亮"}
ASKED = {"case": CASE, "text": "何时修好？", "workdays": 3, "public": {CASE}}
LATER = NOW + timedelta(minutes=5)
TOLD = {"due": NOW + timedelta(days=3), "unit": "区城管委", "answer": None, "answered_at": None}
ANSWERED = {**TOLD, "answer": "本周修好。", "answered_at": LATER}


@pytest.fixture
def begun() -> Investigation:
    return investigation.begin("CPI20261120-ABC123", MATTER, EDITOR, NOW)


def test_editors_manage_and_those_who_look_into_it_write_down(begun: Investigation) -> None:
    with pytest.raises(NotPermitted):
        investigation.begin("x", MATTER, LEAD, NOW)
    assert [investigation.sees(begun, who) for who in (EDITOR, LEAD, MEMBER, STRANGER)] == [True, True, True, False]
    assert investigation.may(begun, LEAD) == ["note"] and investigation.may(begun, STRANGER) == []
    assert investigation.may(begun, EDITOR) == ["note", "revise", "ask", "report", "close"]
    for step, values in (
        (investigation.revise, {"matter": MATTER}),
        (investigation.ask, ASKED),
        (investigation.report, {"article": "a", "published": True}),
        (investigation.close, {"text": "查清"}),
    ):
        with pytest.raises(NotPermitted):
            step(begun, LEAD, NOW, **values)
    assert investigation.note(begun, MEMBER, NOW, record=VISIT).records[0].by == "s_member"


def test_it_is_answered_when_all_is_published_then_and_closed_for_good(begun: Investigation) -> None:
    two = investigation.ask(investigation.ask(begun, EDITOR, NOW, **ASKED), EDITOR, NOW, **ASKED)
    states = [begun.state, two.state]
    for number in (1, 2):
        two = investigation.hear(two, number, asked=NOW, **ANSWERED)
        states.append(two.state)
    out = investigation.report(two, EDITOR, NOW, article="CPN20261120-ABC123", published=True)
    done = investigation.close(out, EDITOR, NOW, text="路灯已亮")
    assert [*states, out.state, done.state] == ["open", "open", "open", "answered", "published", "closed"]
    assert investigation.may(done, EDITOR) == []
    with pytest.raises(Refused):
        investigation.note(done, LEAD, NOW, record=VISIT)


def test_petition_is_asked_until_it_has_said_how_a_question_stands(begun: Investigation) -> None:
    asked = investigation.ask(begun, EDITOR, NOW, **ASKED)
    assert asked.pending == NOW
    known = investigation.hear(asked, 1, asked=NOW, **TOLD)
    assert (known.pending, known.state, known.version) == (None, "open", asked.version)
    stirred = investigation.stir(known, 1, LATER)
    assert investigation.hear(stirred, 1, asked=NOW, **TOLD).pending == LATER, "something was heard meanwhile"
    answered = investigation.hear(stirred, 1, asked=LATER, **ANSWERED)
    assert (answered.pending, answered.state, answered.questions[0].answer) == (None, "answered", "本周修好。")
    lost = investigation.lose(asked, 1)
    assert lost.questions[0].gone and lost.pending is None


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        (investigation.ask, {**ASKED, "case": "CP20261119-000000"}, "case"),
        (investigation.ask, {**ASKED, "public": set()}, "case"),
        (investigation.note, {"record": {**VISIT, "place": ""}}, "place"),
        (investigation.note, {"record": {**VISIT, "at": NOW + timedelta(hours=1)}}, "at"),
        (investigation.report, {"article": "CPN20261120-ABC123", "published": False}, "article"),
    ],
)
def test_what_does_not_do_is_refused_at_its_field(
    begun: Investigation, step: Any, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadValue) as wrong:
        step(begun, EDITOR, NOW, **values)
    assert wrong.value.field == field
