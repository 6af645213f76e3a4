"""办理记录: what a call or a visit must be, what the public reads of it, and when it is a first answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import contacts, history
from petition.domain.case import ContactKind
from petition.domain.refusals import BadValue, WrongState

Story = Callable[..., Any]


def logged(told: Any, who: str = "handler", ago: timedelta = timedelta(), **fields: Any) -> Any:
    values = {
        "kind": ContactKind.VISIT, "whom": "物业负责人", "place": "幼儿园门口", "text": "已到现场核实，约定下周施工。",
        "public": True,
    }  # fmt: skip
    at = told.now + timedelta(hours=1) - ago
    return told.then(contacts.log, who, **{**values, "at": at, **fields})


def test_a_public_one_of_the_department_in_charge_is_the_first_answer(story: Story) -> None:
    told = logged(story().dispatched())
    assert told.case.clock("first_answer").stopped_at == told.now
    assert [event.type for event in told.last.events] == ["petition.case_progressed.v1"]


@pytest.mark.parametrize(("who", "public"), [("co_handler", True), ("handler", False)])
def test_one_of_another_or_for_the_offices_is_not(story: Story, who: str, public: bool) -> None:
    told = logged(story().dispatched(), who, public=public)
    assert told.case.clock("first_answer").running
    assert told.case.contacts[0].unit == ("cgw" if who == "co_handler" else "jw")


def test_what_the_public_reads_has_no_personal_numbers_and_what_the_offices_keep_has_all(story: Story) -> None:
    words = "已致电13812345678说明情况。"
    told = logged(story().dispatched(), text=words)
    logged(told, text=words, public=False)
    assert [one.text for one in told.case.contacts] == ["已致电〔已隐去〕说明情况。", words]
    shown, hidden = told.case.history[-2:]
    assert shown.fields["text"].public
    assert not any(field.public for field in hidden.fields.values())
    assert history.verify(told.case.no, told.case.history) is None


@pytest.mark.parametrize("ago", [timedelta(minutes=-1), timedelta(days=30)])
def test_it_happened_after_the_filing_and_before_now(story: Story, ago: timedelta) -> None:
    with pytest.raises(BadValue) as caught:
        logged(story().dispatched(), ago=ago)
    assert caught.value.field == "at"


def test_a_call_in_the_minute_of_the_filing_is_told_to_the_minute(story: Story) -> None:
    told = story()
    filed = told.case.filed_at.replace(second=0, microsecond=0)
    told.last = type(told.last)(told.case.model_copy(update={"filed_at": filed.replace(second=40)}), ())
    assert logged(told.dispatched(), ago=timedelta(), at=filed).case.contacts[0].at == filed


def test_only_a_visit_has_pictures(story: Story) -> None:
    assert logged(story().dispatched(), pictures=("a" * 32,)).case.contacts[0].pictures
    with pytest.raises(BadValue):
        logged(story().dispatched(), kind=ContactKind.CALL, pictures=("a" * 32,))


def test_there_is_an_end_to_writing(story: Story) -> None:
    told = story().dispatched()
    for _ in range(contacts.MOST_CONTACTS):
        told.then(
            contacts.log, "handler", timedelta(), kind=ContactKind.CALL, at=told.now, whom="反映人", place="",
            text="已联系，约定时间", public=False,
        )  # fmt: skip
    with pytest.raises(WrongState):
        logged(told)
