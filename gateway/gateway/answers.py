"""Answers on their way out, whoever made them: status, headers, bytes."""

from collections.abc import Iterable
from datetime import datetime

from werkzeug import Request
from werkzeug.http import HTTP_STATUS_CODES

from gateway.cache import has_it, last_modified

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
    """The answer with its validators, or 304 when the client has these bytes already."""
    answer.headers += [("ETag", etag), *last_modified(changed)]
    if has_it(request.environ, etag, changed):
        return Answer(status=304, headers=answer.headers)
    return answer


def with_etag(answer: Answer, etag: str, request: Request) -> Answer:
    """The answer with its validator, or 304 when the client has these bytes already."""
    return validated(answer, etag, None, request)
