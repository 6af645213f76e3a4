"""采访: what the newsroom asks the offices about a case."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kit.contract import Command, Moment, Text, View
from petition.contract.events import CaseTold
from petition.contract.shapes import CaseNo, DeskCommand, Named


class AnswerPress(DeskCommand):
    """`question` counts the newsroom's questions about the case from 1."""

    question: int = Field(title="采访问题", ge=1, le=1000)
    text: Text = Field(title="答复", min_length=5, max_length=3000)


class PressAnswerView(View):
    text: str
    unit: Named
    by: str
    at: Moment


class DeskPressView(View):
    """采访, as the offices read it. `unit` owes the answer, or gave it."""

    number: int
    text: str
    asked_at: Moment
    due: Moment
    unit: Named
    answer: PressAnswerView | None
    mine: bool = Field(description="whether the reader's office has to answer it")


class PressTold(CaseTold):
    """Data of `petition.press_*`: the case, and which question of which investigation it is about."""

    investigation: str
    question: int


class AskPress(Command):
    """`question` of an investigation, about a public case. Repeated, it asks nothing anew and tells how it stands."""

    investigation: Annotated[str, StringConstraints(min_length=1, max_length=40)] = Field(title="调查编号")
    question: int = Field(title="问题序号", ge=1, le=1000)
    no: CaseNo = Field(title="诉求编号")
    text: Text = Field(title="问题", min_length=2, max_length=1000)
    workdays: int = Field(title="答复期限（工作日）", ge=1, le=10)


class PressStanding(View):
    """How a question stands: who owes the answer until when, and the answer, as it may be published."""

    unit: Named
    due: Moment
    answer: str | None
    answered_at: Moment | None
