"""The right to show a picture, day by day."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from news.domain import media
from news.domain.media import Face, RightStanding

BEIJING = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_a_picture_is_shown_until_its_last_day_is_over_in_the_district() -> None:
    end = media.end_of(date(2026, 11, 28), BEIJING)
    assert end == datetime(2026, 11, 28, 16, 0, tzinfo=UTC)
    assert media.last_day(end, BEIJING) == date(2026, 11, 28)
    assert not media.expired(Face(shown_until=end), end - TICK)
    assert media.expired(Face(shown_until=end), end)


@pytest.mark.parametrize(
    ("left", "stands"),
    [
        (None, RightStanding.FREE),
        (timedelta(days=7) + TICK, RightStanding.HELD),
        (timedelta(days=7), RightStanding.EXPIRING),
        (TICK, RightStanding.EXPIRING),
        (timedelta(), RightStanding.EXPIRED),
        (-timedelta(days=900), RightStanding.EXPIRED),
    ],
)
def test_it_is_expiring_a_week_before(left: timedelta | None, stands: RightStanding) -> None:
    assert media.standing(None if left is None else NOW + left, NOW) is stands


def test_an_answer_is_true_until_the_next_picture_goes() -> None:
    gone, soon, late = (Face(shown_until=NOW + timedelta(days=days)) for days in (-1, 2, 9))
    assert media.true_until([late, gone, soon, Face()], NOW) == soon.shown_until
    assert media.true_until([gone, Face()], NOW) is None


def test_readers_had_other_pictures_when_one_went_or_its_right_was_stated_anew() -> None:
    since = NOW - timedelta(days=5)
    gone = Face(shown_until=NOW - timedelta(days=1))
    assert media.changed_at([gone, Face()], NOW, since) == gone.shown_until
    assert media.changed_at([Face(shown_until=NOW + timedelta(days=1))], NOW, since) == since
    assert media.changed_at([Face(stated_at=NOW)], NOW, since) == NOW
