"""What leaves by one call to the system, and what never waits."""

import runpy
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from gateway.worker import IDLE_SECONDS_AT_STOP, SHORT, JoinedWrites
from kit.testing import wait_until

GUNICORN = Path(__file__).parents[1] / "gunicorn.conf.py"
PROXY_SECONDS = 60  # nginx's keepalive_timeout of an upstream's connections, unless told otherwise
HEAD = b"HTTP/1.1 200 OK\r\n\r\n"


class Line:
    """A socket that remembers what was sent by each call."""

    def __init__(self) -> None:
        self.sent: list[Any] = []

    def sendall(self, data: bytes) -> None:
        self.sent.append(data)

    def sendfile(self, file: str, offset: int = 0) -> None:
        self.sent.append((file, offset))

    def fileno(self) -> int:
        return 7


@pytest.fixture
def line() -> Line:
    return Line()


def test_head_and_body_leave_together_and_what_follows_at_once(line: Line) -> None:
    joined = JoinedWrites(line)
    joined.sendall(HEAD)
    assert line.sent == []
    joined.sendall(b"first")
    joined.sendall(b"second")
    joined.flush()
    assert line.sent == [HEAD + b"first", b"second"]


def test_an_answer_without_a_body_leaves_at_its_end_once(line: Line) -> None:
    joined = JoinedWrites(line)
    joined.sendall(HEAD)
    joined.flush()
    joined.flush()
    assert line.sent == [HEAD]


def test_a_long_body_is_not_copied(line: Line) -> None:
    body = b"x" * (SHORT + 1)
    joined = JoinedWrites(line)
    joined.sendall(HEAD)
    joined.sendall(body)
    assert line.sent == [HEAD, body]


def test_a_file_follows_its_head_and_all_else_is_the_sockets_own(line: Line) -> None:
    joined = JoinedWrites(line)
    joined.sendall(HEAD)
    joined.sendfile("page", offset=3)
    assert line.sent == [HEAD, ("page", 3)]
    assert joined.fileno() == 7


def test_an_idle_connection_is_kept_longer_than_proxies_keep_theirs() -> None:
    assert runpy.run_path(str(GUNICORN))["keepalive"] > PROXY_SECONDS


def test_a_stop_answers_who_asks_in_time_and_hangs_up_on_the_idle(start_gateway: Callable[..., Any]) -> None:
    gateway = start_gateway()
    asking, idle = gateway.client(), gateway.client()
    assert (asking.get("/readyz").status_code, idle.get("/readyz").status_code) == (200, 200)
    began = time.monotonic()
    gateway.begin_stop()
    time.sleep(1.5)
    answer = asking.get("/readyz")
    assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
    assert gateway.ended_within(15) == 0
    assert time.monotonic() - began >= IDLE_SECONDS_AT_STOP


def test_ready_is_a_gateway_all_whose_workers_hear_events(start_gateway: Callable[..., Any]) -> None:
    gateway = start_gateway(WORKERS="2")

    def ready() -> int:
        return requests.get(f"{gateway.base_url}/readyz", timeout=5).status_code

    wait_until(lambda: ready() == 200)
    gateway.tell(signal.SIGTTOU)  # one worker fewer, by gunicorn's own sign
    wait_until(lambda: ready() == 503)
    gateway.tell(signal.SIGTTIN)
    wait_until(lambda: ready() == 200)
