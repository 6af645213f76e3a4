"""The explained check of a reply: what it finds, and what it leaves alone."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from petition.domain.case import Reply
from petition.domain.change import Rules
from petition.domain.district import ReplyRules
from petition.domain.emptiness import Answer, Flaw, Hint, hints, marks, shared

FULL = {
    "facts": "经实地查看，幼儿园原址已腾空，改造方案已经批复。",
    "rule": "依据区中小学幼儿园校舍改造年度计划办理。",
    "done": "已完成招标，施工单位于本周进场。",
    "next": "预计明年八月完工，工程进展每月在本平台公布，联系电话请见区教委公开电话。",
}
WORDS = "".join(FULL.values())


def found(rules: Rules, others: tuple[Answer, ...] = (), **parts: str) -> list[Hint]:
    words = {**FULL, **parts}
    reply = Reply(**words, department="jw", drafted_by="s_1", drafted_at=datetime(2026, 11, 18, tzinfo=UTC))
    return hints(reply, "".join(words.values()), others, rules.directory.replies)


def test_a_full_reply_has_nothing_to_explain(rules: Rules) -> None:
    assert found(rules) == []


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"facts": "情况属实。"}, Hint(Flaw.SHORT, "facts")),
        ({"done": "已　处　理　。。。。。。。。。。"}, Hint(Flaw.SHORT, "done")),
        ({"next": "我们将继续加强日常管理工作。"}, Hint(Flaw.NO_DATE, "next")),
        ({"next": "十二月三日以后的情况见街道公示栏"}, Hint(Flaw.NO_COMMITMENT, "next")),
    ],
)
def test_each_flaw_is_named_with_its_part(rules: Rules, parts: dict[str, str], expected: Hint) -> None:
    assert found(rules, **parts) == [expected]


@pytest.mark.parametrize("term", ["3日内", "三个工作日", "两周后", "12月底前", "每月", "5 天内"])
def test_terms_are_understood_as_people_write_them(rules: Rules, term: str) -> None:
    assert found(rules, next=f"我们将安排专人{term}联系您并公布结果") == []


def test_the_closest_of_other_replies_is_named_where_it_may_be_told(rules: Rules) -> None:
    near = Answer("CP1", WORDS.replace("八月", "九月"), told=True)
    far = Answer("CP2", "物业公司已经恢复供暖，室温达到标准，后续每周回访一次。", told=True)
    assert found(rules, (far, near)) == [Hint(Flaw.COPIED, like="CP1")]
    assert found(rules, (Answer("CP3", WORDS, told=False),)) == [Hint(Flaw.COPIED, like=None)]
    assert found(rules, (far,)) == []


@given(st.text("甲乙丙丁戊己庚辛壬癸", min_size=60, max_size=200), st.integers(0, 59))
def test_texts_that_differ_in_one_place_have_marks_in_common(words: str, at: int) -> None:
    changed = words[:at] + "变" + words[at + 1 :]
    assert shared(words, words) == 1
    if shared(words, changed) >= 0.9:
        assert set(marks(words)) & set(marks(changed))


def test_a_pattern_that_is_none_is_refused(rules: Rules) -> None:
    plan: dict[str, Any] = rules.directory.replies.model_dump()
    with pytest.raises(ValidationError):
        ReplyRules.model_validate({**plan, "dates": ["("]})
