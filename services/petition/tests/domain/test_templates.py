"""Texts from which a reply begins: which are offered, what they take from the case, and what must be filled in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import handling, templates
from petition.domain.case import Shown
from petition.domain.change import Rules
from petition.domain.refusals import BadValue

Story = Callable[..., Any]
PARTS = {"facts": "已到现场核实", "rule": "按有关规定办理", "done": "已经安排施工", "next": "下月公布进度"}


def test_what_is_closest_to_the_matter_comes_first_and_what_is_of_another_not_at_all(
    story: Story, rules: Rules
) -> None:
    codes = [one.code for one in templates.offered(story().dispatched().case, rules)]
    assert codes[:2] == ["school_place", "school_works"]
    assert codes[2:] == ["done", "planned", "not_found", "policy", "cannot"]


def test_every_matter_of_this_district_has_several(story: Story, rules: Rules) -> None:
    case = story().dispatched().case
    for subject in rules.directory.subjects:
        other = case.model_copy(update={"asked": case.asked.model_copy(update={"category": subject})})
        assert len(templates.offered(other, rules)) >= 5


def test_it_names_what_the_case_says_in_public_and_marks_what_is_not_said(story: Story, rules: Rules) -> None:
    case = story().dispatched().case
    told = case.model_copy(update={"shown": Shown(title="路灯", text="不亮", place="东关〔已隐去〕")})
    facts = templates.offered(told, rules)[2].said.facts
    assert "到东关〔已隐去〕现场核实" in facts
    silent = case.model_copy(update={"shown": Shown(title="路灯", text="不亮", place="")})
    assert "到【待填：地点】现场核实" in templates.offered(silent, rules)[2].said.facts


@pytest.mark.parametrize("field", PARTS)
@pytest.mark.parametrize("colon", ["：", ":"])
def test_a_reply_with_something_left_to_fill_in_is_refused_at_its_field(story: Story, field: str, colon: str) -> None:
    left = f"已于【待填{colon}完成日期】完成【待填：内容】。"
    with pytest.raises(BadValue) as caught:
        story().dispatched().then(handling.draft_reply, "handler", timedelta(hours=1), **{**PARTS, field: left})
    assert (caught.value.field, str(caught.value)) == (field, "请补全“完成日期”等2处，再提交")


def test_brackets_that_no_template_made_are_the_handlers_own(story: Story) -> None:
    parts = {**PARTS, "rule": "按京昌〔2026〕3号【节选】办理，待填报材料已收齐"}
    assert story().dispatched().then(handling.draft_reply, "handler", timedelta(hours=1), **parts).case.reply
