"""Bundles: what joins, what an editor says, and what opens one again."""

from datetime import UTC, datetime, timedelta

import pytest

from news.domain import bundle
from news.domain.bundle import MOST_MEMBERS, Bundle, BundleState, Member
from news.domain.lifecycle import Actor
from news.domain.refusals import Refused

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
EDITOR = Actor(id="s_editor", roles=frozenset({"editor"}))


def member(number: int, *, case: bool = False) -> Member:
    return Member(no=f"no{number}", at=NOW - timedelta(days=number), case=case)


PAIR = Bundle(id="CPB20261120-000000", members=(member(2), member(1, case=True)), joined_at=NOW)
LATER = NOW + timedelta(hours=1)


def test_it_tells_tips_from_cases_the_last_told_first() -> None:
    found = bundle.join(PAIR, [member(0), member(3)], LATER)
    assert (found.tips, found.cases) == (["no0", "no2", "no3"], ["no1"])
    assert (found.since, found.until) == (NOW - timedelta(days=3), NOW)
    assert (found.joined_at, found.version) == (LATER, 2)


def test_what_is_in_it_already_changes_nothing_however_often_it_comes() -> None:
    assert bundle.join(PAIR, [member(2), member(1, case=True)], LATER) == PAIR
    assert bundle.join(PAIR, [], LATER) == PAIR


def test_it_takes_as_many_as_one_investigation_does() -> None:
    full = bundle.join(PAIR, [member(number) for number in range(3, 100)], LATER)
    assert len(full.members) == MOST_MEMBERS
    assert bundle.join(full, [member(100)], LATER) == full
    assert not bundle.has_room(full, member(100), frozenset()) and bundle.has_room(full, member(2), frozenset())
    assert bundle.has_room(PAIR, member(3), frozenset({"no9"})) and not bundle.has_room(PAIR, member(3), {"no1"})


def test_a_dismissed_one_comes_back_only_when_something_new_joins() -> None:
    left = bundle.dismiss(PAIR, EDITOR, NOW, reason="已经报道过")
    assert left.state is BundleState.DISMISSED and left.dismissals[0].reason == "已经报道过"
    with pytest.raises(Refused):
        bundle.dismiss(left, EDITOR, LATER, reason="再来一次")
    assert bundle.join(left, [member(2)], LATER) == left
    again = bundle.join(left, [member(3)], LATER)
    assert again.state is BundleState.OPEN and again.dismissals == left.dismissals


def test_it_is_taken_up_once_all_of_it_is() -> None:
    assert bundle.settle(PAIR, {"no1", "no9"}) == PAIR
    taken = bundle.settle(PAIR, {"no1", "no2", "no9"})
    assert taken.state is BundleState.TAKEN_UP and bundle.settle(taken, {"no1", "no2"}) == taken
    assert bundle.join(taken, [member(3)], LATER).state is BundleState.OPEN
    left = bundle.dismiss(PAIR, EDITOR, NOW, reason="不是一回事")
    assert bundle.settle(left, {"no1", "no2"}) == left


def test_what_is_another_matter_leaves_it() -> None:
    assert bundle.leave(PAIR, "no1").numbers == {"no2"}
