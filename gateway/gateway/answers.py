"""Answers on their way out, whoever made them: status, headers, bytes."""

from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from werkzeug import Request
from werkzeug.http import HTTP_STATUS_CODES

from gateway.cache import matches

JSON = "application/json"
PUBLIC = (("Cache-Control", "public, no-cache"), ("Vary", "Authorization"))
PRIVATE = (("Cache-Control", "private, no-cache"), ("Vary", "Authorization"))
NOT_STORED = (("Cache-Control", "no-store"),)
_WITHOUT_BODY = (204, 304)

Headers = list[tuple[str, str]]


class Answer:
    """What a request is answered with. `headers` is its own list, which may grow until it is sent."""

    __slots__ = ("body", "content_type", "headers", "status")

    def __init__(
        self, body: bytes = b"", status: int = 200, headers: Iterable[tuple[str, str]] = (), content_type: str = JSON
    ) -> None:
        self.body = body
        self.status = status
        self.headers: Headers = list(headers)
        self.content_type = content_type

    @property
    def status_line(self) -> str:
        """Code and reason, as WSGI wants them."""
        return f"{self.status} {HTTP_STATUS_CODES[self.status]}"

    def all_headers(self) -> Headers:
        """The headers with those that describe the body, where there may be one."""
        if self.status in _WITHOUT_BODY:
            return self.headers
        return [*self.headers, ("Content-Type", self.content_type), ("Content-Length", str(len(self.body)))]


def validated(answer: Answer, etag: str, changed: datetime | None, request: Request) -> Answer:
    """The answer with its validators, or 304 when the client has these bytes already.

    By the time alone only where it names no ETag (RFC 9110, 13.1.3).
    """
    if changed:
        answer.headers.append(("Last-Modified", format_datetime(changed.astimezone(UTC), usegmt=True)))
    if "HTTP_IF_NONE_MATCH" not in request.environ and _unchanged_since(request, changed):
        return Answer(status=304, headers=[*answer.headers, ("ETag", etag)])
    return with_etag(answer, etag, request)


def _unchanged_since(request: Request, changed: datetime | None) -> bool:
    try:
        since = parsedate_to_datetime(request.environ.get("HTTP_IF_MODIFIED_SINCE", ""))
    except ValueError:
        return False
    return changed is not None and since.tzinfo is not None and changed.replace(microsecond=0) <= since


def with_etag(answer: Answer, etag: str, request: Request) -> Answer:
    """The answer, or 304 when the client has these bytes already."""
    answer.headers.append(("ETag", etag))
    if matches(request.environ.get("HTTP_IF_NONE_MATCH"), etag):
        return Answer(status=304, headers=answer.headers)
    return answer
