"""A costly answer is found out once for all who ask within some seconds."""

import threading
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest

from kit.lately import Lately


def test_it_is_found_out_once_in_its_time() -> None:
    numbers, lately = count(), Lately[int](60)
    assert [lately.of(lambda: next(numbers)) for _ in range(3)] == [0, 0, 0]
    fleeting = Lately[int](0)
    assert [fleeting.of(lambda: next(numbers)) for _ in range(2)] == [1, 2]


def test_who_asks_while_it_is_found_out_waits_for_it() -> None:
    numbers, lately, may_end = count(), Lately[int](60), threading.Event()

    def find() -> int:
        assert may_end.wait(10)
        return next(numbers)

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(lately.of, find) for _ in range(4)]
        may_end.set()
        assert [one.result(10) for one in asked] == [0, 0, 0, 0]


def test_what_cannot_be_found_out_is_asked_again() -> None:
    lately = Lately[int](60)
    with pytest.raises(ZeroDivisionError):
        lately.of(lambda: 1 // 0)
    assert lately.of(lambda: 7) == 7
