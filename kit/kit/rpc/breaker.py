"""Sparing a service that does not answer, and a broker that comes back: when calls are not made, or not made again.

Of our own, as the libraries at hand hold a lock for as long as the guarded call lasts, or know asyncio only.
"""

import logging
import threading
import time
from collections.abc import Callable

from kit.errors import Unavailable

log = logging.getLogger(__name__)

MOST_FAILURES = 10  # one after the other
OPEN_SECONDS = 2.0
RETRIED_SHARE = 0.1  # of the calls
RETRIES_AT_LEAST = 20
RETRIES_SAVED = 50
RETRIES_A_SECOND = 2.0

Clock = Callable[[], float]


class Breaker:
    """Opens when one call after the other found no answer: then calls are refused at once.

    After a while one call is let through; its answer closes the breaker, its failure keeps it open for another while.
    Thread-safe.
    """

    def __init__(self, service: str, clock: Clock = time.monotonic) -> None:
        self._service = service
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._open_until: float | None = None
        self._probing = False

    def admit(self) -> None:
        """Lets the call through, or raises `Unavailable`. Each call let through ends in one of the other methods."""
        with self._lock:
            if self._open_until is None:
                return
            left = self._open_until - self._clock()
            if left > 0 or self._probing:
                raise Unavailable(extra={"retry_after": max(round(left), 1)})
            self._probing = True

    def succeeded(self) -> None:
        """The service answered, be it by a refusal."""
        with self._lock:
            if self._open_until is not None:
                log.info("circuit closed", extra={"service": self._service})
            self._failures, self._open_until, self._probing = 0, None, False

    def failed(self) -> None:
        """No answer came in time, or the service said that it cannot work."""
        with self._lock:
            self._failures += 1
            if self._failures < MOST_FAILURES:
                return
            if self._open_until is None:
                log.warning("circuit opened", extra={"service": self._service, "failures": self._failures})
            self._open_until, self._probing = self._clock() + OPEN_SECONDS, False

    def undecided(self) -> None:
        """The call never reached the service, or its connection was lost: that says nothing about the service."""
        with self._lock:
            self._probing = False


class RetryBudget:
    """Retries for at most a tenth of the calls, beside a few at any time, so that they never double a load.

    Thread-safe.
    """

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left = float(RETRIES_AT_LEAST)
        self._seen = clock()

    def earn(self) -> None:
        """A call was made."""
        with self._lock:
            self._left = min(self._left + RETRIED_SHARE, RETRIES_SAVED)

    def spend(self) -> bool:
        """Whether one more retry may be made."""
        with self._lock:
            now = self._clock()
            grown = self._left + (now - self._seen) * RETRIES_A_SECOND
            self._left, self._seen = max(self._left, min(grown, RETRIES_AT_LEAST)), now
            if self._left < 1:
                return False
            self._left -= 1
            return True
