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
    "next": "预计明年八月完工，工程进展每月在本平台公布，联系电话010-69712345。",
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
        ({"next": "我们将继续加强日常管理工作，电话69712345。"}, Hint(Flaw.NO_DATE, "next")),
        ({"next": "十二月三日以后的情况见街道公示栏，电话69712345"}, Hint(Flaw.NO_COMMITMENT, "next")),
        ({"next": "预计明年八月完工并公布，请拨打区教委公开电话。"}, Hint(Flaw.NO_CONTACT, "next")),
        ({"next": "预计明年八月完工并公布，有问题请联系我单位。"}, Hint(Flaw.NO_CONTACT, "next")),
    ],
)
def test_each_flaw_is_named_with_its_part(rules: Rules, parts: dict[str, str], expected: Hint) -> None:
    assert found(rules, **parts) == [expected]


@pytest.mark.parametrize("term", ["3日内", "三个工作日", "两周后", "12月底前", "每月", "5 天内"])
def test_terms_are_understood_as_people_write_them(rules: Rules, term: str) -> None:
    assert found(rules, next=f"我们将安排专人{term}联系您并公布结果，电话69712345") == []


@pytest.mark.parametrize(
    "contact",
    [
        "电话010-69712345", "电话 69712345（工作日）", "请拨打12345", "客服4008001234", "联系人：张老师",
        "经办人李女士",
        "可到区政务服务中心二层3号窗口咨询", "崔村镇便民服务中心（兴寿路12号）", "城北街道办事处305室，城市管理科",
    ],
)  # fmt: skip
def test_a_number_an_office_with_its_address_or_a_person_is_a_contact(rules: Rules, contact: str) -> None:
    assert found(rules, next=f"预计明年八月完工并公布，{contact}。") == []


@pytest.mark.parametrize("words", ["共投入20261118元", "编号202611180001234", "涉及12户", "由专人跟进", "三号楼已完成"])
def test_other_numbers_and_names_are_no_contact(rules: Rules, words: str) -> None:
    assert found(rules, next=f"预计明年八月完工并公布，{words}。") == [Hint(Flaw.NO_CONTACT, "next")]


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
