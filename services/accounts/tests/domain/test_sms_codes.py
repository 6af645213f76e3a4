from datetime import UTC, datetime, timedelta

import pytest

from accounts.domain.sms_codes import TooMany, TooSoon, check_may_send, day_start, new_code

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_a_code_is_six_digits_and_varies() -> None:
    codes = {new_code() for _ in range(200)}
    assert all(len(code) == 6 and code.isdigit() for code in codes)
    assert len(codes) > 190


def test_one_a_minute() -> None:
    check_may_send([], NOON)
    with pytest.raises(TooSoon) as refused:
        check_may_send([NOON - timedelta(seconds=18)], NOON)
    assert refused.value.seconds == 42
    check_may_send([NOON - timedelta(seconds=60)], NOON)


def test_ten_a_day_by_shanghais_calendar() -> None:
    sent = [NOON - timedelta(minutes=2 * n) for n in range(1, 10)]
    check_may_send(sent, NOON)
    sent.append(NOON - timedelta(minutes=30))
    with pytest.raises(TooMany) as refused:
        check_may_send(sent, NOON)
    assert refused.value.seconds == 12 * 3600
    check_may_send(sent, NOON + timedelta(hours=12))


def test_the_day_begins_at_midnight_in_shanghai() -> None:
    assert day_start(NOON) == datetime(2026, 11, 22, 16, 0, tzinfo=UTC)
    assert day_start(datetime(2026, 11, 23, 15, 59, 59, tzinfo=UTC)) == day_start(NOON)
    assert day_start(datetime(2026, 11, 23, 16, 0, tzinfo=UTC)) == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
