"""gunicorn's worker for gevent: a short answer leaves by one call to the system; a stop hangs up on idle clients."""

import contextlib
import time
from typing import Any

import gevent
from gunicorn.workers.ggevent import GeventWorker

IDLE_SECONDS_AT_STOP = 5
SHORT = 64 * 1024  # bytes of a body that are worth copying to its head


class Worker(GeventWorker):
    """What gunicorn runs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._idle: set[gevent.Greenlet] = set()  # each serves one connection
        self._hang_up_at: float | None = None

    def handle(self, listener: Any, client: Any, addr: Any) -> None:
        self._idle.add(gevent.getcurrent())
        try:
            super().handle(listener, client, addr)
        finally:
            self._idle.discard(gevent.getcurrent())

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        self._idle.discard(gevent.getcurrent())
        joined = JoinedWrites(sock)
        try:
            super().handle_request(listener_name, req, joined, addr)
        finally:
            with contextlib.suppress(OSError):  # the client has gone, or the worker has hung up on it
                joined.flush()
            self._idle.add(gevent.getcurrent())

    def notify(self) -> None:
        """Called every second. A worker that stops lets the idle ask once more for some seconds, then hangs up."""
        super().notify()
        if self.alive:
            return
        self._hang_up_at = self._hang_up_at or time.monotonic() + IDLE_SECONDS_AT_STOP
        if time.monotonic() >= self._hang_up_at:
            gevent.killall(list(self._idle), StopIteration, block=False)  # gunicorn's own sign to close a connection


class JoinedWrites:
    """A socket that keeps what is written first, the head of an answer, until the beginning of the body comes."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._head: bytes | None = None
        self._began = False

    def sendall(self, data: bytes) -> None:
        """Sends the data, what was kept before it."""
        if not self._began:
            self._head, self._began = data, True
            return
        if self._head is not None and len(data) <= SHORT:
            data, self._head = self._head + data, None
        self.flush()
        self._sock.sendall(data)

    def sendfile(self, *arguments: Any, **options: Any) -> Any:
        """Sends a file after what was kept."""
        self.flush()
        return self._sock.sendfile(*arguments, **options)

    def flush(self) -> None:
        """Sends what is kept."""
        head, self._head = self._head, None
        if head is not None:
            self._sock.sendall(head)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)
