"""A browser as a phone has it, for tests that see what people see."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from devtools.machine import CHROMIUM
from kit.testing import Stack
from people import Person, at_desk, photo
from people import new_phone as new_number
from phone import FLAGS, Phone
from workplace import Seat, Workplace


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


@pytest.fixture(scope="module")
def seat(stack: Stack, browser: Browser) -> Iterator[Seat]:
    """The desk of a role, signed in once for all tests of this file: a one-time code works once."""
    taken: dict[str, Workplace] = {}

    def of(role: str) -> Workplace:
        if role not in taken:
            place = Workplace(stack, browser.new_context(**Workplace.KIND))
            taken[role] = place.sign_in_as(role)
        taken[role].page.unroute_all()
        return taken[role]

    yield of
    for place in taken.values():
        place.context.close()
        assert place.complaints == []


@pytest.fixture(scope="module")
def resident(stack: Stack) -> Person:
    """Someone with questions."""
    return Person(stack).sign_in_by_phone(new_number())


@pytest.fixture(scope="module")
def town(resident: Person) -> str:
    """Where the cases of these tests are: hardly any other test files there, so that its queues are short."""
    return str(resident.get("/directory")["towns"][-1]["code"])


@pytest.fixture
def file(resident: Person, town: str) -> Callable[..., str]:
    """Files a case over HTTP and gives its number."""

    def filed(title: str = "崔村镇幼儿园何时施工改造", pictures: int = 0) -> str:
        receipt = resident.do(
            "/cases",
            {
                "category": "kindergarten",
                "town": town,
                "title": title,
                "text": "请问崔村镇幼儿园什么时候开始施工改造？",
                "pictures": [resident.upload(photo())["id"] for _ in range(pictures)],
            },
        )
        return str(receipt["no"])

    return filed


@pytest.fixture
def at_department(stack: Stack, file: Callable[..., str]) -> Callable[[str], str]:
    """Files a case that intake has accepted and sent to a department, and gives its number."""

    def sent(title: str) -> str:
        no, clerk = file(title), at_desk(stack, "clerk")
        clerk.do(f"/desk/cases/{no}/accept", {"urgency": "request"})
        clerk.do(f"/desk/cases/{no}/dispatch", {"department": "jw"})
        return no

    return sent
