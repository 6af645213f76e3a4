"""Visitors at a steady pace, who count what they are refused while something is done to the stack."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import requests
from matrix_world import CASE

from kit.testing import Stack
from people import Person, new_phone

LEAST_ANSWERED = 50
READ_PAUSE, WRITE_PAUSE = 0.2, 0.4  # seconds: for minutes on end below what the gateway lets one account do
READ_OF = {
    "accounts": "/me",
    "petition": "/me/cases",
    "news": "/articles",
    "services_hub": "/items",
    "local": "/plays",
}
AROUND_SECONDS = 1  # before it is done, and after


class Load:
    """Acts repeated in threads of their own."""

    def __init__(self) -> None:
        self.answered = 0
        self.failures: list[str] = []
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def go(self, act: Callable[[], None], pause: float) -> None:
        thread = threading.Thread(target=self._repeat, args=(act, pause))
        self._threads.append(thread)
        thread.start()

    def end(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    @contextmanager
    def around(self) -> Iterator[None]:
        """What goes on goes on from a moment before what is done inside until a moment after it."""
        try:
            time.sleep(AROUND_SECONDS)
            yield
            time.sleep(AROUND_SECONDS)
        finally:
            self.end()

    def _repeat(self, act: Callable[[], None], pause: float) -> None:
        while not self._over.is_set():
            try:
                act()
                self.answered += 1
            except (AssertionError, requests.RequestException) as error:
                self.failures.append(str(error)[:300])
            time.sleep(pause)


@contextmanager
def others_at_work(stack: Stack, away: str) -> Iterator[None]:
    """Somebody signed in, whom no kept answer serves, reads of every other service; not one request may fail."""
    reader, load = Person(stack).sign_in_by_phone(new_phone()), Load()

    def read(path: str) -> None:
        answer = reader.ask("GET", path)
        assert answer.status_code == 200, answer.text

    for path in (path for service, path in READ_OF.items() if service != away):
        load.go(lambda path=path: read(path), READ_PAUSE)  # type: ignore[misc]
    with load.around():
        yield
    assert load.failures == []
    assert load.answered > len(READ_OF)


class Visitors:
    """Three who read, one who files cases."""

    def __init__(self, readers: list[Person], writer: Person) -> None:
        self._readers = readers
        self._writer = writer
        self._town = writer.get("/directory")["towns"][0]["code"]
        self._filed: list[str] = []
        self._load = Load()

    @classmethod
    def arrive(cls, stack: Stack) -> "Visitors":
        people = [Person(stack).sign_in_by_phone(new_phone()) for _ in range(4)]
        return cls(people[1:], people[0])

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """From a moment before what is done inside until a moment after it."""
        for person in self._readers:
            self._load.go(lambda person=person: self._read(person), READ_PAUSE)  # type: ignore[misc]
        self._load.go(self._write, WRITE_PAUSE)
        with self._load.around():
            yield

    @property
    def answered(self) -> int:
        """How many rounds went well."""
        return self._load.answered

    def check_nothing_failed(self) -> None:
        """No request was refused, and each acknowledged case is there, once."""
        assert not self._load.failures, self._load.failures[:3]
        assert self.answered > LEAST_ANSWERED
        mine = self._writer.leaf_through("/me/cases", "no")
        assert sorted(mine) == sorted(self._filed)

    def _read(self, person: Person) -> None:
        for path in ("/me", "/me/cases", "/cases"):
            answer = person.ask("GET", path)
            assert answer.status_code == 200, answer.text

    def _write(self) -> None:
        key = {"Idempotency-Key": uuid.uuid4().hex}
        answer = self._writer.ask("POST", "/cases", json={**CASE, "town": self._town}, headers=key)
        assert answer.status_code == 201, answer.text
        self._filed.append(answer.json()["no"])
