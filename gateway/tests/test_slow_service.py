"""A service that stands still: calls end at their deadline, and everything else goes on."""

import os
import random
import signal
import time
from collections.abc import Iterator

import pytest

from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import Client
from .test_http import problem

pytestmark = pytest.mark.alone

STAFF = ("news", "services_hub")  # residents share kept answers, staff do not
ANSWERED_BY = {  # a read of each service that no cache answers
    "accounts": lambda: "/me",
    "petition": lambda: "/me/cases",
    "news": lambda: f"/articles?limit={random.randint(2, 50)}",
    "services_hub": lambda: f"/items?limit={random.randint(2, 50)}",
    "local": lambda: "/nearby?lat=40.22&lon=116.23",
}


@pytest.fixture(params=ANSWERED_BY)
def still(stack: Stack, request: pytest.FixtureRequest) -> Iterator[str]:
    """A service that stands still while the test runs."""
    process = stack["pids"][request.param]
    os.kill(process, signal.SIGSTOP)
    yield request.param
    os.kill(process, signal.SIGCONT)
    wait_until(lambda: Client(stack["base_url"]).get("/readyz").status_code == 200, 60)


def test_its_calls_time_out_clearly_and_the_others_answer(stack: Stack, client: Client, still: str) -> None:
    resident = Client(stack["base_url"], stack.token("resident", "r_demo01", ("resident",)))
    clerk = Client(stack["base_url"], stack.token("staff", "s_slow", ("clerk",)))
    reader = clerk if still in STAFF else resident
    began = time.monotonic()
    problem(reader.get(PREFIX + ANSWERED_BY[still]()), 504, "timeout")
    assert 4 < time.monotonic() - began < 8
    for service in ANSWERED_BY.keys() - {still}:
        assert resident.get(PREFIX + ANSWERED_BY[service](), timeout=3).status_code == 200, service
    ready = client.get("/readyz")
    assert ready.status_code == 503
    states = ready.json()["services"]
    assert states.pop(still) == "timeout"
    assert set(states.values()) == {"ready"}
