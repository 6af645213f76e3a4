"""Structured logs: one JSON object a line, with the trace it belongs to and without personal data."""

import json
import logging
import re
import secrets
import time
import traceback
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import orjson
from pydantic import ValidationError

trace_id: ContextVar[str] = ContextVar("trace_id", default="")
span_id: ContextVar[str] = ContextVar("span_id", default="")

_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d{9}|\d{17}[\dXx])(?!\d)")
_FRAMES = "Traceback (most recent call last):\n"
_NOT_EXTRA = frozenset((*vars(logging.makeLogRecord({})), "message", "asctime"))

# No line says in which thread it was written; to find that out costs a line a quarter of its time under eventlet.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False


def mask(text: str) -> str:
    """The text with mobile numbers and ID numbers reduced to their first three and last two characters."""
    return _PERSONAL.sub(lambda match: f"{match[0][:3]}****{match[0][-2:]}", text)


class JsonFormatter(logging.Formatter):
    """Writes time, level, logger, message, what `extra` was given, and trace_id.

    Masking here is the last line of defence: code must not log personal data in the first place. Of our own, as every
    request writes a line in two processes, and the library's takes twice as long over it.

    Of what broke it tells where and what kind it is, not its words: these may quote what somebody wrote.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": f"{_second(int(record.created))}.{int(record.msecs):03}Z",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name, value in vars(record).items() if name not in _NOT_EXTRA}
        if record.exc_info:
            line["exc_info"] = _broken(record.exc_info[1])
        if trace := trace_id.get():
            line["trace_id"] = trace
        return mask(_written(line))


def _broken(error: BaseException | None) -> str:
    """The frames and kinds of an error and of what led to it, the first cause first."""
    told: list[str] = []
    known: set[int] = set()
    while error is not None and id(error) not in known:
        known.add(id(error))
        told.append("".join([_FRAMES, *traceback.format_tb(error.__traceback__), _kind(error)]))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n".join(reversed(told))


def _kind(error: BaseException) -> str:
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(error, ValidationError):
        found = (f"{'.'.join(map(str, one['loc']))} {one['type']}" for one in error.errors(include_input=False))
        return f"{name}: {', '.join(found)}"
    number = getattr(error, "errno", None) or getattr(error, "code", None)  # of the system, of the database
    return f"{name}: {number}" if number else name


def _written(line: dict[str, Any]) -> str:
    try:
        return orjson.dumps(line, default=str).decode()
    except TypeError:  # half a character, a number beyond 64 bits, a key that is no text
        return json.dumps(line, default=str)


@lru_cache(maxsize=2)
def _second(moment: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(moment))


def traceparent() -> str:
    """The W3C header that carries the present trace on; empty when there is none."""
    trace = trace_id.get()
    return f"00-{trace}-{span_id.get() or secrets.token_hex(8)}-01" if trace else ""


def trace_of(traceparent: str | None) -> str:
    """The trace id inside a W3C `traceparent` header, or an empty text when there is none."""
    parts = (traceparent or "").split("-")
    return parts[1] if len(parts) == 4 and len(parts[1]) == 32 else ""
