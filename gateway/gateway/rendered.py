"""What is made here of kept answers: pages, feeds, maps. It is made once, and not at all for who has it.

Its validator is known before it is made: it names all that it is made of, and the code that makes it.
"""

import gzip
import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from werkzeug import Request

from gateway.answers import Answer, validated
from gateway.cache import etag_of

MOST_BYTES = 16 * 1024 * 1024
HTML = "text/html; charset=utf-8"
PAGE_HEADERS = (("Cache-Control", "public, no-cache"), ("Vary", "Authorization, Accept-Encoding"))


def _edition() -> bytes:
    """Tells this gateway's code from that of other releases."""
    digest = blake2b(digest_size=12)
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(source.read_bytes())
    return digest.digest()


EDITION = _edition()


def validator(*made_of: str | bytes) -> str:
    """The ETag of what is made of these by this code."""
    parts = [part.encode() if isinstance(part, str) else part for part in made_of]
    return etag_of(b"".join(len(part).to_bytes(8) + part for part in (EDITION, *parts)))


class Rendered:
    """Thread-safe; bounded in bytes: what nobody has asked for longest goes first."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0

    def get(self, etag: str, make: Callable[[], bytes]) -> bytes:
        """The bytes of this validator, which are made when they are not there. Raises what `make` raises."""
        with self._lock:
            if (found := self._kept.get(etag)) is not None:
                self._kept.move_to_end(etag)
                return found
        made = make()
        with self._lock:
            self._bytes += len(made) - len(self._kept.get(etag, b""))
            self._kept[etag] = made
            while self._bytes > self._most_bytes:
                self._bytes -= len(self._kept.popitem(last=False)[1])
        return made

    def page(
        self, request: Request, made_of: tuple[str | bytes, ...], write: Callable[[], str], changed: datetime | None
    ) -> Answer:
        """A page, compressed for who takes that, or 304 for who has it."""
        packed = takes_gzip(request)
        etag = validator("gzip" if packed else "", *made_of)
        answer = validated(Answer(headers=PAGE_HEADERS, content_type=HTML), etag, changed, request)
        if answer.status == 304:
            return answer
        body = self.get(etag, lambda: compressed(write()) if packed else write().encode())
        return encoded(answer, body, packed=packed)


def takes_gzip(request: Request) -> bool:
    """Whether the reader takes compressed bytes."""
    return "gzip" in request.environ.get("HTTP_ACCEPT_ENCODING", "")


def compressed(text: str) -> bytes:
    """The text as it is sent to who takes that; the same text gives the same bytes."""
    return gzip.compress(text.encode(), 5, mtime=0)


def encoded(answer: Answer, body: bytes, *, packed: bool) -> Answer:
    """The answer with this body."""
    answer.body = body
    if packed:
        answer.headers.append(("Content-Encoding", "gzip"))
    return answer
