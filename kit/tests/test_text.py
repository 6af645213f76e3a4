"""Search by bigrams: what must be found is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import text

chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4FFF), min_size=2, max_size=30)


@given(chinese, st.data())
def test_every_part_of_a_title_finds_it(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 2))
    end = data.draw(st.integers(start + 2, len(title)))
    query = title[start:end]
    assert set(text.query_grams(query)) <= set(text.grams(title))
    assert text.matches(query, title)


@given(st.text(max_size=400), st.text(max_size=400))
def test_a_document_never_holds_more_than_its_share(one: str, other: str) -> None:
    found = text.grams(one, other)
    assert len(found) == len(set(found)) <= text.MOST_GRAMS
    assert all(-(2**31) <= gram < 2**31 for gram in found)


@pytest.mark.parametrize(
    ("query", "title", "found"),
    [
        ("ＡＰＰ", "北京昌平app上线", True),
        ("崔村 幼儿园", "崔村镇幼儿园何时施工", True),
        ("崔村幼儿园", "崔村镇幼儿园何时施工", False),
        ("幼儿园", "回龙观小学", False),
        ("", "回龙观小学", False),
        ("，。！", "回龙观小学", False),
    ],
)
def test_queries_as_people_write_them(query: str, title: str, found: bool) -> None:
    assert text.matches(query, title) is found


def test_one_character_has_no_bigram() -> None:
    assert text.query_grams("园") == []
