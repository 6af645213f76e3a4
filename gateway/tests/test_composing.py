"""Pages put together from several services: a part that is down or late says so, everything else goes on."""

import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway import contracts
from gateway.app import served
from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import ROOT, Client, OwnGateway
from .test_http import problem
from .test_public_cases import Office

Start = Callable[..., OwnGateway]
HOME, SEARCH = f"{PREFIX}/home", f"{PREFIX}/search"
PROMISED = contracts.load(ROOT / "contracts")
SERVED = {route.path: route for route in served(PROMISED)}
SERVICES = sorted({part.call.split(".")[0] for path in (HOME, SEARCH) for part in SERVED[path].parts})
DEADLINE = 0.8
MARGIN = 0.7  # two busy cores


@pytest.fixture
def still(stack: Stack, request: pytest.FixtureRequest) -> Iterator[str]:
    """A service that stands still while the test runs."""
    process = stack["pids"][request.param]
    os.kill(process, signal.SIGSTOP)
    yield request.param
    os.kill(process, signal.SIGCONT)
    wait_until(lambda: Client(stack["base_url"]).get("/readyz").status_code == 200)


@pytest.fixture
def gone(stack: Stack, request: pytest.FixtureRequest) -> Iterator[str]:
    """A service that is dead, and stays so while the test runs: the process manager, its parent, stands still."""
    process = stack["pids"][request.param]
    manager = int(Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()[1])
    os.kill(manager, signal.SIGSTOP)
    os.kill(process, signal.SIGKILL)
    yield request.param
    os.kill(manager, signal.SIGCONT)
    wait_until(lambda: stack["pids"].get(request.param) not in (None, process), 60, every=0.2)
    wait_until(lambda: Client(stack["base_url"]).get("/readyz").status_code == 200, 60, every=0.2)


def titles(path: str, service: str) -> set[str]:
    """The parts of a page that a service answers."""
    return {part.title for part in SERVED[path].parts if part.call.startswith(f"{service}.")}


@pytest.mark.alone
@pytest.mark.parametrize("still", SERVICES, indirect=True)
def test_each_service_may_stand_still_and_its_parts_say_so_in_time(
    stack: Stack, start_gateway: Start, still: str
) -> None:
    reader = start_gateway().client(stack.token("resident", "r_demo01", ("resident",)))
    for path in (HOME, f"{SEARCH}?q=昌平"):
        began = time.monotonic()
        answer = reader.get(path)
        assert answer.status_code == 200, answer.text
        assert time.monotonic() - began < DEADLINE + MARGIN
        parts = answer.json()["parts"]
        late = titles(path.split("?")[0], still)
        assert {title for title, part in parts.items() if part["status"] == "unavailable"} == late
        assert all(part["detail"] for title, part in parts.items() if title in late)
        assert all(part["content"] is not None for title, part in parts.items() if title not in late)


@pytest.mark.alone
@pytest.mark.parametrize("gone", SERVICES, indirect=True)
def test_each_service_may_be_gone_and_all_else_goes_on(start_gateway: Start, gone: str) -> None:
    reader = start_gateway().client()
    began = time.monotonic()
    parts = reader.get(f"{SEARCH}?q=昌平").json()["parts"]
    assert time.monotonic() - began < DEADLINE + MARGIN
    late = titles(SEARCH, gone)
    assert {title for title, part in parts.items() if part["status"] == "unavailable"} == late


@pytest.mark.alone
def test_a_part_comes_back_with_its_service(stack: Stack, start_gateway: Start) -> None:
    reader, before = start_gateway().client(), stack["pids"]["news"]
    os.kill(before, signal.SIGKILL)
    wait_until(lambda: stack["pids"].get("news") not in (None, before), 60, every=0.2)
    wait_until(lambda: all_shown(reader, HOME), 60, every=0.3)


def all_shown(reader: Client, path: str) -> bool:
    return all(part["status"] == "ok" for part in reader.get(path).json()["parts"].values())


def test_my_cases_are_there_for_residents_only(stack: Stack, client: Client) -> None:
    resident = Client(stack["base_url"], stack.token("resident", "r_demo01", ("resident",)))
    clerk = Client(stack["base_url"], stack.token("staff", "s_clerk", ("clerk",)))
    for reader, mine in ((client, False), (resident, True), (clerk, False)):
        answer = reader.get(HOME)
        assert ("my_cases" in answer.json()["parts"]) is mine
        assert answer.headers["Cache-Control"] == ("public, no-cache" if reader is client else "private, no-cache")
        assert answer.headers["Vary"] == "Authorization"


def test_a_page_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    def same() -> bool:
        etag = client.get(HOME).headers["ETag"]
        return bool(client.get(HOME, headers={"If-None-Match": etag}).status_code == 304)

    wait_until(same)  # others may publish between the two


@pytest.mark.alone  # what other tests publish has pages fetched anew
def test_what_everyone_reads_is_fetched_once_for_all(stack: Stack, start_gateway: Start) -> None:
    gateway = start_gateway()
    wait_until(lambda: all_shown(gateway.client(), HOME))
    before = gateway.count("gateway_calls_total", service="petition", outcome="ok")
    for name in ("r_demo01", "r_demo02", "r_demo03"):
        gateway.client(stack.token("resident", name, ("resident",))).get(HOME)
        gateway.client().get(HOME)
    after = gateway.count("gateway_calls_total", service="petition", outcome="ok")
    assert after - before == 3  # their own cases


def test_a_case_is_found_as_soon_as_it_is_let_through(stack: Stack, start_gateway: Start) -> None:
    office = Office(stack, start_gateway())
    word = uuid.uuid4().hex[:12]
    answer = office.resident.post(
        f"{PREFIX}/cases",
        json={"category": "kindergarten", "town": "110114112", "title": f"路灯 {word}", "text": "晚上没有路灯照明。"},
    )
    no = answer.json()["no"]

    def found() -> list[str]:
        parts = office.public.get(f"{SEARCH}?q={word}").json()["parts"]
        return [hit["id"] for hit in parts["petition"]["content"]["items"]]

    assert found() == []
    office.accept(no)
    wait_until(lambda: found() == [no])
    hit = office.public.get(f"{SEARCH}?q={word}&part=petition").json()["parts"]
    assert list(hit) == ["petition"]
    assert office.public.get(PREFIX + hit["petition"]["content"]["items"][0]["path"]).status_code == 200


def test_results_of_one_part_go_on_page_by_page(client: Client) -> None:
    seen: list[str] = []
    more = ""
    for _ in range(3):
        answer = client.get(f"{SEARCH}?q=昌平&limit=1&part=news{more}").json()["parts"]["news"]["content"]
        seen += [hit["id"] for hit in answer["items"]]
        if not answer["next_cursor"]:
            break
        more = f"&cursor={answer['next_cursor']}"
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("", "q"),
        ("?q=", "q"),
        ("?q=%20%20", "q"),
        (f"?q={'昌' * 101}", "q"),
        ("?q=a&q=b", "q"),
        ("?q=昌平&limit=0", "limit"),
        ("?q=昌平&limit=x", "limit"),
        ("?q=昌平&part=nothing", "part"),
        ("?q=昌平&part=petition&cursor=nonsense", "cursor"),
        ("?q=昌平&other=1", "other"),
    ],
)
def test_a_search_that_makes_no_sense_is_refused_at_its_field(client: Client, query: str, field: str) -> None:
    body = problem(client.get(SEARCH + query), 422, "invalid")
    assert body["errors"][0]["field"] == field


def test_a_cursor_needs_its_part(client: Client) -> None:
    problem(client.get(f"{SEARCH}?q=昌平&cursor=abc"), 422, "invalid")


@pytest.mark.parametrize("query", ["$where", "';--", "<script>", "..%2F..", "%00昌平", "🚲🚲", "。，！？"])
def test_a_hostile_search_is_a_search(client: Client, query: str) -> None:
    answer = client.get(f"{SEARCH}?q={query}")
    assert answer.status_code == 200, answer.text
    assert {part["status"] for part in answer.json()["parts"].values()} == {"ok"}


def test_without_the_broker_the_page_is_what_it_was_with_its_age(start_gateway: Start) -> None:
    gateway = start_gateway()
    reader = gateway.client()
    wait_until(lambda: all_shown(reader, HOME))
    gateway.relay.refuse()
    wait_until(lambda: "age" in reader.get(HOME).json()["parts"]["petition"])
    assert all_shown(reader, HOME)
    began = time.monotonic()
    parts = reader.get(f"{SEARCH}?q={uuid.uuid4().hex}").json()["parts"]
    assert {part["status"] for part in parts.values()} == {"unavailable"}
    assert time.monotonic() - began < DEADLINE + MARGIN
