"""A desk with a wide screen and a keyboard: who sits at it, and what happens on it."""

import re
import time
from collections.abc import Callable
from typing import Any, ClassVar

import pyotp
from playwright.sync_api import BrowserContext, Locator, Page, Request, Route, expect

from kit.testing import Stack
from people import turn_at_signing_in
from phone import Phone

Credentials = dict[str, str]
_STEP_SECONDS = 30
_FURTHEST = 100  # looks down a queue


class Workplace(Phone):
    """One browser context of a desk's size, with a mouse and keys."""

    KIND: ClassVar[dict[str, Any]] = {
        "viewport": {"width": 1440, "height": 900},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "reduced_motion": "reduce",
    }

    def __init__(self, stack: Stack, context: BrowserContext) -> None:
        super().__init__(stack, context)
        self.complaints_expected("ERR_NETWORK_CHANGED")  # the machine's interfaces come and go

    def sign_in_as(self, role: str) -> "Workplace":
        """Signs in as the stack's member of staff with this role."""
        return self.sign_in_with(self.stack["sign_ins"][role])

    def sign_in_with(self, credentials: Credentials) -> "Workplace":
        """Signs in by password and one-time code; a code that was just used makes one wait for the next."""
        with turn_at_signing_in(self.stack, credentials["username"]):
            return self._sign_in(credentials)

    def _sign_in(self, credentials: Credentials) -> "Workplace":
        page = self.open("/desk/sign-in")
        for _ in range(4):
            page.get_by_label("用户名").fill(credentials["username"])
            page.get_by_label("密码").fill(credentials["password"])
            page.get_by_label("动态口令").fill(pyotp.TOTP(credentials["totp_secret"]).now())
            page.get_by_role("button", name="登录", exact=True).click()
            expect(self.bar.or_(page.get_by_role("alert"))).to_be_visible()
            if self.bar.is_visible():
                return self
            time.sleep(_STEP_SECONDS + 0.5 - time.time() % _STEP_SECONDS)
        raise AssertionError(f"{credentials['username']} cannot sign in")

    def open_case(self, no: str) -> Page:
        """Goes to a case by its address and waits until its words are there."""
        page = self.open(f"/desk/cases/{no}")
        expect(self.title).to_be_focused()
        return page

    def choose(self, step: str) -> None:
        """Opens the form of a step."""
        self.panel.get_by_role("button", name=re.compile(f"^{step}")).first.click()

    def pick(self, label: str, typed: str, name: str) -> None:
        """Picks one out of many by what is typed."""
        self.panel.get_by_role("combobox", name=label).fill(typed)
        self.panel.get_by_role("option", name=name).first.click()

    def decide(self, button: str) -> None:
        """Takes the step with this button, and waits until its outcome is said."""
        self.press(button)
        expect(self.outcome).to_be_visible()

    def press(self, button: str) -> None:
        """Sends the open form. The button that opens it may have the same name, and be there earlier."""
        self.panel.get_by_role("form").get_by_role("button", name=button, exact=True).click()

    def lose_answers(self, word: str) -> "Lost":
        """From now on what is posted to this address is done, but its answer does not arrive."""
        lost = Lost()
        self.page.route(f"**/desk/cases/*/{word}", lost.carry)
        self.complaints_expected("ERR_FAILED")
        return lost

    def see_nothing_new(self, no: str) -> None:
        """Whatever happens to the case, its page does not hear of it before something is posted."""
        posted: list[Request] = []

        def answer(route: Route) -> None:
            if route.request.method == "POST":
                posted.append(route.request)
            if posted:
                route.continue_()
            else:
                route.fulfill(status=304)

        self.page.route(f"**/api/v1/desk/cases/{no}**", answer)

    @property
    def bar(self) -> Locator:
        return self.page.get_by_role("banner")

    @property
    def title(self) -> Locator:
        return self.page.get_by_role("article").get_by_role("heading", level=1)

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("region", name="办理", exact=True)

    @property
    def outcome(self) -> Locator:
        return self.page.locator(".outcome p")

    def row(self, no: str) -> Locator:
        """The case in the queue, as far as it is shown."""
        return self.page.locator(f'[data-no="{no}"]')

    def find(self, no: str) -> Locator:
        """The case in the queue, however far down it is among those of other tests."""
        row = self.row(no)
        for _ in range(_FURTHEST):
            if row.count():
                break
            self.page.locator(".queue").evaluate("queue => queue.scrollTo(0, queue.scrollHeight)")
            self.page.wait_for_timeout(200)
        return row


class Lost:
    """Requests that reached the other side, and whose answers did not come back. `keys` are theirs, in order."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.losing = True

    def carry(self, route: Route) -> None:
        self.keys.append(route.request.headers["idempotency-key"])
        if not self.losing:
            return route.fallback()
        route.fetch()
        route.abort()
        return None


Seat = Callable[[str], Workplace]
"""Gives the desk of a role."""
