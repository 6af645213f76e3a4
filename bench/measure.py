"""What a measure is, and the rows that it comes to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.rounds import Spread

if TYPE_CHECKING:
    from bench.world import World


@dataclass(frozen=True)
class Plan:
    """How much is measured. A quick one shows that it runs, and is no measurement."""

    rounds: int
    seconds: int
    warm_up: int
    cases: int
    few_cases: int
    articles: int
    few_articles: int
    queries: int
    quick: bool


FULL = Plan(
    rounds=5,
    seconds=3,
    warm_up=1,
    cases=1_000_000,
    few_cases=10_000,
    articles=200_000,
    few_articles=2_000,
    queries=2000,
    quick=False,
)
QUICK = Plan(
    rounds=2,
    seconds=1,
    warm_up=0,
    cases=600,
    few_cases=200,
    articles=600,
    few_articles=200,
    queries=30,
    quick=True,
)


@dataclass(frozen=True)
class Target:
    """What the figure should be: at least, or at most."""

    least: float | None = None
    most: float | None = None
    unit: str = "×"

    def met_by(self, figure: float) -> bool:
        """Whether the figure is as it should be."""
        return (self.least is None or figure >= self.least) and (self.most is None or figure <= self.most)

    def __str__(self) -> str:
        return f"≥ {self.least:g} {self.unit}" if self.least is not None else f"≤ {self.most:g} {self.unit}"


@dataclass(frozen=True)
class Row:
    """One line of the table: what, against what, the figure with its spread, and absolute figures beside."""

    what: str
    against: str
    figure: Spread
    target: Target | None = None
    beside: str = ""

    @property
    def verdict(self) -> str:
        """Whether the target was met, where there is one."""
        if self.target is None:
            return "–"
        return "met" if self.target.met_by(self.figure.median) else "MISSED"


@dataclass(frozen=True)
class Measure:
    """Something to measure: `run` comes to rows."""

    name: str
    run: "Callable[[World, Plan], list[Row]]"
