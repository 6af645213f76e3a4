"""A guide's page as others read it, and as it is served."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from lxml import html

from gateway import app_pages, guide_pages
from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import OwnGateway
from .test_case_pages import APP, HOSTILE, ORIGIN, SHELL

STEP = {"where": "", "items": [], "limits": [], "materials": [], "tips": []}
GUIDE: dict[str, Any] = {
    "slug": "marriage",
    "title": "领证结婚",
    "summary": f"从预约到领证。{HOSTILE}",
    "source": "区民政局",
    "checked_on": "2026-11-20",
    "verified": False,
    "version": 1,
    "updated_at": "2026-11-20T09:00:00.000+08:00",
    "deadlines": [
        {"what": "报名", "opens": "05-01", "closes": "05-31", "note": "网上办理"},
        {"what": "申请", "opens": "11-09", "closes": None, "note": ""},
        {"what": "缴费", "opens": None, "closes": "12-10", "note": ""},
        {"what": "抽签", "opens": "05-26", "closes": "05-26", "note": ""},
    ],
    "steps": [
        {**STEP, "title": "预约", "where": "婚姻登记处", "materials": ["身份证", HOSTILE], "items": ["marriage"]},
        {**STEP, "title": "领证", "limits": ["当场办结"], "tips": ["不用带照片。"]},
    ],
}


def test_it_tells_each_step_by_when_and_where_it_is_known_from() -> None:
    written = app_pages.written(SHELL, guide_pages.subject(GUIDE, ORIGIN, APP), "{}", APP)
    assert "<script" not in written and written.count("</noscript>") == 1
    page = html.document_fromstring(written)
    said = {one.findtext("h2"): one.text_content() for one in page.xpath("//main/section")}
    assert list(said) == ["别误了时间", "1. 预约", "2. 领证"]
    days = page.xpath("//main/section[1]/p/b/text()")
    assert days == ["5月1日至5月31日", "11月9日起", "12月10日前", "5月26日"]
    assert f"带上：身份证、{HOSTILE}" in said["1. 预约"] and "婚姻登记处" in said["1. 预约"]
    assert page.xpath("//main/section//a/@href") == [f"{ORIGIN}/affairs/items/marriage"]
    assert "时限：当场办结" in said["2. 领证"] and "不用带照片。" in said["2. 领证"]
    assert "示例数据 区民政局 · 2026-11-20 核对" in page.find(".//main").text_content()
    card = {meta.get("property"): meta.get("content") for meta in page.xpath("//head/meta[@property]")}
    assert (card["og:title"], card["og:description"]) == (GUIDE["title"], GUIDE["summary"])
    assert card["og:url"] == f"{ORIGIN}/life/guides/marriage"


def test_it_is_served_until_it_is_changed(
    stack: Stack, start_gateway: Callable[..., OwnGateway], tmp_path: Path
) -> None:
    (tmp_path / "index.html").write_text(SHELL, "utf-8")
    (tmp_path / "places.json").write_text('{"index.html": ["life"]}')
    gateway = start_gateway(APP_DIR=str(tmp_path))
    reader, editor = gateway.client(), gateway.client(stack.token("staff", "s_local", ("local_editor",)))
    path, told = "/life/guides/marriage", reader.get(f"{PREFIX}/guides/marriage").json()
    page = reader.get(path)
    assert page.status_code == 200 and told["steps"][0]["title"] in page.text
    for known in ({"If-None-Match": page.headers["ETag"]}, {"If-Modified-Since": page.headers["Last-Modified"]}):
        assert reader.get(path, headers=known).status_code == 304
    for summary in ("先预约，再到场。", told["summary"]):
        version = reader.get(f"{PREFIX}/guides/marriage").json()["version"]
        change = {"summary": summary, "version": version}
        changed = editor.patch(f"{PREFIX}/desk/guides/marriage", json=change)
        assert changed.status_code == 200, changed.text
        wait_until(lambda said=summary: said in reader.get(path).text)
    missing = reader.get("/life/guides/nothing")
    assert (missing.status_code, "没有找到这份指南" in missing.text) == (404, True)
