"""The resident's half of the story, as he sees it on his phone."""

import re
import uuid
from pathlib import Path

from playwright.sync_api import Page, expect

from kit.testing import Stack, wait_until
from people import Person, new_phone, paper, photo
from phone import RENEW, Phone
from story import Desk, Story
from workplace import Seat

TITLE = "幼儿园搬走一年多还没有动工"
TEXT = f"{TITLE}。请问崔村镇幼儿园什么时候开始施工改造？"


def test_asks_sees_the_answer_come_and_rates(stack: Stack, phone: Phone) -> None:
    number = new_phone()
    page = phone.sign_in(number)
    page.get_by_role("link", name="政务").click()
    page.get_by_role("link", name="提问题").click()
    write(page)
    page.get_by_role("button", name="提交").click()

    page.wait_for_url(re.compile(r"/affairs/cases/CP"))
    no = page.url.rsplit("/", 1)[-1]
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_role("img", name="图片1")).to_be_visible()
    expect(page.get_by_text("问政受理中心")).to_be_visible()
    expect(page.locator("li[aria-current=step]")).to_contain_text("收集整理")
    page.evaluate("window.sameDocument = true")

    answer(stack, no, number)

    expect(page.get_by_text("施工单位于本周进场")).to_be_visible()
    expect(page.locator(".steps .done")).to_have_count(5)
    assert page.evaluate("window.sameDocument") is True, "the page was loaded anew"

    page.get_by_text("没有解决", exact=True).click()
    page.get_by_role("radio").nth(3 + 2).click()  # two for solved or not, then the fourth star
    page.get_by_role("button", name="提交评价").click()
    first = page.get_by_role("region", name=re.compile("^第1轮办理"))
    expect(first.get_by_text("问题没有解决")).to_be_visible()
    case = Person(stack).get(f"/cases/{no}")
    assert (case["round"], case["state"]) == (2, "dispatched")
    rating = case["rounds"][0]["ratings"][0]
    assert (rating["solved"], rating["satisfied"]) == (False, 4)


def test_the_inbox_tells_what_is_new(stack: Stack, phone: Phone) -> None:
    number = new_phone()
    phone.sign_in(number)
    token = phone.page.evaluate(RENEW)["access_token"]
    story = Story(stack, Desk.open(stack), Person(stack, token=token), number)
    story.submit(with_picture=False)
    story.take_in()
    page = phone.open("/")
    expect(page.get_by_role("heading", name="我的事项")).to_be_visible()
    page.get_by_role("link", name=re.compile("消息，.*未读")).click()
    unread = page.get_by_role("heading", name=re.compile("未读"))
    expect(unread).not_to_have_count(0)
    page.get_by_role("button", name="全部已读").click()
    expect(unread).to_have_count(0)


def test_before_sending_sees_what_others_will_read_and_joins_who_asked_the_same(stack: Stack, phone: Phone) -> None:
    asked = f"村口{uuid.uuid4().hex[:4]}水渠边的垃圾堆了半个月没有人清运，气味很大"
    first = Person(stack).sign_in_by_phone(new_phone())
    town = next(town["code"] for town in first.get("/directory")["towns"] if town["name"] == "崔村镇")
    body = {"category": "dumping", "town": town, "title": asked[:30], "text": f"{asked}，请尽快处理。"}
    no = first.do("/cases", body)["no"]
    Desk.open(stack).clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})

    phone.sign_in(new_phone())
    page = phone.open("/affairs/ask")
    page.get_by_label("遇到了什么问题").fill(f"{asked}，电话13812345678")
    page.get_by_role("button", name=re.compile("街道或镇")).click()
    page.get_by_role("button", name="崔村镇").click()
    page.get_by_role("button", name="看看别人看到的样子").click()
    sheet = page.get_by_role("dialog", name="别人看到的样子")
    expect(sheet).to_contain_text("〔已隐去〕")
    expect(sheet).not_to_contain_text("13812345678")
    expect(sheet).to_contain_text("发现手机号")
    page.get_by_role("button", name="关闭").click()
    page.get_by_text("只有您和办理人员能看到").click()
    page.get_by_role("button", name="看看别人看到的样子").click()
    expect(sheet).to_contain_text("只有您和办理人员能看到")
    page.get_by_role("button", name="关闭").click()

    same = page.get_by_role("region", name="可能是同一件事")
    expect(same).to_contain_text(asked[:20])
    assert phone.severe() == []
    same.get_by_role("button", name="我也遇到了，附议").first.click()
    same.get_by_label("补充您的情况").fill("我家也是")
    same.get_by_role("button", name="确认附议").click()
    expect(same).to_contain_text("您已附议")

    page = phone.open(f"/affairs/cases/{no}")
    card = page.get_by_role("region", name=re.compile("^附议"))
    expect(card).to_contain_text("1人")
    expect(card).to_contain_text("您已附议：我家也是")
    assert phone.severe() == []
    card.get_by_role("button", name="撤回附议").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回", exact=True).click()
    expect(card.get_by_role("button", name="我也遇到了，附议")).to_be_visible()


def test_asks_for_his_words_to_go_and_appeals_a_refusal(stack: Stack, phone: Phone) -> None:
    phone.sign_in(new_phone())
    author = Person(stack, token=phone.page.evaluate(RENEW)["access_token"])
    clerk = Desk.open(stack).clerk
    town = author.get("/directory")["towns"][0]["code"]
    body = {
        "category": "dumping",
        "town": town,
        "title": "王五家旁的垃圾没有清运",
        "text": "王五家旁垃圾堆了半个月，请清运。",
    }
    open_case, refused = (author.do("/cases", {**body, "text": body["text"] + more})["no"] for more in ("", "谢谢。"))
    clerk.do(f"/desk/cases/{open_case}/accept", {"urgency": "request"})
    reason = author.get("/directory")["refusal_reasons"][0]["code"]
    clerk.do(f"/desk/cases/{refused}/refuse", {"reason": reason, "text": "不属于受理范围。"})

    page = phone.open(f"/affairs/cases/{open_case}")
    page.get_by_role("button", name="要求隐去").click()
    sheet = page.get_by_role("dialog", name="隐去公开内容")
    sheet.get_by_label("要隐去的文字").fill("王五")
    sheet.get_by_label("原因").fill("写了邻居的姓名")
    assert phone.severe() == []
    sheet.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("region", name="隐去内容")).to_contain_text("已提交")
    clerk.do(f"/desk/cases/{open_case}/redact", {"granted": True, "answer": "已经隐去"})
    expect(page.get_by_role("region", name="隐去内容")).to_contain_text("已隐去：已经隐去")
    assert "王五" not in str(Person(stack).get(f"/cases/{open_case}"))

    page = phone.open(f"/affairs/cases/{refused}")
    page.get_by_role("button", name="提出申诉").click()
    page.get_by_label("为什么应当受理").fill("这是公共事务，请受理。")
    page.get_by_role("button", name="提交申诉").click()
    expect(page.get_by_role("region", name="申诉")).to_contain_text("督办员将在")
    assert phone.severe() == []


def test_of_two_cases_that_were_made_one_the_author_may_have_his_own_again(stack: Stack, phone: Phone) -> None:
    phone.sign_in(new_phone())
    author, other = Person(stack, token=phone.page.evaluate(RENEW)["access_token"]), Person(stack)
    other.sign_in_by_phone(new_phone())
    clerk, town = Desk.open(stack).clerk, author.get("/directory")["towns"][0]["code"]
    body = {"category": "dumping", "town": town, "title": "路口垃圾没有清运", "text": "路口垃圾堆了半个月，请清运。"}
    first, mine = (who.do("/cases", body)["no"] for who in (other, author))
    for no in (first, mine):
        clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
    due = next(clock["due"] for clock in author.get(f"/cases/{mine}")["clocks"] if clock["name"] == "overall")
    clerk.do(f"/desk/cases/{mine}/merge", {"into": first})

    page = phone.open(f"/affairs/cases/{mine}")
    merged = page.get_by_role("region", name="并件")
    expect(merged).to_contain_text(f"已并入 {first}")
    expect(merged).to_contain_text("您可以单独评价")
    merged.get_by_role("button", name=re.compile("撤销并件")).click()
    assert phone.severe() == []
    page.get_by_role("dialog").get_by_role("button", name="撤销并件", exact=True).click()
    expect(merged).to_have_count(0)
    expect(page.get_by_role("region", name="下一步")).to_contain_text("转交负责部门")
    again = author.get(f"/cases/{mine}")
    assert (again["state"], again["merged_into"]) == ("accepted", None)
    assert next(clock["due"] for clock in again["clocks"] if clock["name"] == "overall") == due, "no time was won by it"


def test_reads_what_is_not_public_of_his_case_and_appeals(stack: Stack, seat: Seat, phone: Phone) -> None:
    """The clerk withholds a picture and later hides a name; the author sees all of it and contests."""
    phone.sign_in(new_phone())
    author = Person(stack, token=phone.page.evaluate(RENEW)["access_token"])
    pictures = [author.upload(photo(600, 400))["id"] for _ in range(2)]
    body = {"category": "dumping", "town": author.get("/directory")["towns"][-1]["code"], "pictures": pictures}
    words = {"title": "赵六家旁的垃圾没有清运", "text": "赵六家旁垃圾堆了半个月，请清运。"}
    no = author.do("/cases", {**body, **words})["no"]
    clerk = seat("clerk")
    desk = clerk.open_case(no)
    clerk.panel.get_by_label("照片2是否公开").select_option(label="不公开：拍到他人面部或住处内部")
    clerk.panel.get_by_text("预览公众看到的内容").click()
    expect(clerk.panel.get_by_text("1个附件不公开")).to_be_visible()
    assert clerk.severe() == []
    clerk.decide("受理")
    expect(desk.get_by_text("1张照片未公开：拍到他人面部或住处内部")).to_be_visible()
    clerk.choose("隐去不宜公开")
    clerk.panel.get_by_label("要隐去的文字").fill("赵六")
    clerk.panel.get_by_text("指名道姓").click()
    clerk.panel.get_by_label("向反映人说明").fill("涉及他人，情况尚未核实。")
    assert clerk.severe() == []
    clerk.decide("隐去")
    expect(clerk.outcome).to_contain_text("已隐去")
    public = wait_until(lambda: "赵六" not in str(found := Person(stack).get(f"/cases/{no}")) and found)
    assert [one["id"] for one in public["pictures"]] == pictures[:1]

    page = phone.open(f"/affairs/cases/{no}")
    expect(page.get_by_role("button", name="放大图片2")).to_be_visible()
    hidden = page.get_by_role("region", name="不再公开的内容")
    expect(hidden).to_contain_text("“赵六”")
    hidden.get_by_role("button", name="向督办员申诉").click()
    page.get_by_label("为什么应当公开").fill("他是物业负责人，应当公开。")
    assert phone.severe() == []
    page.get_by_role("button", name="提交申诉").click()
    expect(hidden).to_contain_text("督办员将在")
    assert Person(stack).ask("GET", f"/media/{pictures[1]}").status_code == 404
    page = phone.open("/affairs/mine")
    expect(page.get_by_text("下一步：问政受理中心 转交负责部门")).to_be_visible()


def test_a_pdf_goes_instead_of_pictures(stack: Stack, phone: Phone) -> None:
    phone.sign_in(new_phone())
    page = phone.open("/affairs/ask")
    write(page, with_picture=False)
    chooser = page.get_by_label("或 PDF")
    chooser.set_input_files({"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nothing"})
    phone.complaints_expected("422")
    expect(page.get_by_role("alert").first).to_contain_text("不是有效的 PDF")
    page.get_by_role("button", name="移除 PDF").click()
    chooser.set_input_files({"name": "物业通知.pdf", "mimeType": "application/pdf", "buffer": paper()})
    expect(page.get_by_text("物业通知.pdf")).to_be_visible()
    expect(page.get_by_text("添加照片")).to_have_count(0)
    assert phone.severe() == []
    page.get_by_role("button", name=re.compile("^提交")).click()
    link = page.get_by_role("button", name=re.compile("下载 PDF 附件"))
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "附件.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")
    assert phone.severe() == []


def write(page: Page, *, with_picture: bool = True) -> None:
    """Fills in the question as one does it from top to bottom."""
    page.get_by_label("遇到了什么问题").fill(TEXT)
    if with_picture:
        page.locator("input[type=file]").first.set_input_files(
            {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo()}
        )
        expect(page.get_by_role("img", name="第1张图片")).to_be_visible()
    page.get_by_role("button", name=re.compile("问题类别")).click()
    page.get_by_label("查找类别").fill("幼儿园")
    page.get_by_role("button", name="幼儿园建设与入园").click()
    page.get_by_role("button", name=re.compile("街道或镇")).click()
    page.get_by_role("button", name="崔村镇").click()


def answer(stack: Stack, no: str, number: str) -> None:
    """What the offices do meanwhile."""
    story = Story(stack, Desk.open(stack), Person(stack), number, no=no)
    story.take_in()
    story.reply()
