"""The district's data that the newsroom works by: each class is the schema of one file in `district/`.

Of the files that other services own (`district.yml`, `towns.yml`, `departments.yml`) it reads what it needs, no more.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from news.domain.alerts import AlertRules
from news.domain.article import Block, CaseBlock, Kind, PictureBlock, Words
from news.domain.checking import CheckRules
from news.domain.comments import CommentRules
from news.domain.likeness import LikenessRules
from news.domain.numbers import case_number
from news.domain.ranking import RankingRules
from news.domain.tips import Standing

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]


class Row(BaseModel):
    """A row of a file of our own. A misspelt field must not be lost silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Row):
    """A file that says where its content comes from, seen when, and whether a person checked it."""

    source: str
    checked_on: date
    verified: bool


class Shared(BaseModel):
    """A row of a file that another service owns."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError):
        raise ValueError(f"not a time zone: {name}") from None


class Box(Shared):
    """What counts as inside the district, in WGS-84."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, lon: float, lat: float) -> bool:
        """Whether the point lies inside."""
        return self.west <= lon <= self.east and self.south <= lat <= self.north


class District(Shared):
    """district.yml."""

    name: Name
    number_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,8}$")]
    timezone: Annotated[str, AfterValidator(_known_zone)]
    bbox: Box

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the dates in numbers."""
        return ZoneInfo(self.timezone)


class Town(Shared):
    """A town or street that an article can be about."""

    code: Code
    name: Name


class Towns(Shared):
    """towns.yml."""

    towns: tuple[Town, ...]


class Column(Row):
    """A column of the news, in the order of its file."""

    code: Code
    name: Name
    about: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Columns(Fact):
    """columns.yml."""

    columns: tuple[Column, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({column.code for column in self.columns}) != len(self.columns):
            raise ValueError("a column's code is used twice")
        return self


class Topic(Row):
    """What articles of several columns may be about, and readers follow."""

    code: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=12)]


class Topics(Fact):
    """topics.yml, which may be missing."""

    topics: tuple[Topic, ...] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for what in ("code", "name"):
            if len({getattr(topic, what) for topic in self.topics}) != len(self.topics):
                raise ValueError(f"a topic's {what} is used twice")
        return self


class Checks(Fact, CheckRules):
    """checking.yml."""


class TipReason(Row):
    """Why a tip is not worked with, and what its author can do instead."""

    code: Code
    name: Name
    advice: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class TipRules(Row):
    """tips.yml: how many tips and pictures come from where on a day, how long they are kept, why tips are declined."""

    a_day: int = Field(ge=1)
    a_day_of_a_device: int = Field(ge=1)
    a_day_of_an_address: int = Field(ge=1)
    pictures_a_day_of_an_address: int = Field(ge=1)
    wrong_codes_an_hour: int = Field(ge=1)
    contact_days: int = Field(ge=1, le=730)
    contact_days_after: int = Field(ge=0, le=365)
    text_days: int = Field(ge=30, le=3650)
    text_days_after: int = Field(ge=30, le=1825)
    reasons: tuple[TipReason, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({reason.code for reason in self.reasons}) != len(self.reasons):
            raise ValueError("a reason's code is used twice")
        return self

    def reason(self, code: str) -> TipReason | None:
        """The reason of this code."""
        return next((reason for reason in self.reasons if reason.code == code), None)


class InvestigationRules(Row):
    """investigations.yml, which may be missing: how long what was written down is kept after an investigation's end."""

    records_days_after: int = Field(365, ge=30, le=1825)


class Alerts(Fact, AlertRules):
    """alerts.yml."""


class Comments(Fact, CommentRules):
    """comments.yml."""


class Office(Shared):
    """An office that answers."""

    code: Code
    name: Name


class Offices(Shared):
    """departments.yml."""

    departments: tuple[Office, ...]


class StateName(Shared):
    """What a state of a case is called."""

    name: Name


class StateNames(Shared):
    """Of the states of a case, the one in which an office works on it."""

    dispatched: StateName


class Wording(Shared):
    """wording.yml."""

    states: StateNames


class DemoCase(Row):
    """A case of demo/cases.yml that an example is about, by the end of its number and how long ago it was filed."""

    last: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJKMNP-TV-Z]{6}$")]
    filed_days_ago: int = Field(ge=0)
    note: str = ""


class Scene(StrEnum):
    """What is drawn for an example."""

    HILLS = "hills"
    AUTUMN = "autumn"
    WALL = "wall"
    FIELD = "field"
    RIVER = "river"
    TOWN = "town"
    NIGHT = "night"


class DemoPicture(Row):
    """A picture that is drawn for an example, and what is on it in words."""

    scene: Scene
    alt: Annotated[str, StringConstraints(min_length=2, max_length=200)]


class DemoArticle(Row):
    """A row of demo/articles/*.yml. `key` names it for ever; `body` is a list of one-entry maps from kind to text.

    Its picture comes before what it says, its `cases` at the end.
    """

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,60}$")]
    town: Code | None = None
    title: str
    lead: str
    desk: str
    hours_ago: int = Field(ge=1)
    topics: tuple[Code, ...] = ()
    picture: DemoPicture | None = None
    body: tuple[dict[Kind, str], ...] = Field(min_length=1)
    cases: tuple[DemoCase, ...] = ()

    def words(
        self, column: str, source: str, district: District, today: date, picture: PictureBlock | None = None
    ) -> Words:
        """The article as an example, `today` in the district, with its picture once that is drawn."""
        texts = (Block(kind=kind, text=text) for part in self.body for kind, text in part.items())
        cases = (
            CaseBlock(
                no=case_number(district.number_prefix, today - timedelta(one.filed_days_ago), one.last), note=one.note
            )
            for one in self.cases
        )
        blocks = (*((picture,) if picture else ()), *texts, *cases)
        fields = self.model_dump(include={"town", "title", "lead", "desk", "topics"})
        return Words(column=column, source=source, blocks=blocks, example=True, **fields)


class DemoArticles(Fact):
    """One file of demo/articles/: the examples of one column."""

    column: Code
    articles: tuple[DemoArticle, ...]


class DemoContact(Row):
    """How an example's author would be reached: by nothing that is anybody's."""

    name: str
    phone: str


class DemoTip(Row):
    """A row of demo/tips.yml, at its stage. `articles` are keys of examples; `said` goes with the decision."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{3,60}$")]
    stage: Standing
    hours_ago: int = Field(ge=1)
    text: str
    author: str | None = None
    column: Code | None = None
    town: Code | None = None
    place: str = ""
    contact: DemoContact | None = None
    message: str = ""
    said: str = ""
    reason: Code | None = None
    articles: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _declined_for_a_reason(self) -> Self:
        if (self.stage is Standing.DECLINED) != (self.reason is not None):
            raise ValueError("a reason goes with what was declined, and with nothing else")
        return self


class DemoTips(Fact):
    """demo/tips.yml."""

    tips: tuple[DemoTip, ...] = ()


class Directory(Row):
    """What the service looks up by code."""

    district: District
    towns: dict[str, Town]
    topics: dict[str, Topic]
    checks: CheckRules
    alerts: AlertRules
    comments: CommentRules
    departments: dict[str, str]
    tips: TipRules
    investigations: InvestigationRules
    likeness: LikenessRules
    ranking: RankingRules
    at_work: str
