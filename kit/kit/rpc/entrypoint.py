"""Service side of RPC: who calls is proved first, the request is a model, the reply is encoded once.

Wire-compatible with stock nameko both ways. The reply goes out on the channel that the request came in on, before
the request's ack: the broker handles both in order, so that "acked but never answered" cannot happen. A cut between
them means that the request is delivered, and the method run, again.
"""

import logging
import time
import typing
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from typing import Any

import amqp
from amqp import spec
from kombu import Exchange, Queue
from nameko import rpc as stock
from nameko.exceptions import (
    ContainerBeingKilled,
    IncorrectSignature,
    MalformedRequest,
    MethodNotFound,
    UnserializableValueError,
    serialize,
)
from nameko.extensions import SharedExtension
from pydantic import BaseModel, ValidationError
from pymongo.errors import ConnectionFailure

from kit import errors, faults, settings
from kit.broker import LOST
from kit.identity import Caller, Revocations, TokenVerifier, require
from kit.mongo import Connection
from kit.rpc import codec
from kit.rpc.consumer import QueueConsumer

log = logging.getLogger(__name__)

EXCHANGE = "nameko-rpc"
LARGEST = 2**53 - 1  # RFC 7493, 2.2
_PROTOCOL_ERRORS = (MethodNotFound, MalformedRequest, IncorrectSignature, UnserializableValueError)


class Gatekeeper(SharedExtension):
    """Proves who calls, by the service's own keys and its own list of revocations."""

    connection = Connection()

    def setup(self) -> None:
        self._verifier = TokenVerifier(settings.load(settings.ServiceSettings).secrets_dir / "trusted")
        self.revocations = Revocations(self.connection.db)

    def admit(self, token: str | None, allow: Collection[str]) -> Caller:
        """The caller. Raises `Unauthenticated` or `Forbidden`."""
        caller = self._verifier.verify(token)
        self.revocations.check(caller)
        require(caller, allow)
        return caller


class RpcConsumer(stock.RpcConsumer):
    """Consumes the service's pre-declared queue and replies on the request's own channel."""

    queue_consumer = QueueConsumer()
    queue: Queue | None

    def setup(self) -> None:
        if self.queue is None:
            name = self.container.service_name
            exchange = Exchange(EXCHANGE, type="topic", durable=True, no_declare=True)
            self.queue = Queue(f"rpc-{name}", exchange, routing_key=f"{name}.*", durable=True, no_declare=True)
            self.queue_consumer.register_provider(self)

    def handle_result(self, message: Any, result: Any, exc_info: Any) -> tuple[Any, Any]:
        content_type = message.properties.get("content_type")
        body = _reply_body(result, exc_info[1] if exc_info else None, content_type)
        try:
            faults.point("rpc.before_reply")
            _send_reply(message, body, content_type)
            faults.point("rpc.before_ack")
        except LOST as error:  # escaping here would end the container; the broker delivers the request again
            log.warning("reply not sent: %s", type(error).__name__)
        self.queue_consumer.ack_message(message)
        return result, exc_info


def _send_reply(message: Any, body: bytes, content_type: str | None) -> None:
    reply_to = message.properties.get("reply_to")
    if not reply_to or not message.channel.connection:
        return
    reply = amqp.Message(
        body,
        content_type=content_type or codec.JSON,
        content_encoding="binary" if content_type == codec.MSGPACK else "utf-8",
        delivery_mode=1,
        correlation_id=message.properties.get("correlation_id"),
    )
    # Not basic_publish: it reads the socket in this greenthread and takes frames from the consumer's.
    message.channel.send_method(spec.Basic.Publish, "Bssbb", (0, EXCHANGE, reply_to, False, False), reply)


def _reply_body(result: Any, error: BaseException | None, content_type: str | None) -> bytes:
    try:
        return _encoded(result, None if error is None else _error_to_wire(error), content_type)
    except (TypeError, ValueError):
        return _encoded(None, serialize(UnserializableValueError(result)), content_type)


def _encoded(result: Any, error: dict[str, Any] | None, content_type: str | None) -> bytes:
    if isinstance(result, BaseModel) and content_type != codec.MSGPACK:
        return b'{"result":' + result.__pydantic_serializer__.to_json(result) + b',"error":null}'
    return codec.encode({"result": result, "error": error}, content_type)


def _error_to_wire(error: BaseException) -> dict[str, Any]:
    if isinstance(error, errors.ServiceError):
        return errors.to_wire(error)
    if isinstance(error, _PROTOCOL_ERRORS):
        return {**serialize(error), "code": "internal"}
    if isinstance(error, ConnectionFailure):  # the database restarts or moves: the same request may succeed later
        return errors.to_wire(errors.Unavailable())
    # What broke inside stays inside: its message may quote a document.
    return {**errors.to_wire(errors.ServiceError()), "exc_type": type(error).__name__}


class Rpc(stock.Rpc):
    """An RPC entrypoint that says who may call it.

    `allow` names the audiences: "anyone" (every valid token, the gateway's for anonymous visitors too), "resident",
    "staff", "service", or a role. The method takes one `Request` model and returns a `View`, as its annotations say.
    """

    rpc_consumer = RpcConsumer()
    gatekeeper = Gatekeeper()

    def __init__(self, allow: Collection[str], **kwargs: Any) -> None:
        if not allow:
            raise TypeError("say who may call: allow={...}")
        self.allow = frozenset(allow)
        super().__init__(expected_exceptions=errors.ServiceError, **kwargs)

    def setup(self) -> None:
        self.request_model, self.view_model = models_of(getattr(self.container.service_cls, self.method_name))
        self.titles = {name: f.title or name for name, f in self.request_model.model_fields.items()}
        super().setup()

    def handle_message(self, body: None, message: Any) -> None:
        headers = self.unpack_message_headers(message)
        caller = self.gatekeeper.admit(headers.get("auth_token"), self.allow)
        if _nobody_waits(headers):
            raise errors.Unavailable("处理超时，请稍后再试。")
        request = self._request(codec.decode(message.body, message.properties.get("content_type")))
        address, device = (str(headers.get(name, "")) for name in ("client_ip", "device"))
        caller = replace(caller, client_ip=address, device=device)
        context = {"caller": caller, "traceparent": headers.get("traceparent", "")}
        try:
            self.container.spawn_worker(
                self, (request,), {}, context_data=context, handle_result=partial(self.handle_result, message)
            )
        except ContainerBeingKilled:
            self.rpc_consumer.requeue_message(message)

    def _request(self, call: Any) -> BaseModel:
        if not isinstance(call, dict) or not isinstance(call.get("kwargs"), dict) or call.get("args"):
            raise MalformedRequest("a call carries its request's fields as kwargs and no args")
        try:
            request = self.request_model.model_validate(call["kwargs"])
        except ValidationError as error:
            raise errors.from_validation(error, self.titles) from None
        if field := _too_large(request):
            raise errors.Invalid.field(field, f"{self.titles.get(field.split('.')[0], field)}的数字过大")
        return request


def _too_large(value: Any, path: str = "") -> str | None:
    """Where a number is that not every reader understands alike, and the database perhaps not at all."""
    if isinstance(value, int):
        return path if abs(value) > LARGEST else None
    inner: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, BaseModel):
        inner = value.__dict__.items()
    elif isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list | tuple):
        inner = enumerate(value)
    below = (_too_large(one, f"{path}.{name}" if path else str(name)) for name, one in inner)
    return next(filter(None, below), None)


def models_of(method: Any) -> tuple[type[BaseModel], type[BaseModel]]:
    """The request and answer models of an entrypoint, read from its annotations."""
    hints = typing.get_type_hints(method)
    answer = hints.pop("return")
    (request,) = hints.values()
    return request, answer


def _nobody_waits(headers: dict[str, Any]) -> bool:
    deadline = headers.get("deadline")
    return deadline is not None and float(deadline) < time.time() * 1000


rpc = Rpc.decorator
