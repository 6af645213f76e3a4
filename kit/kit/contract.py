"""Base models of what crosses the wire."""

import unicodedata
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, StringConstraints, WithJsonSchema

_BEIJING_TIME = timezone(timedelta(hours=8))
_KEPT_CONTROLS = {"\n", "\t"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn"}


def _legible(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    plain = value.replace("\r\n", "\n")
    return "".join(c for c in plain if c in _KEPT_CONTROLS or unicodedata.category(c) not in _HIDDEN)


Text = Annotated[str, BeforeValidator(_legible)]
"""Text without control, direction and zero-width characters, which can hide or reorder what people read."""


def _outside(at: datetime) -> str:
    return at.astimezone(_BEIJING_TIME).isoformat(timespec="milliseconds")


Moment = Annotated[
    datetime,
    PlainSerializer(_outside, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
"""An instant: UTC inside, with +08:00 on the wire."""

IdempotencyKey = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class Request(BaseModel):
    """What a caller asks. An unknown field is an error: a misspelt one must not be lost silently."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, frozen=True)


class Command(Request):
    """A request that changes something. The same key from the same caller means the same request, whenever repeated."""

    idempotency_key: IdempotencyKey = Field(title="幂等键")


class PageRequest(Request):
    """One page of a list: at most `limit` rows after `cursor`, which is the previous page's `next_cursor`."""

    limit: int = Field(20, ge=1, le=100, title="每页条数")
    cursor: str | None = Field(None, max_length=500, title="翻页标记")


class View(BaseModel):
    """What a service answers or tells. Consumers ignore fields they do not know, so that adding one breaks nobody."""

    model_config = ConfigDict(extra="ignore")


class Nothing(View):
    """An answer without content."""


class Empty(Request):
    """A request without content."""


Row = TypeVar("Row")


class Page(View, Generic[Row]):
    """A page of a list; `next_cursor` is null on the last one."""

    items: list[Row]
    next_cursor: str | None = None
