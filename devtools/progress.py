"""One line a step, with the time it took; and the way to stop with a reason."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

_started = time.monotonic()


class Refusal(Exception):
    """What was asked cannot be done; the text says why and what to do, and is all that the user sees."""


def say(text: str) -> None:
    """A line of progress, after the seconds since the command began."""
    print(f"{time.monotonic() - _started:6.1f} s  {text}", flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Announces what takes longer and says when it is done."""
    say(f"{text} …")
    begin = time.monotonic()
    yield
    say(f"{text}: done in {time.monotonic() - begin:.1f} s")


def complain(text: str) -> None:
    """A line for what went wrong."""
    print(text, file=sys.stderr, flush=True)
