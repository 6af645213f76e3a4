"""How like two cases are: the words they share, what they are about, and how far apart they lie."""

import math
from dataclasses import dataclass

from petition.domain.case import Location

LIKE = 0.4
"""From here on two cases are likely to be about the same matter."""

_FEWEST_SHARED = 4  # bigrams; less is chance
_SAME_SUBJECT, _SAME_PLACE, _NEARBY, _FAR = 0.15, 0.2, 0.1, -0.2
_SAME_PLACE_METRES, _NEARBY_METRES, _FAR_METRES = 250, 1000, 3000
_METRES_A_DEGREE = 111_320


@dataclass(frozen=True)
class Matter:
    """What of a case is compared: hashed bigrams of its words, subject and town; its point where all may know it."""

    grams: frozenset[int]
    category: str | None
    town: str | None
    point: Location | None = None


def likeness(one: Matter, other: Matter) -> float:
    """0 where the words have hardly anything in common; `LIKE` and more where both are about the same matter."""
    shared = len(one.grams & other.grams)
    if shared < _FEWEST_SHARED:
        return 0.0
    words = shared / min(len(one.grams), len(other.grams))
    subject = _SAME_SUBJECT if one.category and one.category == other.category else 0.0
    return words + subject + _by_distance(one.point, other.point)


def metres(one: Location, other: Location) -> float:
    """The distance of two points, good enough within a district."""
    north = (one.lat - other.lat) * _METRES_A_DEGREE
    east = (one.lon - other.lon) * _METRES_A_DEGREE * math.cos(math.radians(one.lat))
    return math.hypot(north, east)


def _by_distance(one: Location | None, other: Location | None) -> float:
    if one is None or other is None:
        return 0.0
    apart = metres(one, other)
    if apart <= _SAME_PLACE_METRES:
        return _SAME_PLACE
    if apart <= _NEARBY_METRES:
        return _NEARBY
    return _FAR if apart > _FAR_METRES else 0.0
