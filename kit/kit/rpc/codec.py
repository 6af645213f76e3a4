"""Bodies of messages: JSON, and MessagePack where bytes travel. Compatible with stock nameko's JSON."""

from datetime import datetime
from typing import Any

import msgpack
import orjson
from pydantic import BaseModel

JSON = "application/json"
MSGPACK = "application/x-msgpack"


class Malformed(Exception):
    """The body is not what its content type says."""


def decode(body: bytes | memoryview | str, content_type: str | None) -> Any:
    """The value of a message's body. Raises `Malformed`."""
    try:
        if content_type == MSGPACK:
            return msgpack.unpackb(bytes(body) if isinstance(body, memoryview) else body)
        return orjson.loads(body)
    except (ValueError, TypeError, msgpack.UnpackException) as error:
        raise Malformed(content_type) from error


def encode(value: Any, content_type: str | None) -> bytes:
    """The body for a value. Raises `TypeError` for what cannot be written."""
    if content_type == MSGPACK:
        packed: bytes = msgpack.packb(value, default=_plain)
        return packed
    return orjson.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump()
    if isinstance(value, datetime):  # JSON writes it by itself
        return value.isoformat()
    raise TypeError(type(value).__name__)
