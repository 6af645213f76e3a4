"""What others would read of a draft is what they read of the case that comes of it."""

from typing import Any

import pytest

from petition import previewing, reading
from petition.contract.filing import PreviewCase
from petition.contract.shapes import OneCase

DRAFT = {
    "category": "kindergarten",
    "town": "110114112",
    "place": "崔村镇，电话010-69712345",
    "point": {"lon": 116.33, "lat": 40.22},
    "title": "京A12345占道，请处理",
    "text": "请联系１３８１２３４５６７８或 a.b@example.com，证件999999190001010015，谢谢。",
}
SAME = ("title", "text", "place", "point", "category", "town")


@pytest.mark.parametrize("visibility", ["public", "anonymous"])
def test_the_preview_equals_the_public_page(office: Any, visibility: str) -> None:
    draft = {**DRAFT, "visibility": visibility}
    preview = previewing.get_preview(office.parts.rules, PreviewCase.model_validate(draft))
    no = office.submit(**draft)
    office.accept(no)
    page = reading.get_case(office.parts, OneCase(no=no), office.visitor)
    for name in SAME:
        assert getattr(preview, name) == getattr(page, name), name
    assert preview.found
    assert (preview.point is None) == (visibility == "anonymous")


def test_what_is_private_is_not_found_by_others_and_what_is_hidden_is_named(office: Any) -> None:
    request = PreviewCase.model_validate({**DRAFT, "visibility": "private"})
    preview = previewing.get_preview(office.parts.rules, request)
    assert not preview.found
    names = {(mask.field, mask.kind_name) for mask in preview.masked}
    assert names == {
        ("title", "车牌号"), ("place", "固定电话"), ("text", "手机号"), ("text", "电子邮箱"), ("text", "身份证号"),
    }  # fmt: skip
    assert office.db.cases.count_documents({}) == 0


def test_a_draft_that_has_hardly_begun_can_be_looked_at(office: Any) -> None:
    preview = previewing.get_preview(office.parts.rules, PreviewCase(text="路灯"))
    assert (preview.text, preview.category, preview.town) == ("路灯", None, None)
