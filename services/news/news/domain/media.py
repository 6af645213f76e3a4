"""The right to show a picture: until when, and what stands in its place afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from news.domain.article import Block, Kind, PictureBlock

EXPIRED = "图片因授权到期不再显示"
SOON = timedelta(days=7)


class RightStanding(StrEnum):
    """How it stands with the right to show a picture."""

    FREE = "free"  # without an end
    HELD = "held"
    EXPIRING = "expiring"  # within a week
    EXPIRED = "expired"


@dataclass(frozen=True)
class Face:
    """What there is to know of a picture where it is shown.

    `widths` are the names of its copies. `shown_until` is the first instant at which it may not be shown, `stated_at`
    when that was said last.
    """

    widths: tuple[int, ...] = ()
    licence: str = ""
    shown_until: datetime | None = None
    stated_at: datetime | None = None


Faces = Mapping[str, Face]
UNKNOWN = Face()


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a day of the district."""
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)


def last_day(shown_until: datetime, zone: ZoneInfo) -> date:
    """The last day on which a picture may be shown."""
    return (shown_until - timedelta(microseconds=1)).astimezone(zone).date()


def standing(shown_until: datetime | None, now: datetime) -> RightStanding:
    """How it stands with a picture that may be shown until then."""
    if shown_until is None:
        return RightStanding.FREE
    if shown_until <= now:
        return RightStanding.EXPIRED
    return RightStanding.EXPIRING if shown_until <= now + SOON else RightStanding.HELD


def expired(face: Face, now: datetime) -> bool:
    """Whether the picture may not be shown any more."""
    return standing(face.shown_until, now) is RightStanding.EXPIRED


def true_until(faces: Iterable[Face], now: datetime) -> datetime | None:
    """When the next of these pictures goes by itself; None while none will."""
    return min((face.shown_until for face in faces if face.shown_until and face.shown_until > now), default=None)


def changed_at(faces: Iterable[Face], now: datetime, since: datetime) -> datetime:
    """When readers last had other pictures, or `since` when that is later."""
    times = [face.stated_at for face in faces if face.stated_at]
    times += [face.shown_until for face in faces if face.shown_until and expired(face, now)]
    return max([since, *times])


def in_its_place(block: PictureBlock) -> Block:
    """What stands, as text alone, where a picture stood that may not be shown any more."""
    return Block(kind=Kind.PARAGRAPH, text=f"（{EXPIRED}：{block.alt}）")
