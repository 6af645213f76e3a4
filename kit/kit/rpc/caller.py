"""The calling end of RPC: one connection, one reply queue and one reader for all requests of a process.

Speaks nameko's wire protocol, so that it reaches stock services as well as the kit's. Request threads (or greenlets)
write to the connection themselves; only the reader reads it. Each call ends in exactly one way: with its answer, with
the service's error, or with one of `Unavailable`, `ConnectionLost` and `NoAnswer`.
"""

import contextlib
import itertools
import os
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

import amqp
import orjson
from amqp import spec
from amqp.exceptions import ChannelError

from kit.broker import LOST
from kit.errors import ServiceError, Unavailable, from_wire
from kit.rpc import codec
from kit.rpc.breaker import Breaker, RetryBudget
from kit.rpc.standing import StandingConnection, hang_up, pump

EXCHANGE = "nameko-rpc"

READ_PATIENCE = 2.0  # seconds that a read waits for a connection or for a service that has gone
COMMAND_PATIENCE = 15.0  # seconds that a command gives a restarting service
PROBE_SECONDS = 1.0
MOST_IN_FLIGHT = 256  # calls to one service at a time; more would only queue up

_ANSWER, _ANSWER_END = b'{"result":', b',"error":null}'  # how the kit's services write a reply


class ConnectionLost(Unavailable):
    """The broker went away while the call was under way: whether it was executed is unknown."""


class NoAnswer(ServiceError):
    """The deadline passed without an answer: whether the call was executed is unknown."""

    code = "timeout"
    default_detail = "处理超时，结果还不确定，请稍后查看或重试。"


@dataclass(frozen=True)
class Terms:
    """On what terms a call is made.

    `timeout` in seconds travels as the deadline: nobody starts to work on the call after it. A `command` waits for a
    service that restarts, a read does not. `retry` sends the call again when the broker was lost under way: only for
    what may run twice. `binary` carries bytes (MessagePack instead of JSON).
    """

    timeout: float = 5.0
    headers: Mapping[str, str] = field(default_factory=dict)
    command: bool = False
    retry: bool = False
    binary: bool = False


QUERY = Terms()

_Read = TypeVar("_Read")


class _Pending:
    """The place where one caller waits. A bare lock is the cheapest wait with a timeout."""

    __slots__ = ("_lock", "error", "reply")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lock.acquire()
        self.reply: amqp.Message | None = None
        self.error: ServiceError | None = None

    def settle(self, reply: amqp.Message | None = None, error: ServiceError | None = None) -> None:
        self.reply, self.error = reply, error
        self._lock.release()

    def wait(self, seconds: float) -> bool:
        return self._lock.acquire(timeout=max(seconds, 0))


class _Link:
    """One life of the connection, with the calls that wait for answers on it. Once lost it takes no more."""

    def __init__(self, connection: amqp.Connection, name: str, on_loss: Callable[["_Link"], None]) -> None:
        self._connection = connection
        self._on_loss = on_loss
        self._guard = threading.Lock()
        self._waiting: dict[str, _Pending] = {}
        self._lost = False
        self.reply_to = str(uuid.uuid4())
        self._channel = self._open_channel(f"rpc.reply-{name}-{self.reply_to}")

    def _open_channel(self, queue: str) -> Any:
        channel = self._connection.channel()
        channel.queue_declare(queue, exclusive=True, auto_delete=True)
        channel.queue_bind(queue, EXCHANGE, self.reply_to)
        channel.basic_consume(queue, no_ack=True, callback=self._on_reply)
        channel.events["basic_return"].add(self._on_return)
        return channel

    @contextlib.contextmanager
    def expecting(self, call_id: str) -> Iterator[_Pending]:
        """A place for the answer to `call_id`. Raises `ConnectionLost` when none can come on this link any more."""
        pending = _Pending()
        with self._guard:
            if self._lost:
                raise ConnectionLost
            self._waiting[call_id] = pending
        try:
            yield pending
        finally:
            self._waiting.pop(call_id, None)

    def send(self, message: amqp.Message, routing_key: str) -> None:
        """Writes the message. Raises `ConnectionLost`; the link is lost then, as half a frame may have been sent."""
        try:
            # Not basic_publish: it reads the socket first and would steal frames from the reader.
            self._channel.send_method(spec.Basic.Publish, "Bssbb", (0, EXCHANGE, routing_key, True, False), message)
        except (*LOST, AttributeError) as error:  # AttributeError: the reader has dismantled the connection
            self.lose()
            raise ConnectionLost from error
        except BaseException:
            self.lose()
            raise

    def lose(self) -> None:
        """Ends the link: every waiting call is settled, no other is taken."""
        with self._guard:
            self._lost = True
            waiting, self._waiting = self._waiting, {}
        self._on_loss(self)  # first, or who tries again would meet this link again, and be out of retries at once
        for pending in waiting.values():
            pending.settle(error=ConnectionLost())
        hang_up(self._connection)

    def _on_reply(self, message: amqp.Message) -> None:
        self._settle(message, reply=message)

    def _on_return(self, _error: Any, _exchange: str, _key: str, message: amqp.Message) -> None:
        self._settle(message, error=Unavailable())

    def _settle(self, message: amqp.Message, **outcome: Any) -> None:
        with self._guard:
            pending = self._waiting.pop(message.properties.get("correlation_id"), None)
        if pending is not None:  # else the caller has stopped waiting
            pending.settle(**outcome)


class _Presence:
    """Knows which services have somebody listening: the consumer count of their queue, looked at once a second."""

    def __init__(self, url: str, name: str) -> None:
        self._seen: dict[str, float | None] = {}
        self._present: dict[str, bool] = {}
        self._looked = threading.Condition()
        self._wake = threading.Event()
        self._standing = StandingConnection(url, f"{name} presence", self._watch)

    def start(self) -> None:
        self._standing.start()

    def close(self) -> None:
        self._wake.set()
        self._standing.close()

    def is_present(self, service: str, patience: float) -> bool:
        """Whether somebody listens. A service not asked about before is looked for first; unknown counts as present."""
        if service not in self._present:
            self._seen.setdefault(service, None)
            self._wake.set()
            with self._looked:
                self._looked.wait_for(lambda: service in self._present, patience)
        return self._present.get(service, True)

    def may_return(self, service: str, within: float) -> bool:
        """Whether the service listened less than `within` seconds ago, as one that restarts did."""
        seen = self._seen.get(service)
        return seen is not None and time.monotonic() - seen < within

    def _watch(self, connection: amqp.Connection) -> None:
        channel = connection.channel()
        while not self._standing.closed:
            for service in list(self._seen):
                channel = self._look(connection, channel, service)
            with self._looked:
                self._looked.notify_all()
            connection.heartbeat_tick()
            self._wake.wait(PROBE_SECONDS)
            self._wake.clear()

    def _look(self, connection: amqp.Connection, channel: Any, service: str) -> Any:
        try:
            listeners = channel.queue_declare(f"rpc-{service}", passive=True).consumer_count
        except ChannelError:  # no such queue; the broker has closed the channel over it
            listeners, channel = 0, connection.channel()
        if listeners:
            self._seen[service] = time.monotonic()
        self._present[service] = bool(listeners)
        return channel


class _Line:
    """What a process holds open: made on its first call, so never carried through a fork."""

    def __init__(self, url: str, name: str) -> None:
        self.pid = os.getpid()
        self.presence = _Presence(url, name)
        self._name = name
        self._link: _Link | None = None
        self._changed = threading.Condition()
        self._down_since = time.monotonic()
        self._standing = StandingConnection(url, f"{name} rpc", self._serve)

    def start(self) -> "_Line":
        self._standing.start()
        self.presence.start()
        return self

    def close(self) -> None:
        self.presence.close()
        self._standing.close()

    def connected(self) -> bool:
        return self._link is not None

    def link(self, patience: float, deadline: float) -> _Link:
        """The link, waiting for it at most until `patience` seconds after it was lost. Raises `Unavailable`."""
        with self._changed:
            until = min(self._down_since + patience, deadline)
            self._changed.wait_for(lambda: self._link is not None, max(until - time.monotonic(), 0))
            if self._link is None:
                raise Unavailable(extra={"retry_after": 5})
            return self._link

    def _serve(self, connection: amqp.Connection) -> None:
        link = _Link(connection, self._name, self._withdraw)
        self._announce(link)
        try:
            pump(connection)
        finally:
            link.lose()

    def _withdraw(self, link: _Link) -> None:
        with self._changed:
            if self._link is link:
                self._announce(None)

    def _announce(self, link: _Link | None) -> None:
        with self._changed:
            self._link = link
            self._down_since = time.monotonic()
            self._changed.notify_all()


class _Attempt:
    """One call, as often as it is sent."""

    def __init__(self, service: str, method: str, arguments: Mapping[str, Any], terms: Terms) -> None:
        self.service = service
        self.routing_key = f"{service}.{method}"
        self.deadline = time.monotonic() + terms.timeout
        self.patience = COMMAND_PATIENCE if terms.command else READ_PATIENCE
        self._terms = terms
        self._content_type = codec.MSGPACK if terms.binary else codec.JSON
        self._body = codec.encode({"args": [], "kwargs": arguments}, self._content_type)

    @property
    def left(self) -> float:
        return self.deadline - time.monotonic()

    def message(self, call_id: str, reply_to: str) -> amqp.Message:
        left_ms = max(int(self.left * 1000), 1)
        return amqp.Message(
            self._body,
            content_type=self._content_type,
            content_encoding="binary" if self._content_type == codec.MSGPACK else "utf-8",
            correlation_id=call_id,
            reply_to=reply_to,
            delivery_mode=2 if self._terms.command else 1,  # a command outlives a broker that restarts
            expiration=str(left_ms),
            application_headers={**self._terms.headers, "nameko.deadline": int(time.time() * 1000) + left_ms},
        )

    def check_presence(self, presence: _Presence) -> None:
        """Raises `Unavailable` when it is known that nobody would answer."""
        if presence.is_present(self.service, min(PROBE_SECONDS, self.left)):
            return
        if not (self._terms.command and presence.may_return(self.service, COMMAND_PATIENCE)):
            raise Unavailable(extra={"retry_after": 5})

    def wait(self, pending: _Pending, presence: _Presence) -> None:
        """Returns when the call is settled. Raises `NoAnswer`, and `Unavailable` for a read whose service has gone."""
        while not pending.wait(self.left if self._terms.command else min(READ_PATIENCE, self.left)):
            if self.left <= 0:
                raise NoAnswer
            if not presence.is_present(self.service, 0):
                raise Unavailable(extra={"retry_after": 5})


class _Guard(NamedTuple):
    """What spares one service."""

    breaker: Breaker
    retries: RetryBudget


class RpcCaller:
    """Calls services by RPC; one for a process, used by all its threads or greenlets.

    Opens its connections with `open` or at the first call, and anew in a process forked after that. `name` appears in
    the name of the reply queue, so that the broker's permissions can be bound to it.
    """

    def __init__(self, amqp_url: str, name: str = "gateway") -> None:
        self._url = amqp_url
        self._name = name
        self._line: _Line | None = None
        self._opening = threading.Lock()
        self._ids = itertools.count()
        self._prefix = uuid.uuid4().hex[:12]
        self._in_flight: dict[str, int] = {}
        self._guards: dict[str, _Guard] = {}

    def call(self, service: str, method: str, arguments: Mapping[str, Any], terms: Terms = QUERY) -> Any:
        """Calls `service.method(**arguments)` and returns what it answers.

        Raises the service's own error by its code; `Unavailable` when nobody listens, too many wait already, or one
        call after the other found no answer; `ConnectionLost` when the outcome is unknown because the broker was lost;
        `NoAnswer` when the time is over.
        """
        return self._judged(service, self._reply(service, method, arguments, terms), _result)

    def call_raw(self, service: str, method: str, arguments: Mapping[str, Any], terms: Terms = QUERY) -> bytes:
        """Like `call`, but the answer stays the JSON text that the service wrote. Raises the same."""
        return self._judged(service, self._reply(service, method, arguments, terms), _raw_result)

    def open(self) -> None:
        """Begins to connect; returns at once."""
        self._open()

    def is_connected(self) -> bool:
        """Whether the broker is reachable now."""
        return self._open().connected()

    def close(self) -> None:
        """Closes the connections; calls under way end with `ConnectionLost`."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _reply(self, service: str, method: str, arguments: Mapping[str, Any], terms: Terms) -> amqp.Message:
        attempt = _Attempt(service, method, arguments, terms)
        guard = self._guard(service)
        guard.breaker.admit()
        try:
            with self._counted(service):
                return self._try_again(attempt, guard.retries if terms.retry else None)
        except NoAnswer:
            guard.breaker.failed()
            raise
        except BaseException:
            guard.breaker.undecided()
            raise

    def _try_again(self, attempt: _Attempt, retries: RetryBudget | None) -> amqp.Message:
        """Tries until there is an answer, as often as the budget allows; None allows no retry."""
        if retries is not None:
            retries.earn()
        while True:
            try:
                return self._try(attempt)
            except ConnectionLost:
                if attempt.left <= 0 or retries is None or not retries.spend():
                    raise

    def _judged(self, service: str, reply: amqp.Message, read: Callable[[amqp.Message], _Read]) -> _Read:
        """What the reply says, noted as a sign of the service's health. Raises the error that it carries."""
        breaker = self._guard(service).breaker
        try:
            result = read(reply)
        except Unavailable:
            breaker.failed()
            raise
        except ServiceError:
            breaker.succeeded()
            raise
        breaker.succeeded()
        return result

    def _guard(self, service: str) -> "_Guard":
        guard = self._guards.get(service)
        return guard or self._guards.setdefault(service, _Guard(Breaker(service), RetryBudget()))

    def _try(self, attempt: _Attempt) -> amqp.Message:
        line = self._open()
        link = line.link(attempt.patience, attempt.deadline)
        attempt.check_presence(line.presence)
        call_id = f"{self._prefix}.{next(self._ids)}"
        with link.expecting(call_id) as pending:
            link.send(attempt.message(call_id, link.reply_to), attempt.routing_key)
            attempt.wait(pending, line.presence)
        if pending.error is not None:
            raise pending.error
        assert pending.reply is not None
        return pending.reply

    def _open(self) -> _Line:
        line = self._line
        if line is not None and line.pid == os.getpid():
            return line
        with self._opening:
            if self._line is None or self._line.pid != os.getpid():
                self._prefix = uuid.uuid4().hex[:12]
                self._line = _Line(self._url, self._name).start()
            return self._line

    @contextlib.contextmanager
    def _counted(self, service: str) -> Iterator[None]:
        if self._in_flight.get(service, 0) >= MOST_IN_FLIGHT:
            raise Unavailable(extra={"retry_after": 1})
        self._in_flight[service] = self._in_flight.get(service, 0) + 1
        try:
            yield
        finally:
            self._in_flight[service] -= 1


def _octets(reply: amqp.Message) -> bytes:
    body = reply.body
    return body.encode() if isinstance(body, str) else bytes(body)


def _raw_result(reply: amqp.Message) -> bytes:
    """The JSON text of what the reply carries. Raises the error that it carries instead."""
    body = _octets(reply)
    if body.startswith(_ANSWER) and body.endswith(_ANSWER_END):
        return body[len(_ANSWER) : -len(_ANSWER_END)]
    return orjson.dumps(_result(reply))


def _result(reply: amqp.Message) -> Any:
    """What the reply carries. Raises the error that it carries instead."""
    try:
        content = codec.decode(_octets(reply), reply.properties.get("content_type"))
    except codec.Malformed:
        content = None
    if not isinstance(content, dict) or not {"result", "error"} <= content.keys():
        raise ServiceError(extra={"reason": "not a reply"})
    if content["error"]:
        raise from_wire(content["error"])
    return content["result"]
