"""The staff desk, as those who sit at it see it."""

import csv
import re
import uuid
from collections.abc import Callable

import pytest
import requests
from playwright.sync_api import Browser, expect
from test_resident import write

from kit.testing import Stack, wait_until
from people import Person, at_desk, new_phone
from phone import Phone
from workplace import Credentials, Seat, Workplace

PARTS = {
    "查清的事实": "经实地查看，幼儿园原址已腾空，改造方案已经批复。",
    "依据": "依据区中小学幼儿园校舍改造年度计划办理。",
    "已做的": "已完成招标，施工单位于本周进场。",
    "接下来": "预计明年八月完工，工程进展每月公布。",
}
NEW_PASSWORD = "Kindergarten-2026-" + uuid.uuid4().hex[:6]


@pytest.fixture(scope="module")
def second_clerk(stack: Stack) -> dict[str, object]:
    """A clerk who has just been given an account."""
    chief = Person(stack).sign_in_at_desk("administrator")
    name = f"clerk{uuid.uuid4().hex[:8]}"
    given: dict[str, object] = chief.do("/desk/staff", {"username": name, "name": "新来的", "roles": ["clerk"]})
    return given


def test_a_clerk_takes_out_what_the_author_wants_out(seat: Seat, resident: Person, file: Callable[..., str]) -> None:
    no = file(title="李四家门口没有路灯")
    clerk = seat("clerk")
    page = clerk.open_case(no)
    clerk.decide("受理")
    resident.do(f"/cases/{no}/redaction", {"passages": ["李四"], "reason": "不愿公开邻居姓名"})
    page = clerk.open("/desk/cases?queue=requests")
    expect(clerk.find(no)).to_be_visible()
    page = clerk.open_case(no)
    expect(page.get_by_role("region", name="要求隐去公开内容")).to_contain_text("“李四”")
    clerk.panel.get_by_role("button", name=re.compile("^隐去内容")).click()
    expect(clerk.panel.get_by_label("同意隐去")).to_be_checked()
    clerk.panel.get_by_label("向反映人说明").fill("已经隐去。")
    clerk.decide("提交决定")
    assert resident.get(f"/cases/{no}")["redactions"][0]["granted"] is True
    public = Person(resident.stack).get(f"/cases/{no}")
    assert public["title"] == "〔已隐去〕家门口没有路灯"


def test_a_supervisor_rules_on_an_appeal_and_keeps_an_author_from_submitting(stack: Stack, seat: Seat) -> None:
    author = Person(stack).sign_in_by_phone(new_phone())
    town = author.get("/directory")["towns"][0]["code"]
    words = {
        "category": "kindergarten",
        "town": town,
        "title": "幼儿园门口没有路灯",
        "text": "幼儿园门口没有路灯，请安装。",
    }
    no = author.do("/cases", words)["no"]
    reason = author.get("/directory")["refusal_reasons"][0]["code"]
    at_desk(stack, "clerk").do(f"/desk/cases/{no}/refuse", {"reason": reason, "text": "不属于受理范围。"})
    author.do(f"/cases/{no}/appeal", {"text": "这是公共事务，请受理。"})

    supervisor = seat("supervisor")
    supervisor.open("/desk/cases?queue=requests")
    expect(supervisor.find(no)).to_be_visible()
    page = supervisor.open_case(no)
    expect(page.get_by_role("region", name=re.compile("^申诉"))).to_contain_text("这是公共事务")
    supervisor.panel.get_by_role("button", name=re.compile("^限制提交")).click()
    supervisor.panel.get_by_label("原因").fill("同一内容多次提交")
    supervisor.panel.get_by_text("3天", exact=True).click()
    supervisor.decide("限制提交")
    answer = author.ask("POST", "/cases", json={**words, "text": "另一件事情，请处理。"})
    assert "同一内容多次提交" in answer.json()["errors"][0]["message"]

    page = supervisor.open("/desk/bans")
    row = page.get_by_role("region", name=f"限制 {no}")
    expect(row).to_contain_text("限制中")
    assert supervisor.severe() == []
    row.get_by_role("button", name="解除").click()
    row.get_by_label("解除原因").fill("已说明情况")
    row.get_by_role("button", name="确认解除").click()
    expect(row).to_contain_text("已说明情况")

    supervisor.open_case(no)
    supervisor.panel.get_by_role("button", name=re.compile("^申诉")).click()
    supervisor.panel.get_by_label("采纳申诉").check()
    supervisor.panel.get_by_label("向反映人说明").fill("确属公共事务，应当受理。")
    supervisor.decide("提交决定")
    assert author.get(f"/cases/{no}")["state"] == "submitted"


def test_a_partners_program_is_let_in_with_a_key_shown_once_and_kept_out_again(stack: Stack, seat: Seat) -> None:
    def answered(key: str) -> int:
        form = {"api_key": key, "service_code": "kindergarten", "description": "幼儿园门口没有路灯，请安装。"}
        sent = {**form, "address_string": "崔村镇幼儿园", "lat": "40.218", "long": "116.331"}
        return requests.post(f"{stack['base_url']}/open311/v2/requests.json", data=sent, timeout=20).status_code

    name = f"城市服务热线{uuid.uuid4().hex[:6]}"
    supervisor = seat("supervisor")
    supervisor.complaints_expected("status of 422")
    page = supervisor.open("/desk/partners")
    page.get_by_role("button", name="添加接入方").click()
    page.get_by_role("button", name="添加", exact=True).click()
    expect(page.get_by_label("名称")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("名称").fill(name)
    page.get_by_label("联系方式").fill("信息中心 王工")
    page.get_by_label("每日件数").fill("50")
    assert supervisor.severe() == []
    page.get_by_role("button", name="添加", exact=True).click()
    told = page.get_by_role("status", name="接口密钥")
    key = told.locator(".key").inner_text()
    assert answered(key) in (200, 201)
    told.get_by_role("button", name="已保存，关闭").click()
    assert key not in page.content()
    row = page.get_by_role("region", name=name)
    expect(row).to_contain_text("提交诉求（Open311），每日最多50件")
    page.get_by_role("button", name="添加接入方").click()
    page.get_by_label("名称").fill(f"通讯社{name[-6:]}")
    page.get_by_label("联系方式").fill("技术部 值班")
    page.get_by_role("checkbox", name="提交诉求").uncheck()
    page.get_by_role("checkbox", name="读取新闻").check()
    expect(page.get_by_label("每日件数")).to_have_count(0)
    page.get_by_role("button", name="添加", exact=True).click()
    news = {"X-Api-Key": told.locator(".key").inner_text()}
    assert requests.get(f"{stack['base_url']}/feeds/ninjs", headers=news, timeout=20).status_code == 200
    assert answered(news["X-Api-Key"]) == 403
    told.get_by_role("button", name="已保存，关闭").click()
    expect(page.get_by_role("region", name=f"通讯社{name[-6:]}")).to_contain_text("读取新闻（ninjs）")
    row.get_by_role("button", name="停用").click()
    row.get_by_label("停用原因").fill("合作到期")
    assert supervisor.severe() == []
    row.get_by_role("button", name="确认停用").click()
    expect(row).to_contain_text("停用：合作到期")
    assert answered(key) == 403


def test_the_clerk_decides_what_the_public_does_not_read(stack: Stack, seat: Seat, resident: Person) -> None:
    text = "请联系13812345678，也可以拨打010-69712345找李四，谢谢。"
    town = resident.get("/directory")["towns"][0]["code"]
    body = {"category": "kindergarten", "town": town, "title": "幼儿园门口没有路灯", "text": text}
    no = resident.do("/cases", body)["no"]
    clerk = seat("clerk")
    page = clerk.open_case(no)
    masks = clerk.panel.get_by_role("group", name="公开时遮盖")
    expect(masks.get_by_role("checkbox")).to_have_count(2)
    masks.get_by_role("checkbox", name="010-69712345").uncheck()
    masks.get_by_label("还要遮盖的文字").fill("李四")
    masks.get_by_role("button", name="加上").click()
    assert clerk.severe() == []
    clerk.decide("受理")
    page.get_by_text("公众看到的正文").click()
    expect(page.locator("details p")).to_have_text("请联系〔已隐去〕，也可以拨打010-69712345找〔已隐去〕，谢谢。")
    expect(page.get_by_text(text)).to_be_visible()


def test_several_cases_are_dispatched_at_once_and_what_fails_is_told(
    stack: Stack, seat: Seat, file: Callable[..., str]
) -> None:
    numbers, other = [file(f"批量转办第{n}件") for n in range(3)], at_desk(stack, "clerk")
    for no in numbers:
        other.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    town = other.get(f"/desk/cases/{numbers[0]}")["town"]["code"]
    clerk = seat("clerk")
    page = clerk.open(f"/desk/cases?queue=intake&town={town}")
    for no in numbers:
        clerk.find(no).focus()
        page.keyboard.press("x")
    bar = page.get_by_role("region", name="批量转办")
    expect(bar).to_contain_text("已选 3 件")
    other.do(f"/desk/cases/{numbers[1]}/dispatch", {"department": "cgw"})
    page.keyboard.press("b")
    page.keyboard.type("区教委")
    page.keyboard.press("Enter")
    assert clerk.severe() == []
    clerk.complaints_expected("409")
    page.keyboard.press("Control+Enter")
    expect(bar.get_by_role("alert")).to_contain_text("批量转办第1件")
    expect(bar.get_by_role("alert")).to_contain_text("现在是“办理中”")
    departments = [other.get(f"/desk/cases/{no}")["department"]["code"] for no in numbers]
    assert departments == ["jw", "cgw", "jw"]
    expect(clerk.row(numbers[0])).to_have_count(0)
    bar.get_by_role("button", name="知道了").click()
    expect(bar).to_have_count(0)


def test_a_case_is_read_beside_one_that_is_like_it_and_merged(
    stack: Stack, seat: Seat, file: Callable[..., str]
) -> None:
    first, second = file("幼儿园对面的斑马线看不清"), file("幼儿园对面的斑马线看不清了")
    at_desk(stack, "clerk").do(f"/desk/cases/{first}/accept", {"urgency": "request"})
    clerk = seat("clerk")
    page = clerk.open_case(second)
    like = page.get_by_role("region", name=re.compile("^相似诉求"))
    like.get_by_role("button", name=re.compile("^幼儿园对面的斑马线看不清")).first.click()
    pair = like.get_by_role("group", name="并排对照")
    expect(pair.get_by_role("article")).to_have_count(2)
    assert clerk.severe() == []
    like.get_by_role("button", name="是同一件事，并入另一件").click()
    expect(clerk.panel.get_by_label("并入的诉求编号")).to_have_value(re.compile("^CP"))
    clerk.panel.get_by_label("并入的诉求编号").fill(first)
    clerk.decide("并入")
    assert at_desk(stack, "clerk").get(f"/desk/cases/{second}")["merged_into"] == first


def test_a_question_goes_from_a_phone_over_every_desk_to_its_rating(stack: Stack, seat: Seat, phone: Phone) -> None:
    phone.sign_in(new_phone())
    asked = phone.open("/affairs/ask")
    write(asked)
    asked.get_by_role("button", name="提交").click()
    asked.wait_for_url(re.compile(r"/affairs/cases/CP"))
    no = asked.url.rsplit("/", 1)[-1]
    asked.evaluate("window.sameDocument = true")

    clerk = seat("clerk")
    page = clerk.open_case(no)
    expect(page.get_by_role("img", name="反映人上传的图片1")).to_be_visible()
    expect(page.locator("li[aria-current=step]")).to_contain_text("收集整理")
    expect(page.get_by_role("radio", name="一般求助")).to_be_checked()
    clerk.decide("受理")
    expect(clerk.outcome).to_contain_text("已受理")
    expect(clerk.panel.get_by_label("主办部门")).to_have_value("区教委")
    clerk.panel.get_by_label("协办部门").fill("路灯")
    page.get_by_role("option", name=re.compile("区城管委")).click()
    clerk.decide("转交部门")
    expect(clerk.row(no)).to_have_count(0)

    handler = seat("handler")
    page = handler.open_case(no)
    handler.panel.get_by_role("button", name=re.compile("^记录")).click()
    handler.panel.get_by_label("工作记录").fill("已约定明天上午到现场。")
    handler.decide("添加记录")
    expect(page.get_by_role("region", name="工作记录")).to_contain_text("已约定明天上午到现场。")
    handler.panel.get_by_role("button", name=re.compile("^记录")).click()
    expect(handler.panel.get_by_label("工作记录")).to_have_value("")
    handler.panel.get_by_role("button", name=re.compile("^答复")).click()
    for label, words in PARTS.items():
        page.get_by_label(label, exact=True).fill(words)
    page.reload()
    expect(page.get_by_label("接下来", exact=True)).to_have_value(PARTS["接下来"])
    handler.decide("提交审核")
    expect(handler.panel).to_contain_text("另一位审核人")

    approver = seat("approver")
    page = approver.open_case(no)
    expect(page.get_by_role("region", name=re.compile("^答复"))).to_contain_text(PARTS["已做的"])
    approver.panel.get_by_role("button", name=re.compile("^退回修改")).click()
    approver.panel.get_by_label("修改意见").fill("请写明联系电话。")
    approver.decide("退回修改")

    page = handler.open_case(no)
    expect(page.get_by_text("请写明联系电话。").first).to_be_visible()
    page.get_by_label("接下来", exact=True).fill(PARTS["接下来"] + "联系电话请见区教委公开电话。")
    handler.decide("提交审核")

    approver.open_case(no)
    approver.decide("审核通过")
    approver.decide("发布答复")
    expect(approver.outcome).to_contain_text("已答复")

    case = Person(stack).get(f"/cases/{no}")
    assert case["reply"]["next"].endswith("公开电话。")
    assert [unit["name"] for unit in case["hops"][0]["co_departments"]] == ["区城管委"]

    expect(asked.get_by_text(PARTS["已做的"]).first).to_be_visible()
    assert asked.evaluate("window.sameDocument") is True, "the page was loaded anew"
    asked.get_by_text("解决了", exact=True).click()
    asked.get_by_role("radio").nth(2 + 4).click()  # two for solved or not, then the fifth star
    asked.get_by_role("button", name="提交评价").click()
    expect(asked.locator(".steps .done")).to_have_count(5)
    wait_until(lambda: Person(stack).get(f"/cases/{no}")["state"] == "closed")


def test_what_intake_does_not_take_is_refused_or_sent_elsewhere(
    stack: Stack, seat: Seat, resident: Person, file: Callable[..., str]
) -> None:
    clerk, refused, elsewhere = seat("clerk"), file(), file()
    page = clerk.open_case(refused)
    clerk.panel.get_by_role("button", name=re.compile("^不予受理")).first.click()
    clerk.panel.get_by_label("向反映人说明").fill("短")
    clerk.press("不予受理")
    expect(clerk.panel.get_by_text("请选择理由")).to_be_visible()
    expect(clerk.panel.get_by_text("向反映人说明至少5个字")).to_be_visible()
    clerk.panel.get_by_role("radio").first.check()
    clerk.panel.get_by_label("向反映人说明").fill("不属于受理范围，请按所附建议办理。")
    clerk.decide("不予受理")
    expect(page.get_by_role("region", name=re.compile("^处理决定"))).to_contain_text("不属于受理范围")
    assert resident.get(f"/cases/{refused}")["ending"] == "refused"

    clerk.open_case(elsewhere)
    clerk.panel.get_by_role("button", name=re.compile("^其他渠道")).click()
    clerk.panel.get_by_role("radio").first.check()
    clerk.panel.get_by_label("向反映人说明").fill("请向所选机构反映，区里无权处理。")
    clerk.decide("告知其他渠道")
    assert resident.get(f"/cases/{elsewhere}")["ending"] == "elsewhere"


def test_a_department_names_who_handles_it_and_sends_back_what_is_not_its_own(
    stack: Stack, seat: Seat, file: Callable[..., str]
) -> None:
    no, clerk = file(), at_desk(stack, "clerk")
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
    approver = seat("approver")
    page = approver.open_case(no)
    approver.panel.get_by_role("button", name=re.compile("^指定承办人")).click()
    approver.panel.get_by_label("承办人", exact=True).select_option("示例承办人")
    approver.decide("指定")
    expect(page.get_by_text("承办人 示例承办人")).to_be_visible()

    handler = seat("handler")
    page = handler.open_case(no)
    expect(page.get_by_role("region", name="办理历史")).to_contain_text("确定承办人")
    handler.panel.get_by_role("button", name=re.compile("^退回")).click()
    handler.panel.get_by_label("退回依据").fill("路灯由区城管委负责管理。")
    handler.panel.get_by_label("建议承办部门").fill("路灯")
    page.get_by_role("option", name=re.compile("区城管委")).click()
    handler.decide("退回受理中心")
    case = clerk.get(f"/desk/cases/{no}")
    assert (case["state"], case["hops"][0]["suggested_department"]["name"]) == ("accepted", "区城管委")


def test_a_queue_is_narrowed_and_its_address_shows_the_same_again(
    stack: Stack, seat: Seat, resident: Person, file: Callable[..., str]
) -> None:
    towns, clerk = resident.get("/directory")["towns"], seat("clerk")
    here = file()
    words = {"category": "broken_lamps", "title": "路灯不亮", "text": "村口的路灯已经两周不亮，请维修。"}
    there = resident.do("/cases", {**words, "town": towns[1]["code"]})["no"]
    page = clerk.open("/desk/cases?queue=intake")
    page.get_by_label("街镇").select_option(towns[1]["name"])
    expect(clerk.row(there)).to_be_visible()
    expect(clerk.row(here)).to_have_count(0)
    page.get_by_label("类别").select_option("幼儿园建设与入园")
    expect(clerk.row(there)).to_have_count(0)
    page.get_by_label("类别").select_option("路灯故障")
    page.reload()
    expect(clerk.row(there)).to_be_visible()
    assert clerk.severe() == []
    page.get_by_role("button", name="清除").click()
    expect(page.get_by_label("街镇")).to_have_value("")


def test_more_time_is_asked_for_granted_and_told_to_the_resident(
    stack: Stack, seat: Seat, resident: Person, file: Callable[..., str]
) -> None:
    no, clerk = file(), at_desk(stack, "clerk")
    clerk.do(f"/desk/cases/{no}/accept", {"urgency": "complaint"})
    clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
    handler = seat("handler")
    handler.open_case(no)
    handler.panel.get_by_role("button", name=re.compile("^申请延期")).click()
    handler.panel.get_by_text("3个", exact=True).click()
    handler.panel.get_by_label("延期理由").fill("需要等待施工方案批复。")
    handler.decide("提交申请")

    approver = seat("approver")
    approver.open("/desk/cases?queue=handling")
    expect(approver.find(no)).to_contain_text("待批延期")
    page = approver.open_case(no)
    expect(page.get_by_role("region", name=re.compile("^延期"))).to_contain_text("需要等待施工方案批复")
    approver.panel.get_by_role("button", name=re.compile("^延期审批")).click()
    approver.decide("提交决定")
    expect(page.get_by_role("region", name=re.compile("^延期"))).to_contain_text("已批准")
    shown = resident.get(f"/cases/{no}")
    assert [move["reason"] for clock in shown["clocks"] if clock["name"] == "overall" for move in clock["moves"]] == [
        "extended"
    ]
    assert (shown["extension"]["asked_by"], shown["extension"]["reason"]) == (None, "需要等待施工方案批复。")
    wait_until(lambda: "办理期限已延长" in [row["title"] for row in resident.get("/me/inbox")["items"]])


def test_with_the_keyboard_alone(seat: Seat, file: Callable[..., str], town: str) -> None:
    first, second = file("第一件：路口红绿灯坏了"), file("第二件：路灯不亮了")
    clerk = seat("clerk")
    page = clerk.open(f"/desk/cases?town={town}")
    expect(clerk.find(second)).to_be_visible()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    while page.evaluate("document.activeElement.dataset?.no") != first:
        before = page.evaluate("document.activeElement.dataset?.no ?? ''")
        page.keyboard.press("j")
        clerk.becomes(f"document.activeElement.dataset.no !== {before!r}")
    page.keyboard.press("Enter")
    expect(clerk.title).to_be_focused()
    expect(clerk.title).to_contain_text("第一件")
    page.keyboard.press("d")
    expect(page.get_by_role("radio", name="一般求助")).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(clerk.outcome).to_contain_text("已受理")
    expect(page.get_by_role("button", name="下一件")).to_be_focused()
    row = page.locator("li", has=clerk.row(first))
    following = row.locator("xpath=following-sibling::li[1]//a").get_attribute("data-no")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/cases/{following}?*")

    clerk.open_case(f"{second}?town={town}")
    page.keyboard.press("3")
    expect(page.get_by_role("radio").first).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(clerk.panel).to_contain_text("请填写向反映人说明")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(clerk.row(second)).to_be_focused()


def test_what_is_new_waits_until_it_is_asked_for(seat: Seat, file: Callable[..., str], town: str) -> None:
    here = file("先来的一件诉求")
    clerk = seat("clerk")
    page = clerk.open(f"/desk/cases?town={town}")
    clerk.find(here).focus()
    page.wait_for_load_state("networkidle")  # more of a long queue is read by itself, and would take the new case along
    fresh = file("刚刚提交的一件诉求")
    news = page.get_by_role("button", name=re.compile("有 1 件新诉求"))
    expect(news).to_be_visible()
    expect(clerk.row(here)).to_be_focused()
    expect(clerk.row(fresh)).to_have_count(0)
    news.click()
    expect(clerk.row(fresh)).to_be_visible()


def test_a_new_clerk_changes_the_first_password_and_comes_second(
    stack: Stack, seat: Seat, browser: Browser, file: Callable[..., str], second_clerk: dict[str, object]
) -> None:
    place = Workplace(stack, browser.new_context(**Workplace.KIND))
    place.complaints_expected("status of 422")
    page = place.sign_in_with(_credentials(second_clerk)).page
    expect(page.get_by_role("heading", name="修改密码")).to_be_visible()
    page.get_by_label("当前密码").fill(str(second_clerk["initial_password"]))
    page.get_by_label("新密码", exact=True).fill("short")
    page.get_by_label("再输入一次新密码").fill("short")
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_text("密码须为12至200个字符")).to_be_visible()
    page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("再输入一次新密码").fill(NEW_PASSWORD)
    page.get_by_role("button", name="修改密码").click()

    expect(page.get_by_text("密码已修改")).to_be_visible()
    page.get_by_label("用户名").fill(_credentials(second_clerk)["username"])
    page.get_by_label("密码").fill(NEW_PASSWORD)
    page.get_by_role("button", name=re.compile("恢复码")).click()
    page.get_by_label("恢复码").fill(str(_list(second_clerk["recovery_codes"])[0]))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(place.bar).to_be_visible()

    no = file()
    place.open_case(no)
    place.panel.get_by_role("button", name=re.compile("^请补充")).click()
    place.panel.get_by_label("请反映人补充什么").fill("请问是哪一所幼儿园？")
    place.see_nothing_new(no)
    first = seat("clerk")
    first.open_case(no)
    first.decide("受理")

    place.decide("发出提问")
    expect(place.outcome).to_contain_text("刚刚被他人办理")
    expect(place.outcome).to_contain_text("已受理")
    expect(place.panel).to_contain_text("请问是哪一所幼儿园？")
    expect(place.panel.get_by_role("button", name="转交部门", exact=True)).to_be_visible()

    page.reload()
    expect(place.panel).to_contain_text("请问是哪一所幼儿园？")
    page.get_by_role("link", name="新来的").click()
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("button", name="删除并退出").click()
    expect(page.get_by_label("用户名")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('draft '))") == []
    place.context.close()
    assert place.complaints == []


def test_a_lost_answer_is_asked_for_again_and_nothing_happens_twice(seat: Seat, file: Callable[..., str]) -> None:
    no = file()
    clerk = seat("clerk")
    page = clerk.open_case(no)
    clerk.see_nothing_new(no)
    lost = clerk.lose_answers("accept")
    clerk.press("受理")
    expect(clerk.panel.get_by_text("不会重复办理")).to_be_visible()
    lost.losing = False
    clerk.decide("受理")
    expect(clerk.outcome).to_contain_text("已受理")
    assert len(lost.keys) == 2
    assert lost.keys[0] == lost.keys[1]
    expect(page.get_by_role("region", name="办理历史").get_by_text("受理，按")).to_have_count(1)


@pytest.mark.large
def test_no_page_shuts_anyone_out(stack: Stack, seat: Seat, file: Callable[..., str]) -> None:
    no = file(pictures=1)
    rooms = ("/media", "/alerts", "/comments", "/front", "/investigations", "/tips")
    editor = ("/articles", "/articles/new", f"/articles/{_returned(stack)}", *rooms)
    shown = {"clerk": ("/cases", f"/cases/{no}", "/account", "/password"), "editor": editor}
    for role, paths in shown.items():
        place = seat(role)
        for path in paths:
            place.open(f"/desk{path}").wait_for_load_state("networkidle")
            for width in (390, 1440):
                place.page.set_viewport_size({"width": width, "height": 900})
                assert (path, width, place.severe() + place.severe_in_the_dark()) == (path, width, [])
                assert place.page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_who_has_no_work_here_yet_is_told_so(seat: Seat) -> None:
    page = seat("hub_operator").open("/desk/cases")
    expect(page.get_by_role("heading", name="您现在可以在这里做什么")).to_be_visible()
    expect(page.get_by_text("办事事项目前通过接口更新")).to_be_visible()


def test_without_network_the_queue_stays_and_says_so(seat: Seat, file: Callable[..., str]) -> None:
    no = file()
    clerk = seat("clerk")
    page = clerk.open_case(no)
    clerk.context.set_offline(True)
    try:
        expect(page.get_by_text("现在没有网络，显示的是上次读取的内容。")).to_be_visible()
        expect(clerk.title).to_be_visible()
        clerk.press("受理")
        expect(clerk.panel.get_by_text("网络不通")).to_be_visible()
    finally:
        clerk.context.set_offline(False)
    clerk.decide("受理")


def _credentials(given: dict[str, object]) -> Credentials:
    staff = given["staff"]
    assert isinstance(staff, dict)
    return {
        "username": str(staff["username"]),
        "password": str(given["initial_password"]),
        "totp_secret": str(given["totp_secret"]),
    }


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value


def _returned(stack: Stack) -> str:
    """A reporter's article that a first review has returned, with something that the check has found."""
    reporter, editor = at_desk(stack, "reporter"), at_desk(stack, "editor")
    words = {"column": "livelihood", "title": "据说路灯本月点亮", "desk": "民生新闻部", "source": "本端"}
    no = str(
        reporter.do("/desk/articles", {**words, "body": [{"kind": "paragraph", "text": "首批路段已经点亮。"}]})["id"]
    )
    reporter.do(f"/desk/articles/{no}/submission")
    editor.do(f"/desk/articles/{no}/return", {"remarks": [{"block": 0, "text": "请写明路段"}]})
    return no


def test_a_narrowed_queue_is_saved_with_as_many_rows_as_its_tab_counts(
    stack: Stack, seat: Seat, file: Callable[..., str], town: str
) -> None:
    numbers = {file(f"幼儿园第{number}次询问") for number in range(3)}
    numbers.add(file("=1+1"))
    clerk = seat("clerk")
    page = clerk.open(f"/desk/cases?queue=intake&town={town}&category=kindergarten")
    tab = page.get_by_role("navigation", name="队列筛选").get_by_role("link", name="受理转办")
    expect(clerk.find(next(iter(numbers)))).to_be_visible()
    assert clerk.severe() == []
    with page.expect_download() as saved:
        page.get_by_role("button", name="导出表格").click()
    assert saved.value.suggested_filename.startswith("诉求-受理转办-")
    with saved.value.path().open(encoding="utf-8-sig", newline="") as table:
        rows = list(csv.DictReader(table))
    assert numbers <= {row["编号"] for row in rows}
    assert "'=1+1" in {row["标题"] for row in rows}
    counted = at_desk(stack, "clerk").get("/desk/counts", town=town, category="kindergarten")["items"]
    assert len(rows) == next(one["count"] for one in counted if one["queue"] == "intake")
    expect(tab).to_contain_text(str(len(rows)))
