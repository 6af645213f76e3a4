"""Publishing with confirms: what the broker has not confirmed is not published."""

import contextlib
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import amqp
from amqp import spec
from amqp.exceptions import AMQPError
from amqp.transport import TCPTransport
from kombu.utils.url import parse_url

CONFIRM_SECONDS = 10
AHEAD = 16 * 1024  # bytes
LOST = (AMQPError, OSError)


@dataclass(frozen=True)
class Letter:
    """A message on its way: persistent, mandatory."""

    exchange: str
    routing_key: str
    body: bytes
    headers: dict[str, Any]
    message_id: str = ""


class _AheadTransport(TCPTransport):
    """Takes what has arrived by one call to the system, where amqp makes three for a frame and nine for a message."""

    def _setup_transport(self) -> None:
        super()._setup_transport()
        receive = self.sock.recv
        self._quick_recv = lambda wanted: receive(max(wanted, AHEAD))  # what is too much waits in amqp's own buffer


class ReadsAhead:
    """Makes an amqp connection read ahead."""

    def Transport(self, host: str, connect_timeout: float, ssl: Any, *timeouts: Any, **options: Any) -> Any:  # noqa: N802
        if ssl:
            return super().Transport(host, connect_timeout, ssl, *timeouts, **options)  # type: ignore[misc]
        return _AheadTransport(host, connect_timeout, *timeouts, **options)


class _Connection(ReadsAhead, amqp.Connection):
    """A connection of ours."""


def open_connection(url: str, heartbeat: int = 30) -> amqp.Connection:
    """A connection of its own to the broker that `url` names. Raises one of `LOST`."""
    parts = parse_url(url)
    connection = _Connection(
        host=f"{parts['hostname']}:{parts['port'] or 5672}",
        userid=parts["userid"] or "guest",
        password=parts["password"] or "guest",
        virtual_host=parts["virtual_host"] or "/",
        heartbeat=heartbeat,
        connect_timeout=5,
        read_timeout=CONFIRM_SECONDS,
        write_timeout=CONFIRM_SECONDS,
    )
    connection.connect()
    return connection


class ConfirmedPublisher:
    """Publishes batches and tells which letters the broker has taken over. Belongs to one thread."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: amqp.Connection | None = None
        self._channel: Any = None
        self._tag = 0
        self._unconfirmed: dict[int, int] = {}
        self._refused: set[int] = set()

    def publish(self, letters: Sequence[Letter]) -> set[int]:
        """Sends all, waits until the broker has answered for each, returns the positions of those it took over.

        A letter that no queue receives counts as not taken over. Raises one of `LOST`, after which what was sent may
        or may not have arrived: send it again.
        """
        try:
            return self._publish(letters)
        except LOST:
            self.close()
            raise

    def close(self) -> None:
        """Drops the connection; the next batch makes a new one."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(*LOST):
                connection.collect()

    def _publish(self, letters: Sequence[Letter]) -> set[int]:
        self._open()
        self._unconfirmed, self._refused = {}, set()
        for position, letter in enumerate(letters):
            self._tag += 1
            self._unconfirmed[self._tag] = position
            self._send(letter, position)
        self._wait()
        return set(range(len(letters))) - self._refused

    def _send(self, letter: Letter, position: int) -> None:
        message = amqp.Message(
            letter.body,
            content_type="application/json",
            content_encoding="utf-8",
            delivery_mode=2,
            message_id=letter.message_id,
            correlation_id=str(position),
            application_headers=letter.headers,
        )
        # Not basic_publish: it reads the socket first, which costs a system call for each letter of a batch.
        self._channel.send_method(
            spec.Basic.Publish, "Bssbb", (0, letter.exchange, letter.routing_key, True, False), message
        )

    def _wait(self) -> None:
        until = time.monotonic() + CONFIRM_SECONDS
        while self._unconfirmed:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the broker did not confirm")
            assert self._connection is not None
            with contextlib.suppress(socket.timeout):
                self._connection.drain_events(timeout=left)

    def _open(self) -> None:
        if self._connection is not None and self._connection.connected:
            return
        # No heartbeat: between batches nobody would answer it. A dead connection shows at the next batch.
        self._connection = open_connection(self._url, heartbeat=0)
        self._channel = self._connection.channel()
        self._channel.confirm_select()
        self._channel.events["basic_ack"].add(self._on_ack)
        self._channel.events["basic_nack"].add(self._on_nack)
        self._channel.events["basic_return"].add(self._on_return)
        self._tag = 0

    def _settle(self, tag: int, multiple: bool) -> list[int]:
        tags = [t for t in self._unconfirmed if t <= tag] if multiple else [tag]
        return [self._unconfirmed.pop(t) for t in tags if t in self._unconfirmed]

    def _on_ack(self, tag: int, multiple: bool = False) -> None:
        self._settle(tag, multiple)

    def _on_nack(self, tag: int, multiple: bool = False, *_: Any) -> None:
        self._refused.update(self._settle(tag, multiple))

    def _on_return(self, _error: Any, _exchange: str, _key: str, message: Any) -> None:
        self._refused.add(int(message.properties["correlation_id"]))
