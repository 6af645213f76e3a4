"""Alerts of weather, water, power …: what one says, where and from when until when it holds. It ends by itself.

Kinds, levels and wordings are the district's (`alerts.yml`). The title is fixed when the alert is issued.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from news.domain.refusals import BadValue, Refused

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=20)]
Tone = Literal["alert", "wait", "primary"]
LATE = timedelta(minutes=10)  # a start that passed while the form was filled in is taken as now


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Level(_Part):
    """How grave it is, and how it is shown."""

    code: Code
    name: _Name
    tone: Tone


class Kind(_Part):
    """What an alert is about; `{level}` in its title is the level's name, `advice` is what the form begins with."""

    code: Code
    name: _Name
    title: Annotated[str, StringConstraints(min_length=2, max_length=40)]
    levels: tuple[Code, ...] = Field(min_length=1)
    advice: Annotated[str, StringConstraints(max_length=300)]


class AlertRules(_Part):
    """Levels with the gravest first, kinds, how long an alert may last and how far ahead it may begin, in hours."""

    longest_hours: int = Field(ge=1, le=24 * 60)
    furthest_hours: int = Field(ge=1, le=24 * 60)
    levels: tuple[Level, ...] = Field(min_length=1)
    kinds: tuple[Kind, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_levels(self) -> Self:
        for rows in (self.levels, self.kinds):
            if len({row.code for row in rows}) != len(rows):
                raise ValueError("the code of a level or kind is used twice")
        if unknown := {code for kind in self.kinds for code in kind.levels} - {level.code for level in self.levels}:
            raise ValueError(f"no such level: {', '.join(sorted(unknown))}")
        return self

    def kind(self, code: str) -> Kind | None:
        """The kind of this code."""
        return next((kind for kind in self.kinds if kind.code == code), None)

    def level(self, code: str) -> Level | None:
        """The level of this code."""
        return next((level for level in self.levels if level.code == code), None)

    def rank(self, level: str) -> int:
        """0 for the gravest; a level that the district has no more comes last."""
        return next((at for at, one in enumerate(self.levels) if one.code == level), len(self.levels))


class Step(_Part):
    """What was done with an alert, by whom, until when it held from then on, and what was said with it."""

    action: Literal["issue", "extend", "lift"]
    at: datetime
    by: str
    until: datetime
    note: str = ""


class Alert(_Part):
    """An alert with its standing. No towns: the whole district. It holds from `starts_at` until before `over_at`.

    `over_at` is `ends_at`, or the moment at which it was lifted before.
    """

    id: str
    kind: str
    level: str
    title: str
    towns: tuple[str, ...]
    text: str
    advice: str
    starts_at: datetime
    ends_at: datetime
    over_at: datetime
    lifted_at: datetime | None = None
    version: int = 1
    steps: tuple[Step, ...]

    def standing(self, now: datetime) -> Literal["coming", "holding", "lifted", "ended"]:
        """Where it stands at that moment, without anybody's act."""
        if self.lifted_at:
            return "lifted"
        if now < self.starts_at:
            return "coming"
        return "holding" if now < self.over_at else "ended"


class Asked(_Part):
    """What somebody wants to warn of; without a start: from now on."""

    kind: str
    level: str
    towns: tuple[str, ...]
    text: str
    advice: str
    starts_at: datetime | None
    ends_at: datetime


def issue(number: str, asked: Asked, by: str, now: datetime, rules: AlertRules, towns: Iterable[str]) -> Alert:
    """A new alert. Raises `BadValue` for a kind, level or town that is not there, or a time that does not do."""
    kind, level = rules.kind(asked.kind), rules.level(asked.level)
    if kind is None:
        raise BadValue("kind", "没有这类预警")
    if level is None or level.code not in kind.levels:
        raise BadValue("level", f"{kind.name}没有这个级别")
    if unknown := set(asked.towns) - set(towns):
        raise BadValue("towns", f"没有这个街道或镇：{'、'.join(sorted(unknown))}")
    starts_at = _start(asked.starts_at, now, rules)
    _check_end(asked.ends_at, starts_at, now, rules)
    return Alert(
        **asked.model_dump(exclude={"starts_at", "towns"}),
        id=number,
        title=kind.title.replace("{level}", level.name),
        towns=tuple(dict.fromkeys(asked.towns)),
        starts_at=starts_at,
        over_at=asked.ends_at,
        steps=(Step(action="issue", at=now, by=by, until=asked.ends_at),),
    )


def extend(alert: Alert, until: datetime, note: str, by: str, now: datetime, rules: AlertRules) -> Alert:
    """The alert holds longer. Raises `Refused` once it is over, `BadValue` for a time that does not do."""
    _check_open(alert, now)
    if until <= alert.ends_at:
        raise BadValue("ends_at", "延长后的结束时间须晚于原来的；要提前结束请用解除")
    _check_end(until, max(alert.starts_at, now), now, rules)
    step = Step(action="extend", at=now, by=by, until=until, note=note)
    return _stepped(alert, step, ends_at=until, over_at=until)


def lift(alert: Alert, note: str, by: str, now: datetime) -> Alert:
    """The alert holds no more, also before it began. Raises `Refused` once it is over."""
    _check_open(alert, now)
    step = Step(action="lift", at=now, by=by, until=now, note=note)
    return _stepped(alert, step, over_at=now, lifted_at=now)


def current(alerts: Iterable[Alert], now: datetime, rules: AlertRules) -> tuple[list[Alert], datetime | None]:
    """Those of the alerts that hold now, the gravest first, and when the next of them all begins or ends."""
    known = [alert for alert in alerts if alert.over_at > now]
    holding = [alert for alert in known if alert.starts_at <= now]
    changes = [alert.over_at if alert.starts_at <= now else alert.starts_at for alert in known]
    holding.sort(key=lambda alert: (rules.rank(alert.level), -alert.starts_at.timestamp(), alert.id))
    return holding, min(changes, default=None)


def _start(given: datetime | None, now: datetime, rules: AlertRules) -> datetime:
    if given is None or now - LATE <= given <= now:
        return now
    if given < now:
        raise BadValue("starts_at", "开始时间已经过去，请改为现在或以后")
    if given > now + timedelta(hours=rules.furthest_hours):
        raise BadValue("starts_at", f"最多可提前{rules.furthest_hours}小时发布")
    return given


def _check_end(end: datetime, start: datetime, now: datetime, rules: AlertRules) -> None:
    if end <= max(start, now):
        raise BadValue("ends_at", "结束时间须晚于开始时间和现在")
    if end > start + timedelta(hours=rules.longest_hours):
        raise BadValue("ends_at", f"一次最多{rules.longest_hours}小时，到时可以延长")


def _check_open(alert: Alert, now: datetime) -> None:
    if alert.standing(now) == "lifted":
        raise Refused("这条预警已经解除。")
    if alert.over_at <= now:
        raise Refused("这条预警已经结束。需要时请重新发布。")


def _stepped(alert: Alert, step: Step, **changes: datetime) -> Alert:
    return alert.model_copy(update={**changes, "version": alert.version + 1, "steps": (*alert.steps, step)})
