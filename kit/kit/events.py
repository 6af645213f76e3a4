"""Consuming events: by a queue with a name of its own, retried with growing delay, parked when nothing helps."""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from eventlet.semaphore import Semaphore
from kombu import Queue
from nameko import messaging
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import SharedExtension

from kit import settings
from kit.broker import LOST, ConfirmedPublisher, Letter
from kit.rpc import codec
from kit.rpc.consumer import QueueConsumer

log = logging.getLogger(__name__)

RETRY_SECONDS = (1, 10, 60)


class StillChanging(Exception):
    """What an event is about was changed by others at each attempt. Raised by a handler: the event is tried again."""


@dataclass(frozen=True, slots=True)
class Event:
    """A fact that a service tells. `seq` orders the events of one `subject`; the same `id` may arrive again."""

    id: str
    type: str
    subject: str
    seq: int
    time: datetime
    data: dict[str, Any]
    traceparent: str = ""

    @classmethod
    def from_body(cls, body: Any) -> "Event":
        """Reads the CloudEvents envelope. Raises `codec.Malformed` for anything else."""
        try:
            time = datetime.fromisoformat(body["time"]).astimezone(UTC)
            trace = str(body.get("traceparent", ""))
            return cls(body["id"], body["type"], body["subject"], int(body["seq"]), time, dict(body["data"]), trace)
        except (KeyError, TypeError, ValueError) as error:
            raise codec.Malformed("not an event") from error


class Letters(SharedExtension):
    """Sends letters that failed to their next stop, confirmed before the original is acked.

    Workers whose letters fail at the same time take turns: a publisher belongs to one of them at a time.
    """

    def setup(self) -> None:
        self._publisher = ConfirmedPublisher(settings.load(settings.ServiceSettings).amqp_url)
        self._turn = Semaphore()

    def forward(self, exchange: str, routing_key: str, message: Any, headers: dict[str, Any]) -> bool:
        """Whether the broker took the copy over."""
        body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
        letter = Letter(exchange, routing_key, body, headers, message.properties.get("message_id") or "")
        try:
            with self._turn:
                return bool(self._publisher.publish([letter]))
        except LOST:
            return False


class EventHandler(messaging.Consumer):
    """Handles the events of `types` that arrive in `queue`.

    The queue keeps its name when the method is renamed; `{service}` in it stands for the service's name. A handler
    that raises is tried again after 1, 10 and 60 seconds, then the letter is parked for an operator. Handlers must
    bear seeing an event twice.
    """

    queue_consumer = QueueConsumer()
    letters = Letters()

    def __init__(self, queue: str, types: Collection[str], **kwargs: Any) -> None:
        self.queue_name = queue
        self.types = frozenset(types)
        super().__init__(queue=None, **kwargs)

    def setup(self) -> None:
        self.queue_name = self.queue_name.format(service=self.container.service_name)
        self.queue = Queue(self.queue_name, no_declare=True)
        super().setup()

    def handle_message(self, body: None, message: Any) -> None:
        try:
            event = Event.from_body(codec.decode(message.body, codec.JSON))
        except codec.Malformed as error:
            self._settle(message, error)
            return
        self._spawn(event, message)

    def _spawn(self, event: Event, message: Any) -> None:
        """Handles the event in a worker, within the trace in which it happened."""
        handle_result = partial(self.handle_result, message)
        context = {"traceparent": event.traceparent}
        try:
            self.container.spawn_worker(self, (event,), {}, context_data=context, handle_result=handle_result)
        except ContainerBeingKilled:
            self.queue_consumer.requeue_message(message)

    def handle_message_processed(self, message: Any, result: Any = None, exc_info: Any = None) -> None:
        self._settle(message, exc_info[1] if exc_info else None)

    def _settle(self, message: Any, error: BaseException | None) -> None:
        if error is None or self._forward(message, error):
            self.queue_consumer.ack_message(message)
        else:
            self.queue_consumer.requeue_message(message)

    def _forward(self, message: Any, error: BaseException) -> bool:
        attempt = int((message.headers or {}).get("x-attempt", 0)) + 1
        again = attempt <= len(RETRY_SECONDS) and not isinstance(error, codec.Malformed)
        stop = f"{self.queue_name}.retry.{attempt}" if again else f"{self.queue_name}.parked"
        headers = {"x-attempt": attempt, "x-error": type(error).__name__}
        log.warning("event goes to %s", stop, extra=headers)
        return self.letters.forward(f"{self.container.service_name}.retry", stop, message, headers)


on_event = EventHandler.decorator
