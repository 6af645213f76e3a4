"""The newsroom's desk: an article from its first word to its withdrawal, as those who write and review it see it."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, Route, expect

from kit.testing import Stack, wait_until
from newsdesk import approve_report, publish_report
from people import Person, at_desk, paper, photo
from phone import Phone
from workplace import Seat


def test_an_article_is_found_by_its_title_and_by_its_number(stack: Stack, seat: Seat) -> None:
    title = f"一年前的报道也找得到 {uuid.uuid4().hex[:6]}"
    number, editor = publish_report(stack, title=title), seat("editor")
    page = editor.open("/desk/articles")
    field = page.get_by_role("searchbox", name="查找稿件")
    expect(field).to_be_visible()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.type(title)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?q="))
    expect(page.get_by_role("link", name=re.compile(title))).to_have_count(1)
    page.get_by_role("link", name="已撤回").click()
    expect(page.get_by_text(f"没有找到与“{title}”有关的稿件")).to_be_visible()
    assert editor.severe() == []
    page.get_by_role("link", name="全部").click()
    field.fill(number.lower())
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name=re.compile(title)).click()
    expect(page.get_by_label("标题", exact=True)).to_have_value(title)


def test_an_article_is_written_published_corrected_and_withdrawn(
    stack: Stack, seat: Seat, file: Callable[..., str], phone: Phone
) -> None:
    title = f"崔村镇幼儿园改造工程开工 {uuid.uuid4().hex[:6]}"
    editor = seat("editor")
    page = editor.open("/desk/articles")
    page.get_by_role("link", name=re.compile("写稿")).click()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("请选择栏目")).to_be_visible()
    expect(page.get_by_label("标题", exact=True)).to_be_focused()
    page.get_by_label("标题", exact=True).fill(title)
    page.get_by_label("栏目").select_option(label="教育")
    page.get_by_label("来源").fill("区融媒体中心")
    page.get_by_label("第1段", exact=True).fill("改造工程已完成招标。")
    page.keyboard.press("Control+Enter")
    page.get_by_label("第2段", exact=True).fill("施工单位下周一进场。")
    page.reload()
    expect(page.get_by_label("第2段", exact=True)).to_have_value("施工单位下周一进场。")
    expect(page.get_by_role("article", name="读者看到的样子")).to_contain_text("施工单位下周一进场。")
    page.wait_for_url(re.compile(r"/desk/articles/CPN"))  # saved while it was typed
    expect(page.get_by_text("已自动保存")).to_be_visible()
    no = page.url.rsplit("/", 1)[-1]
    _with_picture_and_case(page, file())

    _saved_meanwhile(stack, no)
    page.get_by_label("第2段", exact=True).fill("施工单位本周五进场。")
    page.get_by_role("button", name="接手编辑").click()  # what is typed is saved, and refused
    expect(page.get_by_text("他人已保存第")).to_be_visible()
    page.get_by_role("button", name="以我的为准继续").click()
    page.get_by_role("button", name="送审", exact=True).click()
    page.get_by_role("button", name="确认送审").click()
    expect(page.get_by_text("已送审，正在等待一审")).to_be_visible()
    _review(stack, seat, no)
    page.reload()
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布，读者现在可以看到")).to_be_visible()

    reader = Person(stack)
    wait_until(lambda: title in [row["title"] for row in reader.get("/articles", limit=100)["items"]])
    seen = reader.get(f"/articles/{no}")
    assert seen["blocks"][1]["text"] == "施工单位本周五进场。"
    phone.open(f"/news/{no}")
    phone.complaints_expected("status of 410")  # the page is still open when the article is withdrawn
    with phone.page.expect_download() as download:
        phone.page.get_by_role("link", name=re.compile("改造工程公示")).click()
    assert download.value.suggested_filename == "改造工程公示.pdf"

    page.get_by_label("第2段", exact=True).fill("施工单位本周六进场。")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("请填写更正说明")).to_be_visible()
    page.get_by_label("更正说明").fill("进场时间更正为周六。")
    page.get_by_role("button", name="保存更正").click()
    expect(page.get_by_text("更正已发布")).to_be_visible()
    page.get_by_role("button", name="撤回", exact=True).click()
    page.get_by_label("撤回说明").fill("工程时间有变，重新核实。")
    page.get_by_role("button", name="确认撤回").click()
    expect(page.get_by_text("已撤回，读者看到的是撤回说明")).to_be_visible()
    wait_until(lambda: reader.ask("GET", f"/articles/{no}").status_code == 410)


def test_an_article_is_set_to_go_out_held_back_and_goes_out_by_itself(stack: Stack, seat: Seat) -> None:
    no, reader, editor = approve_report(stack), Person(stack), seat("editor")
    page = editor.open(f"/desk/articles/{no}")
    at = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(hours=1)
    page.get_by_role("button", name="定时发布", exact=True).click()
    page.get_by_label("发布时间（北京时间）").fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name=re.compile(f"^定在.*{at:%H:%M}发布$")).click()
    expect(page.get_by_text(re.compile(f"^将于.*{at:%H:%M} 自动发布。"))).to_be_visible()
    assert editor.severe() == []
    page.get_by_role("button", name="取消定时", exact=True).click()
    page.get_by_role("button", name="取消定时", exact=True).last.click()
    expect(page.get_by_text("已取消定时，稿件回到待发布")).to_be_visible()
    expect(page.get_by_text("自动发布。")).to_have_count(0)

    page.get_by_role("button", name="时限", exact=True).click()
    page.get_by_label(re.compile("^解禁时间")).fill(f"{at:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name=re.compile(f"{at:%H:%M}之前不发布$")).click()
    expect(page.get_by_text(re.compile(f"^时限：.*{at:%H:%M} 之前不能发布。"))).to_be_visible()
    desk, soon = at_desk(stack, "editor"), {"at": (datetime.now(UTC) + timedelta(seconds=4)).isoformat()}
    key = {"Idempotency-Key": uuid.uuid4().hex}
    assert "时限" in desk.ask("PUT", f"/desk/articles/{no}/schedule", json=soon, headers=key).text
    page.get_by_role("button", name="时限", exact=True).click()
    page.get_by_label(re.compile("^解禁时间")).fill("")
    page.get_by_label("理由（提前或取消时限时必填）").fill("街道已同意提前公布。")
    page.get_by_role("button", name="不设时限").click()
    expect(page.get_by_text(re.compile("^时限："))).to_have_count(0)

    soon = {"at": (datetime.now(UTC) + timedelta(seconds=4)).isoformat()}
    desk.do(f"/desk/articles/{no}/schedule", soon, method="PUT")
    assert reader.ask("GET", f"/articles/{no}").status_code == 404
    wait_until(lambda: reader.ask("GET", f"/articles/{no}").status_code == 200)
    page.reload()
    expect(page.get_by_role("button", name="撤回", exact=True)).to_be_visible()


def test_a_picture_finds_its_block_wherever_that_was_moved_and_every_change_can_be_taken_back(
    stack: Stack, seat: Seat
) -> None:
    writer, editor = at_desk(stack, "editor"), seat("editor")
    words = {"column": "livelihood", "title": "路灯今晚点亮", "desk": "民生新闻部", "source": "本端"}
    body = [{"kind": "paragraph", "text": text} for text in ("甲段。", "乙段。", "丙段。")]
    no = str(writer.do("/desk/articles", {**words, "body": body})["id"])
    page = editor.open(f"/desk/articles/{no}")
    page.get_by_label("第1段", exact=True).click()
    page.get_by_role("button", name="图片", exact=True).click()
    held: list[Route] = []
    page.route("**/api/v1/desk/article-pictures", lambda route: held.append(route))
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(90, 60)}
    with page.expect_request("**/api/v1/desk/article-pictures"):
        page.get_by_label("第2段图片的图片文件").set_input_files(picture)
    expect(page.get_by_text("正在上传…")).to_be_visible()
    page.get_by_role("button", name="第2段下移").click()
    page.get_by_label("第1段", exact=True).click()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_label("第2段", exact=True)).to_be_focused()
    page.keyboard.type("新的一段。")
    held[0].continue_()
    page.get_by_label("第4段图片的内容").fill("路灯亮起")
    page.get_by_label("第4段图片的署名").fill("张三摄")
    expect(page.locator("li.picture").get_by_role("img")).to_be_visible()
    assert editor.severe() == []

    page.get_by_label("第2段", exact=True).fill("")
    page.keyboard.press("Backspace")
    expect(page.get_by_label("第1段", exact=True)).to_be_focused()
    expect(page.locator("li[data-block]")).to_have_count(4)
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_label("第2段", exact=True)).to_have_value("新的一段。")
    whole = ["甲段。", "新的一段。", "乙段。", "路灯亮起", "丙段。"]
    wait_until(
        lambda: [one.get("text") or one["alt"] for one in writer.get(f"/desk/articles/{no}")["body"]] == whole, 20
    )


def test_a_picture_is_found_in_the_library_taken_again_and_goes_with_its_right(
    stack: Stack, seat: Seat, phone: Phone
) -> None:
    alt = f"工人安装路灯 {uuid.uuid4().hex[:6]}"
    article = _pictured(stack, alt)
    page = seat("editor").open("/desk/articles/new")
    page.get_by_role("button", name="图片", exact=True).click()
    page.get_by_role("button", name="从媒体库选择").click()
    page.get_by_label("查找图片").fill(alt)
    page.keyboard.press("Enter")
    page.get_by_role("button", name=alt).click()
    expect(page.get_by_label("第2段图片的内容")).to_have_value(alt)
    expect(page.get_by_label("第2段图片的署名")).to_have_value("张三摄")

    reader = phone.open(f"/news/{article}")
    shown = reader.get_by_role("img", name=alt)
    expect(shown).to_be_visible()
    wait_until(lambda: shown.evaluate("image => image.currentSrc.includes('size=webp') && image.naturalWidth > 0"))

    page.goto(f"{stack['base_url']}/desk/media?q={alt}")
    card = page.get_by_role("region", name=alt)
    expect(card.get_by_text("1篇稿件使用")).to_be_visible()
    expect(card.get_by_role("button", name="删除")).to_have_count(0)
    card.get_by_role("button", name="授权信息").click()
    card.get_by_label("最后展示日期").fill("2026-01-31")
    card.get_by_role("button", name="保存授权信息").click()
    expect(card.get_by_text("授权已于2026年1月31日到期")).to_be_visible()
    page.get_by_role("link", name="已到期").click()
    expect(page.get_by_role("region", name=alt)).to_be_visible()
    reader.reload()
    expect(reader.get_by_text(f"图片因授权到期不再显示：{alt}")).to_be_visible()


def _pictured(stack: Stack, alt: str) -> str:
    """A published article that shows a picture of this description."""
    reporter, title = at_desk(stack, "reporter"), "路灯今晚点亮"
    sent = reporter.ask("POST", "/desk/article-pictures", data=photo(1000, 750), headers={"Content-Type": "image/jpeg"})
    shown = {"kind": "picture", "picture": sent.json()["id"], "alt": alt, "credit": "张三摄"}
    words = {"column": "livelihood", "title": title, "desk": "民生新闻部", "source": "本端"}
    no = str(reporter.do("/desk/articles", {**words, "body": [shown]})["id"])
    hurry = {"reason": "今晚停电通知"}
    at_desk(stack, "duty_editor").do(f"/desk/articles/{no}/urgent-publication", hurry)
    return no


def _with_picture_and_case(page: Page, no: str) -> None:
    """Adds a picture and a case to the draft, and waits until they are saved."""
    page.get_by_role("button", name="图片", exact=True).click()
    page.get_by_label("第3段图片的图片文件").set_input_files(
        {"name": "site.jpg", "mimeType": "image/jpeg", "buffer": photo(800, 600)}
    )
    page.get_by_label("第3段图片的内容").fill("工人正在安装围挡")
    page.get_by_label("第3段图片的署名").fill("张三摄")
    page.get_by_role("button", name="诉求", exact=True).click()
    page.get_by_label("第4段的诉求编号").fill(no)
    page.get_by_role("button", name="附件", exact=True).click()
    page.get_by_label("第5段附件的文件").set_input_files(
        {"name": "改造工程公示.pdf", "mimeType": "application/pdf", "buffer": paper()}
    )
    expect(page.get_by_label("第5段附件的名称")).to_have_value("改造工程公示")
    expect(page.get_by_role("img", name="工人正在安装围挡")).to_have_count(2)
    expect(page.get_by_text("有未保存的修改")).to_have_count(0)


def _review(stack: Stack, seat: Seat, no: str) -> None:
    """A first review returns the article at a paragraph; then it passes all three, the second at the desk itself."""
    first, writer = Person(stack, token=stack.token("staff", "s_other_editor", ("editor",))), at_desk(stack, "editor")
    first.do(f"/desk/articles/{no}/return", {"remarks": [{"block": 1, "text": "请核实进场时间"}]})
    assert writer.get(f"/desk/articles/{no}")["stage_name"] == "退回修改"
    writer.do(f"/desk/articles/{no}/submission")
    first.do(f"/desk/articles/{no}/approval")
    page = seat("duty_editor").open(f"/desk/articles/{no}")
    page.get_by_text("办理过程").click()
    expect(page.get_by_text("请核实进场时间")).to_be_visible()
    page.get_by_role("button", name="通过", exact=True).click()
    page.get_by_role("button", name="审核通过").click()
    expect(page.get_by_text("已通过")).to_be_visible()
    Person(stack, token=stack.token("staff", "s_other_chief", ("chief_editor",))).do(f"/desk/articles/{no}/approval")


def _saved_meanwhile(stack: Stack, no: str) -> None:
    """Someone else takes over and saves a version of the draft."""
    other = at_desk(stack, "chief_editor")
    other.do(f"/desk/articles/{no}/lock", {"take_over": True}, method="PUT")
    article = other.get(f"/desk/articles/{no}")
    words = {name: article[name] for name in ("title", "lead", "desk", "source", "version")}
    told = ("width", "height", "widths", "licence", "expired")
    words["body"] = [{k: v for k, v in block.items() if k not in told} for block in article["body"]]
    other.do(f"/desk/articles/{no}", {**words, "column": article["column"]["code"], "town": None}, method="PUT")
