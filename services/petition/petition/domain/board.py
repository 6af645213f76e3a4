"""领导看板: how what the offices have to do now is counted, by how long is left or since when it is late."""

from datetime import datetime, timedelta
from typing import NamedTuple

_DAY = timedelta(days=1)
LATE_BY = (7 * _DAY, _DAY, timedelta())
LEFT = (_DAY, 3 * _DAY)
SPANS = ("late_week", "late_days", "late_day", "left_day", "left_days", "left_more")
"""From the latest to what has most time left: later than a week, than a day, late; due in a day, in three, after."""
LATE = SPANS[: len(LATE_BY)]


class Stretch(NamedTuple):
    """Due times from `since` up to but not `until`; None: without an end."""

    span: str
    since: datetime | None
    until: datetime | None


def stretches(now: datetime) -> list[Stretch]:
    """The spans as instants, in order and without gaps."""
    ends = [*(now - late for late in LATE_BY), *(now + left for left in LEFT)]
    return [Stretch(*one) for one in zip(SPANS, [None, *ends], [*ends, None], strict=True)]
