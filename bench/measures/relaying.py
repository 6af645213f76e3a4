"""Events on their way out."""

import time
from datetime import UTC, datetime
from typing import Any

import orjson
from pymongo.database import Database

from bench.measure import Measure, Plan, Row, Target
from bench.peers import dispatcher
from bench.rounds import Sample, Spread, alternate, ratio
from bench.world import World
from kit import outbox
from kit.broker import ConfirmedPublisher, Letter, open_connection

EVENTS = 1500
QUICK_EVENTS = 300
EXCHANGE = "bench_relay.events"  # of its own: nobody but the queue below hears what is sent to it
QUEUE = "bench_relayed"
TOLD = {"no": "CP20261123-7K3F9Q", "state": "dispatched", "town": "110114112", "category": "kindergarten",
        "department": "jw", "public": True, "author": "r_4f1c2d3e"}  # fmt: skip


def relaying(world: World, plan: Plan) -> list[Row]:
    """The relay, alone with the broker and as a whole with MongoDB, against nameko's dispatcher."""
    url, count = world.site.administrator_url, QUICK_EVENTS if plan.quick else EVENTS
    client = world.client()
    database = client["bench_outbox"]
    database["told"].create_indexes([outbox.PENDING_INDEX])
    _bind(url)
    publisher = ConfirmedPublisher(url)
    relay = outbox.Relay(database, ("told",), EXCHANGE, publisher)
    runs = {
        "publishing": lambda: _publishing(publisher, count),
        "whole": lambda: _whole(relay, database, count),
        "nameko": lambda: Sample(count / dispatcher.dispatch(url, orjson.loads(outbox.envelope(_event(0))), count)),
    }
    try:
        found = alternate(runs, plan.rounds)
    finally:
        publisher.close()
        client.drop_database("bench_outbox")
        _unbind(url)
    against = "nameko's event_dispatcher"
    return [
        Row("outbox relay, events published with confirms", against, ratio(found["publishing"], found["nameko"]),
            Target(least=8), _beside(found["publishing"], found["nameko"])),
        Row("outbox relay as a whole, read from and cleared in MongoDB", against,
            ratio(found["whole"], found["nameko"]), None, _beside(found["whole"], found["nameko"])),
    ]  # fmt: skip


def _event(number: int) -> dict[str, Any]:
    return outbox.event("bench.told.v1", f"CP20261123-{number:06}", number + 1, TOLD, datetime.now(UTC))


def _whole(relay: outbox.Relay, database: Database[dict[str, Any]], count: int) -> Sample:
    database["told"].delete_many({})
    database["told"].insert_many([{"_id": number, "_outbox": [_event(number)]} for number in range(count)])
    return _timed(count, lambda: _relay_all(relay, count))


def _relay_all(relay: outbox.Relay, count: int) -> None:
    sent = 0
    while moved := relay.relay():
        sent += moved
    assert sent == count, f"{sent} of {count} events were relayed"


def _publishing(publisher: ConfirmedPublisher, count: int) -> Sample:
    events = [_event(number) for number in range(count)]
    return _timed(count, lambda: _publish(publisher, events))


def _publish(publisher: ConfirmedPublisher, events: list[dict[str, Any]]) -> None:
    for start in range(0, len(events), outbox.BATCH):
        batch = events[start : start + outbox.BATCH]
        letters = [Letter(EXCHANGE, event["type"], outbox.envelope(event), {}, event["id"]) for event in batch]
        assert len(publisher.publish(letters)) == len(batch)


def _timed(count: int, work: Any) -> Sample:
    began = time.monotonic()
    work()
    return Sample(count / (time.monotonic() - began))


def _beside(ours: list[Sample], peer: list[Sample]) -> str:
    fast, slow = (Spread.of([sample.rate for sample in samples]).median for samples in (ours, peer))
    return f"{fast:,.0f} events/s against {slow:,.0f}"


def _bind(url: str) -> None:
    """The same durable queue takes what both send."""
    connection = open_connection(url)
    channel = connection.channel()
    channel.queue_declare(QUEUE, durable=True, auto_delete=False, arguments={"x-max-length": 1000})
    for exchange in (EXCHANGE, f"{dispatcher.SOURCE}.events"):
        channel.exchange_declare(exchange, "topic", durable=True, auto_delete=False)
        channel.queue_bind(QUEUE, exchange, "#")
    connection.close()


def _unbind(url: str) -> None:
    connection = open_connection(url)
    channel = connection.channel()
    channel.queue_delete(QUEUE)
    for exchange in (EXCHANGE, f"{dispatcher.SOURCE}.events"):
        channel.exchange_delete(exchange)
    connection.close()


MEASURES = (Measure("relay", relaying),)
