"""Refusals keep their code, words and fields across the wire."""

from typing import Annotated

import pytest
from pydantic import BaseModel, Field, ValidationError

from kit import errors
from kit.contract import Text


@pytest.mark.parametrize(
    "cls",
    [
        errors.Invalid,
        errors.Unauthenticated,
        errors.Forbidden,
        errors.NotFound,
        errors.Conflict,
        errors.TooEarly,
        errors.RateLimited,
        errors.TooLarge,
        errors.Unavailable,
    ],
)
def test_a_refusal_arrives_as_it_was_sent(cls: type[errors.ServiceError]) -> None:
    sent = cls("一句话", errors=[{"field": "phone", "message": "请输入手机号"}], extra={"state": "accepted"})
    got = errors.from_wire(errors.to_wire(sent))
    assert (type(got), got.detail, got.errors, got.extra) == (cls, sent.detail, sent.errors, sent.extra)


def test_the_words_of_an_unknown_error_stay_inside() -> None:
    got = errors.from_wire(
        {"exc_type": "KeyError", "exc_path": "x", "exc_args": ["13812345678"], "value": "13812345678"}
    )
    assert type(got) is errors.ServiceError
    assert "138" not in got.detail + str(got.extra)


class Form(BaseModel):
    model_config = {"extra": "forbid"}
    text: str = Field(title="正文", min_length=5, max_length=10)
    count: int = Field(title="数量", ge=1)
    note: Annotated[Text, Field(max_length=3)] | None = Field(None, title="备注")
    lines: list[str] = Field([], title="事项", max_length=1)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"count": 1}, ("text", "请填写正文")),
        ({"text": "短", "count": 1}, ("text", "正文至少5个字")),
        ({"text": "长" * 11, "count": 1}, ("text", "正文最多10个字")),
        ({"text": "刚好五个字", "count": 0}, ("count", "数量不能小于1")),
        ({"text": "刚好五个字", "count": "x"}, ("count", "数量应为整数")),
        ({"text": "刚好五个字", "count": 1, "note": "四个字了"}, ("note", "备注最多3个字")),
        ({"text": "刚好五个字", "count": 1, "lines": ["一", "二"]}, ("lines", "事项最多1项")),
        ({"text": "刚好五个字", "count": 1, "txet": 1}, ("txet", "不认识的字段")),
    ],
)
def test_findings_are_told_in_chinese_at_their_field(body: dict[str, object], expected: tuple[str, str]) -> None:
    titles = {name: field.title or name for name, field in Form.model_fields.items()}
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(body)
    (finding,) = errors.from_validation(caught.value, titles).errors
    assert (finding["field"], finding["message"]) == expected
