"""Reports and their cases in the browser: follow-ups that come by themselves, and a department asked and answering."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Locator, expect

from kit.testing import Stack, wait_until
from newsdesk import REPORT, at_desk, publish_report
from people import Person, new_phone, photo
from phone import RENEW, Phone
from workplace import Seat, Workplace

REPLY = {
    "facts": "现场查看，配电箱进水跳闸。",
    "rule": "依据城市照明设施养护维修的有关规定。",
    "done": "已更换配电箱部件，全部恢复照明。",
    "next": "十二月底前检查同类配电箱。",
}


def visited(stack: Stack, no: str) -> None:
    """Its office goes there, takes a picture and says so in public."""
    handler, at = at_desk(stack, "handler", "jw"), datetime.now(UTC).isoformat()
    shown = {"pictures": [handler.upload(photo(90, 60))["id"]], "public": True}
    told = {"kind": "visit", "at": at, "whom": "反映人", "place": "小区东侧", "text": "现场更换配电箱部件。"}
    handler.do(f"/desk/cases/{no}/contact", {**told, **shown})


def solved(stack: Stack, author: Person, no: str) -> None:
    for role, step, body in (("handler", "reply", REPLY), ("approver", "approve", {}), ("handler", "publish", {})):
        at_desk(stack, role, "jw").do(f"/desk/cases/{no}/{step}", body)
    author.do(f"/cases/{no}/rating", {"solved": True, "satisfied": 5})


def reread(part: Locator, words: str) -> None:
    """Reads the page again until the part has these words: news follows cases by the second, gateways by events."""

    def there() -> bool:
        part.page.reload()
        part.page.get_by_role("article").first.wait_for()
        return bool(part.count()) and words in part.inner_text()

    wait_until(there, every=0.5)


def test_a_report_finds_its_case_and_its_follow_up(
    stack: Stack, at_department: Callable[[str], str], resident: Person, phone: Phone, seat: Seat
) -> None:
    no = at_department("小区东侧整条路的路灯不亮")
    article = publish_report(stack, no)
    wait_until(lambda: resident.get(f"/cases/{no}")["coverage"])

    page = phone.sign_in(new_phone(), "/me/sign-in?to=/news/echoes")
    page.get_by_role("button", name="关注回音壁").click()
    expect(page.get_by_role("button", name="已关注回音壁")).to_be_visible()
    assert phone.severe() == []
    phone.open(f"/affairs/cases/{no}")
    page.get_by_role("region", name="相关报道").get_by_role("link").click()
    page.wait_for_url("**/news/*")
    became = page.get_by_role("region", name="问题办理进展")
    reread(became, "尚未解决")
    expect(became).to_contain_text("尚未解决")
    assert phone.severe() == []

    desk = seat("supervisor")
    desk.open("/desk/cases?queue=covered")
    expect(desk.find(no)).to_contain_text("有报道")
    assert desk.severe() == []
    sheet = desk.open_case(no)
    expect(sheet.get_by_role("region", name="相关报道")).to_contain_text(REPORT["title"])

    visited(stack, no)
    wait_until(lambda: resident.get(f"/articles/{article}")["follow_ups"][0]["pictures"])
    solved(stack, resident, no)
    wait_until(lambda: resident.get(f"/articles/{article}")["follow_ups"][0]["outcome"] == "solved")
    reread(became, "已解决")
    expect(became).to_contain_text("已解决")
    expect(became).to_contain_text(REPLY["done"])
    expect(became).to_contain_text("现场走访")
    picture = became.get_by_role("img", name=re.compile("现场走访的照片$"))
    picture.scroll_into_view_if_needed()
    wait_until(lambda: picture.evaluate("image => image.naturalWidth"))

    follower = Person(stack, token=page.evaluate(RENEW)["access_token"])
    wait_until(lambda: "已解决" in str(follower.get("/me/inbox")["items"]))
    phone.open("/me/inbox")
    page.get_by_role("link", name=re.compile(f"您关注的回音壁有新进展.*已解决.*{REPORT['title']}")).click()
    expect(page.get_by_role("heading", name=REPORT["title"])).to_be_visible()

    page.goto(f"{stack['base_url']}/news")
    page.get_by_role("link", name=re.compile("^回音壁")).click()
    report = page.get_by_role("article").filter(has_text=REPORT["title"]).first
    expect(report).to_contain_text("已解决")
    page.get_by_role("button", name="尚未解决").click()
    expect(page.get_by_role("button", name="尚未解决")).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_role("link", name=REPORT["title"])).to_have_count(0)
    assert phone.severe() == []


@pytest.mark.timeout(300)
def test_a_tip_becomes_an_investigation_then_a_report_and_its_author_reads_what_came_of_it(
    stack: Stack, at_department: Callable[[str], str], resident: Person, seat: Seat, phone: Phone
) -> None:
    no = at_department("村东连接路的灯全不亮")
    text, title = f"村东连接路的灯坏了一周。{no[-6:]}", f"村东的灯为何不亮 {no[-6:]}"
    told = phone.open("/tips/new")
    told.get_by_label("您知道什么情况？").fill(text)
    told.get_by_role("button", name="发送给编辑部").click()
    code = told.get_by_label("回执码").inner_text()
    page = seat("editor").open(adopted_at_desk(seat("duty_editor"), text))

    page.get_by_role("button", name="发起调查").click()
    page.wait_for_url("**/desk/investigations/*")
    investigation = page.url.removeprefix(stack["base_url"])
    page.get_by_role("button", name="修改").click()
    page.get_by_label("关联诉求编号").fill(no)
    page.get_by_role("button", name="保存").click()
    linked = page.get_by_role("region", name="诉求和爆料")
    expect(linked.get_by_role("list", name="诉求")).to_contain_text("村东连接路的灯全不亮")
    expect(linked.get_by_role("list", name="爆料")).to_contain_text(text)
    assert seat("editor").severe() == []
    page.get_by_role("link", name="写报道").click()
    expect(page.get_by_label("第2段的诉求编号")).to_have_value(no)
    page.get_by_label("标题", exact=True).fill(title)
    page.get_by_label("栏目").select_option(label="民生")
    page.get_by_label("来源").fill("示例内容")
    page.get_by_label("第1段", exact=True).fill("记者走访了这条路。")
    page.get_by_role("button", name="保存", exact=True).click()
    page.wait_for_url("**/desk/articles/CPN*")
    article = page.url.rsplit("/", 1)[-1]
    page.get_by_role("button", name="送审", exact=True).click()
    page.get_by_role("button", name="确认送审").click()
    expect(page.get_by_text("已送审，正在等待一审")).to_be_visible()
    at_desk(stack, "editor").do(f"/desk/articles/{article}/approval")
    for role in ("duty_editor", "chief_editor"):
        reviewed = seat(role).open(f"/desk/articles/{article}")
        reviewed.get_by_role("button", name="通过", exact=True).click()
        reviewed.get_by_role("button", name="审核通过").click()
        expect(reviewed.get_by_text("已通过")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布，读者现在可以看到")).to_be_visible()

    page.goto(stack["base_url"] + investigation)
    page.get_by_role("button", name="关联报道").click()
    expect(page.get_by_label("已发布报道的编号")).to_have_value(article)
    expect(page.get_by_role("checkbox", name=re.compile("^同时关联已采用的1条爆料"))).to_be_checked()
    page.get_by_role("button", name="关联", exact=True).click()
    reports = page.get_by_role("region", name="报道", exact=True)
    expect(reports).to_contain_text(title)
    expect(reports).not_to_contain_text("没有提到")
    expect(page.get_by_role("region", name=re.compile("^要查清的问题"))).to_contain_text("已报道")
    assert seat("editor").severe() == []

    solved(stack, resident, no)
    wait_until(lambda: resident.get(f"/articles/{article}")["follow_ups"][0]["outcome"] == "solved")
    phone.open(f"/news/{article}")
    reread(told.get_by_role("region", name="问题办理进展"), REPLY["done"])
    phone.open("/tips")
    told.get_by_label("凭回执码查进展").fill(code)
    told.get_by_role("button", name="查看进展").click()
    expect(told.get_by_text("报道已经发布，感谢您提供线索。")).to_be_visible()
    expect(told.get_by_role("link", name=title)).to_be_visible()


def adopted_at_desk(duty: Workplace, text: str) -> str:
    """The duty editor takes this tip on and adopts it; its address."""
    page = duty.open("/desk/tips")
    page.get_by_role("link").filter(has_text=text).click()
    page.get_by_role("button", name="分派").click()
    page.get_by_label("负责核实的编辑").select_option(label=page.locator(".bar .me").inner_text().strip())
    page.get_by_role("button", name="确定").click()
    page.get_by_role("button", name="采用", exact=True).click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("region", name="线索")).to_contain_text("已采用")
    return page.url.removeprefix(duty.stack["base_url"])


def test_an_investigation_asks_a_department_and_has_its_answer(
    stack: Stack, at_department: Callable[[str], str], resident: Person, seat: Seat, phone: Phone
) -> None:
    no = at_department("村东连接路没有路灯")
    title = f"村东路灯为何不亮 {no[-6:]}"
    editor = seat("editor")
    page = editor.open("/desk/investigations")
    page.get_by_role("button", name="发起调查").click()
    page.get_by_label("标题").fill(title)
    page.get_by_label("要查清的问题").fill("这条路归谁管，什么时候能亮？")
    page.get_by_role("combobox", name="牵头记者").click()
    page.get_by_role("option").first.click()
    page.get_by_label("关联诉求编号").fill(no.lower())
    page.get_by_role("button", name="发起调查").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.get_by_role("button", name="添加记录").click()
    page.get_by_label("类型").select_option("实地走访")
    page.get_by_label("地点").fill("村东连接路")
    page.get_by_label("内容").fill("全路段十四盏灯都不亮。")
    taken = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(90, 60)}
    page.get_by_role("group", name=re.compile("^走访照片")).get_by_label("添加照片").set_input_files(taken)
    page.get_by_label("图片署名").fill("李四摄")
    page.get_by_role("button", name="记下").click()
    records = page.get_by_role("region", name="采访和走访记录")
    expect(records).to_contain_text("十四盏灯")
    expect(records.get_by_role("img", name="走访照片1")).to_be_visible()
    questions = page.get_by_role("region", name=re.compile("^询问部门"))
    questions.get_by_role("button", name="询问部门").click()
    page.get_by_label("问题", exact=True).fill("请问何时修好？")
    page.get_by_role("button", name="交部门答复").click()
    expect(questions).to_contain_text("尚未答复，还剩")
    assert editor.severe() == []

    handler = seat("handler")
    handler.open("/desk/cases?queue=press")
    expect(handler.find(no)).to_contain_text("采访还剩")
    sheet = handler.open_case(no)
    expect(sheet.get_by_role("region", name=re.compile("^采访"))).to_contain_text("请问何时修好？")
    handler.choose("答复采访")
    handler.panel.get_by_label("答复", exact=True).fill("已安排检修，本周五前全部修复。")
    handler.decide("答复编辑部")
    assert handler.severe() == []

    expect(questions).to_contain_text("已安排检修")
    expect(page.get_by_role("region", name=re.compile("^要查清的问题"))).to_contain_text("部门已答复")
    case = phone.open(f"/affairs/cases/{no}")
    expect(case.get_by_role("region", name="督办情况")).to_contain_text("编辑部向")
    expect(case.locator("body")).not_to_contain_text("请问何时修好")

    page.get_by_role("button", name="结束调查").click()
    page.get_by_label("调查结果").fill("路灯已全部修复。")
    page.get_by_role("button", name="结束调查").last.click()
    expect(page.get_by_role("button", name="询问部门")).to_have_count(0)
    duty = seat("duty_editor")
    again = duty.open(page.url.removeprefix(stack["base_url"]))
    again.get_by_role("button", name="重启调查").click()
    again.get_by_label("重启原因").fill("居民反映路灯又不亮了。")
    again.get_by_role("button", name="重启调查").click()
    expect(again.get_by_role("region", name=re.compile("^要查清的问题"))).to_contain_text("居民反映路灯又不亮了")
    expect(again.get_by_role("button", name="询问部门")).to_be_visible()
    assert duty.severe() == []
