"""Every list while it loads, without network, when something went wrong, and when nothing is there."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from kit.testing import Stack, wait_until
from people import new_phone as a_number
from phone import Phone

LISTS = {
    "/news?column=culture": ("articles", "这个栏目还没有新闻"),
    "/news/echoes": ("echoes", "还没有"),
    "/news/topics/outings": ("articles", "这个话题还没有报道"),
    "/affairs": ("cases", "没有符合条件的问政"),
    "/affairs/mine": ("me/cases", "您还没有提过问题"),
    "/affairs/items/list?area=social": ("items", "这里还没有事项"),
    "/affairs/offices": ("offices", "这里还没有办事大厅"),
    "/affairs/hospitals": ("hospitals", "这里还没有医院"),
    "/life/plays": ("plays", "还没有这一类去处"),
    "/life/locksmiths": ("providers", "这个片区还没有登记的师傅"),
    "/me/inbox": ("me/inbox", "还没有消息"),
    "/me/kept": ("me/favourites", "还没有收藏"),
    "/me/comments": ("me/comments", "您还没有写过评论"),
    "/tips/mine": ("me/tips", "您还没有爆料"),
}
ROWS = "[...document.querySelectorAll('.endless .row')].map(row => row.getBoundingClientRect().top)"
PROBLEM = {"type": "about:blank", "status": 503, "code": "unavailable", "detail": "服务暂时不可用。", "errors": []}


@pytest.mark.timeout(300)
def test_every_list_says_how_it_stands(stack: Stack, new_phone: Callable[..., Phone]) -> None:
    phone = new_phone(service_workers="block")
    phone.sign_in(a_number())
    phone.complaints_expected("status of 503")
    for path, (source, empty) in LISTS.items():
        _look(phone, path, source, empty)


def test_nothing_moves_when_pictures_of_a_list_come_or_do_not(new_phone: Callable[..., Phone]) -> None:
    phone = new_phone(service_workers="block")
    phone.complaints_expected("status of 410")
    page, asked = phone.page, list[Route]()
    page.route("**/api/v1/article-pictures/**", lambda one: asked.append(one))
    phone.open("/news?column=tourism")
    expect(page.locator(".row .box").nth(1)).to_be_visible()
    before = page.evaluate(ROWS)
    wait_until(lambda: page.wait_for_timeout(50) or len(asked) >= 2)
    gone, *others = asked
    gone.fulfill(status=410)
    for one in others:
        one.continue_()
    page.unroute("**/api/v1/article-pictures/**")
    expect(page.locator(".row img")).to_have_count(len(others))
    phone.becomes("[...document.querySelectorAll('.row img')].every(one => one.naturalWidth)")
    assert page.evaluate(ROWS) == before


def _look(phone: Phone, path: str, source: str, empty: str) -> None:
    page, network = phone.page, Network()
    address = re.compile(rf"/api/v1/{source}(\?|$)")
    page.route(address, network.answer)
    with page.expect_request(address):
        phone.open(path)
    expect(page.locator(".skeleton").first).to_be_visible()
    network.turn("cut")
    expect(page.get_by_text("现在没有网络").first).to_be_visible()
    again = page.get_by_role("button", name="重试").first
    again.click()
    expect(page.get_by_text("现在没有网络").first).to_be_visible()
    network.turn("problem")
    again.click()
    expect(page.get_by_text("没有读取成功").first).to_be_visible()
    network.turn("empty")
    again.click()
    expect(page.get_by_text(empty).first).to_be_visible()
    page.unroute(address)


class Network:
    """What comes back: nothing yet, nothing ever, a problem, or a list in which nothing is."""

    def __init__(self) -> None:
        self._state = "slow"
        self._held: list[Route] = []

    def turn(self, state: str) -> None:
        """From now on; what was held is answered so too."""
        self._state = state
        for route in self._held:
            self.answer(route)
        self._held.clear()

    def answer(self, route: Route) -> None:
        match self._state:
            case "slow":
                self._held.append(route)
            case "cut":
                route.abort("internetdisconnected")
            case "problem":
                route.fulfill(status=503, content_type="application/problem+json", body=json.dumps(PROBLEM))
            case "empty":
                told = route.fetch()
                route.fulfill(response=told, json={**told.json(), "items": [], "next_cursor": None})
