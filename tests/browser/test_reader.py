"""The reader's story: warned, reading, keeping, following, saying something; and the newsroom's side of it."""

import re
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kit.testing import Stack, wait_until
from people import Person, at_desk, new_phone
from phone import RENEW, Phone
from workplace import Seat

ARTICLE = {
    "lead": "",
    "blocks": [{"kind": "paragraph", "text": "示例正文，供读者阅读。"}],
    "desk": "民生新闻部",
    "source": "示例内容",
}


@pytest.fixture
def publish(stack: Stack) -> Callable[..., str]:
    """Publishes an article and gives its number."""

    def published(title: str, column: str = "livelihood", *topics: str) -> str:
        words = {**ARTICLE, "title": title, "column": column, "topics": topics}
        number = str(at_desk(stack, "reporter").do("/desk/articles", words)["id"])
        at_desk(stack, "reporter").do(f"/desk/articles/{number}/submission")
        for role in ("editor", "duty_editor", "chief_editor"):
            at_desk(stack, role).do(f"/desk/articles/{number}/approval")
        at_desk(stack, "editor").do(f"/desk/articles/{number}/publication")
        return number

    return published


def test_an_alert_reaches_the_open_home_page_and_leaves_it(stack: Stack, seat: Seat, phone: Phone) -> None:
    text = f"今夜有大风，请关好门窗 {uuid.uuid4().hex[:6]}"
    home = phone.open("/")
    expect(home.get_by_role("heading", name="常用服务")).to_be_visible()
    desk = seat("duty_editor").open("/desk/alerts")
    desk.get_by_role("button", name="发布预警").click()
    desk.get_by_role("radio", name="大风").check(force=True)
    desk.get_by_role("radio", name="蓝色").check(force=True)
    desk.get_by_role("checkbox", name="崔村镇").check(force=True)
    desk.get_by_label("内容").fill(text)
    desk.get_by_role("button", name="3小时").click()
    expect(desk.get_by_label("怎么做")).to_have_value(re.compile("收好阳台"))
    desk.get_by_role("button", name=re.compile("^发布大风蓝色，崔村镇，到")).click()
    card = desk.get_by_role("region", name="大风蓝色预警").filter(has_text=text)
    expect(card.get_by_text("生效中")).to_be_visible()

    warned = home.get_by_label("预警信息").locator("details", has_text=text)
    expect(warned).to_contain_text("大风蓝色预警")
    assert phone.severe() == []
    home.evaluate("localStorage.setItem('my-towns', JSON.stringify(['110114001']))")
    home.reload()
    expect(home.get_by_text(re.compile("其他镇街有.*条预警"))).to_be_visible()
    home.evaluate("localStorage.removeItem('my-towns')")
    home.reload()
    expect(warned).to_be_visible()

    card.get_by_role("button", name="解除").click()
    card.get_by_label("解除说明（公开）").fill("风力已减弱")
    card.get_by_role("button", name="确认解除").click()
    expect(card.get_by_text("已解除")).to_be_visible()
    expect(warned).to_have_count(0)
    home.goto(stack["base_url"] + "/alerts")
    expect(home.get_by_text("大风蓝色预警").first).to_be_visible()


def test_a_reader_keeps_follows_and_comments_and_the_newsroom_looks_at_it(
    stack: Stack, seat: Seat, phone: Phone, publish: Callable[..., str]
) -> None:
    title = f"社区食堂开门迎客 {uuid.uuid4().hex[:6]}"
    number = publish(title)
    words = f"希望每个社区都有 {uuid.uuid4().hex[:6]}"
    page = phone.sign_in(new_phone(), f"/me/sign-in?to=/news/{number}")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("button", name="收藏", exact=True).click()
    expect(page.get_by_role("button", name="已收藏")).to_be_visible()
    phone.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="分享", exact=True).first.click()
    expect(page.get_by_text("链接已复制")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{stack['base_url']}/news/{number}"
    page.get_by_role("button", name="关注民生").click()
    expect(page.get_by_role("button", name="已关注民生")).to_be_visible()
    page.get_by_label("写评论").fill(words)
    page.get_by_role("button", name="发表").click()
    own = page.get_by_role("list", name="我的评论")
    expect(own).to_contain_text("审核中")
    assert phone.severe() == []

    desk = seat("editor").open("/desk/comments")
    card = desk.get_by_role("region").filter(has_text=words)
    card.get_by_role("button", name="通过", exact=True).click()
    expect(card).to_have_count(0)
    page.reload()
    said = page.get_by_role("article", name=re.compile("^居民.*的评论")).filter(has_text=words)
    expect(said).to_be_visible()
    assert seat("editor").severe() == []
    desk.get_by_role("link", name="已显示").click()
    card.get_by_role("button", name="编辑部答复").click()
    card.get_by_label("答复（公开）").fill("已转请民政部门答复。")
    card.get_by_role("button", name="发布答复").click()
    expect(card.get_by_text("已转请民政部门答复。")).to_be_visible()
    page.reload()
    expect(said.get_by_text("编辑部", exact=True)).to_be_visible()
    expect(said.get_by_text("官方答复")).to_have_count(0)
    office = seat("handler").open("/desk/comments").get_by_role("region").filter(has_text=words)
    office.get_by_role("button", name="官方答复").click()
    office.get_by_label("答复（公开）").fill("今年将再建十处。")
    office.get_by_role("button", name="发布答复").click()
    expect(office.get_by_text("今年将再建十处。")).to_be_visible()
    page.reload()
    expect(said.get_by_text("官方答复")).to_be_visible()
    desk.reload()
    expect(card.get_by_text("今年将再建十处。")).to_be_visible()
    expect(card.get_by_role("button", name="编辑部答复")).to_have_count(0)

    _own_comment(phone, page, title, words)

    phone.open("/news?column=livelihood")
    expect(page.get_by_role("link", name="民生", exact=True)).to_have_attribute("aria-current", "page")
    page.get_by_role("link", name="科技", exact=True).click()
    expect(page).to_have_url(re.compile(r"\?column=science$"))

    second = publish(f"{title}续")
    _told(phone, page, second, f"{title}续", "民生")
    page.goto(stack["base_url"] + "/me/kept")
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    assert phone.severe() == []
    page.get_by_role("button", name=re.compile("^取消收藏")).click()
    expect(page.get_by_role("button", name=re.compile("^重新收藏"))).to_be_visible()


def test_an_editor_makes_the_front_page(stack: Stack, seat: Seat, publish: Callable[..., str]) -> None:
    title = f"头条示例 {uuid.uuid4().hex[:6]}"
    publish(title)
    for at in range(6):
        publish(f"较新的报道第{at + 1}篇")
    desk = seat("editor").open("/desk/front")
    desk.get_by_role("searchbox", name="查找稿件").fill(title)
    desk.get_by_role("button", name="查找", exact=True).click()
    desk.get_by_role("region", name="查找稿件").get_by_role("button", name=f"加入头条：{title}").click()
    picks = desk.get_by_role("region", name="选定的头条")
    while picks.get_by_role("button", name=f"上移：{title}").is_enabled():
        picks.get_by_role("button", name=f"上移：{title}").click()
    assert seat("editor").severe() == []
    desk.get_by_role("button", name="保存头条").click()
    expect(desk.get_by_text("头条已更新")).to_be_visible()
    reader = Person(stack)
    wait_until(lambda: reader.get_part("/home", "news")["items"][0]["title"] == title)


def test_a_reader_comes_from_an_article_to_its_topic_and_follows_it(phone: Phone, publish: Callable[..., str]) -> None:
    title = f"公交改了时刻 {uuid.uuid4().hex[:6]}"
    number = publish(title, "towns", "transit")
    page = phone.sign_in(new_phone(), f"/me/sign-in?to=/news/{number}")
    page.get_by_role("link", name="#公交出行").click()
    expect(page.get_by_role("heading", name="#公交出行")).to_be_visible()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    page.get_by_role("button", name="关注#公交出行").click()
    expect(page.get_by_role("button", name="已关注#公交出行")).to_be_visible()
    assert phone.severe() == []
    _told(phone, page, publish(f"{title}续", "culture", "transit"), f"{title}续", "话题“公交出行”")
    phone.open("/me/kept")
    page.get_by_role("button", name="已关注#公交出行").click()
    expect(page.get_by_role("button", name="关注#公交出行", exact=True)).to_be_visible()


def _own_comment(phone: Phone, page: Page, title: str, words: str) -> None:
    """The author finds the answer by his inbox, the comment among his own, and takes it back there."""
    author = Person(phone.stack, token=page.evaluate(RENEW)["access_token"])
    wait_until(lambda: "您的评论有了官方答复" in [row["title"] for row in author.get("/me/inbox")["items"]])
    phone.open("/me/inbox")
    page.get_by_role("link", name=re.compile("您的评论有了官方答复")).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    phone.open("/me")
    page.get_by_role("link", name="我的评论").click()
    own = page.get_by_role("article", name=f"{title}下的评论")
    for said in ("已发布", words, "今年将再建十处。"):
        expect(own).to_contain_text(said)
    assert phone.severe() == []
    own.get_by_role("button", name="删除").click()
    page.get_by_role("dialog").get_by_role("button", name="删除").click()
    expect(own).to_have_count(0)
    expect(page.get_by_text("这条评论已删除。")).to_be_visible()
    page.reload()
    expect(page.get_by_text("您还没有写过评论")).to_be_visible()


def _told(phone: Phone, page: Page, number: str, title: str, of: str) -> None:
    """The follower finds the new article in his inbox, and comes to it from there."""
    reader = Person(phone.stack, token=page.evaluate(RENEW)["access_token"])
    wait_until(lambda: f"/news/{number}" in [row["link"] for row in reader.get("/me/inbox")["items"]])
    phone.open("/me/inbox")
    page.get_by_role("link", name=re.compile(f"您关注的{of}有新报道.*{title}")).click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
