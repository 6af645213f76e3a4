"""The time that open data look through, and the town of a point."""

from datetime import UTC, datetime, timedelta

import pytest

from petition.domain.case import Location
from petition.domain.change import Rules
from petition.domain.refusals import BadValue
from petition.domain.span import LONGEST, span
from petition.domain.towns import nearest

NOW = datetime(2026, 11, 27, tzinfo=UTC)
DAY = timedelta(days=1)


def test_without_dates_it_is_the_newest_ninety_days() -> None:
    assert span(None, None, NOW) == (NOW - 90 * DAY, NOW)


def test_one_end_alone_is_counted_from() -> None:
    assert span(NOW - 200 * DAY, None, NOW) == (NOW - 200 * DAY, NOW - 110 * DAY)
    assert span(None, NOW - 200 * DAY, NOW) == (NOW - 290 * DAY, NOW - 200 * DAY)


def test_ninety_days_are_taken_and_a_moment_more_is_not() -> None:
    assert span(NOW - LONGEST, NOW, NOW) == (NOW - LONGEST, NOW)
    for since in (NOW - LONGEST - timedelta(seconds=1), NOW - 91 * DAY, NOW + DAY):
        with pytest.raises(BadValue) as refused:
            span(since, NOW, NOW)
        assert refused.value.field == "until"


def test_a_point_lies_in_the_town_whose_centre_is_nearest(rules: Rules) -> None:
    found = rules.directory
    for code, town in found.towns.items():
        assert nearest(Location(lon=town.centre.lon, lat=town.centre.lat), found) == code
    assert nearest(Location(lon=116.331, lat=40.217), found) == "110114112"
    assert nearest(Location(lon=116.4, lat=39.9), found) is None
