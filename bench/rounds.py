"""Pairs: contenders take turns, in reversed order every other round, and are compared within each round."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Run = Callable[[], "Sample"]


@dataclass(frozen=True)
class Sample:
    """One contender in one round: things a second, CPU microseconds a thing, milliseconds (median and 99th of 100)."""

    rate: float
    cpu: float = 0.0
    p50: float = 0.0
    p99: float = 0.0


@dataclass(frozen=True)
class Spread:
    """The median of several figures, and between which they lay."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, figures: Sequence[float]) -> "Spread":
        return cls(statistics.median(figures), min(figures), max(figures))

    def __str__(self) -> str:
        return f"{_short(self.median)} ({_short(self.low)}–{_short(self.high)})"


def alternate(contenders: Mapping[str, Run], rounds: int) -> dict[str, list[Sample]]:
    """The samples of each contender, one a round."""
    samples: dict[str, list[Sample]] = {name: [] for name in contenders}
    for number in range(rounds):
        order = list(contenders) if number % 2 == 0 else list(reversed(list(contenders)))
        for name in order:
            samples[name].append(contenders[name]())
    return samples


def ratio(
    ours: Sequence[Sample], peers: Sequence[Sample], figure: Callable[[Sample], float] = lambda sample: sample.rate
) -> Spread:
    """Ours by the peer's, round by round: what disturbs one round disturbs both."""
    return Spread.of([figure(mine) / figure(other) for mine, other in zip(ours, peers, strict=True)])


def percentile(figures: Sequence[float], share: float) -> float:
    """The figure that this share of all does not exceed."""
    ordered = sorted(figures)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def _short(figure: float) -> str:
    return f"{figure:,.0f}" if figure >= 100 else f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"
