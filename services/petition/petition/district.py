"""Reads the district's data from its folder, and the published holidays from their package."""

from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from chinese_calendar import constants as published

from kit.district import command, load
from petition.demo import read_demo
from petition.domain.calendar import Calendar
from petition.domain.change import Rules
from petition.domain.district import (
    Categories,
    ClockRules,
    Departments,
    Directory,
    District,
    FigureRules,
    LeaderRules,
    Refusals,
    ReplyRules,
    Templates,
    Towns,
    Wording,
    directory,
)


def read_rules(folder: Path) -> Rules:
    """What cases are judged by. Raises `pydantic.ValidationError` naming the row that is wrong."""
    read = partial(load, folder)
    found = directory(
        read("district.yml", District),
        read("towns.yml", Towns),
        read("departments.yml", Departments),
        read("categories.yml", Categories),
        read("clocks.yml", ClockRules),
        read("refusals.yml", Refusals),
        read("wording.yml", Wording),
        read("replies.yml", ReplyRules),
        read("reply_templates.yml", Templates),
        read("figures.yml", FigureRules),
        read("leaders.yml", LeaderRules),
    )
    return Rules(found, calendar_of(found))


def calendar_of(found: Directory) -> Calendar:
    """The district's calendar: the published holidays of the country, its own hours and time zone."""
    rules = found.clocks
    return Calendar(
        zone=ZoneInfo(found.district.timezone),
        days_off=frozenset(published.holidays),
        days_on=frozenset(published.workdays),
        published_years=frozenset(day.year for day in published.holidays),
        fixed_holidays=frozenset((int(text[:2]), int(text[3:])) for text in rules.fixed_holidays),
        close=rules.close_of_business,
        opens=rules.intake_hours.opens,
        closes=rules.intake_hours.closes,
    )


if __name__ == "__main__":
    command(read_rules, read_demo)
