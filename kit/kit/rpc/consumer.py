"""Taking messages from a queue without declaring it and without decoding their bodies on the way.

A consumer that is stopped takes nothing new and keeps its connection until everything that it took is answered.
"""

import time
from functools import partial
from pathlib import Path
from typing import Any

from kombu.transport import pyamqp
from nameko import messaging

from kit import settings
from kit.broker import ReadsAhead

SIGN_SECONDS = 1.0
LOOK_UP_SECONDS = 0.2  # how long an idle consumer waits for a message before it looks whether it shall stop


class SignOfWork:
    """A file whose age says how long ago this process was seen to consume; without a file it does nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._given_at = float("-inf")

    def give(self) -> None:
        """Says that the process consumes now; writes at most once a second."""
        if self._file is not None and time.monotonic() - self._given_at >= SIGN_SECONDS:
            self._file.touch()
            self._given_at = time.monotonic()

    def withdraw(self) -> None:
        """Says that the process takes nothing more."""
        if self._file is not None:
            self._file.unlink(missing_ok=True)


class _Connection(ReadsAhead, pyamqp.Connection):
    """kombu's."""


class _Transport(pyamqp.Transport):
    """kombu's way to the broker."""

    Connection = _Connection


class QueueConsumer(messaging.QueueConsumer):
    """nameko's queue consumer, but a body that cannot be decoded does not end the process, nor a stop the replies."""

    def __init__(self) -> None:
        super().__init__()
        self._in_hand: set[int] = set()
        self._sign = SignOfWork(None)

    @property
    def connection(self) -> Any:
        connection = super().connection
        connection.transport_cls = _Transport
        return connection

    def setup(self) -> None:
        super().setup()
        self._sign = SignOfWork(settings.load(settings.ServiceSettings).at_work_file)

    def consume(self, limit: int | None, timeout: float | None = None, **options: Any) -> Any:
        return super().consume(limit, timeout, safety_interval=LOOK_UP_SECONDS, **options)

    def handle_message(self, provider: Any, body: None, message: Any) -> None:
        self._in_hand.add(id(message))
        super().handle_message(provider, body, message)

    def ack_message(self, message: Any) -> None:
        super().ack_message(message)
        self._in_hand.discard(id(message))

    def requeue_message(self, message: Any) -> None:
        super().requeue_message(message)
        self._in_hand.discard(id(message))

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        if self._consumers:
            self._sign.give()
            return
        self._sign.withdraw()
        if not self._in_hand:
            self.should_stop = True

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Any]:
        for provider in self._providers:
            consumer = consumer_cls(queues=[provider.queue], on_message=partial(self.handle_message, provider, None))
            consumer.qos(prefetch_count=self.prefetch_count)
            self._consumers[provider] = consumer
        return list(self._consumers.values())
