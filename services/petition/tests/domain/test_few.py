"""Of small groups nothing is told that the whole less the others would not keep."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petition.domain import few
from petition.domain.few import Cell


@pytest.mark.parametrize(
    ("sizes", "hidden"),
    [
        ({"a": 5, "b": 7}, ""),
        ({"a": 4, "b": 1, "c": 9}, "ab"),
        ({"a": 1, "b": 5, "c": 9}, "ab"),  # else a is the whole less b and c
        ({"a": 1, "b": 1, "c": 5, "d": 9}, "abc"),
        ({"a": 3}, "a"),
        ({"a": 0, "b": 5}, ""),
        ({}, ""),
    ],
)
def test_what_is_hidden(sizes: dict[str, int], hidden: str) -> None:
    assert few.hidden(sizes, 5) == frozenset(hidden)


@given(sizes=st.dictionaries(st.integers(0, 30), st.integers(0, 12), max_size=12), smallest=st.integers(2, 6))
def test_neither_a_group_nor_what_is_left_is_small(sizes: dict[int, int], smallest: int) -> None:
    hidden = few.hidden(sizes, smallest)
    assert all(not size or size >= smallest for value, size in sizes.items() if value not in hidden)
    pool = sum(sizes[value] for value in hidden)
    assert pool == 0 or pool >= smallest or pool == sum(sizes.values())


def cell(town: str = "north", category: str = "kindergarten", group: str = "education", department: str = "jw") -> Cell:
    return Cell(town, category, group, department)


def shown(cells: dict[Cell, int]) -> dict[tuple[str, ...], int]:
    """How many rows look alike, by what they look like."""
    looks: Counter[tuple[str, ...]] = Counter()
    for one, told in few.told(cells, 5).items():
        looks[told.of(one)] += cells[one]
    return looks


def test_five_of_a_town_and_category_are_known_and_four_are_coarse() -> None:
    rare, also = cell(category="tutoring"), cell(category="canteen")
    assert shown({cell(): 5, rare: 4, also: 1}) == {
        ("kindergarten", "north", "education", "jw"): 5, ("", "north", "education", "jw"): 5,
    }  # fmt: skip


def test_what_is_alone_in_its_coarse_group_is_coarsened_again() -> None:
    lone, alike = cell(town="south", category="tutoring"), cell(category="tutoring")
    many = cell("west", "road", "traffic", "jt")
    assert shown({many: 9, alike: 4, lone: 1}) == {
        ("road", "west", "traffic", "jt"): 9, ("", "", "education", "jw"): 5,
    }  # fmt: skip
    other = cell("west", "canteen", "food", "jw")
    assert shown({many: 9, alike: 3, lone: 1, other: 1})["", "", "", "jw"] == 5
    elsewhere = cell("west", "noise", "quiet", "hb")
    assert shown({many: 9, alike: 3, lone: 1, elsewhere: 1})["", "", "", ""] == 5


def test_a_lone_row_is_joined_by_those_that_are_likest() -> None:
    many, more = cell("west", "road", "traffic", "jt"), cell("west", "bus", "traffic", "jt")
    assert shown({many: 9, more: 9, cell(): 1}) == {("road", "west", "traffic", "jt"): 9, ("", "", "", ""): 10}
    assert shown({cell(): 5, many: 9, cell(category="tutoring"): 4}) == {
        ("", "north", "education", "jw"): 9, ("road", "west", "traffic", "jt"): 9,
    }  # fmt: skip


def test_of_fewer_than_a_group_there_is_nothing_and_of_a_group_everything() -> None:
    assert few.told({cell(): 4}, 5) == {}
    assert few.told({cell(): 5}, 5) == {cell(): few.KNOWN}


CELLS = st.dictionaries(
    st.builds(Cell, *(st.sampled_from(values) for values in ("NSW", "abcd", "xy", "jk"))), st.integers(1, 6), max_size=9
)


@given(cells=CELLS)
def test_no_row_is_ever_lost_or_alike_with_too_few(cells: dict[Cell, int]) -> None:
    told = few.told(cells, 5)
    assert told.keys() == (cells.keys() if sum(cells.values()) >= 5 else set())
    known = [one for one, how in told.items() if how is few.KNOWN]
    for one in known:
        assert sum(cells[other] for other in known if other[:2] == one[:2]) >= 5
    coarse = {one: how for one, how in told.items() if how is not few.KNOWN}
    for one, how in coarse.items():
        assert sum(cells[other] for other, less in coarse.items() if less.of(other) == how.of(one)) >= 5
