"""Reports and the cases that they name: what is told, and what everyone reads of what became of them."""

from typing import Literal

from pydantic import Field

from kit.contract import Moment, Page, PageRequest, View
from news.contract.reading import ArticleSummary, Lasting
from news.contract.shapes import FollowUpView
from news.domain.coverage import Fact, Outcome


class CoverageLinked(View):
    """Data of `news.coverage_linked`: all cases that the report names now; none, and no headline, once it is withdrawn.

    The event's subject is the report, and its number orders what was told of it: the highest one counts.
    """

    headline: str
    published_at: Moment
    cases: list[str]


class FactView(View):
    """Something happened to a case that who follows 回音壁 is told of."""

    no: str
    fact: Fact


class CoverageChanged(View):
    """Data of `news.coverage_changed`: what everyone reads of the report's cases has changed; what happened to them.

    Nothing happened where a case is new to the report, or is known no more.
    """

    cases: list[str]
    happened: list[FactView] = Field([])


class QuotedTitle(View):
    """A title by which a case is told of: the case's first has the wording 0, the next one 1."""

    no: str
    wording: int


class EchoTold(View):
    """Data of `news.echo_told`: who is told that something happened to a report's cases: some who follow 回音壁.

    `number` tells one of a report's events from the others. What is told is public; `quoted` are the titles in `said`,
    which are taken back by `news.case_retitled`.
    """

    article: str
    number: int
    headline: str
    said: str
    accounts: list[str]
    quoted: list[QuotedTitle] = Field([])


class CaseRetitled(QuotedTitle):
    """Data of `news.case_retitled`: this title of a case, by which readers may have been told of it, is not public now.

    `articles` are the reports that name the case.
    """

    articles: list[str]


class ListEchoes(PageRequest):
    """回音壁. Unsolved: at least one of the report's cases is; closed: none is, but not all are solved."""

    outcome: Literal["solved", "closed", "unsolved"] | None = Field(None, title="解决情况")


class EchoView(ArticleSummary):
    """A report with what became of its cases; `solved` when the author of each has said so."""

    solved: bool
    outcome: Outcome | None = Field(None, description="how they stand together: as the one that has come least far")
    follow_ups: list[FollowUpView]


class EchoPage(Page[EchoView], Lasting):
    pass
