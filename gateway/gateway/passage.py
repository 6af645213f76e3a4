"""A request on its way through the gateway: its trace, and what every answer has in common."""

import logging
import os
import re
import secrets
import time
from typing import Any

from gateway import metrics
from gateway.answers import Headers
from gateway.app_files import POLICY as APP_POLICY
from gateway.cache import HSTS
from kit import tracing
from kit.logs import span_id, trace_id, trace_of, traceparent

access = logging.getLogger("gateway.access")

APP = "app"
ARTICLE = "/news/<id>"  # the page of an article, which is the app's
ECHOES = "/news/echoes"  # 回音壁, the app's too
CASE = "/affairs/cases/<no>"  # of a case, too
GUIDE = "/life/guides/<slug>"  # of a guide
POLICY = "default-src 'none'; frame-ancestors 'none'"
_DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_POLICIES = {
    **dict.fromkeys(("docs", "docs files"), _DOCS_POLICY),
    **dict.fromkeys((APP, ARTICLE, ECHOES, CASE, GUIDE), APP_POLICY),
}
SECURITY = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
)
_PROBES = ("/healthz", "/readyz")
_TRACEPARENT = re.compile(r"^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$")


class Passage:
    """From a request's first moment to its answer's first byte. `part` says which part of the gateway answers it."""

    def __init__(self, environ: dict[str, Any], part: str) -> None:
        self.part = part
        self._environ = environ
        self._began = time.monotonic()
        given = environ.get("HTTP_TRACEPARENT", "")
        above = given if _TRACEPARENT.match(given) else ""
        trace_id.set(trace_of(above) or secrets.token_hex(16))
        span_id.set(secrets.token_hex(8))
        self._span = tracing.begin(part, "SERVER", above)
        self._traceparent = traceparent()

    def end(self, status: int, headers: Headers) -> None:
        """Adds what every answer carries, counts it, and writes its line in the log."""
        headers += SECURITY
        headers.append(("Content-Security-Policy", _POLICIES.get(self.part, POLICY)))
        headers.append(("traceparent", self._traceparent))
        if self._environ["wsgi.url_scheme"] == "https":
            headers.append(HSTS)
        seconds = time.monotonic() - self._began
        metrics.REQUESTS.labels(self.part, str(status)).inc()
        metrics.SECONDS.labels(self.part).observe(seconds)
        tracing.end(self._span, str(status), failed=status >= 500)
        details = {"route": self.part, "status": status, "milliseconds": round(seconds * 1000, 1)}
        level = logging.DEBUG if self.part in _PROBES else logging.INFO
        access.log(level, "answered", extra={**details, "method": self._environ["REQUEST_METHOD"], "pid": os.getpid()})
