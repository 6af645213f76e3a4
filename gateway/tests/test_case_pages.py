"""A case's page as others read it, and as it is served: what everybody may read of the case, and only that."""

from collections.abc import Callable
from typing import Any

import pytest
from lxml import html

from gateway import app_pages, case_pages
from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import Client, OwnGateway

Start = Callable[..., OwnGateway]
ORIGIN = "https://news.example"
APP = "北京昌平"
SHELL = (
    '<html><head><meta name="description" content="" /><title>x</title></head>'
    '<body><div id="app"></div><noscript>请开启</noscript></body></html>'
)
HOSTILE = "</noscript><script>alert(1)</script> & \"' 末"


def at(hour: int) -> str:
    return f"2026-11-23T{hour:02}:00:00.000+08:00"


def clock(name: str, stopped: int | None, *, kept: bool = True, **more: Any) -> dict[str, Any]:
    times = {"started_at": at(8), "due": at(12), "original_due": at(12), "stopped_at": at(stopped) if stopped else None}
    return {"name": name, "title": name, "kept": kept, "provisional": False, "moves": [], **times, **more}


OFFICE = {"code": "cgw", "name": "区城管委"}
TOWN_OFFICE = {"code": "mck", "name": "马池口镇政府"}
REPLY = {
    "department": OFFICE,
    "facts": "十四盏路灯不亮。",
    "done": HOSTILE,
    "next": "",
    "rule": "依据道路照明规定。",
    "published_at": at(17),
    "corrections": [{"at": at(18), "reason": "盏数有误", "before": {}}],
}
RATING = {"at": at(19), "solved": False, "satisfied": 2, "comment": HOSTILE}
HOP = {"co_departments": [], "ruled": False, "ruled_at": None, "suggested_department": None, "answer": None}
CASE: dict[str, Any] = {
    "no": "CP20261123-7K3F9Q",
    "title": f"路灯不亮 {HOSTILE}",
    "text": f"东侧道路。\n{HOSTILE}",
    "state_name": "已答复",
    "ending_name": None,
    "ended_at": None,
    "step": "feedback",
    "department": OFFICE,
    "category": {"code": "broken_lamps", "name": "路灯故障"},
    "town": {"code": "1", "name": "马池口镇"},
    "filed_at": at(8),
    "next_step": {"who": "反映人", "what": "请评价这次答复", "until": at(23)},
    "reply": REPLY,
    "verdict": None,
    "promises": [
        {"number": 1, "text": "月底前全部点亮", "due": at(20), "department": OFFICE, "mine": False, "report": None},
        {
            "number": 2,
            "text": "补装两盏",
            "due": at(20),
            "department": OFFICE,
            "mine": False,
            "report": {"at": at(19), "kept": True, "text": "已经装好"},
        },
    ],
    "ratings": [RATING],
    "rounds": [
        {
            "number": 1,
            "started_at": at(8),
            "ended_at": at(9),
            "ending_name": "已办结",
            "reply": {**REPLY, "done": "第一次的办理结果。"},
            "ratings": [],
        }
    ],
    "clocks": [
        clock("overall", 17, kept=False, moves=[{"reason": "extended", "before": at(11), "after": at(12)}]),
        clock("intake", 9),
        clock("dispatch", 10),
        clock("handling", 16, kept=False),
        clock("approval", None, provisional=True),
    ],
    "hops": [
        {**HOP, "department": TOWN_OFFICE, "since": at(10), "until": at(11), "basis": "不属于镇管道路"},
        {**HOP, "department": OFFICE, "since": at(11), "until": None, "basis": None, "co_departments": [TOWN_OFFICE]},
    ],
    "coverage": [{"article": "CPN20261123-7K3F9Q", "title": "路灯何时亮", "published_at": at(20)}],
}


def page_of(case: dict[str, Any]) -> Any:
    """Its page, as another's parser of HTML takes it that runs no scripts."""
    return html.document_fromstring(app_pages.written(SHELL, case_pages.subject(case, ORIGIN, APP), "{}", APP))


def sections(page: Any) -> dict[str, str]:
    """What stands under each heading."""
    return {one.findtext("h2"): one.text_content() for one in page.xpath("//main/section")}


def test_it_tells_how_the_case_stands_its_steps_hops_replies_and_reports() -> None:
    page = page_of(CASE)
    said = sections(page)
    assert page.findtext(".//h1") == CASE["title"]
    assert CASE["no"] in page.find(".//main").text_content()
    assert "已答复" in page.findtext(".//main//span[@class='tag']")
    steps = {one.findtext("b"): one.findtext("span") for one in page.xpath("//main//ol/li")}
    assert steps == {
        "收集整理": "2026-11-23 09:00 完成，时限 2026-11-23 12:00，按时",
        "上报通报": "2026-11-23 10:00 完成，时限 2026-11-23 12:00，按时",
        "调查办理": "2026-11-23 16:00 完成，时限 2026-11-23 12:00，超时",
        "督办落实": "2026-11-23 12:00 前（暂定）",
        "反馈回复": "2026-11-23 17:00 答复，时限 2026-11-23 12:00，超时",
    }
    assert "经批准延期至 2026-11-23 12:00，原定 2026-11-23 11:00" in said["办理过程"]
    assert "马池口镇政府提出不由其承办：不属于镇管道路" in said["转办情况"]
    assert "转交区城管委（马池口镇政府协办）" in said["转办情况"]
    assert "反映人评价这次答复（2026-11-23 23:00 前）" in said["下一步"]
    assert "十四盏路灯不亮。" in said["区城管委答复"] and "更正：盏数有误" in said["区城管委答复"]
    assert "月底前全部点亮" in said["承诺"] and "已兑现：已经装好" in said["承诺"]
    assert "问题没有解决，满意程度 2 分" in said["评价"]
    assert "第一次的办理结果。" in said["第1轮办理"]
    assert page.xpath("//main//a[text()='路灯何时亮']/@href") == [f"{ORIGIN}/news/CPN20261123-7K3F9Q"]


def test_whatever_people_write_is_text() -> None:
    written = app_pages.written(SHELL, case_pages.subject(CASE, ORIGIN, APP), "{}", APP)
    assert "<script" not in written and written.count("</noscript>") == 1
    said = html.document_fromstring(written).find(".//main").text_content()
    assert said.count(HOSTILE) == 4, "title, text, reply and rating"


def test_it_is_passed_on_with_a_card_that_has_nothing_of_its_authors_text() -> None:
    page = page_of({**CASE, "title": "路灯不亮"})
    card = {meta.get("property"): meta.get("content") for meta in page.xpath("//head/meta[@property]")}
    url = f"{ORIGIN}/affairs/cases/{CASE['no']}"
    assert (card["og:title"], card["og:url"], card["og:site_name"]) == ("路灯不亮", url, APP)
    assert card["og:description"] == "已答复 · 区城管委 · 路灯故障 · 马池口镇"
    assert page.xpath("//head/meta[@name='description']/@content") == [card["og:description"]]
    assert (card["og:image"], card["article:published_time"]) == (f"{ORIGIN}/icon-512.png", at(8))
    assert page.xpath("//head/link[@rel='canonical']/@href") == [url]
    assert page.findtext(".//title") == "路灯不亮 · x"


def test_a_case_that_ended_on_the_way_has_no_step_after_its_end() -> None:
    refused = {"name": "不予受理", "text": "属于诉讼事项。", "basis": "第九条", "advice": "请向法院提出。"}
    nothing: dict[str, Any] = {name: [] for name in ("promises", "ratings", "rounds", "hops", "coverage")}
    ended = {"ending_name": "不予受理", "ended_at": at(9), "step": "collect", "department": None, "reply": None}
    page = page_of({**CASE, **nothing, **ended, "verdict": refused})
    assert page.xpath("//main//ol/li/b/text()") == ["收集整理"]
    assert list(sections(page)) == ["不予受理", "办理过程"]
    assert "依据：第九条" in sections(page)["不予受理"]


class Town:
    """A resident and a clerk at a gateway that shows the app, and somebody without an account."""

    def __init__(self, stack: Stack, gateway: OwnGateway) -> None:
        self.resident = gateway.client(stack.token("resident", "r_demo02", ("resident",)))
        self.clerk = gateway.client(stack.token("staff", "s_clerk", ("clerk",)))
        self.public = gateway.client()

    def file(self, **more: Any) -> str:
        town = self.public.get(f"{PREFIX}/directory").json()["towns"][0]["code"]
        answer = self.resident.post(
            f"{PREFIX}/cases", json={"category": "kindergarten", "town": town, **WRITTEN, **more}
        )
        assert answer.status_code == 201, answer.text
        return str(answer.json()["no"])

    def decide(self, no: str, step: str, **body: Any) -> None:
        answer = self.clerk.post(f"{PREFIX}/desk/cases/{no}/{step}", json=body)
        assert answer.status_code == 200, answer.text

    def page(self, no: str, who: Client | None = None, **headers: str) -> Any:
        return (who or self.public).get(f"/affairs/cases/{no}", headers=headers)


WRITTEN = {"title": "李四家门口没有路灯", "text": "请在幼儿园门口装一盏路灯，谢谢。"}


@pytest.fixture
def town(stack: Stack, start_gateway: Start, tmp_path: Any) -> Town:
    (tmp_path / "index.html").write_text(SHELL, "utf-8")
    (tmp_path / "places.json").write_text('{"index.html": ["affairs"]}')
    return Town(stack, start_gateway(APP_DIR=str(tmp_path)))


def test_it_is_there_when_intake_let_it_through_and_moves_with_its_case(town: Town) -> None:
    no = town.file()
    assert town.page(no).status_code == 404
    town.decide(no, "accept", urgency="request")
    page = wait_until(lambda: (found := town.page(no)).status_code == 200 and found)
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert WRITTEN["text"] in page.text
    etag = page.headers["ETag"]
    assert town.page(no, **{"If-None-Match": etag}).status_code == 304
    town.decide(no, "dispatch", department="jw")
    moved = wait_until(lambda: (found := town.page(no, **{"If-None-Match": etag})).status_code == 200 and found)
    assert "转交区教委" in moved.text and moved.headers["ETag"] != etag


def test_what_is_taken_out_is_not_on_the_page_any_more(town: Town) -> None:
    no = town.file()
    town.decide(no, "accept", urgency="request")
    wait_until(lambda: "李四" in town.page(no).text)
    asked = {"passages": ["李四"], "reason": "不愿公开姓名"}
    assert town.resident.post(f"{PREFIX}/cases/{no}/redaction", json=asked).status_code == 200
    town.decide(no, "redact", granted=True, answer="已经隐去。")
    page = wait_until(lambda: "李四" not in (found := town.page(no)).text and found)
    assert page.status_code == 200 and "〔已隐去〕家门口没有路灯" in page.text


def test_who_is_not_to_be_known_is_not_named_and_what_is_private_is_not_there_for_its_author_either(
    town: Town,
) -> None:
    hidden, private = town.file(visibility="anonymous"), town.file(visibility="private", text="不愿公开的内容。")
    for no in (hidden, private):
        town.decide(no, "accept", urgency="request")
    page = wait_until(lambda: (found := town.page(hidden)).status_code == 200 and found).text
    assert town.page(hidden, town.resident).text == page, "the same for its author"
    assert "r_demo02" not in page
    for no in (private, "CP20261123-000000", "nonsense"):
        for who in (town.public, town.resident, town.clerk):
            answer = town.page(no, who)
            assert (answer.status_code, "不愿公开" in answer.text) == (404, False)
            assert '<div id="app"></div>' in answer.text and "没有找到这件问政" in answer.text
