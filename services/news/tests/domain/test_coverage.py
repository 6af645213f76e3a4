"""What became of the cases of a report, made of what everyone reads of them."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from news.domain import coverage
from news.domain.coverage import LONGEST_SAID, FollowUp, Outcome

REPLY = {"done": "十四盏路灯全部恢复照明。", "published_at": "2026-11-20T10:00:00+08:00"}
PROMISE = {"text": "雨季前检查", "due": "2027-05-31T18:00:00+08:00", "report": None}
KEPT = {"kept": True, "text": "已检查", "at": "2027-05-20T10:00:00+08:00"}


NOW = datetime(2026, 11, 22, 2, tzinfo=UTC)


def follow_up(view: dict[str, Any], main: dict[str, Any] | None = None) -> FollowUp | None:
    return coverage.follow_up(view, NOW, "办理中", main)


def view(**fields: Any) -> dict[str, Any]:
    return {
        "no": "CP20261118-7K3F9Q",
        "title": "多条道路无照明",
        "town": {"code": "a", "name": "马池口镇"},
        "department": {"code": "cgw", "name": "区城管委"},
        "filed_at": "2026-11-18T10:00:00+08:00",
        "state": "answered",
        "state_name": "已答复",
        "ending": None,
        "ending_name": None,
        "solved": None,
        "reply": None,
        "promises": [],
        "merged_into": None,
        **fields,
    }


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({}, Outcome.UNSOLVED),
        ({"reply": REPLY}, Outcome.UNSOLVED),
        ({"reply": REPLY, "solved": True, "ending": "answered_rated"}, Outcome.SOLVED),
        ({"reply": REPLY, "solved": False}, Outcome.UNSOLVED),
        ({"reply": REPLY, "ending": "answered_unrated"}, Outcome.CLOSED),
        ({"ending": "refused", "ending_name": "不予受理"}, Outcome.UNSOLVED),
        ({"ending": "unanswered_question"}, Outcome.UNSOLVED),
    ],
)
def test_it_is_solved_when_its_author_says_so_and_unsolved_as_long_as_nothing_is_said(
    fields: dict[str, Any], outcome: Outcome
) -> None:
    found = follow_up(view(**fields))
    assert found is not None and found.outcome is outcome
    assert coverage.overall([found]) is outcome


@pytest.mark.parametrize(
    ("cases", "report"),
    [
        ("solved solved", Outcome.SOLVED),
        ("solved closed", Outcome.CLOSED),
        ("solved closed unsolved", Outcome.UNSOLVED),
    ],
)
def test_a_report_has_come_as_far_as_the_last_of_its_cases(cases: str, report: Outcome) -> None:
    found = follow_up(view())
    assert found is not None
    assert coverage.overall([found.model_copy(update={"outcome": Outcome(one)}) for one in cases.split()]) is report


def test_what_an_office_does_inside_changes_nothing_that_readers_are_told() -> None:
    inside = {"dispatched": "办理中", "in_review": "答复审核中", "approved": "待发布"}
    at_work = [follow_up(view(state=state, state_name=name)) for state, name in inside.items()]
    assert {found.state for found in at_work if found} == {"办理中"}
    assert len({coverage.mark([found]) for found in at_work if found}) == 1
    told = [follow_up(view()), follow_up(view(state="closed", state_name="已办结", ending_name="不予受理"))]
    assert [found.state for found in told if found] == ["已答复", "不予受理"]


def test_what_was_done_and_promised_is_told_in_short() -> None:
    long = {**REPLY, "done": "修" * 1000}
    found = follow_up(view(reply=long, promises=[PROMISE, {**PROMISE, "report": KEPT}]))
    assert found is not None and len(found.done) == LONGEST_SAID and found.done.endswith("…")
    assert [one.kept for one in found.promises] == [None, True]


def visit(at: str, *pictures: str) -> dict[str, Any]:
    shown = [{"id": one, "width": 4, "height": 3} for one in pictures]
    return {"unit": {"code": "cgw", "name": "区城管委"}, "at": at, "pictures": shown}


def test_the_latest_pictures_of_what_was_done_are_told_the_last_one_first() -> None:
    old, new = "2026-11-18T10:00:00+08:00", "2026-11-20T10:00:00+08:00"
    look = {**visit("2026-11-21T10:00:00+08:00", "c"), "finding_name": "已解决"}
    found = follow_up(view(contacts=[visit(old, "a"), visit(new, "b")], inspections=[look]))
    assert found is not None
    told = [(one.id, one.what) for one in found.pictures]
    assert told == [("c", "督查：已解决"), ("b", "区城管委现场走访"), ("a", "区城管委现场走访")]
    many = follow_up(view(contacts=[visit(new, *map(str, range(9)))]))
    assert many is not None and len(many.pictures) == coverage.MOST_PICTURES
    bare = follow_up(view(contacts=[visit(old)], inspections=[]))
    assert bare is not None and bare.pictures == ()
    assert coverage.mark([bare]) == coverage.mark([bare.model_copy()]) != coverage.mark([found])


def test_a_case_is_marked_as_it_was_before_there_were_pictures_questions_and_places() -> None:
    found = follow_up(view(place="村东路"))
    assert found is not None and found.place == "村东路"
    before = found.model_dump_json(exclude={"pictures", "press", "place"})
    assert coverage.mark([found]) == sha256(before.encode()).hexdigest()


def question(due: str, answered_at: str | None = None, asked_at: str = "2026-11-20T10:00:00+08:00") -> dict[str, Any]:
    unit = {"code": "cgw", "name": "区城管委"}
    return {"unit": unit, "asked_at": asked_at, "due": due, "answered_at": answered_at}


BEFORE, LATER = "2026-11-21T18:00:00+08:00", "2026-11-23T18:00:00+08:00"


@pytest.mark.parametrize(
    ("due", "answered_at", "overdue", "turns"),
    [
        (LATER, None, False, LATER),
        (BEFORE, None, True, None),
        (BEFORE, "2026-11-20T18:00:00+08:00", False, None),
        (BEFORE, "2026-11-22T09:00:00+08:00", True, None),
    ],
    ids=["owed", "overdue", "answered", "answered late"],
)
def test_what_the_newsroom_asked_turns_overdue_by_itself(
    due: str, answered_at: str | None, overdue: bool, turns: str | None
) -> None:
    found = follow_up(view(press=[question(due, answered_at)]))
    assert found is not None
    (asked,) = found.press
    assert (asked.unit, asked.overdue, asked.answered_at is None) == ("区城管委", overdue, answered_at is None)
    assert coverage.turns_at(found) == (datetime.fromisoformat(turns) if turns else None)
    assert coverage.mark([found]) != coverage.mark([found.model_copy(update={"press": ()})])


def test_of_a_merged_case_is_told_what_was_asked_about_either() -> None:
    own, main = question(BEFORE), question(LATER, asked_at="2026-11-19T10:00:00+08:00")
    found = follow_up(view(merged_into="CP20261119-000000", press=[own]), view(press=[main]))
    assert found is not None and [one.overdue for one in found.press] == [False, True]


def test_what_its_author_took_back_is_not_told() -> None:
    assert follow_up(view(ending="withdrawn")) is None


def test_a_merged_case_becomes_what_the_other_becomes() -> None:
    merged = view(ending="merged", ending_name="已并入", merged_into="CP20261119-000000", department=None)
    alone = follow_up(merged)
    assert alone is not None and (alone.outcome, alone.state) == (Outcome.UNSOLVED, "已并入")
    both = follow_up(merged, view(no="CP20261119-000000", title="另一件", solved=True, reply=REPLY))
    assert both is not None
    assert (both.no, both.title, both.into) == (merged["no"], merged["title"], "CP20261119-000000")
    assert (both.outcome, both.department) == (Outcome.SOLVED, "区城管委")


def test_what_changes_has_another_mark() -> None:
    before, after = follow_up(view()), follow_up(view(reply=REPLY))
    assert before and after
    assert coverage.mark([before]) == coverage.mark([before]) != coverage.mark([after])
    assert coverage.mark([]) == "" and coverage.overall([]) is None
