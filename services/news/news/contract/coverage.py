"""Reports and the cases that they name: what is told, and what everyone reads of what became of them."""

from typing import Literal

from pydantic import Field

from kit.contract import Moment, Page, PageRequest, View
from news.contract.reading import ArticleSummary
from news.contract.shapes import FollowUpView


class CoverageLinked(View):
    """Data of `news.coverage_linked`: all cases that the report names now; none, and no headline, once it is withdrawn.

    The event's subject is the report, and its number orders what was told of it: the highest one counts.
    """

    headline: str
    published_at: Moment
    cases: list[str]


class CoverageChanged(View):
    """Data of `news.coverage_changed`: what everyone reads of the report's cases has changed."""

    cases: list[str]


class ListEchoes(PageRequest):
    """回音壁. Unsolved: at least one of the report's cases is."""

    outcome: Literal["solved", "unsolved"] | None = Field(None, title="解决情况")


class EchoView(ArticleSummary):
    """A report with what became of its cases."""

    solved: bool
    follow_ups: list[FollowUpView]


class EchoPage(Page[EchoView]):
    pass
