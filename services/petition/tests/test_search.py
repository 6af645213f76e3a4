"""Finding public cases by their words, and what the home page is told."""

from typing import Any

import pytest

from kit import search as kit_search
from petition import leaving, reading
from petition.contract.lists import Front, Search

LAMPS = {"title": "多条道路无照明", "place": "东环路", "text": "晚上漆黑一片，请安装路灯，电话13812345678。"}


def found(office: Any, query: str, **page: Any) -> list[str]:
    return [hit.id for hit in reading.search(office.parts, Search(q=query, **page)).items]


def test_a_case_is_found_by_title_place_and_text_once_it_is_let_through(office: Any) -> None:
    no = office.submit(**LAMPS)
    assert found(office, "照明") == []
    office.accept(no)
    for query in ("照明", "东环路", "漆黑一片", "道路 路灯", "　道路　照明　", "无照明"):
        assert found(office, query) == [no], query
    for query in ("幼儿园", "照明 幼儿园", "照", "", "!?", "明道", "$where", "a" * 100):
        assert not query or found(office, query) == [], query


def test_a_hit_says_what_the_public_may_read_and_where(office: Any) -> None:
    no = office.submit(**LAMPS)
    office.accept(no)
    (hit,) = reading.search(office.parts, Search(q="照明")).items
    assert (hit.kind, hit.title, hit.path) == ("case", LAMPS["title"], f"/cases/{no}")
    assert "13812345678" not in hit.model_dump_json()


@pytest.mark.parametrize("query", ["13812345678", "12345678"])
def test_what_is_masked_finds_nothing(office: Any, query: str) -> None:
    no = office.submit(**LAMPS)
    office.accept(no)
    assert found(office, query) == []


def test_what_the_public_must_not_read_is_not_found(office: Any) -> None:
    private = office.answered(visibility="private", **LAMPS)
    assert found(office, "照明") == []
    leaving.forget_author(office.parts, office.author.id)
    assert found(office, "照明") == []
    assert office.case(private).author is None


def test_words_that_intake_replaced_do_not_find_the_case(office: Any) -> None:
    no = office.submit(text="某某某偷了我家的东西，请处理。")
    office.accept(no, publish_text="反映人称财物受损，请处理。")
    assert found(office, "财物受损") == [no]
    assert found(office, "偷了我家") == []


def test_pages_of_a_search_neither_lose_nor_repeat(office: Any) -> None:
    numbers = [office.submit(**LAMPS) for _ in range(7)]
    for no in numbers:
        office.accept(no)
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = reading.search(office.parts, Search(q="照明", limit=2, cursor=cursor))
        seen += [hit.id for hit in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == list(reversed(numbers))


def test_words_that_hardly_ever_meet_are_looked_for_in_bounded_steps(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit_search, "REACHES", (2, 3))
    oldest = office.submit(title="路灯不亮也没有人管垃圾", text=LAMPS["text"])
    office.accept(oldest)
    for number in range(8):
        office.accept(
            office.submit(title=("路灯不亮了好几天", "垃圾没有人来清运")[number % 2], text="请问什么时候能处理？")
        )
    pages: list[list[str]] = []
    cursor = None
    while True:
        page = reading.search(office.parts, Search(q="路灯 垃圾", limit=5, cursor=cursor))
        pages.append([hit.id for hit in page.items])
        cursor = page.next_cursor
        if cursor is None:
            break
    assert pages[0] == []
    assert [no for found in pages for no in found] == [oldest]


def test_the_front_shows_fresh_replies_and_counts_those_in_time(office: Any) -> None:
    assert reading.front(office.parts, Front()).items == []
    first, second = office.answered(), office.answered()
    office.answered(visibility="private")
    office.accept(office.submit())
    told = reading.front(office.parts, Front())
    assert [row.no for row in told.items] == [second, first]
    assert (told.replies.replied, told.replies.in_time) == (2, 2)
    office.rate(first)
    assert [row.no for row in reading.front(office.parts, Front(limit=1)).items] == [second]
    assert reading.front(office.parts, Front()).replies.replied == 2


def test_search_and_front_are_for_everyone(rpc: Any, resident: Any) -> None:
    for by in (resident("reader"), resident("other")):
        assert rpc.code(by, "search", q="幼儿园") == "ok"
        assert rpc.code(by, "front") == "ok"
        assert rpc.code(by, "search", q="幼" * 101) == "invalid"
