"""Pictures in and out, in chunks: nothing is ever whole in the gateway's memory."""

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO, Any, NamedTuple
from urllib.parse import quote

import orjson
from flask import Request, Response

from gateway.answers import JSON, NOT_STORED
from gateway.cache import has_it, last_modified
from gateway.dispatch import Dispatcher
from gateway.problems import RangeNotSatisfiable
from gateway.routes import Route
from gateway.settings import UPLOAD_BYTES
from gateway.visitors import Visitor
from kit.errors import Invalid, TooLarge

CHUNK_BYTES = 256 * 1024
SHOWN = ("image/jpeg", "image/webp")
"""What a browser may show in place; all else is for keeping, so that it never runs among the app's pages."""
PUBLIC_SECONDS = 60
"""How long others show what everyone may see without asking. The file never changes, but it may be taken back: so it is
not `immutable`, and asked for again, which costs a 304."""
TO_KEEP = 'attachment; filename="attachment.pdf"'
_TOO_LARGE = f"文件太大，最大 {UPLOAD_BYTES // (1024 * 1024)} MB。"
_RANGE = re.compile(r"^bytes=([0-9]{0,15})-([0-9]{0,15})$")


def upload(dispatcher: Dispatcher, route: Route, request: Request) -> Response:
    """Passes the body on, chunk by chunk. Raises `TooLarge` before reading anything when the length says so."""
    visitor = dispatcher.admit(route, request)
    if (request.content_length or 0) > UPLOAD_BYTES:
        raise TooLarge(_TOO_LARGE)
    request.max_content_length = UPLOAD_BYTES + 1
    key = request.headers.get("Idempotency-Key") or new_key()
    incoming = Incoming(request.stream, request.mimetype, request.content_length, key)
    picture = pass_on(dispatcher, visitor, incoming, calls_beginning_with(route.call), {})
    return Response(orjson.dumps(picture), route.status, NOT_STORED, content_type=JSON)


@dataclass(frozen=True)
class Incoming:
    """A file that comes in; `size` in bytes where it is known before."""

    stream: IO[bytes]
    content_type: str
    size: int | None
    key: str


class Calls(NamedTuple):
    """The methods that take an upload in."""

    start: str
    put: str
    finish: str


_STEPS = ("start_upload", "put_chunk", "finish_upload")


def calls_beginning_with(start: str) -> Calls:
    """The methods that go with this one, such as `news.start_upload` or `news.start_upload_of_tip`."""
    service, _, whose = start.partition(f".{_STEPS[0]}")
    return Calls(*(f"{service}.{step}{whose}" for step in _STEPS))


OF_PARTNERS = calls_beginning_with("petition.start_upload_of_partner")


def pass_on(
    dispatcher: Dispatcher, visitor: Visitor, incoming: Incoming, calls: Calls, proof: Mapping[str, str]
) -> dict[str, Any]:
    """Passes a file on, chunk by chunk; `proof` goes with each. Raises `TooLarge`, `Invalid` for an empty one."""
    start = {"content_type": incoming.content_type, "size": incoming.size, "idempotency_key": incoming.key, **proof}
    upload_id = dispatcher.call(calls.start, start, visitor, read=False)["id"]
    digest, size = sha256(), 0
    for number, data in enumerate(_chunks(incoming.stream)):
        chunk = {"id": upload_id, "number": number, "data": data, **proof}
        dispatcher.call(calls.put, chunk, visitor, read=False, binary=True)
        digest.update(data)
        size += len(data)
        if size > UPLOAD_BYTES:
            raise TooLarge(_TOO_LARGE)
    if not size:
        raise Invalid.field("data", "文件是空的")
    finish = {"id": upload_id, "size": size, "sha256": digest.hexdigest(), **proof}
    picture: dict[str, Any] = dispatcher.call(calls.finish, finish, visitor, read=False)
    return picture


def new_key() -> str:
    """An idempotency key for a client that sends none."""
    return uuid.uuid4().hex


def media(dispatcher: Dispatcher, route: Route, request: Request, picture_id: str) -> Response:
    """Streams a picture, whole or in the range asked for. Raises `RangeNotSatisfiable`, and what the service raises."""
    visitor = dispatcher.admit(route, request)
    reader = _Reader(dispatcher, visitor, route.call, picture_id, request.args.get("size", "full"))
    asks_first = any(name in request.environ for name in ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"))
    head = reader.part(0, 1 if asks_first or request.method == "HEAD" else CHUNK_BYTES)
    etag = f'"{head["sha256"]}"'
    headers = {
        "ETag": etag,
        "Accept-Ranges": "bytes",
        "Cache-Control": _keeping(head),
        "Vary": "Authorization",
    }
    kept_at = head.get("kept_at")
    changed = datetime.fromisoformat(kept_at) if kept_at else None
    headers.update(last_modified(changed))
    if head["content_type"] not in SHOWN:
        headers["Content-Disposition"] = _to_keep(head.get("name"))
    if has_it(request.environ, etag, changed):
        return Response(status=304, headers=headers)
    asked = request.headers.get("Range") if request.headers.get("If-Range", etag) == etag else None
    part = _range(asked, head["total"])
    first, last = part or (0, head["total"] - 1)
    headers["Content-Length"] = str(last - first + 1)
    if part:
        headers["Content-Range"] = f"bytes {first}-{last}/{head['total']}"
    body = () if request.method == "HEAD" else reader.stream(head["data"], first, last)
    return Response(body, 206 if part else 200, headers, content_type=head["content_type"])


def _to_keep(name: str | None) -> str:
    """For keeping, under its name (RFC 6266; who does not read that takes the plain one)."""
    return f"{TO_KEEP}; filename*=UTF-8''{quote(f'{name}.pdf', safe='')}" if name else TO_KEEP


def _keeping(head: Mapping[str, Any]) -> str:
    """How long others may keep the file: not beyond the end of the right to show it."""
    if not head["public"]:
        return "private, no-cache"
    left = head.get("public_seconds")
    return f"public, max-age={PUBLIC_SECONDS if left is None else min(left, PUBLIC_SECONDS)}"


class _Reader:
    """Reads one picture part by part."""

    def __init__(self, dispatcher: Dispatcher, visitor: Visitor, call: str, picture_id: str, size: str) -> None:
        self._dispatcher = dispatcher
        self._visitor = visitor
        self._call = call
        self._which = {"id": picture_id, "size": size}

    def part(self, offset: int, length: int) -> dict[str, Any]:
        given = {**self._which, "offset": offset, "length": length}
        part: dict[str, Any] = self._dispatcher.call(self._call, given, self._visitor, read=True, binary=True)
        return part

    def stream(self, head: bytes, first: int, last: int) -> Iterator[bytes]:
        """The bytes from `first` to `last`; `head` is the beginning, which is here already."""
        if first < len(head):
            yield head[first : last + 1]
            first = len(head)
        while first <= last:
            data = self.part(first, min(CHUNK_BYTES, last - first + 1))["data"]
            if not data:
                return  # the picture was replaced meanwhile: the client sees that the length does not agree
            yield data
            first += len(data)


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    while chunk := _full(stream):
        yield chunk


def _full(stream: IO[bytes]) -> bytes:
    parts, missing = [], CHUNK_BYTES
    while missing and (part := stream.read(missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _range(asked: str | None, total: int) -> tuple[int, int] | None:
    """First and last byte of a single range (RFC 9110, 14.1.2); anything but one plain range counts as none.

    Raises `RangeNotSatisfiable` for one that lies outside.
    """
    found = _RANGE.match(asked or "")
    if not found or found[1] == found[2] == "":
        return None
    if not found[1]:  # the last N bytes
        first, last = max(total - int(found[2]), 0), total - 1
    else:
        first, last = int(found[1]), min(int(found[2] or total), total - 1)
    if first > last:
        raise RangeNotSatisfiable(extra={"total": total})
    return first, last
