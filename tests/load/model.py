"""The load to stand, as numbers; and how it falls into the seconds of a run."""

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

REGISTERED = 300_000
COME_ON_A_BUSY_DAY = 0.30
VISITS, REQUESTS = 3, 7  # of one resident a day; of one visit
IN_THE_PEAK_HOUR = 0.08
BURST = 5  # times the rate of the peak hour
BURST_EVERY, BURST_SECONDS = 30, 6
PUSH_OPENED, PUSH_SECONDS = 15_000, 60
MOST_MINUTES = 30

MIX: Mapping[str, int] = {
    "news and guides": 60,
    "own matters and inbox": 20,
    "lists and search": 12,
    "items and offices": 5,  # in place of bookings, which do not exist yet: the pages on the way to one
    "writes": 3,
}
"""Shares of a hundred requests."""

READERS_SIGNED_IN = 0.3
"""Of those who read what everyone may read. The app sends their token along, so no kept answer can serve them."""


@dataclass(frozen=True)
class Profile:
    """A run: how long (seconds), how many requests a second on the whole at scale 1, and whether it comes in bursts."""

    name: str
    seconds: float
    scale: float
    per_second: float
    bursts: bool
    opening: bool = False

    def rate(self, second: float) -> float:
        """Requests a second at that moment of the run."""
        in_burst = self.bursts and second % BURST_EVERY >= BURST_EVERY - BURST_SECONDS
        return self.per_second * self.scale * (BURST if in_burst else 1)

    @property
    def peak(self) -> float:
        """The highest rate of the run."""
        return self.per_second * self.scale * (BURST if self.bursts else 1)


def peak_hour_per_second() -> float:
    """Requests a second on the whole district's busiest hour."""
    a_day = REGISTERED * COME_ON_A_BUSY_DAY * VISITS * REQUESTS
    return a_day * IN_THE_PEAK_HOUR / 3600


def profile(name: str, scale: float | None, minutes: float | None) -> Profile:
    """The profile of that name. `push` opens what was pushed, of which each is two requests: the article, then home.

    Raises `ValueError` for a length that is not between 0 and half an hour, and for a scale that is not above 0.
    """
    usual_scale, usual_minutes = {"smoke": (0.25, 1), "day": (1.0, 5), "push": (1.0, PUSH_SECONDS / 60)}[name]
    scale, minutes = scale or usual_scale, minutes or usual_minutes
    if not 0 < minutes <= MOST_MINUTES or scale <= 0:
        raise ValueError(f"a run lasts at most {MOST_MINUTES} minutes, and its scale is above 0")
    if name == "push":
        return Profile(name, minutes * 60, scale, PUSH_OPENED / PUSH_SECONDS, bursts=False, opening=True)
    return Profile(name, minutes * 60, scale, peak_hour_per_second(), bursts=True)


def arrivals(run: Profile, draw: random.Random) -> Iterator[tuple[float, str]]:
    """When somebody wants something (seconds from the start) and which journey it belongs to: a Poisson stream."""
    at = 0.0
    journeys, shares = list(MIX), list(MIX.values())
    while True:
        at += draw.expovariate(run.peak)
        if at >= run.seconds:
            return
        if draw.random() * run.peak > run.rate(at):
            continue  # thinned: fewer come outside a burst
        yield at, "opening" if run.opening else draw.choices(journeys, shares)[0]


def residents_for(run: Profile) -> int:
    """How many accounts the run needs, so that none comes more often than a person would."""
    return min(max(math.ceil(40 * run.scale), 8), 400)


def phones_for(run: Profile) -> int:
    """How many phones are there to take what arrives: enough for the peak when every answer takes two seconds."""
    return min(max(math.ceil(run.peak * 2), 20), 1000)
