"""The feeds and sitemaps in the house's own description."""

import re
from typing import Any

from gateway.feeds.formats import FORMATS
from gateway.feeds.sitemaps import CONTENT_TYPE
from gateway.routes import Route

_SUMMARIES = {
    "rss": "RSS 2.0 of the latest articles.",
    "atom": "Atom of the latest articles; what was withdrawn as tombstones (RFC 6721).",
    "json": "JSON Feed 1.1 of the latest articles.",
    "index": "The index of the sitemaps.",
    "month": "The sitemap of a month's articles.",
    "news": "The sitemap of the last two days' news.",
}


def operation(route: Route) -> dict[str, Any]:
    """The OpenAPI operation of one address."""
    content_type = FORMATS[route.feed][0] if route.feed in FORMATS else CONTENT_TYPE
    content: dict[str, Any] = {content_type.partition(";")[0]: {}}
    return {
        "operationId": re.sub(r"\W+", "_", f"get{route.path}").rstrip("_"),
        "summary": _SUMMARIES[route.feed],
        "tags": ["feeds"],
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in route.parameters
        ],
        "responses": {"200": {"description": "OK", "content": content}, "304": {"description": "Not Modified"}},
        "x-audience": sorted(route.allow),
    }
