"""A phone with the app on it: how a resident holds it, and what it shows."""

from pathlib import Path
from typing import Any, ClassVar, Literal

import requests
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from kit.testing import Stack, wait_until

RENEW = """fetch("/api/v1/auth/refresh", {
    method: "POST", headers: { "Content-Type": "application/json" }, body: "{}"
}).then((answer) => answer.json())"""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = Path(__file__).parents[2] / "app" / "node_modules" / "axe-core" / "axe.min.js"
ARRIVE = "document.getAnimations().filter(one => one instanceof CSSTransition).forEach(one => one.finish())"
COLOURS = "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
PATIENCE = 25_000  # milliseconds; less than answers are kept for, so that what is waited for came by its event
EXPECTED = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "status of 40")  # explained by the network or the test
SEVERE = ("serious", "critical")

expect.set_options(timeout=PATIENCE)


class Phone:
    """One browser context of a phone's size."""

    KIND: ClassVar[dict[str, Any]] = {
        "viewport": {"width": 390, "height": 844},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
        "is_mobile": True,
        "has_touch": True,
        "reduced_motion": "reduce",  # colours on their way are judged by nobody
    }

    def __init__(self, stack: Stack, context: BrowserContext) -> None:
        self.stack = stack
        self.context = context
        self._errors: list[str] = []
        self._expected = list(EXPECTED)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self._errors.append(str(error.error)))
        self.page = context.new_page()

    def open(self, path: str) -> Page:
        """Goes to an address of the app."""
        self.page.goto(self.stack["base_url"] + path)
        return self.page

    def sign_in(self, number: str, path: str = "/me/sign-in") -> Page:
        """Signs in by the code that the phone gets, agreeing to the privacy notice."""
        page = self.open(path)
        page.get_by_label("手机号").fill(number)
        page.get_by_role("button", name="发送验证码").click()
        inbox = f"{self.stack['sandbox_url']}/sms/messages"
        messages = wait_until(lambda: requests.get(inbox, params={"phone": number}, timeout=5).json()["items"])
        page.get_by_label("验证码").fill(messages[0]["code"])
        page.get_by_role("checkbox").check(force=True)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "sign-in" not in url)
        return page

    def severe(self, *rules: str) -> list[str]:
        """What axe finds on the page that shuts people out, by all its rules or by these; twice, one after the other.

        While it looks, the page may change: a button that is set free has the colours of a locked one for a frame.
        """
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE.read_text("utf-8"))
        return self._found(rules) and self._found(rules)

    def _found(self, rules: tuple[str, ...]) -> list[str]:
        self.page.evaluate(ARRIVE)
        only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
        found = self.page.evaluate("only => axe.run({resultTypes: ['violations'], ...only})", only)["violations"]
        return [
            f"{violation['id']}: {node['html'][:200]}"
            for violation in found
            if violation["impact"] in SEVERE
            for node in violation["nodes"][:3]
        ]

    def severe_in_the_dark(self) -> list[str]:
        """The same for what another theme changes: the colours."""
        self._show("dark")
        found = self.severe("color-contrast")
        self._show("light")
        return found

    def _show(self, scheme: Literal["light", "dark"]) -> None:
        before = self.page.evaluate(COLOURS)
        self.page.emulate_media(color_scheme=scheme)
        wait_until(lambda: self.page.evaluate(COLOURS) != before)

    def wait_for_worker(self) -> None:
        """Returns when the service worker has the page."""
        wait_until(lambda: self.page.evaluate("navigator.serviceWorker.controller !== null"))

    def complaints_expected(self, word: str) -> None:
        """What the console says with this word, early or late, is the test's own doing."""
        self._expected.append(word)

    @property
    def complaints(self) -> list[str]:
        """The errors that its pages told the console, and that the test did not expect."""
        return [error for error in self._errors if not any(word in error for word in self._expected)]

    def becomes(self, expression: str) -> None:
        """Waits until it is true on the page: asked from here again, as a page runs no strings."""
        wait_until(lambda: self.page.evaluate(expression), PATIENCE / 1000)

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._errors.append(message.text)
