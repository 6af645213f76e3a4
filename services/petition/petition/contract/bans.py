"""Bans of those who misuse the platform."""

from pydantic import Field

from kit.contract import Command, Moment, Page, Text, View
from kit.transfers import FileId
from petition.contract.shapes import DeskCommand


class BanAuthor(DeskCommand):
    reason: Text = Field(title="原因", min_length=5, max_length=200)
    days: int = Field(title="天数", ge=1, le=365)


class LiftBan(Command):
    id: FileId = Field(title="编号")
    reason: Text = Field(title="解除原因", min_length=2, max_length=200)


class BanView(View):
    """A ban, by the case on whose occasion it was given; it does not tell whose it is."""

    id: str
    no: str
    reason: str
    since: Moment
    until: Moment
    holds: bool
    lifted_at: Moment | None
    lifted_because: str | None


class BanPage(Page[BanView]):
    pass
