"""The counting of requests."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway import rates
from gateway.rates import Window
from kit.errors import RateLimited


def passes(window: Window, key: str, now: float) -> bool:
    try:
        window.hit(key, now)
    except RateLimited:
        return False
    return True


def test_each_key_has_its_own_count_and_each_window_begins_anew() -> None:
    window = Window("2/minute")
    assert [passes(window, "a", 60.0 + n) for n in range(4)] == [True, True, False, False]
    assert passes(window, "b", 64.0)
    assert passes(window, "a", 120.0)


@pytest.mark.parametrize(("now", "seconds"), [(60.0, 60), (61.5, 59), (119.9, 1)])
def test_who_is_refused_learns_when_the_window_ends(now: float, seconds: int) -> None:
    window = Window("1/minute")
    window.hit("a", now)
    with pytest.raises(RateLimited) as caught:
        window.hit("a", now)
    assert caught.value.extra == {"retry_after": seconds}


def test_many_at_once_get_no_more_than_the_rate() -> None:
    window = Window("100/minute")
    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(lambda _: passes(window, "a", 60.0), range(400))) == 100


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "MOST_KEYS", 100)
    window = Window("1/minute")
    for number in range(1000):
        window.hit(str(number), 60.0)
    assert len(window._counts) <= 100


@pytest.mark.parametrize("rate", ["", "many", "-1/minute"])
def test_a_rate_that_is_none_is_refused_at_start(rate: str) -> None:
    with pytest.raises(ValueError, match="rate limit"):
        Window(rate)
