"""Hears the services' events and drops from the cache what they make untrue."""

import logging
import uuid
from collections.abc import Iterable, Mapping
from typing import Protocol

import amqp
import orjson

from gateway.cache import PublicCache, Tag
from gateway.metrics import LISTENING
from gateway.routes import Kept
from kit.rpc.standing import StandingConnection, pump

log = logging.getLogger(__name__)


class Answered(Protocol):
    """What answers are kept of: a route, or a part of one."""

    @property
    def name(self) -> str: ...

    @property
    def kept(self) -> Kept | None: ...


class Invalidation:
    """One exclusive queue of this process, bound to all events of the services."""

    def __init__(self, amqp_url: str, services: Iterable[str], routes: Iterable[Answered], cache: PublicCache) -> None:
        self._services = tuple(services)
        self._routes = tuple(route for route in routes if route.kept)
        self._cache = cache
        self._standing = StandingConnection(amqp_url, "cache invalidation", self._listen)

    def start(self) -> None:
        """Begins to listen; returns at once."""
        self._standing.start()

    def close(self) -> None:
        """Stops listening."""
        self._standing.close()

    def _listen(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        queue = f"gateway.cache-{uuid.uuid4()}"
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        for service in self._services:
            channel.queue_bind(queue, f"{service}.events", "#")
        channel.basic_consume(queue, no_ack=True, callback=self._hear)
        self._cache.listening()
        LISTENING.set(1)
        try:
            pump(connection)
        finally:
            self._cache.deaf()
            LISTENING.set(0)

    def _hear(self, message: amqp.Message) -> None:
        try:
            subject = str(orjson.loads(message.body)["subject"])
        except (ValueError, KeyError, TypeError):
            log.warning("an event without a subject: the cache is emptied")
            self._cache.flush()
            return
        for tag in self.concerned(message.delivery_info["routing_key"], subject):
            self._cache.drop(tag)

    def concerned(self, event_type: str, subject: str) -> list[Tag]:
        """The tags of what an event makes untrue, as the table of routes declares."""
        return [
            (route.name, _same(subject.partition("/")[0]) if route.kept.subject else "")
            for route in self._routes
            if route.kept and event_type.startswith(route.kept.dropped_by)
        ]


def tag_of(route: Answered, path: Mapping[str, str]) -> Tag:
    """The tag of a route's answer for these values of its path."""
    assert route.kept is not None
    return route.name, _same(path[route.kept.subject]) if route.kept.subject else ""


def _same(name: str) -> str:
    """One spelling of all that services take for the same name: they ignore case and blanks around it."""
    return name.strip().upper()
