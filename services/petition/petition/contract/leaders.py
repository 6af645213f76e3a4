"""What is brought to the leaders' board, and what leaders want done."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from kit.contract import Command, Moment, Page, PageRequest, Text, View
from petition.contract.shapes import DeskCommand, Named

ClusterId = Annotated[str, StringConstraints(pattern=r"^[0-9]{9}-[a-z0-9_]{1,40}-[0-9]{1,6}$")]


class SeeReports(DeskCommand):
    pass


class InstructCase(DeskCommand):
    """`day`: the working day at whose close of business it is due."""

    text: Text = Field(title="批示", min_length=2, max_length=1000)
    day: date = Field(title="办理期限")


class AnswerInstruction(DeskCommand):
    """`instruction` counts the instructions of the case from 1."""

    instruction: int = Field(title="批示", ge=1, le=1000)
    text: Text = Field(title="落实情况", min_length=5, max_length=3000)


class ListClusters(PageRequest):
    waiting: bool = Field(False, title="只看待阅的")


class SeeCluster(Command):
    id: ClusterId = Field(title="编号")


class ReportView(View):
    """上报: which threshold was reached, with what number, and when a leader looked at it."""

    threshold: Named
    count: int
    least: int
    at: Moment
    seen_at: Moment | None


class InstructionAnswerView(View):
    text: str
    unit: Named
    by: str
    at: Moment


class DeskInstructionView(View):
    """批示, as the offices read it. `unit` owes the answer, or gave it."""

    number: int
    text: str
    by: str
    given_at: Moment
    due: Moment
    unit: Named
    answer: InstructionAnswerView | None
    mine: bool = Field(description="whether the reader's office has to answer it")


class CaseNamed(View):
    """A case by number and title."""

    no: str
    title: str


class ClusterView(View):
    """集中反映: how many people (`least` report) asked the same in a town within `days`; `cases` are the newest."""

    id: str
    town: Named
    category: Named
    count: int
    least: int
    days: int
    since: Moment
    until: Moment
    at: Moment
    seen_by: str | None
    seen_at: Moment | None
    cases: list[CaseNamed]


class ClusterPage(Page[ClusterView]):
    pass
