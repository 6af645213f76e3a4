"""OpenAPI 3.1 of the whole house, made from the table of routes and the services' contracts."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from gateway.contracts import Contracts, Method, Schema
from gateway.feeds import cases
from gateway.feeds import described as feeds
from gateway.feeds.wire import KEY
from gateway.open311 import described as open311
from gateway.problems import CONTENT_TYPE
from gateway.routes import EXPORTS, Route
from kit.identity import ANYONE

_FROM_HEADERS = {"idempotency_key"}
_OWN = "#/$defs/"  # where a method's schema keeps what it is made of
_STREAMED = ("offset", "length", "limit", "cursor")  # which the gateway sets itself
_PROBLEM: Schema = {
    "type": "object",
    "description": "RFC 9457",
    "required": ["type", "title", "status", "detail", "code", "errors", "trace_id"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "说给用户听的一句话"},
        "code": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "trace_id": {"type": "string"},
        "extra": {"type": "object"},
    },
}


def document(routes: Iterable[Route], contracts: Contracts) -> dict[str, Any]:
    """The description of these routes. Schemas are named `<service>.<Model>`."""
    schemas: dict[str, Schema] = {"Problem": _PROBLEM}
    paths: dict[str, dict[str, Any]] = {}
    named: set[str] = set()
    for route in routes:
        methods = [contracts.methods[call] for call in route.calls]
        if route.open311:
            operation = open311.operation(route)
        elif route.feed:
            operation = feeds.operation(route)
        else:
            operation = _operation(route, methods, schemas) if methods else _together(route, contracts, schemas)
        if operation["operationId"] in named:  # another service's method has that name
            operation["operationId"] = route.call.replace(".", "_")
        named.add(operation["operationId"])
        paths.setdefault(route.path, {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "问政直通车",
            "version": "1",
            "description": "居民与工作人员共用的接口。",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "partner": {"type": "apiKey", "in": "header", "name": KEY},
            },
        },
    }


def _operation(route: Route, methods: list[Method], schemas: dict[str, Schema]) -> dict[str, Any]:
    first = methods[0]
    operation: dict[str, Any] = {
        "operationId": "_".join((first.name, *([kind] if (kind := _kind(route)) else []))),
        "summary": first.summary,
        "tags": [first.service],
        "parameters": list(_parameters(route, first, schemas)),
        "responses": {str(route.status): _answer(route, first, schemas), "default": _problem()},
        "x-audience": sorted(route.allow),
    }
    if ANYONE not in route.allow:
        operation["security"] = [{"bearer": []}]
    if route.special and route.method == "POST":
        operation["requestBody"] = {"required": True, "content": {"image/*": {}}}
    elif route.method != "GET":
        operation["requestBody"] = _body(route, methods, schemas)
    return operation


def _kind(route: Route) -> str:
    """The format of an export, which is the end of its address; empty for all other rows."""
    end = route.path.rpartition(".")[2]
    return end if end in EXPORTS else ""


def _together(route: Route, contracts: Contracts, schemas: dict[str, Schema]) -> dict[str, Any]:
    """An answer put together: every part with its content, or word that it cannot be shown now."""
    asked = route.asks.model_json_schema()
    required = asked.get("required", ())
    parts = {part.title: _part(contracts.methods[part.call], schemas) for part in route.parts}
    body = {"type": "object", "required": ["parts"], "properties": {"parts": {"type": "object", "properties": parts}}}
    return {
        "operationId": route.path.rsplit("/", 1)[-1],
        "summary": "Parts of several services, each by its own deadline.",
        "tags": ["gateway"],
        "parameters": [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in asked.get("properties", {}).items()
        ],
        "responses": {
            "200": {"description": "OK", "content": {"application/json": {"schema": body}}},
            "default": _problem(),
        },
        "x-audience": sorted(route.allow),
    }


def _part(method: Method, schemas: dict[str, Schema]) -> Schema:
    shown = {
        "type": "object",
        "required": ["status", "content"],
        "properties": {
            "status": {"const": "ok"},
            "content": {"$ref": _add(method.service, method.response, schemas)},
            "age": {"type": "integer", "description": "秒；内容可能不是最新的"},
        },
    }
    missing = {
        "type": "object",
        "required": ["status", "detail"],
        "properties": {"status": {"const": "unavailable"}, "detail": {"type": "string"}},
    }
    return {"oneOf": [shown, missing]}


def _parameters(route: Route, method: Method, schemas: dict[str, Schema]) -> Iterable[Schema]:
    fields = _fields(method, schemas)
    for name in route.parameters:
        yield {"name": name, "in": "path", "required": True, "schema": fields.get(name, {"type": "string"})}
    if method.takes("idempotency_key") and route.method != "GET":
        yield {"name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "maxLength": 200}}
    if method.takes("version"):
        yield {"name": "If-Match", "in": "header", "schema": {"type": "string"}}
    if route.method == "GET":
        required = method.request.get("required", ())
        hidden = {*route.parameters, *(_STREAMED if route.special else ())}
        for name in sorted(fields.keys() - hidden):
            yield {"name": name, "in": "query", "required": name in required, "schema": fields[name]}


def _body(route: Route, methods: list[Method], schemas: dict[str, Schema]) -> Schema:
    options = [_body_schema(route, method, schemas) for method in methods]
    schema = options[0] if len(options) == 1 else {"oneOf": options}
    return {"required": bool(options[0].get("required")), "content": {"application/json": {"schema": schema}}}


def _body_schema(route: Route, method: Method, schemas: dict[str, Schema]) -> Schema:
    elsewhere = {*_FROM_HEADERS, *route.parameters}
    fields = {name: schema for name, schema in _fields(method, schemas).items() if name not in elsewhere}
    required = [name for name in method.request.get("required", ()) if name not in elsewhere]
    body: Schema = {"type": "object", "properties": fields, "additionalProperties": False}
    return {**body, "required": required} if required else body


def _answer(route: Route, method: Method, schemas: dict[str, Schema]) -> Schema:
    phrase = HTTPStatus(route.status).phrase
    if route.status == 204:
        return {"description": phrase}
    if route.special and route.method == "GET":
        known = {**EXPORTS, "rss": cases.CONTENT_TYPE}
        streamed = known.get(route.path.rpartition(".")[2], "image/*").partition(";")[0]
        return {"description": phrase, "content": {streamed: {}}}
    name = _add(method.service, method.response, schemas)
    return {"description": phrase, "content": {"application/json": {"schema": {"$ref": name}}}}


def _problem() -> Schema:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": "出错", "content": {CONTENT_TYPE: {"schema": schema}}}


def _fields(method: Method, schemas: dict[str, Schema]) -> dict[str, Schema]:
    for name, definition in method.request.get("$defs", {}).items():
        schemas[f"{method.service}.{name}"] = _rewritten(definition, method.service)
    properties: dict[str, Schema] = _rewritten(method.request.get("properties", {}), method.service)
    return dict(sorted(properties.items()))


def _add(service: str, schema: Schema, schemas: dict[str, Schema]) -> str:
    for name, definition in schema.get("$defs", {}).items():
        schemas[f"{service}.{name}"] = _rewritten(definition, service)
    name = f"{service}.{schema['title']}"
    schemas[name] = _rewritten({key: value for key, value in schema.items() if key != "$defs"}, service)
    return f"#/components/schemas/{name}"


def _rewritten(value: Any, service: str) -> Any:
    """The schema with references pointing at the document's components."""
    if isinstance(value, str) and value.startswith(_OWN):  # also where a discriminator maps names to schemas
        return f"#/components/schemas/{service}.{value.removeprefix(_OWN)}"
    if isinstance(value, list):
        return [_rewritten(item, service) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _rewritten(item, service) for key, item in value.items()}
