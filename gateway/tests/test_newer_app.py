"""A newer build of the app, as a phone meets it that has the older one open."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from devtools import app
from devtools.environment import point
from devtools.machine import CHROMIUM
from kit.testing import Stack, wait_until

from .conftest import OwnGateway

WAITS = "navigator.serviceWorker.ready.then((registration) => registration.waiting !== null)"

WIDTH = """(src) => new Promise((done) => {
    const icon = new Image();
    icon.onload = () => done(icon.naturalWidth);
    icon.src = src;
})"""


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """The pointer that the gateway follows, at the build of now."""
    shutil.copytree(app.BUILD.resolve(), tmp_path / "first")
    point(tmp_path / "current", tmp_path / "first")
    return tmp_path / "current"


@pytest.fixture
def page(stack: Stack, current: Path) -> Iterator[Page]:
    """Home, brought by the service worker."""
    gateway = OwnGateway(stack, APP_DIR=str(current))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(locale="zh-CN")
        page.goto(gateway.base_url)
        wait_until(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
        page.reload()
        yield page
        browser.close()
    gateway.close()


def test_a_newer_version_is_offered_and_comes_when_the_reader_says_so(page: Page, current: Path) -> None:
    newer = shutil.copytree(current.resolve(), current.with_name("second"))
    worker = newer / "sw.js"
    worker.write_text(worker.read_text("utf-8") + "\n// one release later", "utf-8")
    for packed in newer.glob("sw.js.*"):
        packed.unlink()
    point(current, newer)
    offer = page.get_by_role("button", name="有新版本")
    expect(offer).to_have_count(0)
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.update())")
    expect(offer).to_be_visible()
    assert page.evaluate(WAITS)
    with page.expect_event("load"):
        offer.click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    expect(offer).to_have_count(0)
    assert not page.evaluate(WAITS)


def test_what_the_phone_is_told_for_its_home_screen(page: Page) -> None:
    address = page.locator("link[rel=manifest]").get_attribute("href")
    told = page.evaluate("address => fetch(address).then((answer) => answer.json())", address)
    assert (told["start_url"], told["scope"], told["display"], told["lang"]) == ("/", "/", "standalone", "zh-CN")
    assert told["name"] == "北京昌平"
    sizes = {icon["sizes"]: icon["src"] for icon in told["icons"]}
    for size in (192, 512):
        assert page.evaluate(WIDTH, sizes[f"{size}x{size}"]) == size
