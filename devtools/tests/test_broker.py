"""What the broker itself lets each user do; asked of the real one."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import amqp
import pytest
from amqp.exceptions import AccessRefused, AMQPError, NotFound

from devtools.tests.conftest import CONTRACTS, Place
from kit.broker import ConfirmedPublisher, Letter, open_connection

REPLY_KEY = str(uuid.uuid4())


@contextmanager
def channel_of(place: Place, user: str) -> Iterator[Any]:
    connection = open_connection(place.user_url("broker", user))
    try:
        yield connection.channel()
    finally:
        connection.collect()


def publishes(channel: Any, exchange: str, key: str) -> None:
    """Publishes and waits for the broker's word."""
    channel.confirm_select()
    channel.basic_publish_confirm(amqp.Message("{}"), exchange, key)


ALLOWED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "a service consumes its requests": ("alpha", lambda c: c.basic_consume("rpc-alpha")),
    "a service consumes its events": ("alpha", lambda c: c.basic_consume("alpha.notices")),
    "a service reads its parked letters": ("alpha", lambda c: c.basic_get("alpha.notices.parked")),
    "a service tells its events": ("alpha", lambda c: publishes(c, "alpha.events", "alpha.told.v1")),
    "a service parks a letter": ("alpha", lambda c: publishes(c, "alpha.retry", "alpha.notices.parked")),
    "a service replies": ("beta", lambda c: publishes(c, "nameko-rpc", REPLY_KEY)),
    "a service calls what its contract names": ("alpha", lambda c: publishes(c, "nameko-rpc", "beta.work")),
    "a caller makes its reply queue": ("alpha", lambda c: reply_queue(c, "alpha")),
    "the gateway calls": ("gateway", lambda c: publishes(c, "nameko-rpc", "alpha.ask")),
    "the gateway makes its reply queue": ("gateway", lambda c: reply_queue(c, "gateway")),
    "the gateway hears events": ("gateway", lambda c: hear(c, "gateway.cache-1", "alpha.events")),
    "the gateway counts consumers": ("gateway", lambda c: c.queue_declare("rpc-alpha", passive=True)),
}

REFUSED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "another's requests": ("beta", lambda c: c.basic_consume("rpc-alpha")),
    "another's events": ("beta", lambda c: c.basic_consume("alpha.notices")),
    "another's unheard events": ("alpha", lambda c: c.basic_consume("beta.unheard")),
    "telling in another's name": ("alpha", lambda c: publishes(c, "beta.events", "beta.done.v1")),
    "calling what the contract does not name": ("beta", lambda c: publishes(c, "nameko-rpc", "alpha.ask")),
    "calling a method that does not exist": ("gateway", lambda c: publishes(c, "nameko-rpc", "alpha.destroy")),
    "the gateway calling past its contract": ("gateway", lambda c: publishes(c, "nameko-rpc", "beta.work")),
    "putting into a queue directly": ("beta", lambda c: publishes(c, "", "rpc-alpha")),
    "a queue of one's own": ("beta", lambda c: c.queue_declare("beta.mine")),
    "a reply queue without calls": ("beta", lambda c: c.queue_declare("rpc.reply-beta-1", exclusive=True)),
    "the gateway's reply queue": ("alpha", lambda c: c.queue_declare("rpc.reply-gateway-1", exclusive=True)),
    "listening to others' requests": ("gateway", lambda c: listen(c, "alpha.*")),
    "listening to all requests": ("gateway", lambda c: listen(c, "#")),
    "the gateway consuming requests": ("gateway", lambda c: c.basic_consume("rpc-alpha")),
    "the gateway hearing what it does not listen to": ("gateway", lambda c: hear(c, "gateway.cache-2", "beta.events")),
    "the gateway telling events": ("gateway", lambda c: publishes(c, "alpha.events", "alpha.told.v1")),
    "deleting a queue": ("alpha", lambda c: c.queue_delete("rpc-alpha")),
    "emptying another's queue": ("beta", lambda c: c.queue_purge("alpha.notices")),
    "an exchange of one's own": ("gateway", lambda c: c.exchange_declare("mine", "fanout")),
}


def reply_queue(channel: Any, user: str) -> None:
    key = str(uuid.uuid4())
    name = f"rpc.reply-{user}-{key}"
    channel.queue_declare(name, exclusive=True)
    channel.queue_bind(name, "nameko-rpc", key)
    channel.basic_consume(name)


def hear(channel: Any, queue: str, exchange: str) -> None:
    channel.queue_declare(queue, exclusive=True)
    channel.queue_bind(queue, exchange, "#")


def listen(channel: Any, key: str) -> None:
    channel.queue_declare("rpc.reply-gateway-spy", exclusive=True)
    channel.queue_bind("rpc.reply-gateway-spy", "nameko-rpc", key)


@pytest.mark.parametrize("what", ALLOWED)
def test_allowed(place: Place, what: str) -> None:
    user, act = ALLOWED[what]
    with channel_of(place, user) as channel:
        act(channel)


@pytest.mark.parametrize("what", REFUSED)
def test_refused(place: Place, what: str) -> None:
    user, act = REFUSED[what]
    with channel_of(place, user) as channel, pytest.raises(AccessRefused):
        act(channel)


def test_the_broker_knows_no_guest(place: Place) -> None:
    url = place.user_url("broker", "alpha")
    with pytest.raises(AMQPError):
        open_connection(f"amqp://guest:guest@{url.split('@')[1]}")


def test_a_failed_letter_comes_back_after_its_delay(place: Place) -> None:
    publisher = ConfirmedPublisher(place.user_url("broker", "alpha"))
    assert publisher.publish([Letter("alpha.retry", "alpha.notices.retry.1", b"again", {})]) == {0}
    publisher.close()
    with channel_of(place, "alpha") as channel:
        assert channel.basic_get("alpha.notices", no_ack=True) is None
        assert _get(channel, "alpha.notices").body in ("again", b"again")


def test_an_event_that_nobody_hears_is_taken_over_all_the_same(place: Place) -> None:
    publisher = ConfirmedPublisher(place.user_url("broker", "alpha"))
    assert publisher.publish([Letter("alpha.events", "alpha.told.v1", b"{}", {})]) == {0}
    publisher.close()


@pytest.mark.large
def test_what_the_contracts_no_longer_name_is_gone_after_the_next_start(make_place: Callable[[], Place]) -> None:
    place = make_place()
    place.up("broker")
    gateway_before = place.user_url("broker", "gateway")
    applied = place.path / "home" / "data" / "broker" / "definitions.applied.json"
    applied_before = applied.read_text()
    place.dev("down")
    alpha = {**CONTRACTS["alpha"], "consumes": {}, "calls": []}
    place.write_contracts({"alpha": alpha, "beta": CONTRACTS["beta"]})
    place.up("broker")
    with channel_of(place, "administrator") as channel, pytest.raises(NotFound):
        channel.queue_declare("alpha.notices", passive=True)
    with channel_of(place, "alpha") as channel, pytest.raises(AccessRefused):
        publishes(channel, "nameko-rpc", "beta.work")
    with pytest.raises(AMQPError):
        open_connection(gateway_before)
    place.dev("down")
    applied.write_text(applied_before)  # as if that start had been killed before it could say what it had taken away
    place.up("broker")


def _get(channel: Any, queue: str) -> Any:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        if message := channel.basic_get(queue, no_ack=True):
            return message
        time.sleep(0.1)
    pytest.fail(f"nothing arrived in {queue}")
