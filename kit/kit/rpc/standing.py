"""A connection to the broker that is meant to stand: read by one thread, made anew when it is lost."""

import contextlib
import logging
import random
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import amqp

from kit.broker import LOST, open_connection

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 20
_TICK = HEARTBEAT_SECONDS / 4
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 5.0


class StandingConnection:
    """Runs `session(connection)` in a thread of its own, again and again, each time on a new connection.

    A session ends by raising when the connection is lost; then comes a pause that grows from 0.05 to 5 s, with jitter,
    so that many gateways do not return to a restarted broker in the same instant.
    """

    def __init__(self, url: str, name: str, session: Callable[[amqp.Connection], None]) -> None:
        self._url = url
        self._name = name
        self._session = session
        self._connection: amqp.Connection | None = None
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins connecting; returns at once."""
        self._thread.start()

    def close(self, timeout: float = 5.0) -> None:
        """Ends the session and its thread. Safe to repeat."""
        self._closed.set()
        hang_up(self._connection)
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(timeout)

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed.is_set()

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self.closed:
            began = time.monotonic()
            self._run_once()
            if time.monotonic() - began > _LONGEST_PAUSE:
                pause = _FIRST_PAUSE
            self._closed.wait(pause * (1 + random.random()))
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _run_once(self) -> None:
        try:
            self._connection = open_connection(self._url, heartbeat=HEARTBEAT_SECONDS)
            self._session(self._connection)
        except LOST as error:
            if not self.closed:
                log.warning("broker connection lost", extra={"connection": self._name, "reason": _reason(error)})
        except Exception:
            log.exception("broker connection given up", extra={"connection": self._name})
        finally:
            collect(self._connection)
            self._connection = None


def pump(connection: amqp.Connection) -> None:
    """Hands every arriving frame to its channel until the connection is lost. Raises one of `LOST`.

    Whoever calls this is the only reader of the socket from then on.
    """
    # One timeout for good: changing it around each read would change it for the writers in other threads too.
    connection.sock.settimeout(_TICK)
    ticked = time.monotonic()
    while True:
        with contextlib.suppress(socket.timeout):
            connection.drain_events(timeout=_TICK)
        if time.monotonic() - ticked >= _TICK:
            ticked = time.monotonic()
            connection.heartbeat_tick()


def hang_up(connection: amqp.Connection | None) -> None:
    """Makes the reader of `connection` notice at once that it is over; callable from any thread."""
    if connection is None or not connection.connected:
        return
    with contextlib.suppress(OSError, AttributeError):  # the reader may be dismantling it at this moment
        connection.sock.shutdown(socket.SHUT_RDWR)


def collect(connection: Any) -> None:
    """Frees what a lost connection holds, without a word to the broker."""
    if connection is not None:
        with contextlib.suppress(*LOST, AttributeError):
            connection.collect()


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
