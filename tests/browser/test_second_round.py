"""After the reply: the resident asks and is not satisfied; the department does it again and keeps its word."""

import re
from datetime import timedelta

from playwright.sync_api import expect

from kit.clock import utcnow
from kit.testing import Stack, wait_until
from people import Person, at_desk, new_phone
from phone import RENEW, Phone
from workplace import Seat

REPLY = {
    "facts": "经现场查看，村口四盏路灯不亮，线路老化。",
    "rule": "依据城市照明设施维护的有关规定办理。",
    "done": "已更换两盏灯具，其余等待备件。",
    "next": "备件到货后一周内全部修复，联系电话请见公开电话。",
}
WORDS = {"查清的事实": "facts", "依据": "rule", "已做的": "done", "接下来": "next"}


def answered(stack: Stack, resident: Person) -> str:
    """A case of his that was answered, over HTTP."""
    town = resident.get("/directory")["towns"][0]["code"]
    asked = {"category": "broken_lamps", "town": town, "title": "村口路灯不亮", "text": "村口四盏路灯两周不亮。"}
    no: str = resident.do("/cases", asked)["no"]
    clerk, handler = at_desk(stack, "clerk"), at_desk(stack, "handler", "jw")
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
    handler.do(f"/desk/cases/{no}/reply", REPLY)
    at_desk(stack, "approver", "jw").do(f"/desk/cases/{no}/approve", {})
    handler.do(f"/desk/cases/{no}/publish", {})
    return no


def test_a_reply_that_does_not_satisfy_is_asked_about_done_again_and_its_promise_kept(
    stack: Stack, seat: Seat, phone: Phone
) -> None:
    phone.sign_in(new_phone())
    resident = Person(stack, token=phone.page.evaluate(RENEW)["access_token"])
    no = answered(stack, resident)
    page = phone.open(f"/affairs/cases/{no}")
    page.get_by_role("button", name=re.compile("^对答复有疑问，追问")).click()
    page.get_by_label("想问什么").fill("请问备件哪天能到？")
    assert phone.severe() == []
    page.get_by_role("button", name="提交追问").click()
    questions = page.get_by_role("region", name="追问")
    expect(questions).to_contain_text("等待办理部门答复")

    handler = seat("handler")
    handler.open("/desk/cases?queue=handling")
    expect(handler.find(no)).to_contain_text("追问")
    handler.open_case(no)
    handler.panel.get_by_label("追问答复").fill("备件本周五到货，下周三前装好。")
    handler.decide("答复反映人")
    expect(questions).to_contain_text("下周三前装好")

    page.get_by_text("没有解决", exact=True).click()
    page.get_by_role("radio").nth(2).click()  # two for solved or not, then the first star
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("region", name=re.compile("^第1轮办理"))).to_contain_text("问题没有解决")
    assert phone.severe() == []

    supervisor = seat("supervisor")
    supervisor.open("/desk/cases?queue=watched")
    expect(supervisor.find(no)).to_contain_text("差评重办")

    desk = handler.open_case(no)
    expect(desk.get_by_role("region", name=re.compile("^第1轮办理"))).to_contain_text("满意程度 1 分")
    for label, part in WORDS.items():
        handler.panel.get_by_label(label, exact=True).fill(REPLY[part])
    handler.panel.get_by_role("button", name="添加一项承诺").click()
    handler.panel.get_by_label("承诺1", exact=True).fill("四盏路灯全部修复")
    day = (utcnow() + timedelta(days=20)).date().isoformat()
    handler.panel.get_by_label("承诺1的完成日期").fill(day)
    assert handler.severe() == []
    handler.decide("提交审核")
    at_desk(stack, "approver", "jw").do(f"/desk/cases/{no}/approve", {})
    at_desk(stack, "handler", "jw").do(f"/desk/cases/{no}/publish", {})
    expect(page.get_by_role("region", name="承诺")).to_contain_text("四盏路灯全部修复")

    resident.do(f"/cases/{no}/rating", {"solved": True, "satisfied": 4})
    handler.open("/desk/cases?queue=promises")
    expect(handler.find(no)).to_contain_text("承诺事项")
    handler.open_case(no)
    handler.choose("反馈承诺")
    handler.panel.get_by_label("完成情况").fill("四盏路灯均已修复并连续亮灯三晚。")
    handler.decide("公开完成情况")
    expect(page.get_by_role("region", name="承诺")).to_contain_text("已兑现")
    wait_until(lambda: "承诺事项有了结果" in [row["title"] for row in resident.get("/me/inbox")["items"]])


def test_a_closed_case_is_handled_again_when_its_author_says_why(stack: Stack, phone: Phone) -> None:
    phone.sign_in(new_phone())
    resident = Person(stack, token=phone.page.evaluate(RENEW)["access_token"])
    no = answered(stack, resident)
    resident.do(f"/cases/{no}/rating", {"solved": True, "satisfied": 4})
    page = phone.open(f"/affairs/cases/{no}")
    page.get_by_role("button", name=re.compile("申请重新办理")).click()
    page.get_by_label("哪里没有解决").fill("才亮了两晚又不亮了。")
    assert phone.severe() == []
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("region", name=re.compile("^第1轮办理"))).to_be_visible()
    expect(page.locator("li[aria-current=step]")).to_contain_text("调查办理")
    assert resident.get(f"/cases/{no}")["round"] == 2


def test_a_reply_is_corrected_by_two_people_and_shows_what_it_said(stack: Stack, seat: Seat, phone: Phone) -> None:
    phone.sign_in(new_phone())
    resident = Person(stack, token=phone.page.evaluate(RENEW)["access_token"])
    no = answered(stack, resident)
    page = phone.open(f"/affairs/cases/{no}")
    handler = seat("handler")
    handler.open_case(no)
    handler.choose("更正答复")
    handler.panel.get_by_label("已做的").fill("已更换三盏灯具，其余等待备件。")
    handler.panel.get_by_label("更正原因").fill("灯具数量写错。")
    handler.decide("提交审核")

    approver = seat("approver")
    approver.open("/desk/cases?queue=review")
    expect(approver.find(no)).to_contain_text("更正待审")
    desk = approver.open_case(no)
    expect(desk.get_by_role("region", name=re.compile("^更正"))).to_contain_text("已更换三盏灯具")
    approver.panel.get_by_label("同意更正").check()
    assert approver.severe() == []
    approver.decide("提交决定")

    reply = page.get_by_role("region", name="区教委答复")
    expect(reply).to_contain_text("已更换三盏灯具")
    reply.get_by_text(re.compile("更正：灯具数量写错")).click()
    expect(reply).to_contain_text("已更换两盏灯具")
    assert phone.severe() == []
