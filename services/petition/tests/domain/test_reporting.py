"""上报领导: a threshold is reported once, with its number; a leader's look ends the wait."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from petition.domain import intake, reporting
from petition.domain.change import Rules
from petition.domain.refusals import NotPermitted, WrongState

Story = Callable[..., Any]


def test_many_who_join_are_reported_once_with_their_number_and_nobody_loses_a_step(story: Story, rules: Rules) -> None:
    least = rules.directory.leaders.co_signs.least
    told = story().accepted().joined(least - 1)
    assert reporting.report(told.case, told.now, rules) is None
    before = told.joined(least + 2).case
    change = reporting.report(before, told.now, rules)
    (one,) = change.case.reports
    assert (one.threshold, one.count, one.least) == ("co_signs", least + 2, least)
    assert (change.case.version, change.case.ticks) == (before.version, before.ticks + 1)
    assert [event.type for event in change.events] == ["petition.case_reported.v1"]
    assert not any(field.public for field in change.case.history[-1].fields.values())
    assert reporting.report(change.case, told.now, rules) is None


@pytest.mark.parametrize("words", ["楼道里燃气泄漏，请处理", "楼道里 燃 气-泄·漏", "请看这个爆炸声"])
def test_words_are_found_from_the_filing_on_whatever_stands_between_their_characters(
    story: Story, rules: Rules, words: str
) -> None:
    told = story(text=words)
    change = reporting.report(told.case, told.now, rules)
    assert [(one.threshold, one.count) for one in change.case.reports] == [("words_danger", 1)]
    assert reporting.report(story(text="路灯不亮，请维修").case, told.now, rules) is None


def test_another_threshold_is_reported_beside_the_first(story: Story, rules: Rules) -> None:
    told = story(text="小区燃气泄漏").accepted()
    told.last = reporting.report(told.case, told.now, rules)
    told.then(reporting.see, "leader").joined(rules.directory.leaders.co_signs.least)
    told.last = reporting.report(told.case, told.now, rules)
    assert [one.threshold for one in told.case.unseen_reports] == ["co_signs"]


def test_the_end_of_the_case_ends_the_wait_and_reports_nothing(story: Story, rules: Rules) -> None:
    told = story().reported()
    assert told.case.unseen_reports
    ended = told.then(intake.withdraw, "author", reason="已经解决").case
    assert ended.unseen_reports == ()
    with pytest.raises(WrongState):
        told.then(reporting.see, "leader")
    late = story(text="小区燃气泄漏").then(intake.withdraw, "author", reason="已经解决").case
    assert reporting.report(late, told.now, rules) is None


def test_a_leader_looks_once_and_nobody_else_does(story: Story) -> None:
    told = story().reported()
    for who in ("supervisor", "clerk", "handler", "author"):
        with pytest.raises(NotPermitted):
            told.then(reporting.see, who)
    told.then(reporting.see, "leader")
    assert told.case.reports[0].seen_by == "s_leader"
    with pytest.raises(WrongState):
        told.then(reporting.see, "leader")


def test_only_what_intake_let_through_and_heard_has_a_voice(story: Story) -> None:
    assert not reporting.is_voice(story().case)
    assert reporting.is_voice(story().accepted().case)
    assert reporting.is_voice(story().at("closed_rated").case)
    for state in ("closed_refused", "closed_merged"):
        assert not reporting.is_voice(story().at(state).case), state
    assert not reporting.is_voice(story().accepted().then(intake.withdraw, "author", reason="已经解决").case)


def test_voices_are_in_one_cluster_at_most(story: Story, rules: Rules) -> None:
    told = story().accepted()
    days, least = timedelta(days=rules.directory.leaders.cluster.days), rules.directory.leaders.cluster.voices
    first = reporting.window(told.now, None, rules)
    assert (first.since, first.until, first.number) == (told.now - days, told.now, 1)
    assert reporting.cluster(told.case, first, least - 1, told.now, rules) is None
    found = reporting.cluster(told.case, first, least, told.now, rules)
    assert (found.town, found.category, found.count) == (told.case.asked.town, told.case.asked.category, least)
    assert reporting.window(told.now, found, rules) is None, "the event came twice"
    assert reporting.window(told.now - timedelta(hours=1), found, rules) is None, "an earlier one came late"
    soon, later = told.now + timedelta(hours=1), told.now + 2 * days
    assert reporting.window(soon, found, rules) == (told.now, soon, 2)
    assert reporting.window(later, found, rules) == (later - days, later, 2)
