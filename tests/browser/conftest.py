"""A browser as a phone has it, for tests that see what people see."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from kit.testing import Stack
from phone import FLAGS, Phone

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, one for the tests of a file."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def new_phone(stack: Stack, browser: Browser) -> Iterator[Callable[..., Phone]]:
    """Hands out phones of their own; each must end the test without an error in its console."""
    phones: list[Phone] = []

    def new(**options: object) -> Phone:
        phones.append(Phone(stack, browser.new_context(**Phone.KIND, **options)))
        return phones[-1]

    yield new
    for phone in phones:
        phone.context.close()
        assert phone.complaints == []


@pytest.fixture
def phone(new_phone: Callable[..., Phone]) -> Phone:
    """One phone."""
    return new_phone()
