"""Errors as they leave the house: RFC 9457 problem details, in words for people and codes for programs."""

from typing import Any

import orjson
from werkzeug.exceptions import HTTPException

from gateway.answers import NOT_STORED, Answer, Headers
from kit.errors import NotFound, ServiceError, TooLarge
from kit.logs import trace_id

CONTENT_TYPE = "application/problem+json"
DEFAULT_RETRY_SECONDS = 5

_HTTP = {
    "malformed": (400, "请求格式有误"),
    "unauthenticated": (401, "需要登录"),
    "forbidden": (403, "没有权限"),
    "not_found": (404, "没有找到"),
    "gone": (410, "已经撤回"),
    "method_not_allowed": (405, "不支持这种操作"),
    "conflict": (409, "状态冲突"),
    "too_large": (413, "内容太大"),
    "unsupported_type": (415, "不支持的内容类型"),
    "range_not_satisfiable": (416, "范围无效"),
    "invalid": (422, "内容有误"),
    "too_early": (425, "时间未到"),
    "rate_limited": (429, "操作太频繁"),
    "internal": (500, "系统问题"),
    "unavailable": (503, "服务暂不可用"),
    "timeout": (504, "处理超时"),
}
_LATER = frozenset(("rate_limited", "unavailable", "too_early"))


class Malformed(ServiceError):
    """The body is not JSON."""

    code = "malformed"
    default_detail = "提交的内容不是有效的 JSON。"


class UnsupportedType(ServiceError):
    """The body is of a type that is not taken here."""

    code = "unsupported_type"
    default_detail = "请以 application/json 格式提交。"


class MethodNotAllowed(ServiceError):
    """The address exists, but not for this method."""

    code = "method_not_allowed"
    default_detail = "这个地址不支持这种操作。"


class RangeNotSatisfiable(ServiceError):
    """The range lies outside of the file."""

    code = "range_not_satisfiable"
    default_detail = "请求的范围超出文件大小。"


def code_of(error: ServiceError) -> str:
    """The error's code. What services say is not to be found because it was withdrawn is gone: that is for good."""
    return "gone" if error.code == "not_found" and "withdrawn_at" in error.extra else error.code


def status_of(error: ServiceError) -> int:
    """The HTTP status of an error."""
    return _HTTP.get(code_of(error), _HTTP["internal"])[0]


def retry_after(error: ServiceError) -> Headers:
    """The header that says when to come again, where that may help."""
    if error.code not in _LATER:
        return []
    return [("Retry-After", str(error.extra.get("retry_after", DEFAULT_RETRY_SECONDS)))]


def problem(error: ServiceError) -> Answer:
    """The answer to a request that failed. What broke inside is not told."""
    code = code_of(error)
    status, title = _HTTP.get(code, _HTTP["internal"])
    body: dict[str, Any] = {
        "type": f"urn:connect:problem:{code}",
        "title": title,
        "status": status,
        "detail": error.detail,
        "code": code,
        "errors": error.errors,
        "trace_id": trace_id.get(),
    }
    if error.extra and error.code != "internal":
        body["extra"] = error.extra
    answer = Answer(orjson.dumps(body), status, NOT_STORED, CONTENT_TYPE)
    answer.headers += retry_after(error)
    if error.code == "unauthenticated":
        answer.headers.append(("WWW-Authenticate", 'Bearer realm="connect"'))
    return answer


_BY_STATUS: dict[int | None, type[ServiceError]] = {
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    415: UnsupportedType,
    416: RangeNotSatisfiable,
}


def from_http(error: HTTPException) -> ServiceError:
    """Flask's own refusals (no such address, no such method, too large …) as errors of ours."""
    if known := _BY_STATUS.get(error.code):
        return known()
    return ServiceError() if (error.code or 500) >= 500 else Malformed("请求无法识别。")
