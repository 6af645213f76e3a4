import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.phones import NotAMobileNumber, masked, normalise


@pytest.mark.parametrize(
    "typed",
    [
        "13800138000",
        " 138 0013 8000 ",
        "138-0013-8000",
        "+8613800138000",
        "008613800138000",
        "+86 138 0013 8000",
        "１３８００１３８０００",
    ],
)
def test_one_number_however_it_is_typed(typed: str) -> None:
    assert normalise(typed) == "+8613800138000"


@pytest.mark.parametrize(
    "range_", ["130", "145", "147", "155", "162", "166", "170", "171", "172", "178", "186", "190", "195", "199"]
)
def test_every_operators_ranges_are_known(range_: str) -> None:
    assert normalise(f"{range_}01380001") == f"+86{range_}01380001"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "1380013800",
        "138001380000",
        "12800138000",
        "010-69746114",
        "12345",
        "+85261234567",
        "+1 202 555 0143",
        "13800138000;ext=5",
        "abc",
        "1" * 10_000,
        "13800138000\x00",
        "<script>",
    ],
)
def test_what_is_no_mainland_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(NotAMobileNumber):
        normalise(typed)


@given(st.text(max_size=40))
def test_any_text_is_either_a_number_or_refused(typed: str) -> None:
    try:
        number = normalise(typed)
    except NotAMobileNumber:
        return
    assert number.startswith("+861")
    assert len(number) == 14
    assert number[1:].isascii() and number[1:].isdigit()


def test_demo_numbers_count_only_in_a_demonstration() -> None:
    assert normalise("160 0000 0001", demo=True) == "+8616000000001"
    for typed in ("16000000001", "160000000012", "1600000001"):
        with pytest.raises(NotAMobileNumber):
            normalise(typed)
    with pytest.raises(NotAMobileNumber):
        normalise("160000000012", demo=True)


def test_masking_hides_the_middle() -> None:
    assert masked("+8613812345678") == "138****5678"
