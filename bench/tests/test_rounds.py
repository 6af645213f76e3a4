"""How contenders are compared."""

import pytest

from bench.measure import Row, Target
from bench.rounds import Sample, Spread, alternate, percentile, ratio


def test_contenders_take_turns_in_reversed_order_every_other_round() -> None:
    order: list[str] = []

    def contender(name: str) -> Sample:
        order.append(name)
        return Sample(rate=len(order))

    found = alternate({name: lambda name=name: contender(name) for name in ("a", "b", "c")}, 3)  # type: ignore[misc]
    assert order == ["a", "b", "c", "c", "b", "a", "a", "b", "c"]
    assert [sample.rate for sample in found["a"]] == [1, 6, 7]


def test_a_ratio_is_taken_within_each_round_and_its_median_counts() -> None:
    ours = [Sample(200, cpu=10), Sample(20, cpu=30), Sample(900, cpu=20)]
    peer = [Sample(100, cpu=40), Sample(10, cpu=40), Sample(300, cpu=40)]
    assert ratio(ours, peer) == Spread(2, 2, 3)
    assert ratio(ours, peer, lambda sample: sample.cpu) == Spread(0.5, 0.25, 0.75)


def test_rounds_of_one_contender_cannot_be_left_out() -> None:
    with pytest.raises(ValueError):
        ratio([Sample(1), Sample(2)], [Sample(1)])


def test_a_percentile_is_a_figure_that_was_measured() -> None:
    figures = [float(number) for number in range(1, 101)]
    assert percentile(figures, 0.5) == 51
    assert percentile(figures, 0.99) == 100
    assert percentile([3.0], 0.99) == 3


@pytest.mark.parametrize(("target", "figure", "verdict"), [
    (Target(least=2.5), 2.5, "met"),
    (Target(least=2.5), 2.49, "MISSED"),
    (Target(most=0.45), 0.45, "met"),
    (Target(most=0.45), 0.46, "MISSED"),
    (None, 1.0, "–"),
])  # fmt: skip
def test_a_row_says_whether_its_median_meets_the_target(target: Target | None, figure: float, verdict: str) -> None:
    assert Row("a", "b", Spread(figure, 0, 9), target).verdict == verdict
