"""What takes a while to find out is found out by one, for all who ask within some seconds."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lately(Generic[T]):
    """The answer to one question that everybody asks alike; each process finds out for itself."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._asking = threading.Lock()
        self._found: tuple[float, T] | None = None

    def of(self, find: Callable[[], T]) -> T:
        """What was found less than so many seconds ago, else what `find` finds now; it raises what `find` raises.

        Who asks meanwhile waits for the same answer.
        """
        with self._asking:
            if self._found is None or time.monotonic() - self._found[0] >= self._seconds:
                self._found = time.monotonic(), find()
            return self._found[1]
