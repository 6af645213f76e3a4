"""ninjs by the standard's own schema (IPTC, CC BY 4.0: `data/ninjs-schema_1.5.json`), whatever an article says."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from gateway.feeds.ninjs import STANDARD, item
from gateway.feeds.shown import identity
from kit.testing import Stack

from .conftest import OwnGateway

SCHEMA = json.loads((Path(__file__).parent / "data" / "ninjs-schema_1.5.json").read_text("utf-8"))
HOSTILE = "<script>alert(1)</script> & \"'\x0b]]> 末"
ORIGIN = "https://news.example"
PICTURE: dict[str, Any] = {
    "kind": "picture", "picture": "a" * 32, "width": 1000, "height": 500, "alt": '"><script>', "credit": "张三摄",
    "caption": "新灯", "widths": [480, 960], "licence": "图库授权", "expired": False,
}  # fmt: skip
ENDS = [{"picture": "a" * 32, "until": "2026-12-31T00:00:00.000+08:00"}]
BODY: list[dict[str, Any]] = [
    {"kind": "paragraph", "text": HOSTILE},
    PICTURE,
    {**PICTURE, "picture": "b" * 32, "expired": True},
    {"kind": "paragraph", "text": "（附件：施工公告）"},
]
ARTICLE: dict[str, Any] = {
    "id": "CPN20261123-7K3F9Q",
    "title": HOSTILE,
    "lead": "",
    "column": {"code": "livelihood", "name": "民生"},
    "town": {"code": "110114112", "name": "崔村镇"},
    "desk": "民生新闻部",
    "source": "本端",
    "example": True,
    "published_at": "2026-11-23T16:00:00.000+08:00",
    "changed_at": "2026-11-24T09:30:00.000+08:00",
    "corrections": [{"at": "2026-11-24T09:30:00.000+08:00", "note": "日期有误"}],
    "body": BODY,
    "blocks": [{"kind": "paragraph", "text": HOSTILE}],
    "files": [{"at": 3, "file": "c" * 32, "title": "施工公告", "pages": 2, "size": 90_000}],
    "follow_ups": [],
}


def row(**fields: Any) -> dict[str, Any]:
    article = {**ARTICLE, **fields}
    return {"id": article["id"], "article": article, "pictures": ENDS, "withdrawn_at": None, "reason": None}


def valid(found: dict[str, Any]) -> dict[str, Any]:
    """The object, which the standard's schema takes."""
    jsonschema.Draft7Validator(SCHEMA).validate(json.loads(json.dumps(found)))
    return found


def test_an_article_is_valid_with_all_that_goes_with_it() -> None:
    found = valid(item(row(), ORIGIN, "问政直通车"))
    assert found["$standard"]["schema"].removesuffix("#") == SCHEMA["$id"].removesuffix("#") == STANDARD["schema"]
    assert (found["uri"], found["pubstatus"]) == (identity(ARTICLE["id"]), "usable")
    assert found["uri"] == "urn:uuid:014356e7-6d38-54e1-ac44-024c1c38a77b"  # as in the other feeds, for ever
    assert (found["firstcreated"], found["versioncreated"]) == (ARTICLE["published_at"], ARTICLE["changed_at"])
    assert (found["subject"][0]["code"], found["place"][0]["name"]) == ("livelihood", "崔村镇")
    assert "<script" not in found["body_html"]
    assert found["ednote"].splitlines() == ["示例数据，请勿采用。", "更正：日期有误"]
    assert sorted(found["associations"]) == ["file_1", "picture_1"]


def test_a_picture_says_until_when_and_in_what_sizes() -> None:
    picture = item(row(), ORIGIN, "问政直通车")["associations"]["picture_1"]
    assert (picture["expires"], picture["usageterms"]) == (ENDS[0]["until"], "图库授权")
    sizes = {name: (one["width"], one["height"]) for name, one in picture["renditions"].items()}
    assert sizes == {"full": (1000, 500), "jpeg480": (480, 240), "jpeg960": (960, 480)}
    without_end = [{**PICTURE, "picture": "d" * 32, "licence": ""}]
    free = valid(item(row(body=without_end), ORIGIN, "问政直通车"))["associations"]["picture_1"]
    assert not {"expires", "usageterms"} & free.keys()


@pytest.mark.parametrize("fields", [{"town": None, "corrections": [], "example": False, "files": [], "body": []}])
def test_what_is_not_there_is_not_said(fields: dict[str, Any]) -> None:
    found = valid(item(row(**fields), ORIGIN, "问政直通车"))
    assert not {"place", "ednote"} & found.keys()
    assert found["associations"] == {}


def test_of_what_was_withdrawn_nothing_is_left_but_that() -> None:
    gone = {"id": ARTICLE["id"], "article": None, "withdrawn_at": "2026-11-25T08:00:00.000+08:00", "reason": "事实有误"}
    before, found = item(row(), ORIGIN, "问政直通车"), valid(item(gone, ORIGIN, "问政直通车"))
    assert (found["uri"], found["pubstatus"], found["ednote"]) == (before["uri"], "canceled", "已撤回：事实有误")
    assert int(found["version"]) > int(before["version"])
    assert datetime.fromisoformat(found["versioncreated"]) > datetime.fromisoformat(before["versioncreated"])
    assert not [name for name in found if name.startswith(("body", "headline", "description", "associations"))]


def test_a_program_that_asks_too_often_is_told_when_to_come_again(
    stack: Stack, start_gateway: Callable[..., OwnGateway]
) -> None:
    gateway = start_gateway(RATE_PARTNER="2/hour")
    supervisor = gateway.client(stack.token("staff", "s_gateway_supervisor", ("supervisor",)))
    about = {"name": "示例通讯社", "contact": "partner@example.com", "quota": 5, "rights": ["news"]}
    key = supervisor.post("/api/v1/desk/partners", json=about).json()["key"]
    answers = [gateway.client().get("/feeds/ninjs?limit=1", headers={"X-Api-Key": key}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert int(answers[-1].headers["Retry-After"]) > 0
