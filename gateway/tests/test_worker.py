"""What leaves by one call to the system, and what never waits."""

from typing import Any

import pytest

from gateway.worker import SHORT, JoinedWrites

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
