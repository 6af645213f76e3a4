"""Figures of a service's process for Prometheus, served on an inner port when METRICS_BIND says where."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import eventlet
from eventlet import wsgi
from nameko.extensions import DependencyProvider
from prometheus_client import REGISTRY, Counter, Histogram, make_wsgi_app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pymongo.errors import PyMongoError

from kit import settings
from kit.broker import LOST, open_connection
from kit.events import RETRY_SECONDS, EventHandler
from kit.outbox import RelayLoop

log = logging.getLogger(__name__)

_CALLS = Counter("service_calls", "Methods run, by outcome", ["method", "outcome"])
_CALL_SECONDS = Histogram("service_call_seconds", "How long a method took", ["method"])
_EVENTS = Counter("service_events", "Events handled, by outcome", ["type", "outcome"])
_EVENT_SECONDS = Histogram("service_event_seconds", "How long an event's handling took", ["type"])


def count(worker_ctx: Any, outcome: str, seconds: float) -> None:
    """Counts what a worker did: an RPC method, a timer's round, or an event's handling."""
    if isinstance(worker_ctx.entrypoint, EventHandler):
        type_ = worker_ctx.args[0].type
        _EVENTS.labels(type_, outcome).inc()
        _EVENT_SECONDS.labels(type_).observe(seconds)
    else:
        method = worker_ctx.entrypoint.method_name
        _CALLS.labels(method, outcome).inc()
        _CALL_SECONDS.labels(method).observe(seconds)


class Backlog(Collector):
    """What waits, asked when somebody wants to know: the outbox's oldest event, and the letters in each queue."""

    def __init__(self, lag: Callable[[], float], queues: tuple[str, ...], broker_url: str) -> None:
        self._lag = lag
        self._queues = queues
        self._broker_url = broker_url

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Leaves out what cannot be told now."""
        try:
            yield GaugeMetricFamily("service_outbox_lag_seconds", "Age of the oldest event that waits", self._lag())
            yield self._depths()
        except (PyMongoError, *LOST) as error:
            log.warning("the backlog cannot be told: %s", type(error).__name__)

    def _depths(self) -> GaugeMetricFamily:
        family = GaugeMetricFamily("service_queue_messages", "Letters that wait in a queue", labels=["queue"])
        connection = open_connection(self._broker_url)
        try:
            channel = connection.channel()
            for queue in self._queues:
                family.add_metric([queue], channel.queue_declare(queue, passive=True).message_count)
        finally:
            connection.close()
        return family


class Figures(DependencyProvider):
    """Serves them for as long as the service runs."""

    relay = RelayLoop()

    def start(self) -> None:
        """Does nothing without METRICS_BIND."""
        told = settings.load(settings.ServiceSettings)
        if told.metrics_bind:
            REGISTRY.register(Backlog(self.relay.lag_seconds, self._queues(), told.amqp_url))
            self.container.spawn_managed_thread(lambda: _serve(told.metrics_bind), identifier="figures")

    def _queues(self) -> tuple[str, ...]:
        heard = [entry.queue_name for entry in self.container.entrypoints if isinstance(entry, EventHandler)]
        later = [f"{queue}.retry.{attempt}" for queue in heard for attempt in range(1, len(RETRY_SECONDS) + 1)]
        return (f"rpc-{self.container.service_name}", *heard, *later, *(f"{queue}.parked" for queue in heard))


def _serve(bind: str) -> None:
    """Waits for the port while another process of the service, which this one relieves, still has it."""
    host, _, port = bind.rpartition(":")
    while True:
        try:
            listener = eventlet.listen((host, int(port)), reuse_port=False)
        except OSError:
            eventlet.sleep(0.5)
            continue
        wsgi.server(listener, make_wsgi_app(), log_output=False)
