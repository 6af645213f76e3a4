"""Which cases reports name, as news tells it: late, again, out of order, withdrawn; at the desk and in public."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Forbidden, NotFound
from kit.events import Event
from kit.testing import new_key
from petition import coverage, desk, notices, reading, steps
from petition.contract.desk import CountDeskCases, ListDeskCases
from petition.contract.shapes import OneCase
from petition.domain import history

ARTICLE, TITLE = "CPN20261120-ABC123", "幼儿园何时开工"


def told(seq: int, *cases: str, title: str = TITLE, article: str = ARTICLE) -> Event:
    data = {"headline": title if cases else "", "published_at": "2026-11-20T09:00:00.000+08:00", "cases": list(cases)}
    return Event(new_key(), "news.coverage_linked.v1", article, seq, utcnow(), data)


def shown(office: Any, no: str, by: Any = None) -> list[str]:
    return [one.title for one in reading.get_case(office.parts, OneCase(no=no), by or office.visitor).coverage]


def events(office: Any, no: str) -> list[str]:
    waiting = (office.db.cases.find_one({"_id": no}) or {})["_outbox"]
    return [event["type"] for event in waiting if "cover" in event["type"]]


@pytest.fixture
def public(office: Any) -> str:
    no: str = office.submit()
    office.accept(no)
    office.dispatch(no)
    return no


def test_everyone_sees_the_report_and_supervision_has_the_case_in_its_queue(office: Any, public: str) -> None:
    with ThreadPoolExecutor(4) as pool:  # two workers, and the event again
        list(pool.map(lambda _: coverage.follow(office.parts, told(1, public)), range(8)))
    version = office.case(public).version
    assert shown(office, public) == shown(office, public, office.author) == [TITLE]
    assert events(office, public) == ["petition.case_covered.v1"]
    assert version == 3, "nobody's work is held up by it"
    for by in (office.supervisor, office.leader):
        (row,) = desk.list_desk_cases(office.parts, ListDeskCases(queue="covered"), by).items
        assert (row.no, row.covered) == (public, 1)
        counts = {one.queue: one.count for one in desk.get_desk_counts(office.parts, CountDeskCases(), by).items}
        assert counts["covered"] == 1
    for by in (office.clerk, office.handler):
        with pytest.raises(Forbidden):
            desk.list_desk_cases(office.parts, ListDeskCases(queue="covered"), by)
    assert desk.get_desk_case(office.parts, OneCase(no=public), office.handler).coverage[0].article == ARTICLE
    kinds = [one.kind for one in reading.get_history(office.parts, OneCase(no=public), office.handler).entries]
    assert kinds[-1] == "cover"
    assert "petition.case_covered.v1" in notices.TYPES


def test_the_last_word_of_news_counts_in_whatever_order_it_comes(office: Any, public: str) -> None:
    other = office.submit()
    office.accept(other)
    coverage.follow(office.parts, told(3, other))
    coverage.follow(office.parts, told(1, public, other))
    coverage.follow(office.parts, told(2))
    assert (shown(office, public), shown(office, other)) == ([], [TITLE])
    assert events(office, public) == [], "it was never named as far as anybody could know"
    coverage.follow(office.parts, told(4, other, public, title="幼儿园开工了"))
    assert shown(office, public) == shown(office, other) == ["幼儿园开工了"]


def test_a_withdrawn_report_is_gone_and_the_case_leaves_the_queue(office: Any, public: str) -> None:
    coverage.follow(office.parts, told(1, public))
    coverage.follow(office.parts, told(2))
    assert shown(office, public) == []
    assert desk.list_desk_cases(office.parts, ListDeskCases(queue="covered"), office.supervisor).items == []
    assert "by_covered" not in office.db.cases.find_one({"_id": public})
    assert history.verify(public, office.case(public).history) is None
    seen = reading.get_history(office.parts, OneCase(no=public), office.visitor)
    assert [one.kind for one in seen.entries][-2:] == ["cover", "uncover"]
    assert TITLE not in seen.model_dump_json()


def test_a_run_that_was_cut_off_is_made_up_for(office: Any, public: str, monkeypatch: Any) -> None:
    first = office.submit()
    office.accept(first)
    beside = steps.beside

    def cut_off(parts: Any, no: str, decide: Any) -> None:
        assert no == first
        beside(parts, no, decide)

    monkeypatch.setattr(steps, "beside", cut_off)
    with pytest.raises(AssertionError):
        coverage.follow(office.parts, told(1, first, public))
    monkeypatch.setattr(steps, "beside", beside)
    coverage.follow(office.parts, told(1, first, public))
    assert shown(office, first) == shown(office, public) == [TITLE]


def test_a_private_case_shows_it_to_the_offices_alone(office: Any) -> None:
    no = office.submit(visibility="private")
    office.accept(no)
    office.dispatch(no)
    coverage.follow(office.parts, told(1, no, "CP20261120-ZZZZZZ"))
    assert events(office, no) == ["petition.case_coverage_changed.v1"], "nobody is told"
    assert shown(office, no, office.author) == []
    assert desk.get_desk_case(office.parts, OneCase(no=no), office.supervisor).coverage[0].title == TITLE
    with pytest.raises(NotFound):
        shown(office, no)


def test_the_end_of_a_case_ends_its_place_in_the_queue_and_not_the_report(office: Any) -> None:
    no = office.answered()
    coverage.follow(office.parts, told(1, no))
    office.rate(no)
    assert shown(office, no) == [TITLE]
    assert desk.list_desk_cases(office.parts, ListDeskCases(queue="covered"), office.supervisor).items == []
    coverage.follow(office.parts, told(1, no, article="CPN20261121-ABC124", title="后来"))
    assert shown(office, no) == [TITLE, "后来"]
