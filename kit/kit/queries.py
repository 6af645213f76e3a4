"""How long the database takes, for `kit.metrics` and the log."""

import logging

from prometheus_client import Counter, Histogram
from pymongo import monitoring

log = logging.getLogger(__name__)

SLOW_SECONDS = 0.1
_SECONDS = Histogram("service_query_seconds", "How long the database took", ["collection", "command"])
_SLOW = Counter("service_slow_queries", f"Commands that took the database over {SLOW_SECONDS} s", ["collection"])


class QueryWatch(monitoring.CommandListener):
    """Times every command that names a collection; a slow one gets a line in the log, without its values."""

    def __init__(self) -> None:
        self._collections: dict[int, str] = {}

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        """Notes which collection it is about: the answer does not say."""
        named = event.command.get("collection" if event.command_name == "getMore" else event.command_name)
        if isinstance(named, str):
            self._collections[event.request_id] = named

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Times it."""
        self._end(event)

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """Times it all the same."""
        self._end(event)

    def _end(self, event: monitoring.CommandSucceededEvent | monitoring.CommandFailedEvent) -> None:
        collection = self._collections.pop(event.request_id, None)
        if collection is None:
            return
        seconds = event.duration_micros / 1e6
        _SECONDS.labels(collection, event.command_name).observe(seconds)
        if seconds > SLOW_SECONDS:
            _SLOW.labels(collection).inc()
            details = {"collection": collection, "command": event.command_name, "milliseconds": round(seconds * 1000)}
            log.warning("slow query", extra=details)
