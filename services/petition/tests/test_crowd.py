"""Years of cases for measuring: real ones, the same for the same seed, told to nobody."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kit.district import load
from petition import reading
from petition.contract.lists import ListCases
from petition.crowd import Crowd, Phrases, file_some
from petition.domain import history
from petition.store.documents import document_of

CASES = 400
TODAY = datetime(2026, 11, 23, 16, tzinfo=UTC)  # midnight in the district


@pytest.fixture
def crowd(office: Any) -> Crowd:
    phrases = load(Path("district"), "demo/phrases.yml", Phrases)
    return Crowd(office.parts.rules, phrases, "jw", CASES, 7, TODAY)


def test_cases_are_filed_once_and_an_interrupted_run_goes_on(office: Any, crowd: Crowd) -> None:
    assert file_some(office.parts, crowd, range(100, 150), TODAY) == 50
    assert file_some(office.parts, crowd, range(CASES), TODAY) == CASES - 50
    assert file_some(office.parts, crowd, range(CASES), TODAY) == 0
    assert office.db.cases.count_documents({}) == CASES


def test_every_case_has_lived_by_the_rules_and_is_told_to_nobody(office: Any, crowd: Crowd) -> None:
    file_some(office.parts, crowd, range(CASES), TODAY)
    for document in office.db.cases.find():
        case = office.case(document["_id"])
        assert history.verify(case.no, case.history) is None
        assert [case.filed_at, *(entry.at for entry in case.history)] == sorted(
            [case.filed_at, *(entry.at for entry in case.history)]
        )
        assert case.history[-1].at <= TODAY
        assert "_outbox" not in document
        copies = document_of(case, office.parts.rules)
        assert {name: copies[name] for name in ("by_state", "by_queue", "by_due")} == {
            name: document[name] for name in ("by_state", "by_queue", "by_due")
        }
    assert len(reading.list_cases(office.parts, ListCases(limit=100)).items) == 100


def test_old_cases_are_closed_and_fresh_ones_are_still_at_work(office: Any, crowd: Crowd) -> None:
    file_some(office.parts, crowd, range(CASES), TODAY)
    rows = list(office.db.cases.find({}, {"state": 1}).sort("filed_at"))
    old, fresh = (Counter(row["state"] for row in part) for part in (rows[:200], rows[-5:]))
    assert old["closed"] / old.total() > 0.9
    assert fresh["closed"] < fresh.total()


def test_a_few_towns_have_most_cases_and_days_have_their_hours(crowd: Crowd) -> None:
    lives = [crowd.at(number) for number in range(CASES)]
    towns = Counter(life.row.town for life in lives)
    assert sum(count for _, count in towns.most_common(6)) > CASES * 0.45
    assert len(towns) > 12
    hours = Counter((life.filed.hour + 8) % 24 for life in lives)
    assert sum(hours[hour] for hour in range(6)) < CASES * 0.1


def test_the_same_seed_makes_the_same_numbers_and_another_does_not(office: Any, crowd: Crowd) -> None:
    phrases = load(Path("district"), "demo/phrases.yml", Phrases)
    again, other = (Crowd(office.parts.rules, phrases, "jw", CASES, seed, TODAY) for seed in (7, 8))
    assert [again.at(n) for n in range(50)] == [crowd.at(n) for n in range(50)]
    assert not {other.at(n).no for n in range(50)} & {crowd.at(n).no for n in range(50)}
