"""Before sending: what is alike is found, at a bounded cost, and nothing that the public may not see."""

from typing import Any

import pytest

from petition import similar
from petition.contract.filing import SearchSimilar, SimilarCases

LAMPS = {
    "category": "no_lamps",
    "place": "东环路",
    "title": "东环路路灯不亮，晚上漆黑一片",
    "text": "东环路北段的路灯坏了两个多月，晚上漆黑一片，老人孩子出门很不安全，请尽快维修。",
}
DRAFT = {
    "category": "no_lamps",
    "town": "110114112",
    "place": "东环路",
    "title": "东环路的路灯全都不亮",
    "text": "东环路路灯坏了很久没人修，晚上漆黑一片，孩子放学不安全，希望尽快维修路灯。",
}
OTHERS = (
    "小区电梯经常停运，物业一直不维修，老人上下楼不方便，请协调。",
    "供暖季开始一周，家里白天只有十六度左右，报修两次没有改善。",
    "地铁站口流动摊贩占住盲道，晚高峰行人只能走到马路上。",
)


def search(office: Any, by: Any = None, **draft: Any) -> SimilarCases:
    return similar.search_similar(office.parts, SearchSimilar.model_validate({**DRAFT, **draft}), by or office.visitor)


def numbers(rows: Any) -> list[str]:
    return [row.no for row in rows]


def test_an_open_case_about_the_same_is_found_and_others_of_the_town_are_not(office: Any) -> None:
    for text in OTHERS:
        office.accept(office.submit(text=text, title=text[:20], category="no_lamps", place=""))
    no = office.submit(**LAMPS)
    assert search(office).open == []
    office.accept(no)
    found = search(office)
    assert numbers(found.open) == [no]
    assert found.replied == []
    assert found.open[0].summary.startswith("东环路北段")


def test_it_is_found_under_another_category_and_by_its_place_alone(office: Any) -> None:
    no = office.submit(**LAMPS)
    office.accept(no)
    for _ in range(3):
        office.accept(office.submit(text=OTHERS[0]))
    assert numbers(search(office, category="kindergarten").open) == [no]
    assert numbers(search(office, category=None, town=None).open) == [no]


def test_another_towns_case_is_not_the_same_but_its_reply_may_serve(office: Any) -> None:
    elsewhere = office.submit(**LAMPS, town="110114001")
    office.accept(elsewhere)
    assert search(office).open == []
    replied = office.answered(**LAMPS, town="110114001")
    found = search(office)
    assert (numbers(found.open), numbers(found.replied)) == ([], [replied])


@pytest.mark.parametrize("visibility", ["private", "anonymous"])
def test_private_cases_are_never_found_and_an_anonymous_ones_point_does_not_tell(office: Any, visibility: str) -> None:
    point = {"lon": 116.33, "lat": 40.22}
    no = office.submit(**LAMPS, visibility=visibility, point=point)
    office.accept(no)
    rows = search(office, point=point).open
    assert all(row.metres is None for row in rows)
    near = numbers(rows)
    far = numbers(search(office, point={"lon": 116.20, "lat": 40.10}).open)
    assert near == far == ([] if visibility == "private" else [no])


def test_the_nearest_comes_first_and_the_author_knows_his_own(office: Any) -> None:
    far = office.submit(**LAMPS, point={"lon": 116.345, "lat": 40.22}, by=office.other)
    near = office.submit(**LAMPS, point={"lon": 116.33, "lat": 40.22})
    for no in (near, far):
        office.accept(no)
    found = search(office, by=office.author, point={"lon": 116.3301, "lat": 40.2201})
    assert [(row.no, row.mine) for row in found.open] == [(near, True), (far, False)]
    assert [row.metres for row in found.open] == [pytest.approx(14, abs=2), pytest.approx(1270, abs=30)]
    assert {row.place for row in found.open} == {LAMPS["place"]}
    assert {row.metres for row in search(office).open} == {None}


def test_an_ended_case_without_a_reply_is_no_help(office: Any) -> None:
    no = office.submit(**LAMPS)
    office.accept(no)
    office.refuse(no)
    assert search(office) == SimilarCases(open=[], replied=[])


def test_however_many_there_are_only_the_newest_are_compared(office: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(similar, "NEWEST_COMPARED", 3)
    for _ in range(8):
        office.accept(office.submit(**LAMPS))
    office.db.command("profile", 2)
    found = search(office, place="")
    office.db.command("profile", 0)
    rows = list(office.db.system.profile.find({"ns": {"$regex": r"\.cases$"}, "op": "query"}))
    assert len(found.open) == 3
    assert max(row["docsExamined"] for row in rows) <= 3
    assert len(rows) == 4


def test_a_draft_is_compared_for_everyone(rpc: Any, resident: Any) -> None:
    assert rpc.code(resident("asks"), "search_similar", **DRAFT) == "ok"
    assert rpc.code(resident("asks"), "search_similar", text="短") == "invalid"
