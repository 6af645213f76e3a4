"""The feeds and sitemaps in the house's own description."""

import re
from typing import Any

from gateway.feeds.formats import FORMATS
from gateway.feeds.ninjs import NINJS, STANDARD
from gateway.feeds.sitemaps import CONTENT_TYPE
from gateway.problems import CONTENT_TYPE as PROBLEM
from gateway.routes import Route

_SUMMARIES = {
    "rss": "RSS 2.0 of the latest articles.",
    "atom": "Atom of the latest articles; what was withdrawn as tombstones (RFC 6721).",
    "json": "JSON Feed 1.1 of the latest articles.",
    "index": "The index of the sitemaps.",
    "month": "The sitemap of a month's articles.",
    "news": "The sitemap of the last two days' news.",
    NINJS: "What was published, corrected or withdrawn since a time, as ninjs 1.5, for partners with a key.",
}


def operation(route: Route) -> dict[str, Any]:
    """The OpenAPI operation of one address."""
    if route.feed == NINJS:
        return _ninjs(route)
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


def _ninjs(route: Route) -> dict[str, Any]:
    """The address for partners: its items are of the standard, which has its own schema."""
    page = {
        "type": "object",
        "required": ["items", "next_cursor", "updated_until", "next"],
        "properties": {
            "items": {"type": "array", "items": {"type": "object", "externalDocs": {"url": STANDARD["schema"]}}},
            "next_cursor": {"type": ["string", "null"]},
            "updated_until": {"type": ["string", "null"], "format": "date-time"},
            "next": {"type": "string", "format": "uri", "description": "从这里继续：下一页，或下次来取新的变化"},
        },
    }
    problem = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {
        "operationId": "list_changed_ninjs",
        "summary": _SUMMARIES[NINJS],
        "tags": ["feeds"],
        "parameters": [
            {"name": "updated_after", "in": "query", "schema": {"type": "string", "format": "date-time"}},
            {"name": "cursor", "in": "query", "schema": {"type": "string"}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100}},
        ],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": page}}},
            "304": {"description": "Not Modified"},
            "default": {"description": "出错", "content": {PROBLEM: problem}},
        },
        "security": [{"partner": []}],
        "x-audience": sorted(route.allow),
    }
