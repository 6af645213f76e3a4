"""同一事项: what the newsroom sees of tips and cases that are likely to be of one matter, and what it says to that."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kit.contract import Command, Moment, Page, PageRequest, Text, View
from news.contract.proposals import TakenUp
from news.contract.shapes import Version
from news.contract.tips import TipBeginning
from news.domain.bundle import BundleState
from news.domain.numbers import BUNDLE_PATTERN


class ListBundles(PageRequest):
    """`order`: what something joined last first, or what has most tips and cases."""

    state: BundleState = Field(BundleState.OPEN, title="状态")
    order: Literal["latest", "most"] = Field("latest", title="排序")


class DismissBundle(Command):
    """Leaves a bundle until something joins it. `version`: what was read; refused when it is another meanwhile."""

    id: Annotated[str, StringConstraints(pattern=BUNDLE_PATTERN)] = Field(title="编号")
    version: Version = Field(title="版本")
    reason: Text = Field(title="原因", min_length=2, max_length=200)


class BundleTip(TipBeginning):
    """A tip of a bundle; numbers by which somebody could be reached are masked in its `opening`."""

    taken_up: list[TakenUp]


class BundleCase(View):
    """A public case of a bundle, as everyone reads it."""

    no: str
    title: str
    state_name: str
    town: str
    place: str
    department: str | None
    filed_at: Moment
    taken_up: list[TakenUp]


class DismissalView(View):
    """Who left it, and why."""

    by: str
    at: Moment
    reason: str


class BundleView(View):
    """Tips and cases of one matter, as is likely, the last told first.

    `towns` and `places` are those that are named, `since` and `until` when the first and the last were told. `into`:
    the investigation that goes on and has taken up most of it. A case of which not everyone may read is not shown.
    """

    id: str
    state: BundleState
    version: int
    tips: list[BundleTip]
    cases: list[BundleCase]
    towns: list[str]
    places: list[str]
    since: Moment
    until: Moment
    joined_at: Moment
    into: TakenUp | None
    dismissals: list[DismissalView]


class BundlePage(Page[BundleView]):
    pass


class BundleReceipt(View):
    id: str
    state: BundleState
    version: int
