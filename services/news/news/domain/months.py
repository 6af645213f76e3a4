"""Months of the district, as sitemaps are made by."""

from datetime import datetime
from zoneinfo import ZoneInfo


def month_of(at: datetime, zone: ZoneInfo) -> str:
    """The month such as `2026-11` in which this instant lies."""
    return at.astimezone(zone).strftime("%Y-%m")


def span(month: str, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first instant of a month and that of the next one."""
    first = datetime.fromisoformat(f"{month}-01").replace(tzinfo=zone)
    return first, _next(first)


def months_between(first: datetime, last: datetime, zone: ZoneInfo) -> list[str]:
    """All months from one instant's to the other's, the latest first."""
    at, end = first.astimezone(zone).replace(day=1), month_of(last, zone)
    found = [month_of(at, zone)]
    while found[-1] < end:
        at = _next(at)
        found.append(month_of(at, zone))
    return found[::-1]


def _next(at: datetime) -> datetime:
    return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
