"""The district's data that local life works by: each class is the schema of one file in `district/`.

Of the files that other services own (`district.yml`, `towns.yml`) it reads what it needs and leaves the rest. `shared`
holds what rows of a file have in common, to be referred to.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from local.domain.content import Code, Guide, Kind, Name, Part, Play, Provider, Trade


class Shared(BaseModel):
    """A row of a file that another service owns."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, OSError):
        raise ValueError(f"not a time zone: {name}") from None


class District(Shared):
    """district.yml."""

    name: Name
    timezone: Annotated[str, AfterValidator(_known_zone)]

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose months are the district's."""
        return ZoneInfo(self.timezone)


class Town(Shared):
    """A town or street in which a play can lie."""

    code: Code
    name: Name


class Towns(Shared):
    """towns.yml."""

    towns: tuple[Town, ...]


class GuideFile(Part):
    """A file of local/guides/."""

    shared: dict[str, Any] = Field(default_factory=dict)
    guide: Guide


class Destination(Kind):
    """A kind of destination with its plays."""

    plays: tuple[Play, ...] = Field(min_length=1)


class Destinations(Part):
    """local/destinations.yml."""

    shared: dict[str, Any] = Field(default_factory=dict)
    kinds: tuple[Destination, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        _once("kind", (kind.code for kind in self.kinds))
        _once("play", (play.id for kind in self.kinds for play in kind.plays))
        return self


class TradeFile(Part):
    """local/trades/*.yml: a trade and those who offer it."""

    shared: dict[str, Any] = Field(default_factory=dict)
    trade: Trade
    providers: tuple[Provider, ...] = ()

    @model_validator(mode="after")
    def _in_known_areas(self) -> Self:
        _once("provider", (provider.id for provider in self.providers))
        unknown = {provider.area for provider in self.providers} - {area.code for area in self.trade.areas}
        if unknown:
            raise ValueError(f"the trade has no area named {', '.join(sorted(unknown))}")
        return self


class Content(Part):
    """All that the district brings for local life, in the order in which it is shown."""

    guides: tuple[Guide, ...]
    kinds: tuple[Destination, ...]
    trades: tuple[TradeFile, ...]


class Directory(Part):
    """What the service looks up by code."""

    district: District
    towns: dict[str, Town]


def _once(what: str, codes: Iterable[str]) -> None:
    seen: set[str] = set()
    for code in codes:
        if code in seen:
            raise ValueError(f"the {what} {code} is there twice")
        seen.add(code)
