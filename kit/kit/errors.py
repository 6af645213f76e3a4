"""Errors that cross RPC by a stable code; only the gateway turns codes into HTTP."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypedDict

from pydantic import ValidationError


class FieldError(TypedDict):
    """What is wrong with one field, in words for the person who filled it in."""

    field: str
    message: str


class ServiceError(Exception):
    """A refusal that the caller can understand.

    `detail` is a Chinese sentence for people, `errors` names fields, `extra` carries data such as the current state.
    """

    code: ClassVar[str] = "internal"
    default_detail: ClassVar[str] = "系统出现问题，请稍后再试。"

    def __init__(
        self, detail: str = "", *, errors: Sequence[FieldError] = (), extra: Mapping[str, Any] | None = None
    ) -> None:
        self.detail = detail or self.default_detail
        self.errors = list(errors)
        self.extra = dict(extra or {})
        super().__init__(self.detail)

    @classmethod
    def field(cls, name: str, message: str) -> "ServiceError":
        """The error of a single field, which is also the sentence that is shown."""
        return cls(message, errors=[{"field": name, "message": message}])


class Invalid(ServiceError):
    """The request breaks a rule of form; `errors` says which field and why."""

    code = "invalid"
    default_detail = "填写的内容有误，请按提示修改。"


class Unauthenticated(ServiceError):
    """No valid proof of who calls."""

    code = "unauthenticated"
    default_detail = "请先登录。"


class Forbidden(ServiceError):
    """Known caller, no right to do this."""

    code = "forbidden"
    default_detail = "您没有办理这项操作的权限。"


class NotFound(ServiceError):
    """It does not exist, or the caller may not know that it does."""

    code = "not_found"
    default_detail = "没有找到您要的内容。"


class Conflict(ServiceError):
    """The thing is not, or no longer, in a state that allows this; `extra` holds the state it is in."""

    code = "conflict"
    default_detail = "内容已被他人更新，请刷新后再试。"


class TooEarly(ServiceError):
    """Allowed later; `extra["retry_after"]` says in how many seconds."""

    code = "too_early"
    default_detail = "现在还不能办理，请稍后再试。"


class RateLimited(ServiceError):
    """Too often; `extra["retry_after"]` says in how many seconds it is allowed again."""

    code = "rate_limited"
    default_detail = "操作太频繁，请稍后再试。"


class TooLarge(ServiceError):
    """More than is taken in."""

    code = "too_large"
    default_detail = "文件太大。"


class Unavailable(ServiceError):
    """A part that is needed does not answer; the same request may succeed later."""

    code = "unavailable"
    default_detail = "服务暂时不可用，请稍后再试。"


_BY_CODE: dict[str, type[ServiceError]] = {
    cls.code: cls
    for cls in (
        ServiceError,
        Invalid,
        Unauthenticated,
        Forbidden,
        NotFound,
        Conflict,
        TooEarly,
        RateLimited,
        TooLarge,
        Unavailable,
    )
}


def to_wire(error: ServiceError) -> dict[str, Any]:
    """The error as a reply carries it: nameko's own four keys, so that a stock client understands it, and ours."""
    cls = type(error)
    return {
        "exc_type": cls.__name__,
        "exc_path": f"{cls.__module__}.{cls.__name__}",
        "exc_args": [error.detail],
        "value": error.detail,
        "code": error.code,
        "detail": error.detail,
        "errors": error.errors,
        "extra": error.extra,
    }


def from_wire(data: Mapping[str, Any]) -> ServiceError:
    """The error that a reply carries. One without a known code is internal and its words stay inside."""
    cls = _BY_CODE.get(str(data.get("code")), ServiceError)
    if cls is ServiceError:
        return ServiceError(extra={"exc_type": data.get("exc_type")})
    return cls(str(data.get("detail", "")), errors=data.get("errors") or (), extra=data.get("extra") or {})


_MESSAGES = {
    "missing": "请填写{title}",
    "extra_forbidden": "不认识的字段",
    "string_type": "{title}应为文字",
    "string_too_short": "{title}至少{min_length}个字",
    "string_too_long": "{title}最多{max_length}个字",
    "string_pattern_mismatch": "{title}格式不正确",
    "too_short": "{title}至少{min_length}项",
    "too_long": "{title}最多{max_length}项",
    "int_type": "{title}应为整数",
    "int_parsing": "{title}应为整数",
    "bool_type": "{title}应为是或否",
    "bool_parsing": "{title}应为是或否",
    "float_type": "{title}应为数字",
    "float_parsing": "{title}应为数字",
    "greater_than_equal": "{title}不能小于{ge}",
    "less_than_equal": "{title}不能大于{le}",
    "greater_than": "{title}应大于{gt}",
    "less_than": "{title}应小于{lt}",
    "literal_error": "{title}不在可选范围内",
    "enum": "{title}不在可选范围内",
    "list_type": "{title}应为列表",
    "value_error": "{error}",
}


def from_validation(error: ValidationError, titles: Mapping[str, str]) -> Invalid:
    """Pydantic's findings in Chinese; `titles` maps a top-level field to the name that people see."""
    return Invalid(errors=[_field_error(finding, titles) for finding in error.errors(include_input=False)])


def _field_error(finding: Any, titles: Mapping[str, str]) -> FieldError:
    path = [str(part) for part in finding["loc"]]
    values = {"title": titles.get(path[0], path[0]) if path else "内容", **finding.get("ctx", {})}
    counted = "string_" if values.get("field_type") == "Value" else ""  # text that was cleaned before it was measured
    template = _MESSAGES.get(counted + finding["type"], "{title}填写有误")
    return {"field": ".".join(path), "message": template.format_map(values)}
