"""The standard's addresses in the house's own description: what they take; of their answers the specification tells."""

import re
from typing import Any

from gateway.open311.asked import QUERY
from gateway.open311.errors import format_of
from gateway.open311.shown import SPECIFICATION
from gateway.open311.tree import MEDIA_TYPES
from gateway.routes import Route

_TAKEN = (
    "api_key", "service_code", "lat", "long", "address_string", "attribute[town]", "attribute[place]",
    "attribute[visibility]", "description", "device_id", "account_id", "media",
)  # fmt: skip
_SUMMARIES = {
    "discovery": "Open311: where its endpoint is.",
    "services": "Open311: what may be reported.",
    "definition": "Open311: what else a report of a service is asked.",
    "requests": "Open311: public cases.",
    "request": "Open311: one public case.",
    "create": "Open311: files a report by a partner's key.",
    "token": "Open311: tokens, of which none is given out.",
}


def operation(route: Route) -> dict[str, Any]:
    """The OpenAPI operation of one address."""
    content: dict[str, Any] = {MEDIA_TYPES[format_of(route.path)]: {}}
    taken = QUERY if route.open311 == "requests" else ()
    return {
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()}{route.path}").rstrip("_"),
        "summary": _SUMMARIES[route.open311],
        "tags": ["open311"],
        "externalDocs": {"url": SPECIFICATION},
        "parameters": [_parameter(name, "path") for name in route.parameters]
        + [_parameter(name, "query") for name in taken],
        "responses": {
            "200": {"description": "OK", "content": content},
            "default": {"description": "出错", "content": content},
        },
        "x-audience": sorted(route.allow),
        **({"requestBody": _form()} if route.method == "POST" else {}),
    }


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}


def _form() -> dict[str, Any]:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in _TAKEN}}
    types = ("application/x-www-form-urlencoded", "multipart/form-data")
    return {"required": True, "content": {kind: {"schema": schema} for kind in types}}
