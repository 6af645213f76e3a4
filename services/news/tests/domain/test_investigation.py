"""Investigations: who may do what, how far one has come, what is asked once and what comes back in any order."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from news.domain import investigation
from news.domain.investigation import Investigation, Matter, RecordKind, RecordPicture
from news.domain.lifecycle import Actor
from news.domain.refusals import BadValue, NotPermitted, Refused

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
CASE = "CP20261118-7K3F9Q"
EDITOR, LEAD, MEMBER, STRANGER = (
    Actor(f"s_{name}", frozenset({role}))
    for name, role in (("editor", "editor"), ("lead", "reporter"), ("member", "reporter"), ("other", "reporter"))
)
DUTY = Actor("s_duty", frozenset({"duty_editor"}))
MATTER = Matter(title="路灯为何不亮", question="谁来管", lead="s_lead", members=("s_member",), cases=(CASE,))
VISIT = {"kind": RecordKind.VISIT, "at": NOW, "whom": "", "place": "村东路", "text": "十四盏灯不亮"}
PICTURE = RecordPicture(id="a" * 32, width=4, height=3)
ASKED = {"case": CASE, "text": "何时修好？", "workdays": 3, "public": {CASE}}
LATER = NOW + timedelta(minutes=5)
TOLD = {"due": NOW + timedelta(days=3), "unit": "区城管委", "answer": None, "answered_at": None}
ANSWERED = {**TOLD, "answer": "本周修好。", "answered_at": LATER}


@pytest.fixture
def begun() -> Investigation:
    return investigation.begin("CPI20261120-ABC123", MATTER, EDITOR, NOW, in_newsroom=MATTER.assigned)


def test_editors_manage_and_those_who_look_into_it_write_down(begun: Investigation) -> None:
    with pytest.raises(NotPermitted):
        investigation.begin("x", MATTER, LEAD, NOW, in_newsroom=MATTER.assigned)
    assert [investigation.sees(begun, who) for who in (EDITOR, LEAD, MEMBER, STRANGER)] == [True, True, True, False]
    assert investigation.may(begun, LEAD) == ["note", "read_tip"] and investigation.may(begun, STRANGER) == []
    assert investigation.may(begun, EDITOR) == ["note", "read_tip", "revise", "ask", "report", "close"]
    for step, values in (
        (investigation.revise, {"matter": MATTER, "in_newsroom": ()}),
        (investigation.ask, ASKED),
        (investigation.report, {"article": "a", "published": True}),
        (investigation.close, {"text": "查清"}),
    ):
        with pytest.raises(NotPermitted):
            step(begun, LEAD, NOW, **values)
    assert investigation.note(begun, MEMBER, NOW, record=VISIT).records[0].by == "s_member"


def test_only_a_visit_has_pictures(begun: Investigation) -> None:
    pictures = (PICTURE,)
    visited = investigation.note(begun, LEAD, NOW, record={**VISIT, "pictures": pictures})
    assert visited.records[0].pictures == pictures
    with pytest.raises(BadValue) as wrong:
        investigation.note(begun, LEAD, NOW, record={**VISIT, "kind": RecordKind.INTERVIEW, "pictures": pictures})
    assert wrong.value.field == "pictures"


def test_its_author_corrects_a_record_and_what_it_said_stays(begun: Investigation) -> None:
    noted = investigation.note(begun, LEAD, NOW, record=VISIT)
    words = {name: VISIT[name] for name in ("at", "whom", "place", "text")}
    corrected = noted
    for lamps in ("十五盏灯不亮", "十六盏灯不亮"):
        corrected = investigation.correct(corrected, LEAD, LATER, number=1, words={**words, "text": lamps})
    (record,) = corrected.records
    assert (record.text, record.by, record.noted_at) == ("十六盏灯不亮", LEAD.id, NOW)
    assert [(one.text, one.until) for one in record.earlier] == [
        ("十四盏灯不亮", LATER),
        ("十五盏灯不亮", LATER),
    ]
    for who in (MEMBER, EDITOR):
        with pytest.raises(NotPermitted):
            investigation.correct(noted, who, LATER, number=1, words=words)
    wrong = (
        (BadValue, 2, {"text": "十五盏"}), (BadValue, 1, {}), (BadValue, 1, {"place": ""}),
        (BadValue, 1, {"at": LATER + timedelta(hours=1)}),
    )  # fmt: skip
    for refusal, number, changed in wrong:
        with pytest.raises(refusal):
            investigation.correct(noted, LEAD, LATER, number=number, words={**words, **changed})
    with pytest.raises(Refused):
        investigation.correct(
            investigation.close(noted, EDITOR, LATER, text="路灯已亮"), LEAD, LATER, number=1, words=words
        )


def test_records_are_not_corrected_without_end(begun: Investigation) -> None:
    found = investigation.note(begun, LEAD, NOW, record=VISIT)
    words = {name: VISIT[name] for name in ("at", "whom", "place", "text")}
    for at in range(investigation.MOST_CORRECTIONS):
        found = investigation.correct(found, LEAD, LATER, number=1, words={**words, "text": f"{at}盏灯不亮"})
    with pytest.raises(Refused):
        investigation.correct(found, LEAD, LATER, number=1, words=words)


def test_what_records_say_is_erased_some_time_after_the_end(begun: Investigation) -> None:
    noted = investigation.note(begun, LEAD, NOW, record={**VISIT, "pictures": [PICTURE]})
    assert investigation.records_until(noted, days=30) is None
    closed = investigation.close(noted, EDITOR, LATER, text="路灯已亮")
    assert investigation.records_until(closed, days=30) == LATER + timedelta(days=30)
    over = investigation.erase_records(closed)
    (record,) = over.records
    assert (record.text, record.place, record.pictures, record.erased) == ("", "", (), True)
    assert (record.kind, record.by, record.at, over.closing) == (RecordKind.VISIT, LEAD.id, NOW, "路灯已亮")
    assert investigation.records_until(over, days=30) is None
    again = investigation.reopen(over, DUTY, LATER, reason="又不亮了")
    with pytest.raises(Refused):
        words = {name: VISIT[name] for name in ("at", "whom", "place", "text")}
        investigation.correct(again, LEAD, LATER, number=1, words=words)


def test_what_is_added_is_there_once_and_up_to_a_limit(begun: Investigation) -> None:
    more = investigation.add(begun, EDITOR, NOW, cases=[CASE, "CP20261119-000000"], tips=["CPT20261119-000000"] * 2)
    assert more.matter.cases == (CASE, "CP20261119-000000") and more.matter.tips == ("CPT20261119-000000",)
    assert (more.matter.title, more.version) == (MATTER.title, 2)
    with pytest.raises(NotPermitted):
        investigation.add(begun, LEAD, NOW, cases=[], tips=[])
    with pytest.raises(Refused):
        investigation.add(begun, EDITOR, NOW, cases=[str(n) for n in range(investigation.MOST_LINKED)], tips=[])
    with pytest.raises(Refused):
        investigation.add(investigation.close(begun, EDITOR, NOW, text="查清"), EDITOR, NOW, cases=[], tips=[])


def test_it_is_answered_when_all_is_published_then_and_closed(begun: Investigation) -> None:
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


def test_a_report_that_nobody_reads_counts_no_more_and_one_that_was_wrong_is_taken_off(begun: Investigation) -> None:
    found = begun
    for article in ("CPN20261120-ABC123", "CPN20261121-ABC123"):
        found = investigation.report(found, EDITOR, NOW, article=article, published=True)
    one = investigation.lose_report(found, "CPN20261120-ABC123")
    assert (one.state, one.version, one.heard) == ("published", found.version, found.heard + 1)
    assert investigation.lose_report(one, "CPN20261120-ABC123") == one == investigation.lose_report(one, "CPN-other")
    none = investigation.detach(one, EDITOR, LATER, article="CPN20261121-ABC123", reason="编号填错")
    assert (none.state, none.reports) == ("open", ("CPN20261120-ABC123",))
    assert [(taken.article, taken.by, taken.at, taken.reason) for taken in none.detached] == [
        ("CPN20261121-ABC123", "s_editor", LATER, "编号填错")
    ]
    again = investigation.detach(none, EDITOR, LATER, article="CPN20261120-ABC123", reason="已撤回")
    assert (again.reports, again.withdrawn) == ((), ())
    with pytest.raises(NotPermitted):
        investigation.detach(found, LEAD, NOW, article="CPN20261120-ABC123", reason="编号填错")
    with pytest.raises(Refused):
        closed = investigation.close(found, EDITOR, NOW, text="查清")
        investigation.detach(closed, EDITOR, NOW, article="CPN20261120-ABC123", reason="编号填错")


def test_its_lead_or_a_duty_editor_opens_it_again_and_each_end_stays_to_be_read(begun: Investigation) -> None:
    with pytest.raises(Refused, match="没有结束"):
        investigation.reopen(begun, LEAD, NOW, reason="又有居民反映")
    found = begun
    for who in (LEAD, DUTY):
        found = investigation.close(found, EDITOR, NOW, text=f"查清，{who.id}")
        assert investigation.may(found, who) == ["reopen"]
        for other in (EDITOR, MEMBER, STRANGER):
            assert investigation.may(found, other) == []
            with pytest.raises(NotPermitted):
                investigation.reopen(found, other, LATER, reason="又有居民反映")
        found = investigation.reopen(found, who, LATER, reason="又有居民反映")
        assert (found.state, found.closed_at, found.closing) == ("open", None, "")
    assert [(one.closing, one.by) for one in found.reopenings] == [
        ("查清，s_lead", "s_lead"),
        ("查清，s_duty", "s_duty"),
    ]
    assert found.reopenings[0].closed_at == NOW and found.version == 5
    gone = Actor(LEAD.id, frozenset({"clerk"}))
    with pytest.raises(NotPermitted):
        investigation.reopen(investigation.close(begun, EDITOR, NOW, text="查清"), gone, LATER, reason="已调离编辑部")


def test_it_is_not_opened_again_without_end(begun: Investigation) -> None:
    found = begun
    for _ in range(investigation.MOST_REOPENINGS):
        found = investigation.reopen(investigation.close(found, EDITOR, NOW, text="查清"), LEAD, NOW, reason="又有反映")
    with pytest.raises(Refused, match="上限"):
        investigation.reopen(investigation.close(found, EDITOR, NOW, text="查清"), LEAD, NOW, reason="又有反映")


def test_who_is_assigned_anew_works_in_the_newsroom(begun: Investigation) -> None:
    for staffed, field in ((("s_member",), "lead"), (("s_lead",), "members")):
        with pytest.raises(BadValue) as wrong:
            investigation.begin("x", MATTER, EDITOR, NOW, in_newsroom=staffed)
        assert wrong.value.field == field
    longer = MATTER.model_copy(update={"members": ("s_member", "s_other")})
    assert investigation.joining(begun, longer) == ("s_other",)
    with pytest.raises(BadValue):
        investigation.revise(begun, EDITOR, NOW, matter=longer, in_newsroom=())
    assert investigation.revise(begun, EDITOR, NOW, matter=longer, in_newsroom=("s_other",)).matter == longer


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


def test_it_waits_for_the_answer_that_is_due_first_until_it_is_closed(begun: Investigation) -> None:
    asked = investigation.ask(investigation.ask(begun, EDITOR, NOW, **ASKED), EDITOR, NOW, **ASKED)
    assert asked.due is None, "petition has not said by when"
    for number, days in ((1, 3), (2, 2)):
        asked = investigation.hear(asked, number, asked=NOW, due=NOW + timedelta(days=days))
    assert asked.due == NOW + timedelta(days=2)
    answered = investigation.hear(asked, 2, asked=NOW, answer="本周修好。", answered_at=NOW)
    assert answered.due == NOW + timedelta(days=3)
    assert investigation.close(answered, EDITOR, NOW, text="路灯已亮").due is None


def test_of_a_question_that_is_lost_or_refused_no_answer_is_owed(begun: Investigation) -> None:
    found = investigation.ask(investigation.ask(begun, EDITOR, NOW, **ASKED), EDITOR, NOW, **ASKED)
    for ended in (investigation.lose(found, 2), investigation.refuse(found, 2, "已达50个")):
        assert [one.owed for one in ended.questions] == [True, False]
        assert (ended.state, ended.questions[1].pending) == ("open", None)
        assert investigation.hear(ended, 1, asked=NOW, **ANSWERED).state == "answered"
        assert investigation.lose(ended, 1).state == "open", "nobody has answered anything"


@pytest.mark.parametrize(
    ("step", "values", "field"),
    [
        (investigation.ask, {**ASKED, "case": "CP20261119-000000"}, "case"),
        (investigation.ask, {**ASKED, "public": set()}, "case"),
        (investigation.note, {"record": {**VISIT, "place": ""}}, "place"),
        (investigation.note, {"record": {**VISIT, "at": NOW + timedelta(hours=1)}}, "at"),
        (investigation.report, {"article": "CPN20261120-ABC123", "published": False}, "article"),
        (investigation.detach, {"article": "CPN20261120-ABC123", "reason": "编号填错"}, "article"),
    ],
)
def test_what_does_not_do_is_refused_at_its_field(
    begun: Investigation, step: Any, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadValue) as wrong:
        step(begun, EDITOR, NOW, **values)
    assert wrong.value.field == field
