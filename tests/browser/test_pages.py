"""Every main page, in both themes and in large type: nothing that shuts people out, nothing wider than the phone."""

import re
from collections.abc import Callable, Iterable, Iterator
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from kit.clock import utcnow
from kit.testing import Stack, wait_until
from people import Person
from people import new_phone as a_number
from phone import RENEW, Phone
from story import Desk, Story

PAGES = (
    "/",
    "/news",
    "/news/echoes",
    "/news/topics/outings",
    "/affairs",
    "/affairs/ask",
    "/affairs/figures",
    "/affairs/items",
    "/affairs/items/list?area=social",
    "/affairs/items/car_plate_lottery",
    "/affairs/offices",
    "/affairs/hospitals",
    "/life",
    "/life/guides/marriage",
    "/life/plays",
    "/life/locksmiths",
    "/life/nearby",
    "/alerts",
    "/search?q=%E5%8C%BB%E4%BF%9D",
    "/me",
    "/me/sign-in",
    "/me/privacy",
    "/tips",
    "/tips/new",
    "/desk/sign-in",
)
OWN = ("/", "/me", "/affairs/mine", "/me/inbox", "/me/kept", "/me/comments", "/me/closing", "/tips/mine")
TYPE = "element => parseFloat(getComputedStyle(element).fontSize)"
LARGER = 1.2  # times
pytestmark = pytest.mark.large
LARGE = "localStorage.setItem('appearance', JSON.stringify({theme: 'auto', size: 'large'}))"


@pytest.mark.timeout(600)
def test_pages_are_open_to_everyone_by_day_and_by_night(stack: Stack, new_phone: Callable[..., Phone]) -> None:
    phone = new_phone(color_scheme="light", service_workers="block")
    found = {path: phone.severe() + phone.severe_in_the_dark() + _too_wide(phone) for path in _opened(stack, phone)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.timeout(600)
def test_pages_in_large_type_fit_the_smallest_phone(stack: Stack, new_phone: Callable[..., Phone]) -> None:
    phone = new_phone(color_scheme="light", service_workers="block")
    phone.page.set_viewport_size({"width": 320, "height": 640})
    heading = phone.open("/me/privacy").get_by_role("heading", level=1)
    usual = heading.evaluate(TYPE)
    phone.context.add_init_script(LARGE)
    phone.open("/me/privacy")
    assert heading.evaluate(TYPE) >= LARGER * usual
    found = {path: phone.severe("target-size") + _too_wide(phone) for path in _opened(stack, phone)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.timeout(300)
def test_ones_own_pages_are_open_to_everyone_too(stack: Stack, new_phone: Callable[..., Phone]) -> None:
    phone, number = new_phone(color_scheme="light"), a_number()
    phone.sign_in(number)
    token = phone.page.evaluate(RENEW)["access_token"]
    story = Story(stack, Desk.open(stack), Person(stack, token=token), number)
    story.submit(with_picture=False)
    story.take_in()
    wait_until(story.notices)
    paths = (*OWN, f"/affairs/cases/{story.no}", *_plays(stack))
    found = {path: phone.severe() + phone.severe_in_the_dark() + _too_wide(phone) for path in _shown(phone, paths)}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def test_the_figures_are_public_with_what_they_are_made_of(stack: Stack, phone: Phone) -> None:
    month = utcnow().astimezone(ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
    wait_until(lambda: Person(stack).get("/figures", by="district", month=month)["groups"], 90)  # by the timer
    phone.open("/affairs")
    page = phone.page
    page.get_by_role("link", name=re.compile("^全区办理情况")).click()
    rates = Person(stack).get("/figures", by="district", month=month)["groups"][0]["figures"]["rates"]
    for rate in rates:
        card = page.get_by_role("listitem").filter(has=page.get_by_text(rate["name"], exact=True))
        expect(card).to_contain_text("件")
    expect(page.get_by_role("table", name="分单位情况")).to_contain_text("件数少，不比较")
    for name in ("解决率", "超过办理期限", "退回过", "黄牌", "首次答复用时", "调查办理", "九成在多久内"):
        word = page.get_by_role("group").filter(has=page.get_by_text(name, exact=True)).first
        word.locator("summary").click()
        expect(word.get_by_role("paragraph")).to_be_visible()
    page.get_by_text("每天的情况", exact=True).click()
    expect(page.get_by_role("table", name="每天的情况")).to_contain_text("月")
    page.get_by_label("看哪里的每天情况").select_option(index=1)
    expect(page.get_by_role("table", name="每天的情况")).to_contain_text("黄牌")
    expect(page.get_by_text("各单位、各类别每天只公布件数和督办情况")).to_be_visible()
    assert phone.severe() == []
    page.get_by_label("分组").select_option("街道和镇")
    expect(page.get_by_role("columnheader", name="街镇")).to_be_visible()
    expect(page.get_by_text("没有评价的不计入").first).to_be_visible()
    assert phone.severe() == []
    page.get_by_role("button", name="上个月").click()
    expect(page.get_by_role("heading", level=2)).not_to_have_text(f"{month[:4]}年{int(month[5:])}月")


def test_a_page_that_goes_on_says_where_it_is(phone: Phone) -> None:
    """The next page has its own title, and keyboard and screen reader go on from its beginning."""
    page = phone.open("/")
    page.get_by_role("link", name="生活", exact=True).click()
    page.wait_for_url("**/life")
    expect(page.locator("main")).to_be_focused()
    assert page.title() == "生活 · 北京昌平"


def test_one_part_that_is_missing_does_not_hold_the_page(stack: Stack, phone: Phone) -> None:
    def without_news(route):  # type: ignore[no-untyped-def]
        answer = route.fetch()
        body = answer.json()
        body["parts"]["news"] = {"status": "unavailable", "detail": "这部分内容暂时无法显示，请稍后再看。"}
        route.fulfill(response=answer, json=body)

    phone.page.route("**/api/v1/home", without_news)
    page = phone.open("/")
    page.get_by_text("这部分内容暂时无法显示").wait_for()
    page.get_by_role("link", name="小客车摇号").wait_for()
    page.get_by_role("heading", name="本地生活").wait_for()


def _opened(stack: Stack, phone: Phone) -> Iterator[str]:
    yield from _shown(phone, (*PAGES, *_details(stack)))


def _shown(phone: Phone, paths: Iterable[str]) -> Iterator[str]:
    """The path of each page once the phone shows it."""
    for path in paths:
        phone.open(path).wait_for_load_state("networkidle")
        phone.page.locator(".skeleton").first.wait_for(state="detached")
        yield path


def _too_wide(phone: Phone) -> list[str]:
    wide = phone.page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return ["wider than the screen"] if wide else []


def _plays(stack: Stack) -> list[str]:
    plays = Person(stack).get("/plays", limit=1)["items"]
    return [f"/life/plays/{play['id']}" for play in plays]


def _details(stack: Stack) -> list[str]:
    visitor = Person(stack)
    case = visitor.get("/cases", limit=1, state="answered")["items"][0]["no"]
    return [f"/affairs/cases/{case}", f"/news/{visitor.get('/articles', limit=1)['items'][0]['id']}"]
