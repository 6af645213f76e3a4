"""The breaker and the retry budget by a clock of the test's own."""

import threading

from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Unavailable
from kit.rpc.breaker import (
    MOST_FAILURES,
    OPEN_SECONDS,
    RETRIED_SHARE,
    RETRIES_A_SECOND,
    RETRIES_AT_LEAST,
    Breaker,
    RetryBudget,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[Breaker, Clock]:
    clock = Clock()
    breaker = Breaker("stock", clock)
    for _ in range(MOST_FAILURES):
        breaker.admit()
        breaker.failed()
    return breaker, clock


def is_open(breaker: Breaker) -> bool:
    try:
        breaker.admit()
    except Unavailable as error:
        assert error.extra is not None
        assert error.extra["retry_after"] >= 1
        return True
    return False


def test_it_opens_only_when_one_call_after_the_other_fails() -> None:
    breaker = Breaker("stock", Clock())
    for _ in range(3):
        for _ in range(MOST_FAILURES - 1):
            breaker.failed()
        breaker.succeeded()
    assert not is_open(breaker)
    assert is_open(opened()[0])


def test_what_says_nothing_about_the_service_does_not_open_it() -> None:
    breaker = Breaker("stock", Clock())
    for _ in range(MOST_FAILURES * 2):
        breaker.undecided()
    assert not is_open(breaker)


def test_after_a_while_one_call_tries_and_its_answer_closes_it() -> None:
    breaker, clock = opened()
    clock.now += OPEN_SECONDS
    assert not is_open(breaker)
    assert is_open(breaker)
    breaker.succeeded()
    assert not is_open(breaker)
    assert not is_open(breaker)


def test_a_failed_try_keeps_it_open_for_another_while() -> None:
    breaker, clock = opened()
    clock.now += OPEN_SECONDS
    assert not is_open(breaker)
    breaker.failed()
    clock.now += OPEN_SECONDS * 0.9
    assert is_open(breaker)
    clock.now += OPEN_SECONDS
    assert not is_open(breaker)


def test_a_try_that_told_nothing_is_followed_by_another() -> None:
    breaker, clock = opened()
    clock.now += OPEN_SECONDS
    assert not is_open(breaker)
    breaker.undecided()
    assert not is_open(breaker)
    assert is_open(breaker)


def test_of_many_at_once_one_tries() -> None:
    breaker, clock = opened()
    clock.now += OPEN_SECONDS
    admitted: list[bool] = []
    threads = [threading.Thread(target=lambda: admitted.append(not is_open(breaker))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(admitted) == 1


@given(st.lists(st.one_of(st.just("call"), st.just("retry"), st.floats(0, 5)), max_size=400))
def test_retries_stay_within_their_share_whatever_happens(steps: list[object]) -> None:
    clock = Clock()
    budget = RetryBudget(clock)
    calls = retries = 0
    for step in steps:
        if step == "call":
            budget.earn()
            calls += 1
        elif step == "retry":
            retries += budget.spend()
        else:
            clock.now += float(step)  # type: ignore[arg-type]
    passed = clock.now - 1000.0
    assert retries <= RETRIES_AT_LEAST + calls * RETRIED_SHARE + passed * RETRIES_A_SECOND + 1e-6


def test_a_few_retries_are_always_there_again() -> None:
    clock = Clock()
    budget = RetryBudget(clock)
    while budget.spend():
        pass
    clock.now += RETRIES_AT_LEAST / RETRIES_A_SECOND
    assert sum(budget.spend() for _ in range(100)) == RETRIES_AT_LEAST
