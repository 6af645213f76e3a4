"""From an HTTP request to a call's arguments, as the method's own schema describes them."""

import re
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from werkzeug import Request

from gateway.contracts import Method, Schema
from gateway.problems import Malformed, UnsupportedType
from gateway.settings import JSON_BYTES
from kit.errors import Invalid, TooLarge

_VERSION = re.compile(r'^(?:W/)?"?([0-9]{1,9})(?:-[0-9a-f]+)?"?$')
_TRUTH = {"true": True, "false": False}


def gather(method: Method, request: Request, path: Mapping[str, str]) -> dict[str, Any]:
    """The arguments: body or query, then headers, then path; what comes later wins.

    Raises `Invalid` for a query parameter that the method does not know, `Malformed` for a body that is not JSON.
    """
    arguments = _query(method, request) if request.method in ("GET", "HEAD") else body(request)
    if method.takes("idempotency_key"):
        key = request.headers.get("Idempotency-Key") or arguments.get("idempotency_key") or uuid.uuid4().hex
        arguments["idempotency_key"] = key
    if "If-Match" in request.headers and method.takes("version"):
        arguments["version"] = _version(request.headers["If-Match"])
    return {**arguments, **path}


def body(request: Request) -> dict[str, Any]:
    """The JSON object in the body; an empty body is an empty object.

    Raises `TooLarge`, `UnsupportedType`, `Malformed`, and `Invalid` for JSON that is not an object.
    """
    request.max_content_length = JSON_BYTES + 1  # a body of unknown length is cut there without a word
    data = request.get_data(cache=True)
    if len(data) > JSON_BYTES:
        raise TooLarge("提交的内容太大。")
    if not data:
        return {}
    if request.mimetype != "application/json":
        raise UnsupportedType
    try:
        content = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise Malformed from None
    if not isinstance(content, dict):
        raise Invalid("提交的内容应为 JSON 对象。")
    return content


def _query(method: Method, request: Request) -> dict[str, Any]:
    if not request.query_string:
        return {}
    return {name: _value(method, name, values) for name, values in request.args.lists()}


def _value(method: Method, name: str, texts: list[str]) -> Any:
    schema = method.request.get("properties", {}).get(name)
    if schema is None:
        raise Invalid.field(name, "不认识的参数")
    kinds = set(_kinds(schema, method.request))
    if "array" in kinds:
        return texts
    if len(texts) > 1:
        raise Invalid.field(name, "参数只能出现一次")
    return _converted(texts[0], kinds)


def _kinds(schema: Schema, root: Schema) -> list[str]:
    """The JSON types that a schema admits, through references and alternatives."""
    if "$ref" in schema:
        return _kinds(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    if "type" in schema:
        return [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    return [kind for option in schema.get("anyOf") or schema.get("oneOf") or () for kind in _kinds(option, root)]


def _converted(text: str, kinds: set[str]) -> Any:
    """The value that the text stands for; text that stands for none goes on as it is, for the service to refuse."""
    if "boolean" in kinds and text in _TRUTH:
        return _TRUTH[text]
    if "integer" in kinds and re.fullmatch(r"-?[0-9]{1,18}", text):
        return int(text)
    if "number" in kinds and re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", text):
        return float(text)
    return text


def _version(text: str) -> int:
    found = _VERSION.match(text.strip())
    if not found:
        raise Invalid.field("If-Match", "版本标记无效，请刷新后再试")
    return int(found[1])
