"""Public pages of real cases: from the cache, and true again as soon as something happened."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import Client, OwnGateway

Start = Callable[..., OwnGateway]
CASE = {
    "category": "kindergarten",
    "title": "崔村镇幼儿园何时施工",
    "text": "请问崔村镇幼儿园什么时候开始施工改造？",
    "visibility": "public",
}


class Office:
    """One resident and one clerk at one gateway."""

    def __init__(self, stack: Stack, gateway: OwnGateway) -> None:
        self.resident = gateway.client(stack.token("resident", "r_demo01", ("resident",)))
        self.clerk = gateway.client(stack.token("staff", "s_clerk", ("clerk",)))
        self.public = gateway.client()

    def file(self) -> str:
        town = self.public.get(f"{PREFIX}/directory").json()["towns"][0]["code"]
        answer = self.resident.post(f"{PREFIX}/cases", json={**CASE, "town": town})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["no"])

    def accept(self, no: str) -> None:
        answer = self.clerk.post(f"{PREFIX}/desk/cases/{no}/accept", json={"urgency": "request"})
        assert answer.status_code == 200, answer.text


def listed(client: Client) -> list[str]:
    answer: dict[str, Any] = client.get(f"{PREFIX}/cases?limit=100").json()
    return [row["no"] for row in answer["items"]]


def test_a_page_is_kept_until_its_case_moves_and_others_stay(stack: Stack, start_gateway: Start) -> None:
    gateway = start_gateway()
    office = Office(stack, gateway)
    first, second = office.file(), office.file()
    office.accept(first)
    office.accept(second)
    pages = [f"{PREFIX}/cases/{no}" for no in (first, second)]
    wait_until(lambda: all(office.public.get(page).status_code == 200 for page in pages))
    time.sleep(1.5)  # all events of the acceptance have passed
    for page in pages:
        office.public.get(page)
    misses = gateway.count("gateway_cache_total", outcome="miss")
    for page in pages * 3:
        office.public.get(page)
    assert gateway.count("gateway_cache_total", outcome="miss") == misses

    moved = office.clerk.post(f"{PREFIX}/desk/cases/{first}/dispatch", json={"department": "jw"})
    assert moved.status_code == 200, moved.text
    began = time.monotonic()
    wait_until(lambda: office.public.get(pages[0]).json()["state"] == "dispatched", every=0.02)
    assert time.monotonic() - began < 2
    before = gateway.count("gateway_cache_total", outcome="miss")
    office.public.get(pages[1])
    assert gateway.count("gateway_cache_total", outcome="miss") == before


def test_a_new_case_is_in_the_list_at_once_it_is_let_through_and_not_before(stack: Stack, start_gateway: Start) -> None:
    office = Office(stack, start_gateway())
    listed(office.public)
    no = office.file()
    assert no not in listed(office.public)
    assert office.public.get(f"{PREFIX}/cases/{no}").status_code == 404
    office.accept(no)
    wait_until(lambda: no in listed(office.public))
    wait_until(lambda: office.public.get(f"{PREFIX}/cases/{no}").status_code == 200)


def test_readers_in_a_storm_of_changes_end_with_the_truth(stack: Stack, start_gateway: Start) -> None:
    office = Office(stack, start_gateway())
    no = office.file()
    office.accept(no)

    def read(_: int) -> None:
        until = time.monotonic() + 4
        while time.monotonic() < until:
            office.public.get(f"{PREFIX}/cases/{no}")

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, number) for number in range(4)]
        for number in range(10):
            note = {"text": f"第{number}次现场查看。", "public": True}
            assert office.clerk.post(f"{PREFIX}/desk/cases/{no}/note", json=note).status_code == 200
        for reader in readers:
            reader.result()
    wait_until(lambda: len(office.public.get(f"{PREFIX}/cases/{no}").json()["notes"]) == 10)
