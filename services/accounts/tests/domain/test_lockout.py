from datetime import UTC, datetime, timedelta

from accounts.domain.lockout import (
    FREE_FAILURES_OF_NAME,
    LONGEST_DELAY,
    Failures,
    one_more,
    seconds_to_wait,
)

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def after(count: int) -> Failures:
    failures: Failures | None = None
    for _ in range(count):
        failures = one_more(failures, FREE_FAILURES_OF_NAME, NOW)
    assert failures
    return failures


def test_a_few_slips_cost_nothing() -> None:
    assert seconds_to_wait(None, NOW) == 0
    assert seconds_to_wait(after(4), NOW) == 0


def test_the_delay_doubles_and_has_an_end() -> None:
    assert [seconds_to_wait(after(n), NOW) for n in (5, 6, 7, 8)] == [5, 10, 20, 40]
    assert seconds_to_wait(after(500), NOW) == LONGEST_DELAY.total_seconds()
    assert seconds_to_wait(after(500), NOW + LONGEST_DELAY) == 0


def test_old_failures_are_forgotten() -> None:
    assert one_more(after(50), FREE_FAILURES_OF_NAME, NOW + timedelta(hours=24)).in_a_row == 1
