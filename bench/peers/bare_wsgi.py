"""The least that a server can do under the gateway's own gunicorn settings: no gateway behind it is faster."""

from collections.abc import Iterable
from typing import Any

from bench.document import BODY

HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The document, already written; or, to who says that he has it, that it is unchanged."""
    if "HTTP_IF_NONE_MATCH" in environ:
        start_response("304 Not Modified", [("ETag", environ["HTTP_IF_NONE_MATCH"])])
        return ()
    start_response("200 OK", HEADERS)
    return (BODY,)
