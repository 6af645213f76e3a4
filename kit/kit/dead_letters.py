"""Letters that no retry could help: looking at them, giving them back to their queue, dropping them.

They wait in `<queue>.parked`. Looking takes them out of the queue for a moment without acknowledging them; whatever is
not dealt with goes back when the channel closes. Nothing is lost at any point: a letter that is given back is confirmed
in its queue before the parked copy goes, so that at worst it is handled twice, which handlers must bear.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from amqp.exceptions import NotFound

from kit.broker import ConfirmedPublisher, Letter, open_connection

PARKED = ".parked"
_OWN_HEADERS = ("x-attempt", "x-error")  # the next failure counts from the beginning

Act = Callable[["Parked"], bool]


@dataclass(frozen=True)
class Parked:
    """A letter beyond help: of which event, why it failed last, after how many attempts."""

    queue: str
    id: str
    type: str
    subject: str
    time: str
    error: str
    attempts: int
    body: bytes
    headers: dict[str, Any]


class DeadLetters:
    """The parked letters of one queue, over AMQP alone. Raises one of `kit.broker.LOST` without the broker."""

    def __init__(self, amqp_url: str, queue: str) -> None:
        self._url = amqp_url
        self._queue = queue

    def list(self) -> list[Parked]:
        """All of them, in the order in which they were parked; empty when there is no such queue."""
        found: list[Parked] = []

        def look(letter: Parked) -> bool:
            found.append(letter)
            return False

        self._visit(look)
        return found

    def replay(self, id_: str | None = None) -> int:
        """Gives them, or the one of this id, back to their queue; returns how many the queue has taken."""
        publisher = ConfirmedPublisher(self._url)
        try:
            return self._visit(lambda letter: _is(letter, id_) and self._give_back(publisher, letter))
        finally:
            publisher.close()

    def drop(self, id_: str | None = None) -> int:
        """Forgets them, or the one of this id; returns how many there were."""
        return self._visit(lambda letter: _is(letter, id_))

    def _give_back(self, publisher: ConfirmedPublisher, letter: Parked) -> bool:
        headers = {name: value for name, value in letter.headers.items() if name not in _OWN_HEADERS}
        again = Letter("", self._queue, letter.body, headers, letter.id)
        return bool(publisher.publish([again]))

    def _visit(self, act: Act) -> int:
        """Shows each letter that is there now to `act`; those for which it is true are gone. Returns how many went."""
        with self._channel() as channel:
            gone = 0
            for message in _messages(channel, self._queue + PARKED):
                if act(_parked(self._queue, message)):
                    channel.basic_ack(message.delivery_tag)
                    gone += 1
            return gone

    @contextmanager
    def _channel(self) -> Iterator[Any]:
        connection = open_connection(self._url)
        try:
            yield connection.channel()
        finally:
            connection.close()


def _messages(channel: Any, queue: str) -> Iterator[Any]:
    """As many as wait now: one that fails again while others are replayed is not met a second time."""
    try:
        waiting = channel.queue_declare(queue, passive=True).message_count
    except NotFound:
        return
    for _ in range(waiting):
        message = channel.basic_get(queue)
        if message is None:
            return
        yield message


def _parked(queue: str, message: Any) -> Parked:
    body = message.body.encode() if isinstance(message.body, str) else bytes(message.body)
    headers = dict(message.properties.get("application_headers") or {})
    told = _read(body)
    return Parked(
        queue=queue,
        id=message.properties.get("message_id") or hashlib.sha256(body).hexdigest()[:32],
        type=str(told.get("type", "?")),
        subject=str(told.get("subject", "?")),
        time=str(told.get("time", "?")),
        error=str(headers.get("x-error", "?")),
        attempts=int(headers.get("x-attempt", 0)),
        body=body,
        headers=headers,
    )


def _read(body: bytes) -> dict[str, Any]:
    """The envelope; empty when the letter is not an event."""
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _is(letter: Parked, id_: str | None) -> bool:
    return id_ is None or letter.id == id_
