"""Reports that name a case: what is noted, what is told, what everyone may see of it, and all that it leaves alone."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from petition.domain import coverage, history
from petition.domain.case import Visibility
from petition.domain.coverage import Report

NO = "CP20261118-7K3F9Q"


@pytest.fixture
def report(filed: datetime) -> Report:
    return Report("CPN20261120-ABC123", 1, "幼儿园何时开工", filed + timedelta(days=2), (NO,))


def test_a_report_is_told_once_and_moves_nothing(story: Any, report: Report) -> None:
    before = story().dispatched().case
    change = coverage.follow(before, report, report.published_at)
    assert change is not None
    case = change.case
    assert [told.type for told in change.events] == ["petition.case_covered.v1"]
    moved = {name for name in type(case).model_fields if getattr(case, name) != getattr(before, name)}
    assert moved == {"coverage", "history", "told", "ticks"}, "nobody's version, state or clock"
    assert history.verify(NO, case.history) is None
    assert coverage.follow(case, report, report.published_at) is None
    assert coverage.follow(case, replace(report, seq=0, cases=()), report.published_at) is None, "late"


def test_a_withdrawn_report_goes_comes_back_and_is_not_told_again(story: Any, report: Report) -> None:
    case, at = story().dispatched().case, report.published_at
    kinds = []
    for seq, cases in enumerate(((NO,), (), (NO,)), start=1):
        change = coverage.follow(case, replace(report, seq=seq, cases=cases), at)
        assert change is not None
        case = change.case
        kinds.append((case.history[-1].kind, [told.type for told in change.events], len(case.covered)))
    assert kinds == [
        ("cover", ["petition.case_covered.v1"], 1),
        ("uncover", ["petition.case_coverage_changed.v1"], 0),
        ("cover", ["petition.case_coverage_changed.v1"], 1),
    ]
    renamed = coverage.follow(case, replace(report, seq=4, title="幼儿园开工了"), at)
    assert renamed is not None and renamed.case.covered[0].title == "幼儿园开工了"
    assert "幼儿园何时开工" not in str([entry.model_dump() for entry in history.published(case.history)])


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.PUBLIC])
def test_of_a_case_that_nobody_may_see_the_chain_says_nothing(
    story: Any, report: Report, visibility: Visibility
) -> None:
    told = story(visibility=visibility)  # the public one has not been let through
    if visibility is Visibility.PRIVATE:
        told.dispatched()
    change = coverage.follow(told.case, report, report.published_at)
    assert change is not None
    assert [one.type for one in change.events] == ["petition.case_coverage_changed.v1"]
    assert report.article not in str([entry.model_dump() for entry in history.published(change.case.history)])


def test_what_names_another_case_or_one_too_often_named_changes_nothing(story: Any, report: Report) -> None:
    case, at = story().dispatched().case, report.published_at
    assert coverage.follow(case, replace(report, cases=("CP20261118-000000",)), at) is None
    for number in range(coverage.MOST_REPORTS):
        change = coverage.follow(case, replace(report, article=f"CPN20261120-{number:06}"), at)
        assert change is not None
        case = change.case
    assert coverage.follow(case, report, at) is None
