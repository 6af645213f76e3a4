"""Waiting for something to come true, together: when one waits in vain, nobody goes on waiting."""

import threading
import time
from collections.abc import Callable

from devtools.progress import Refusal

given_up = threading.Event()


def until(condition: Callable[[], bool], seconds: float, complaint: Callable[[], str]) -> None:
    """Returns when `condition` holds. Raises Refusal with the complaint after `seconds`, or once all is given up."""
    end = time.monotonic() + seconds
    while not condition():
        if given_up.is_set() or time.monotonic() > end:
            raise Refusal(complaint())
        time.sleep(0.1)
