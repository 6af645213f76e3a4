"""爆料 as people see it: somebody sends a tip without signing in and follows it; the newsroom works with it."""

import re
import secrets
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from kit.testing import Stack, wait_until
from newsdesk import at_desk, publish_report
from people import Person, photo
from phone import Phone
from workplace import Seat

pytestmark = pytest.mark.timeout(300)


def test_from_an_anonymous_tip_to_what_became_of_it(stack: Stack, new_phone: Callable[..., Phone], seat: Seat) -> None:
    text = f"每晚十点以后，有货车在村东河沟里倾倒建筑垃圾。{uuid.uuid4().hex[:8]}"
    phone = new_phone()
    page = phone.open("/news")
    page.get_by_role("link", name="爆料").click()
    page.get_by_role("link", name="我要爆料").click()
    page.get_by_label("您知道什么情况？").fill(text)
    page.get_by_label("添加照片").set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(90, 60)})
    page.get_by_label("具体地点").fill("村东河沟")
    page.get_by_label("联系电话").fill("13800138321")
    page.get_by_label("怎么称呼").fill("李女士")
    expect(page.get_by_text("草稿已保存在本机")).to_be_visible()
    page.reload()
    expect(page.get_by_label("您知道什么情况？")).to_have_value(text)
    expect(page.get_by_alt_text("第1张图片")).to_be_visible()
    expect(page.get_by_label("联系电话")).to_have_value("")
    page.get_by_label("联系电话").fill("13800138321")
    assert phone.severe() == []
    page.get_by_role("button", name="发送给编辑部").click()
    code = page.get_by_label("回执码").inner_text()
    assert re.fullmatch(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", code)
    page.reload()
    expect(page.get_by_label("回执码")).to_have_text(code)
    assert phone.severe() == []
    page.get_by_role("button", name="我已保存好").click()
    expect(page.get_by_label("您知道什么情况？")).to_have_value("")

    duty = seat("duty_editor").open("/desk/tips")
    duty.get_by_role("link").filter(has_text=text).click()
    expect(duty.get_by_role("img", name="爆料人上传的图片1")).to_be_visible()
    duty.get_by_role("button", name="分派").click()
    chosen = duty.get_by_label("负责核实的编辑")
    chosen.select_option(label=duty.locator(".bar .me").inner_text().strip())
    duty.get_by_role("button", name="确定").click()
    expect(duty.get_by_role("region", name="线索")).to_contain_text("核实中")
    duty.get_by_role("button", name="查看联系方式").click()
    duty.get_by_label("查看原因").fill("约当事人到现场核实")
    duty.get_by_role("button", name="确定").click()
    expect(duty.get_by_text("13800138321")).to_be_visible()
    expect(duty.get_by_role("region", name="联系方式查看记录")).to_contain_text("约当事人到现场核实")
    duty.get_by_role("button", name="给爆料人留言").click()
    duty.get_by_label("留言", exact=True).fill("记者明晚到现场。")
    duty.get_by_role("button", name="确定").click()
    duty.get_by_role("button", name="采用", exact=True).click()
    title = f"村东河沟的建筑垃圾，谁来清运 {text[-8:]}"
    number = publish_report(stack, title=title)
    duty.get_by_role("searchbox", name="查找稿件").fill(title[-8:])
    duty.get_by_role("button", name="查找", exact=True).click()
    duty.get_by_role("button", name=f"选用：{title}").click()
    expect(duty.get_by_label(re.compile("^稿件编号"))).to_have_value(number)
    duty.get_by_role("button", name="确定").click()
    expect(duty.get_by_role("region", name="线索")).to_contain_text("已采用")
    duty.get_by_role("button", name="分派").click()
    hand_over = duty.get_by_label("接手的编辑")
    own = hand_over.get_by_role("option", name=duty.locator(".bar .me").inner_text().strip())
    expect(own).to_be_disabled()
    assert seat("duty_editor").severe() == []
    duty.get_by_role("link", name=title).click()
    duty.get_by_role("region", name="来自爆料").get_by_role("link").filter(has_text=text).wait_for()
    assert seat("duty_editor").severe() == []

    other = new_phone()
    page = other.open("/tips")
    page.get_by_label("凭回执码查进展").fill(code.lower())
    page.get_by_role("button", name="查看进展").click()
    expect(page.get_by_text("记者明晚到现场。")).to_be_visible()
    assert other.severe() == []
    expect(page.get_by_text(text)).to_have_count(0)
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()


def test_what_is_of_one_matter_is_proposed_and_one_press_makes_an_investigation(
    stack: Stack, resident: Person, town: str, seat: Seat
) -> None:
    lake = f"{''.join(chr(secrets.randbelow(0x4E00) + 0x4E00) for _ in range(4))}水库"  # nothing else is about it
    words = f"{lake}边的步道栏杆断裂半个月"
    case = {
        "category": "no_lamps",
        "town": town,
        "place": lake,
        "title": f"{lake}步道栏杆断裂",
        "text": f"{words}，很危险。",
    }
    no = str(resident.do("/cases", case)["no"])
    at_desk(stack, "clerk").do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    for text in (f"{words}，没有围挡。", f"{words}，孩子差点掉下去。", f"{words}，也没有人解释原因。"):
        Person(stack).do("/tips", {"text": text, "town": town, "place": lake})

    editor = seat("editor")
    page = editor.open("/desk/tips")
    page.get_by_role("link").filter(has_text=f"{words}，没有围挡").click()
    proposed = page.get_by_role("region", name="可能是同一件事")
    other = proposed.get_by_role("listitem").filter(has_text="孩子差点")
    for why in ("地点相同", "同在", "都说到“", "相隔不到一天"):
        expect(other).to_contain_text(why)
    public = proposed.get_by_role("listitem").filter(has_text=case["title"]).filter(has_text="查看诉求")
    expect(public).to_contain_text("地点相同")
    proposed.get_by_role("button", name=re.compile("^不是一件事：.*也没有人")).click()
    expect(proposed.get_by_role("listitem").filter(has_text="也没有人解释")).to_have_count(0)
    expect(proposed).to_contain_text("已标为不是一件事的1条")
    other.get_by_role("checkbox").check()
    public.get_by_role("checkbox").check()
    assert editor.severe() == []
    proposed.get_by_role("button", name="发起调查").click()
    page.wait_for_url("**/desk/investigations/*")
    expect(page.get_by_role("heading", level=1)).to_contain_text(lake)
    linked = page.get_by_role("region", name="诉求和爆料")
    expect(linked).to_contain_text(no)
    tips = linked.get_by_role("list", name="爆料")
    expect(tips.get_by_role("link", name=re.compile(f"^{lake}"))).to_have_count(2)
    expect(tips).to_contain_text("孩子差点掉下去")
    Person(stack).do("/tips", {"text": f"{words}，今天还在。", "town": town, "place": lake})
    page.reload()
    later = page.get_by_role("region", name="可能是同一件事")
    expect(later.get_by_role("listitem")).to_have_count(1)  # what was called another matter stays away
    later.get_by_role("checkbox").check()
    page.get_by_role("button", name="加入调查").click()
    expect(tips.get_by_role("listitem")).to_have_count(3)
    assert editor.severe() == []


def test_what_is_of_one_matter_has_a_room_and_is_taken_up_whole_or_left_for_a_reason(
    stack: Stack, town: str, seat: Seat
) -> None:
    told = {
        "".join(chr(secrets.randbelow(0x4E00) + 0x4E00) for _ in range(5)): more  # places that nothing else is about
        for more in (["没有围挡", "请打13800138321找我", "没有人管", "一直这样", "今天还在"], ["路灯不亮", "晚上漆黑"])
    }
    for place, texts in told.items():
        words = "".join(chr(secrets.randbelow(0x4E00) + 0x4E00) for _ in range(14))
        for more in texts:
            Person(stack).do("/tips", {"text": f"{words}，{more}。", "town": town, "place": place})
    desk = at_desk(stack, "editor")

    def together(place: str) -> bool:
        rows = desk.get("/desk/bundles", limit=100)["items"]
        return [len(row["tips"]) for row in rows if place in row["places"]] == [len(told[place])]

    wait_until(lambda: all(map(together, told)), 30)
    editor = seat("editor")
    page = editor.open("/desk/bundles")
    first, second = (page.get_by_role("region", name=re.compile(place)) for place in told)
    expect(first).to_contain_text("5条爆料")
    expect(first.get_by_role("listitem")).to_have_count(4)
    first.get_by_role("button", name="展开其余1条").click()
    expect(first.get_by_role("listitem")).to_have_count(5)
    expect(first).not_to_contain_text("13800138321")
    assert editor.severe() == []
    second.get_by_role("button", name="排除").focus()
    page.keyboard.press("Enter")
    expect(second.get_by_label("排除原因")).to_be_focused()
    page.keyboard.press("Escape")
    expect(second.get_by_role("button", name="排除")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("已经报道过")
    assert editor.severe() == []
    page.keyboard.press("Enter")
    expect(second).to_have_count(0)
    page.get_by_role("link", name="已排除").click()
    expect(second).to_contain_text("排除：已经报道过")
    expect(second.get_by_role("button", name="发起调查")).to_have_count(0)
    page.get_by_role("link", name="待处理").click()
    page.get_by_label("排序").select_option("反映最多")
    first.get_by_role("button", name="发起调查").click()
    page.wait_for_url("**/desk/investigations/*")
    tips = page.get_by_role("region", name="诉求和爆料").get_by_role("list", name="爆料")
    expect(tips.get_by_role("listitem")).to_have_count(5)
    page.get_by_role("link", name="同一事项").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("同一事项")
    expect(first).to_have_count(0)
    page.get_by_role("link", name="已立调查").click()
    expect(first).to_contain_text("已在调查")
    assert editor.severe() == []
