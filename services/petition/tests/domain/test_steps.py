"""What single steps do: limits, once-only rights, words for the public, waits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from petition.domain import change, feedback, handling, history, intake
from petition.domain.case import Location, Visibility
from petition.domain.change import Rules
from petition.domain.lifecycle import Actor
from petition.domain.refusals import BadValue, NotPermitted, WrongState

Story = Callable[..., Any]
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("urgency", "overall", "dispatch"),
    [
        ("critical", "2026-11-18 12:00", "2026-11-18 12:00"),
        ("urgent", "2026-11-19 10:00", "2026-11-18 13:00"),
        ("inquiry", "2026-11-23 18:00", "2026-11-19 11:00"),
        ("request", "2026-11-27 18:00", "2026-11-19 11:00"),
        ("complaint", "2026-12-09 18:00", "2026-11-19 11:00"),
    ],
)
def test_the_class_fixes_the_limits_counted_from_filing(
    story: Story, urgency: str, overall: str, dispatch: str
) -> None:
    case = story().accepted(urgency).case
    assert case.clock("overall").due == at(overall)
    assert case.clock("dispatch").due == at(dispatch)
    assert not case.clock("intake").running


def test_a_case_filed_at_night_starts_intake_in_the_morning_and_its_overall_clock_at_once(story: Story) -> None:
    told = story(at("2026-11-18 22:00"))
    assert told.case.clock("intake").due == at("2026-11-19 10:00")
    assert told.case.clock("first_answer").due == at("2026-11-20 18:00")
    assert told.accepted("urgent").case.clock("overall").due == at("2026-11-19 22:00")


def test_no_return_note_or_change_of_department_moves_the_overall_due_time(story: Story) -> None:
    told = story().dispatched("zjw")
    due = told.case.clock("overall").due
    told.now += timedelta(hours=1)
    returner = Actor("staff", "s_z", frozenset({"handler"}), frozenset({"zjw"}))
    told.last = handling.send_to_intake(
        told.case, returner, told.now, told.rules, basis="不属于本部门职责", suggested_department="jw"
    )
    told.then(handling.dispatch, "supervisor", department="jw")
    for _ in range(20):
        told.then(handling.add_note, "handler", text="继续办理", public=False)
    assert told.case.clock("overall").due == due
    assert [hop.department for hop in told.case.hops] == ["zjw", "jw"]
    assert told.case.hops[0].suggested_department == "jw"
    with pytest.raises(WrongState):
        told.then(handling.send_to_intake, "handler", basis="不属于本部门职责", suggested_department="zjw")


def test_a_return_needs_another_department_and_comes_within_a_working_day(story: Story) -> None:
    told = story().dispatched()
    with pytest.raises(BadValue):
        told.then(handling.send_to_intake, "handler", basis="不属于本部门职责", suggested_department="jw")
    with pytest.raises(BadValue):
        told.then(handling.send_to_intake, "handler", basis="不属于本部门职责", suggested_department="nowhere")
    with pytest.raises(WrongState):
        told.then(
            handling.send_to_intake, "handler", timedelta(days=2), basis="不属于本部门职责", suggested_department="zjw"
        )


def test_waiting_for_the_author_moves_the_overall_due_time_as_a_named_entry(story: Story) -> None:
    told = story().then(intake.ask, "clerk", text="请问是哪一栋楼？")
    told.then(intake.answer, "author", timedelta(days=2), text="三号楼").accepted("request")
    overall = told.case.clock("overall")
    assert overall.original_due == at("2026-11-27 18:00")
    assert overall.due == at("2026-12-01 18:00")
    assert [move.reason for move in overall.moves] == ["waited_for_resident"]


def test_all_waits_together_last_five_working_days_at_most(story: Story) -> None:
    told = story().then(intake.ask, "clerk", text="请问是哪一栋楼？")
    told.then(intake.answer, "author", timedelta(days=5), text="三号楼")  # Wednesday to Monday: 3 working days
    told.then(intake.ask, "clerk", text="请问是哪一层？")
    assert told.case.clock("question").limit == "2 workdays"
    with pytest.raises(WrongState):
        told.then(intake.answer, "author", timedelta(days=7), text="五层")


def test_an_allowance_used_up_allows_no_further_question(story: Story) -> None:
    told = story()
    for _ in range(5):
        told.then(intake.ask, "clerk", text="请问是哪一栋楼？").then(intake.answer, "author", text="三号楼")
    with pytest.raises(WrongState):
        told.then(intake.ask, "clerk", text="再问一次")


def test_nobody_approves_his_own_draft(story: Story) -> None:
    told = story().in_review()
    with pytest.raises(NotPermitted):
        told.then(handling.approve, "drafter")


def test_a_reply_sent_back_is_drafted_again_against_the_same_due_time(story: Story) -> None:
    told = story().in_review()
    due = told.case.clock("handling").due
    told.then(handling.send_back, "approver", remark="请写明时间")
    assert told.case.reply.remark == "请写明时间"
    assert told.case.clock("handling").running
    assert told.case.clock("handling").due == due
    assert not told.case.clock("approval").running


def test_a_rating_changed_in_time_keeps_the_earlier_one_and_none_comes_after(story: Story) -> None:
    told = story().answered()
    told.then(feedback.rate, "author", solved=True, satisfied=5)
    told.then(feedback.rate, "author", timedelta(days=3), solved=False, satisfied=1, comment="又坏了")
    assert [rating.satisfied for rating in told.case.ratings] == [5, 1]
    assert told.case.ending == "answered_rated"
    with pytest.raises(WrongState):
        told.then(feedback.rate, "author", timedelta(days=13), solved=True, satisfied=5)


def test_a_public_note_of_the_department_is_a_first_answer_an_internal_one_is_not(story: Story) -> None:
    told = story().dispatched()
    told.then(handling.add_note, "handler", text="内部联系", public=False)
    told.then(handling.add_note, "clerk", text="已转交，请耐心等待", public=True)
    assert told.case.clock("first_answer").running
    told.then(handling.add_note, "handler", text="已约定明天现场查看", public=True)
    assert not told.case.clock("first_answer").running


def test_publication_stops_every_duty_and_starts_the_rating(story: Story) -> None:
    case = story().answered().case
    assert change.next_due(case) is None
    assert change.expires_at(case) == case.reply.published_at + timedelta(days=15)


def test_what_the_public_reads_is_masked_and_may_be_replaced_by_intake(story: Story) -> None:
    told = story(
        title="请联系13812345678", text="身份证999999190001010015，电话138 1234 5678。", place="3栋 13800001111"
    )
    shown = told.accepted().case.shown
    assert "138" not in shown.title + shown.text + shown.place
    assert "999999" not in shown.text
    other = story().then(intake.accept, "clerk", urgency="request", publish_text="整理后的正文")
    assert other.case.shown.text == "整理后的正文"
    assert other.case.asked.text == "搬走一年多还处于闲置未动工状态。"


@pytest.mark.parametrize(
    ("visibility", "listed", "events"),
    [
        ("public", True, ["case_accepted", "case_published"]),
        ("anonymous", True, ["case_accepted", "case_published"]),
        ("private", False, ["case_accepted"]),
    ],
)
def test_only_what_intake_let_through_and_is_not_private_is_listed(
    story: Story, visibility: str, listed: bool, events: list[str]
) -> None:
    told = story(visibility=Visibility(visibility))
    assert not told.case.listed
    told.accepted()
    assert told.case.listed is listed
    assert [event.type for event in told.last.events] == [f"petition.{name}.v1" for name in events]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("category", "nothing"),
        ("town", "110114999"),
        ("point", Location(lon=121.47, lat=31.23)),
    ],
)
def test_what_the_district_does_not_have_is_refused_by_field(story: Story, field: str, value: Any) -> None:
    with pytest.raises(BadValue) as caught:
        story(**{field: value})
    assert caught.value.field == field


@pytest.mark.parametrize("co_departments", [("jw",), ("cgw", "cgw"), ("nowhere",)])
def test_joining_departments_are_others_that_exist(story: Story, co_departments: tuple[str, ...]) -> None:
    told = story().accepted()
    with pytest.raises(BadValue):
        told.then(handling.dispatch, "clerk", department="jw", co_departments=co_departments)


def test_leaving_keeps_the_matter_and_removes_who_wrote_it(story: Story, rules: Rules) -> None:
    told = story(text="我的电话是13812345678，请修路灯", point=Location(lon=116.3, lat=40.2)).answered()
    told.then(feedback.rate, "author", solved=True, satisfied=5, comment="谢谢，我是王某")
    case = feedback.forget_author(told.case, told.now).case
    kept = case.model_dump_json()
    assert case.author is None
    assert "r_author" not in kept
    assert "13812345678" not in kept
    assert case.shown.text == "我的电话是〔已隐去〕，请修路灯"
    assert history.verify(case.no, case.history) is None
