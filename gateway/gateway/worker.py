"""gunicorn's worker for gevent, which sends a short answer by one call to the system instead of two."""

import contextlib
from typing import Any

from gunicorn.workers.ggevent import GeventWorker

SHORT = 64 * 1024  # bytes of a body that are worth copying to its head


class Worker(GeventWorker):
    """What gunicorn runs."""

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> None:
        joined = JoinedWrites(sock)
        try:
            super().handle_request(listener_name, req, joined, addr)
        finally:
            with contextlib.suppress(OSError):  # the client has gone, or the worker has hung up on it
                joined.flush()


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
