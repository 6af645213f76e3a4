"""What may be of one matter with a tip or an investigation: proposed with its reasons, added by people alone."""

from typing import Annotated

from pydantic import Field

from kit.contract import Command, Moment, View
from news.contract.investigations import InvestigationId, TipNumber
from news.contract.shapes import Named
from news.contract.tips import TipBeginning, TipNo


class SetApart(Command):
    """`apart`: that they are not one matter; false takes that back. `other` is the number of a tip or case."""

    other: TipNumber = Field(title="编号")
    apart: bool = Field(True, title="不是一件事")


class SetTipApart(SetApart):
    no: TipNo = Field(title="爆料编号")


class SetInvestigationApart(SetApart):
    id: InvestigationId = Field(title="编号")


class TakenUp(View):
    """An investigation that has taken it up."""

    id: str
    title: str
    state_name: str


_Why = Annotated[list[str], Field(description="what they have in common, in plain words")]


class LikeTip(TipBeginning):
    """A tip that may be of the same matter."""

    why: _Why
    taken_up: list[TakenUp]


class LikeCase(View):
    """A public case that may be of the same matter, as everyone reads it."""

    no: str
    title: str
    summary: str
    state_name: str
    town: Named
    place: str
    department: str | None
    filed_at: Moment
    why: _Why
    taken_up: list[TakenUp]


class ApartView(View):
    """What an editor has said is another matter."""

    no: str
    by: str
    at: Moment


class Proposals(View):
    """The likest first. `asked`: false when petition could not be asked for cases. `taken_up`: where the tip is."""

    tips: list[LikeTip]
    cases: list[LikeCase]
    asked: bool
    apart: list[ApartView]
    taken_up: list[TakenUp]
