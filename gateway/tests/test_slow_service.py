"""A service that stands still: calls end at their deadline, and everything else goes on."""

import os
import random
import signal
import time
from collections.abc import Iterator

import pytest

from gateway.routes import PREFIX
from kit.testing import Stack, wait_until

from .conftest import Client, OwnGateway
from .test_http import problem

pytestmark = pytest.mark.alone

DEADLINE = 2
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


@pytest.fixture(scope="module")
def gateway(stack: Stack) -> Iterator[OwnGateway]:
    """A gateway that is less patient than the stack's, lest the test take longer than it must."""
    started = OwnGateway(stack, READ_SECONDS=str(DEADLINE))
    yield started
    started.close()


def test_its_calls_time_out_clearly_and_the_others_answer(stack: Stack, gateway: OwnGateway, still: str) -> None:
    resident = gateway.client(stack.token("resident", "r_demo01", ("resident",)))
    clerk = gateway.client(stack.token("staff", "s_slow", ("clerk",)))
    reader = clerk if still in STAFF else resident
    began = time.monotonic()
    problem(reader.get(PREFIX + ANSWERED_BY[still]()), 504, "timeout")
    assert DEADLINE - 0.2 < time.monotonic() - began < DEADLINE + 3
    for service in ANSWERED_BY.keys() - {still}:
        assert resident.get(PREFIX + ANSWERED_BY[service](), timeout=3).status_code == 200, service
    ready = gateway.client().get("/readyz")
    assert ready.status_code == 503
    states = ready.json()["services"]
    assert states.pop(still) == "timeout"
    assert set(states.values()) == {"ready"}
