"""Parked letters on a real broker: seen without being taken, given back with a confirm, dropped one by one."""

import json
import uuid
from collections.abc import Iterator

import pytest

from kit import broker
from kit.dead_letters import DeadLetters
from kit.testing import Stack


class Post:
    """A queue of its own with its parked letters."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.queue = f"test.{uuid.uuid4().hex[:12]}"
        self.connection = broker.open_connection(url)
        self.channel = self.connection.channel()
        self.channel.queue_declare(self.queue, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum"})
        self.channel.queue_declare(f"{self.queue}.parked", durable=True, auto_delete=False)
        self.letters = DeadLetters(url, self.queue)

    def park(self, *subjects: str, body: bytes | None = None) -> list[str]:
        """Parks an event of each subject as a service would; returns the ids."""
        ids = [uuid.uuid4().hex for _ in subjects]
        publisher = broker.ConfirmedPublisher(self.url)
        headers = {"x-attempt": 4, "x-error": "KeyError"}
        letters = [
            broker.Letter("", f"{self.queue}.parked", body or self.event(subject), headers, id_)
            for subject, id_ in zip(subjects, ids, strict=True)
        ]
        assert len(publisher.publish(letters)) == len(letters)
        publisher.close()
        return ids

    @staticmethod
    def event(subject: str) -> bytes:
        told = {"type": "stock.sold.v1", "subject": subject, "time": "2026-11-23T00:00:00Z", "data": {}}
        return json.dumps(told).encode()

    def waiting(self, kind: str = "") -> int:
        return int(self.channel.queue_declare(self.queue + kind, passive=True).message_count)

    def close(self) -> None:
        for name in (self.queue, f"{self.queue}.parked"):
            self.channel.queue_delete(name)
        self.connection.close()


@pytest.fixture
def post(stack: Stack) -> Iterator[Post]:
    made = Post(stack["amqp_url"])
    yield made
    made.close()


def test_looking_takes_nothing_and_keeps_the_order(post: Post) -> None:
    ids = post.park("a", "b", "c")
    for _ in range(3):
        found = post.letters.list()
        assert [letter.id for letter in found] == ids
    assert [letter.subject for letter in found] == ["a", "b", "c"]
    assert {(letter.type, letter.error, letter.attempts) for letter in found} == {("stock.sold.v1", "KeyError", 4)}
    assert found[0].body == post.event("a")


def test_one_is_given_back_as_it_was_and_counts_from_the_beginning(post: Post) -> None:
    ids = post.park("a", "b", "c")
    assert post.letters.replay(ids[1]) == 1
    assert [letter.id for letter in post.letters.list()] == [ids[0], ids[2]]
    again = post.channel.basic_get(post.queue, no_ack=True)
    assert again.properties["message_id"] == ids[1]
    assert json.loads(again.body)["subject"] == "b"
    assert not {"x-attempt", "x-error"} & again.properties["application_headers"].keys()


def test_all_are_given_back(post: Post) -> None:
    post.park(*(str(number) for number in range(300)))
    assert post.letters.replay() == 300
    assert (post.waiting(), post.letters.list()) == (300, [])


def test_what_its_queue_does_not_take_stays_parked(post: Post) -> None:
    post.park("a", "b")
    post.channel.queue_delete(post.queue)
    assert post.letters.replay() == 0
    assert len(post.letters.list()) == 2


def test_one_is_dropped_and_the_others_stay(post: Post) -> None:
    ids = post.park("a", "b", "c")
    assert post.letters.drop(ids[0]) == 1
    assert post.letters.drop("unknown") == 0
    assert [letter.id for letter in post.letters.list()] == ids[1:]
    assert post.letters.drop() == 2
    assert (post.waiting(), post.waiting(".parked")) == (0, 0)


@pytest.mark.parametrize("body", [b"\xff\x00", b"[]", b"", b"null", b'{"type": 1}'])
def test_a_letter_that_is_no_event_can_be_seen_and_dropped(post: Post, body: bytes) -> None:
    publisher = broker.ConfirmedPublisher(post.url)
    publisher.publish([broker.Letter("", f"{post.queue}.parked", body, {})])
    publisher.close()
    (letter,) = post.letters.list()
    assert (letter.body, letter.subject, letter.error) == (body, "?", "?")
    assert post.letters.drop(letter.id) == 1


def test_a_queue_that_does_not_exist_has_no_dead_letters(post: Post) -> None:
    nothing = DeadLetters(post.url, "test.nothing")
    assert (nothing.list(), nothing.replay(), nothing.drop()) == ([], 0, 0)
