"""Whether two things that people told are of one matter: their words, where they are, how far apart in time.

It proposes, and says why; that they are one, a person says.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from news.domain.tips import Place

LOOKED_AT = 300  # characters of a text in which shared words are looked for
MOST_SHARED, LONGEST_SHARED = 2, 14
_SHORTEST_SHARED = 4  # characters; less is chance
_MOSTLY = 0.6  # of the shorter one's bigrams: two ways to write one place
_METRES_A_DEGREE = 111_320
_RUN = re.compile(r"[^\W_]+")
_NUMBER = re.compile(r"\d{5,}")


class LikenessRules(BaseModel):
    """What counts how much when two matters are compared, beside the share of words they have in common (0 to 1).

    From `least` on the newsroom is told. Fewer than `fewest_shared` bigrams in common are chance, but at the same spot
    (`same_place_metres`) `fewest_shared_there` tell something. `days`: what lies farther apart in time is not compared;
    the same day adds all of `same_time`, the last of those days nothing.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    least: float = Field(gt=0, le=2)
    fewest_shared: int = Field(ge=1, le=32)
    fewest_shared_there: int = Field(ge=1, le=32)
    days: int = Field(ge=1, le=730)
    shown: int = Field(ge=1, le=20)
    same_place_metres: int = Field(ge=1)
    nearby_metres: int
    far_metres: int
    same_place: float = Field(ge=0, le=1)
    nearby: float = Field(ge=0, le=1)
    far: float = Field(ge=-1, le=0)
    same_town: float = Field(ge=0, le=1)
    another_town: float = Field(ge=-1, le=0)
    same_time: float = Field(ge=0, le=1)

    @model_validator(mode="after")
    def _nearest_first(self) -> Self:
        if not self.same_place_metres <= self.nearby_metres <= self.far_metres:
            raise ValueError("same_place_metres, nearby_metres and far_metres must not fall")
        return self


@dataclass(frozen=True)
class Matter:
    """What is compared: hashed bigrams of its words and of the name of its place, its town, when it was told."""

    grams: frozenset[int]
    place: frozenset[int]
    town: str | None
    at: datetime


@dataclass(frozen=True)
class Likeness:
    """How like two matters are, and what of them is alike. `metres` and `same_town` are None where one does not say."""

    score: float
    same_place: bool
    same_town: bool | None
    metres: float | None
    days: int


def likeness(one: Matter, other: Matter, rules: LikenessRules, metres: float | None = None) -> Likeness | None:
    """How like they are, `metres` apart as far as that is known; None where they are not likely to be one matter."""
    shared = len(one.grams & other.grams)
    days = abs(one.at - other.at).days
    there = metres is not None and metres <= rules.same_place_metres
    if shared < (rules.fewest_shared_there if there else rules.fewest_shared) or days > rules.days:
        return None
    same_place = there if metres is not None else _same_place(one, other)
    same_town = one.town == other.town if one.town and other.town else None
    score = shared / min(len(one.grams), len(other.grams)) + rules.same_time * (1 - days / rules.days)
    score += _by_place(same_place, metres, rules)
    if same_town is not None:
        score += rules.same_town if same_town else rules.another_town
    if score < rules.least:
        return None
    return Likeness(score=score, same_place=same_place, same_town=same_town, metres=metres, days=days)


def metres_between(one: Place | None, other: Place | None) -> float | None:
    """The distance of two points, good enough within a district; None where there is no second one."""
    if one is None or other is None:
        return None
    north = (one.lat - other.lat) * _METRES_A_DEGREE
    east = (one.lon - other.lon) * _METRES_A_DEGREE * math.cos(math.radians(one.lat))
    return math.hypot(north, east)


def shared_words(one: str, other: str) -> list[str]:
    """The longest words that stand in both texts, cut short, for who is told why they are alike; never a number."""
    matcher = SequenceMatcher(None, one[:LOOKED_AT], other[:LOOKED_AT], autojunk=False)
    blocks = (one[block.a : block.a + block.size] for block in matcher.get_matching_blocks())
    return _longest(run for block in blocks for run in _RUN.findall(block))


def _longest(runs: Iterable[str]) -> list[str]:
    long = {run for run in runs if len(run) >= _SHORTEST_SHARED and not _NUMBER.search(run)}
    longest = sorted(long, key=lambda run: (-len(run), run))[:MOST_SHARED]
    return [run if len(run) <= LONGEST_SHARED else f"{run[: LONGEST_SHARED - 1]}…" for run in longest]


def _same_place(one: Matter, other: Matter) -> bool:
    if not one.place or not other.place:
        return False
    return len(one.place & other.place) >= _MOSTLY * min(len(one.place), len(other.place))


def _by_place(same_place: bool, metres: float | None, rules: LikenessRules) -> float:
    if same_place:
        return rules.same_place
    if metres is None:
        return 0.0
    if metres <= rules.nearby_metres:
        return rules.nearby
    return rules.far if metres > rules.far_metres else 0.0
