"""Alerts: what staff issue and what everyone is shown."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from kit.contract import Command, Moment, Page, PageRequest, Text, View
from news.contract.shapes import Code, Named, Version
from news.domain.alerts import Tone
from news.domain.numbers import ALERT_PATTERN

AlertId = Annotated[str, StringConstraints(pattern=ALERT_PATTERN)]
AlertStanding = Literal["coming", "holding", "lifted", "ended"]


class IssueAlert(Command):
    """Without towns it is for the whole district; without a start it holds from now on."""

    kind: Code = Field(title="类别")
    level: Code = Field(title="级别")
    towns: list[Code] = Field([], title="街道或镇", max_length=100)
    text: Text = Field(title="内容", min_length=4, max_length=500)
    advice: Text = Field("", title="防护提示", max_length=300)
    starts_at: AwareDatetime | None = Field(None, title="开始时间")
    ends_at: AwareDatetime = Field(title="结束时间")


class ExtendAlert(Command):
    """It holds until `ends_at` instead. With `version`, it is refused when the alert has changed since."""

    id: AlertId = Field(title="编号")
    ends_at: AwareDatetime = Field(title="结束时间")
    note: Text = Field("", title="说明", max_length=200)
    version: Version | None = Field(None, title="版本")


class LiftAlert(Command):
    id: AlertId = Field(title="编号")
    note: Text = Field(title="解除说明", min_length=2, max_length=200)
    version: Version | None = Field(None, title="版本")


class ListPastAlerts(PageRequest):
    pass


class ListDeskAlerts(PageRequest):
    pass


class AlertLevelView(Named):
    tone: Tone


class AlertView(View):
    """An alert; no towns: the whole district. It is over at `over_at`: at its end, or when it was lifted before."""

    id: str
    kind: Named
    level: AlertLevelView
    title: str
    towns: list[Named]
    text: str
    advice: str
    standing: AlertStanding
    standing_name: str
    issued_at: Moment
    starts_at: Moment
    ends_at: Moment
    over_at: Moment
    lifted: Annotated[str | None, Field(description="why it was lifted")]
    version: int


class AlertsView(View):
    """The alerts that hold now, the gravest first; until `valid_until`, when one begins or ends by itself."""

    items: list[AlertView]
    valid_until: Moment | None


class PastAlertPage(Page[AlertView]):
    """Alerts that are over, the last one first, until the next ends by itself."""

    valid_until: Moment | None


class AlertStepView(View):
    action: Literal["issue", "extend", "lift"]
    at: Moment
    by: str
    until: Moment
    note: str


class DeskAlertView(AlertView):
    steps: list[AlertStepView]


class DeskAlertPage(Page[DeskAlertView]):
    pass


class AlertReceipt(View):
    """What a step came to."""

    id: str
    title: str
    standing: AlertStanding
    version: int


class AlertKindView(Named):
    """A kind with the levels it has and the advice that the form begins with."""

    levels: list[str]
    advice: str


class AlertRulesView(View):
    levels: list[AlertLevelView]
    kinds: list[AlertKindView]
    longest_hours: int
    furthest_hours: int


class AlertTold(View):
    """Data of every alert event: references only."""

    id: str
    kind: str
    level: str
    towns: list[str]
    starts_at: Moment
    ends_at: Moment
    version: int


ALERT_TOLD = {"issue": "issued", "extend": "extended", "lift": "lifted"}
"""The fact that each step tells."""
