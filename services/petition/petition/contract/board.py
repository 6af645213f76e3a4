"""The leaders' board: how things stand now. Trend and ranking are the public figures (`contract/figures.py`)."""

from typing import Literal

from pydantic import Field

from kit.contract import Moment, View
from petition.contract.shapes import Named

Stage = Literal["intake", "handling", "review"]


class SpanCount(View):
    """How many duties have so long left, or are late since so long: late_week, late_days, late_day, left_day, …"""

    span: str
    late: bool
    count: int


class StageSpans(View):
    """The clocks of one stage of the work, from the latest to those with most time left."""

    stage: Stage
    spans: list[SpanCount]


class OpenWork(Named):
    """What an office, or the cases of a town, have to do: how many cases wait, and how many of them are late."""

    open: int
    late: int


class BoardNow(View):
    """`replied_today` counts public cases alone; cards are those of cases that are still watched for them."""

    open: int
    late: int
    due_today: int
    replied_today: int
    red: int
    yellow: int
    reported: int
    clusters: int
    instructed: int


class Board(View):
    """Cases that wait for an office, by the duty that ends next; the latest offices and towns first."""

    as_of: Moment
    counted_to: int = Field(description="what waits for leaders and has cards is counted up to this")
    now: BoardNow
    stages: list[StageSpans]
    departments: list[OpenWork]
    towns: list[OpenWork]
