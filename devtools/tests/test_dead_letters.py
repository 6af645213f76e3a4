"""`./dev dead-letters`, as an operator types it."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from kit import broker

from .conftest import Place

QUEUE = "alpha.notices"


@pytest.fixture
def parked(place: Place) -> Iterator[list[str]]:
    """The ids of two dead letters of alpha."""
    ids = [uuid.uuid4().hex, uuid.uuid4().hex]
    publisher = broker.ConfirmedPublisher(place.facts()["amqp_url"])
    body = json.dumps({"type": "beta.done.v1", "subject": "s1", "time": "2026-11-23T00:00:00Z"}).encode()
    headers: dict[str, Any] = {"x-attempt": 4, "x-error": "KeyError"}
    publisher.publish([broker.Letter("", f"{QUEUE}.parked", body, headers, id_) for id_ in ids])
    publisher.close()
    yield ids
    place.dev("dead-letters", "drop", QUEUE, "all")


def test_they_are_listed_shown_given_back_and_dropped(place: Place, parked: list[str]) -> None:
    first, second = parked
    listed = place.dev("dead-letters", "list")
    assert listed.returncode == 0
    assert all(f"{QUEUE}  {id_}  beta.done.v1  s1" in listed.stdout for id_ in parked)
    assert "KeyError after 4 attempts" in listed.stdout
    assert '"subject": "s1"' in place.dev("dead-letters", "show", QUEUE, first).stdout

    assert "1 dead letters given back" in place.dev("dead-letters", "replay", QUEUE, first).stdout
    assert first not in place.dev("dead-letters", "list", QUEUE).stdout
    assert "1 dead letters dropped" in place.dev("dead-letters", "drop", QUEUE, second).stdout
    assert "0 dead letters" in place.dev("dead-letters", "list").stdout
    assert place.dev("dead-letters", "replay").returncode == 1


def test_dropping_wants_to_know_exactly_what(place: Place, parked: list[str]) -> None:
    for arguments in ((), (QUEUE,)):
        refused = place.dev("dead-letters", "drop", *arguments)
        assert refused.returncode == 1
        assert "name the queue" in refused.stdout
    assert "2 dead letters" in place.dev("dead-letters", "list", QUEUE).stdout
    unknown = place.dev("dead-letters", "list", "alpha.nothing")
    assert unknown.returncode == 1
    assert QUEUE in unknown.stdout
