"""A report of a case, from its publication to the follow-up that comes by itself, on a phone and at the desk."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from kit.testing import Stack, wait_until
from newsdesk import REPORT, at_desk, publish_report
from people import Person
from phone import Phone
from workplace import Seat

REPLY = {
    "facts": "现场查看，配电箱进水跳闸。",
    "rule": "依据城市照明设施养护维修的有关规定。",
    "done": "已更换配电箱部件，全部恢复照明。",
    "next": "十二月底前检查同类配电箱。",
}


def solved(stack: Stack, author: Person, no: str) -> None:
    for role, step, body in (("handler", "reply", REPLY), ("approver", "approve", {}), ("handler", "publish", {})):
        at_desk(stack, role, "jw").do(f"/desk/cases/{no}/{step}", body)
    author.do(f"/cases/{no}/rating", {"solved": True, "satisfied": 5})


def test_a_report_finds_its_case_and_its_follow_up(
    stack: Stack, file: Callable[..., str], resident: Person, phone: Phone, seat: Seat
) -> None:
    no = file("小区东侧整条路的路灯不亮")
    clerk = at_desk(stack, "clerk")
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
    article = publish_report(stack, no)
    wait_until(lambda: resident.get(f"/cases/{no}")["coverage"], 15)

    page = phone.open(f"/affairs/cases/{no}")
    page.get_by_role("region", name="相关报道").get_by_role("link").click()
    became = page.get_by_role("region", name="问题办理进展")
    expect(became).to_contain_text("尚未解决", timeout=15_000)
    assert phone.severe() == []

    desk = seat("supervisor")
    desk.open("/desk/cases?queue=covered")
    expect(desk.find(no)).to_contain_text("有报道")
    assert desk.severe() == []
    sheet = desk.open_case(no)
    expect(sheet.get_by_role("region", name="相关报道")).to_contain_text(REPORT["title"])

    solved(stack, resident, no)
    wait_until(lambda: resident.get(f"/articles/{article}")["follow_ups"][0]["outcome"] == "solved", 15)
    page.reload()
    expect(became).to_contain_text("已解决")
    expect(became).to_contain_text(REPLY["done"])

    page.goto(f"{stack['base_url']}/news")
    page.get_by_role("link", name=re.compile("^回音壁")).click()
    report = page.get_by_role("article").filter(has_text=REPORT["title"]).first
    expect(report).to_contain_text("已解决")
    page.get_by_role("button", name="尚未解决").click()
    expect(page.get_by_role("button", name="尚未解决")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("link", name=REPORT["title"])).to_have_count(0)
    assert phone.severe() == []
