"""What stays on the phone, and what must not."""

import re

from playwright.sync_api import expect
from test_resident import TEXT, write

from kit.testing import Stack, wait_until
from newsdesk import at_desk, publish_report
from people import new_phone
from phone import Phone

KEPT = """Promise.all([
    caches.has('private'),
    new Promise((done) => { const asked = indexedDB.open('connect'); asked.onsuccess = () => {
        const all = asked.result.transaction('private').objectStore('private').count();
        all.onsuccess = () => { done(all.result); asked.result.close(); };
    }; }),
])"""


def test_a_draft_survives_a_closed_app_with_its_picture(stack: Stack, phone: Phone) -> None:
    page = phone.open("/affairs/ask")
    write(page)
    expect(page.get_by_text("草稿已保存在本机")).to_be_visible()
    page.close()

    phone.page = phone.context.new_page()
    page = phone.open("/affairs/ask")
    expect(page.get_by_label("遇到了什么问题")).to_have_value(TEXT)
    expect(page.get_by_role("img", name="第1张图片")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("崔村镇"))).to_be_visible()

    page.get_by_role("button", name="登录并提交").click()
    page.wait_for_url(re.compile("sign-in"))
    phone.sign_in(new_phone(), page.url.removeprefix(stack["base_url"]))
    expect(page.get_by_label("遇到了什么问题")).to_have_value(TEXT)
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/affairs/cases/CP"))


def test_a_submission_whose_answer_was_lost_is_not_made_twice(stack: Stack, phone: Phone) -> None:
    phone.sign_in(new_phone())
    page = phone.open("/affairs/ask")
    write(page)
    sent = []

    def lose(route, request):  # type: ignore[no-untyped-def]
        if request.method != "POST":
            return route.fallback()
        sent.append(request.headers["idempotency-key"])
        if len(sent) > 1:
            return route.fallback()
        route.fetch()
        return route.abort("connectionreset")

    page.route("**/api/v1/cases", lose)
    phone.complaints_expected("ERR_CONNECTION_RESET")
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("alert")).to_contain_text("草稿已经保存")
    page.get_by_role("button", name="提交").click()
    page.wait_for_url(re.compile(r"/affairs/cases/CP"))
    assert len(sent) == 2 and sent[0] == sent[1]
    page.goto(stack["base_url"] + "/affairs/mine")
    expect(page.locator(".endless .row")).to_have_count(1)


def test_what_was_read_can_be_read_without_network(stack: Stack, phone: Phone) -> None:
    title = "没有网络时也能读的报道"
    article = publish_report(stack, title=title)
    page = phone.open("/")
    phone.wait_for_worker()
    page = phone.open(f"/news/{article}")
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    phone.context.set_offline(True)
    page.reload()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.get_by_text(re.compile("网络不畅，显示的是今天.*读取的内容")).first).to_be_visible()
    page.goto(stack["base_url"] + "/affairs/hospitals")
    expect(page.get_by_text("现在没有网络").first).to_be_visible()
    phone.context.set_offline(False)
    page.get_by_role("button", name="重试").first.click()
    expect(page.locator(".endless .place").first).to_be_visible()


def test_what_was_withdrawn_is_kept_no_more_however_the_phone_heard_of_it(stack: Stack, phone: Phone) -> None:
    article = publish_report(stack, title="不久就撤回的报道")
    address = f"/api/v1/articles/{article}"
    phone.open("/")
    phone.wait_for_worker()
    page = phone.open(f"/news/{article}")
    phone.becomes(f"caches.match('{address}', {{ignoreVary: true}}).then(Boolean)")
    at_desk(stack, "editor").do(f"/desk/articles/{article}/withdrawal", {"reason": "事实有误"})
    ask = f"fetch('{address}', {{headers: {{'If-None-Match': '\"before\"'}}}}).then(({{status}}) => status)"
    phone.complaints_expected("410")
    wait_until(lambda: page.evaluate(ask) == 410)
    phone.becomes(f"caches.match('{address}', {{ignoreVary: true}}).then((kept) => !kept)")


def test_pictures_of_a_list_that_was_read_are_there_without_network(phone: Phone) -> None:
    there = "[...document.querySelectorAll('.row img')].slice(0, 2).every(one => one.naturalWidth)"
    phone.open("/")
    phone.wait_for_worker()
    page = phone.open("/news?column=tourism")
    expect(page.locator(".row img")).to_have_count(2)
    phone.becomes(there)
    phone.context.set_offline(True)
    page.reload()
    expect(page.locator(".row img")).to_have_count(2)
    phone.becomes(there)


def test_signing_out_leaves_nothing_of_the_person(phone: Phone) -> None:
    phone.sign_in(new_phone())
    phone.wait_for_worker()
    page = phone.open("/affairs/mine")
    expect(page.get_by_text("您还没有提过问题")).to_be_visible()
    page = phone.open("/affairs/ask")
    page.get_by_label("遇到了什么问题").fill(TEXT)
    expect(page.get_by_text("草稿已保存在本机")).to_be_visible()
    assert page.evaluate(KEPT) == [True, 1]

    page = phone.open("/me")
    page.get_by_role("button", name="退出登录").click()
    page.get_by_role("button", name="退出", exact=True).click()
    expect(page.get_by_text("您还没有登录")).to_be_visible()
    assert page.evaluate(KEPT) == [False, 0]
    page.reload()
    expect(page.get_by_text("您还没有登录")).to_be_visible()


def test_two_tabs_renew_one_session_without_losing_it(phone: Phone) -> None:
    phone.sign_in(new_phone())
    tabs = [phone.page, phone.context.new_page()]
    for _ in range(3):
        for tab in tabs:
            tab.goto(phone.stack["base_url"] + "/me", wait_until="commit")
        for tab in tabs:
            expect(tab.get_by_role("button", name="退出登录")).to_be_visible()
