"""Personal numbers in texts."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petition.domain.masking import MASK, Span, find, mask, masked, not_of_an_office


@pytest.mark.parametrize(
    "text",
    [
        "13812345678",
        "138 1234 5678",
        "138-1234-5678",
        "+86 13812345678",
        "8613812345678",
        "１３８１２３４５６７８",
        "999999190001010015",
        "999999190001010031",
    ],
)
def test_each_way_of_writing_it_is_found(text: str) -> None:
    assert mask(f"请联系{text}，谢谢") == f"请联系{MASK}，谢谢"


def test_all_of_them_are_found_not_only_the_first() -> None:
    text = "电话13812345678或13912345678，证件999999190001010015，微信同13700000000"
    assert mask(text) == f"电话{MASK}或{MASK}，证件{MASK}，微信同{MASK}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12345",
        "2026年11月18日",
        "999999190001010016",
        "订单号 202611180001234567890",
        "3号楼2单元501",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text


KINDS = {
    "010-69712345": "landline",
    "(0431) 8888 8888": "landline",
    "电话：69712345": "landline",
    "110101900307771": "id_number",
    "9 9 9 9 9 9 1 9 0 0 0 1 0 1 0 0 3 1": "id_number",
    "4111 1111 1111 1111": "bank_card",
    "a.b+c@mail.example.com": "email",
    "ｚｈａｎｇ＠１６３.com": "email",
    "京A·12345": "plate",
    "京AD12345": "plate",
    "粤b12345d": "plate",
    "沪A1234挂": "plate",
    "WJ京1234X": "plate",
    "wj·12345": "plate",
    "WJ01-12345": "plate",
    "军A·12345": "plate",
    "南A12345": "plate",
    "VA·02001": "plate",
    "京X·1234应急": "plate",
    "川s0012应急": "plate",
}


@pytest.mark.parametrize("text", KINDS)
def test_each_kind_is_found_and_named(text: str) -> None:
    (span,) = find(f"我是，{text}，谢谢")
    assert span.kind == KINDS[text]


FALSE_FRIENDS = (
    "4111 1111 1111 1112", "990101900307771", "110101901307771", "新ABCDE款", "69712345", "a@b", "京A", "完成A12345号",
    "推广B10086", "型号KA12345", "编号VA02001", "军A1234", "WJ1234", "应急预案1234", "南A座12345",
)  # fmt: skip


@pytest.mark.parametrize("text", FALSE_FRIENDS)
def test_what_only_looks_like_one_stays(text: str) -> None:
    assert find(text) == []


def test_in_words_of_an_office_its_landline_is_no_find() -> None:
    text = "请致电010-69712345，或联系王某13812345678"
    assert [text[span.start : span.end] for span in not_of_an_office(text)] == ["13812345678"]


def test_a_plate_of_the_forces_is_found_where_it_is_called_one() -> None:
    assert mask("车牌号：KA12345，停了一周") == f"车牌号：{MASK}，停了一周"


def _check_character(digits: str) -> str:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    return "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


def _luhn(digits: str) -> str:
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(reversed(digits))]
    return digits + str(-sum(sum(divmod(n, 10)) for n in doubled) % 10)


def numerals(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


NUMBERS = st.one_of(
    st.builds("1{}{}".format, st.sampled_from("3456789"), numerals(9)),
    numerals(17).map(lambda digits: digits + _check_character(digits)),
    st.builds(str.__add__, st.sampled_from(["622", "455", "955"]), numerals(12)).map(_luhn),
    st.builds("0{}{}{}".format, st.sampled_from(["10", "21", "755"]), st.sampled_from("2345678"), numerals(7)),
)
AROUND = st.text("请联系我们村口的路灯，。！（）a \n", max_size=20)
WIDE = str.maketrans({chr(0x21 + n): chr(0xFF01 + n) for n in range(94)})


@settings(max_examples=100, deadline=None)
@given(st.data(), NUMBERS, AROUND, AROUND, st.booleans())
def test_a_number_is_found_at_any_place_in_any_width_with_any_separators(
    data: st.DataObject, number: str, before: str, after: str, wide: bool
) -> None:
    gaps = data.draw(st.lists(st.sampled_from(["", "", "", " ", "-", "·", "　", "—"]), min_size=20, max_size=20))
    written = "".join(map("".join, zip(number, [*gaps[: len(number) - 1], ""], strict=True)))
    shown = written.translate(WIDE) if wide else written
    text = before + shown + after
    covered = {place for span in find(text) for place in range(span.start, span.end)}
    assert covered >= set(range(len(before), len(before) + len(shown)))
    assert number not in mask(text)


@settings(max_examples=200, deadline=None)
@given(st.text("0123456789 -Xx京A@a.", max_size=60))
def test_spans_lie_in_the_text_in_order_and_masking_again_changes_nothing(text: str) -> None:
    spans = find(text)
    assert all(0 <= one.start < one.end <= len(text) for one in spans)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    outside = "".join(c for n, c in enumerate(text) if not any(s.start <= n < s.end for s in spans))
    assert masked(text, spans).replace(MASK, "") == outside


def test_stretches_that_overlap_are_masked_as_one() -> None:
    spans = [Span(start=4, end=8), Span(start=0, end=3), Span(start=2, end=5)]
    assert masked("0123456789", spans) == f"{MASK}89"


def test_the_longest_text_is_looked_through_at_once() -> None:
    began = time.perf_counter()
    for text in ("1 " * 2500, "1" * 5000, "138 1234 567 " * 384, "京A" * 2500, "a.-" * 1666):
        find(text)
    assert time.perf_counter() - began < 10
