"""Figures for Prometheus: counted in every worker, served by a process of their own on an inner port.

`python -m gateway.metrics` is that process; gunicorn starts it, and it ends when gunicorn is gone.
"""

import os
import shutil
import sys
import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("gateway_requests", "Requests answered", ["route", "status"])
SECONDS = Histogram("gateway_request_seconds", "Time to the answer's first byte", ["route"])
CALLS = Counter("gateway_calls", "Calls to services", ["service", "outcome"])
PARTS = Counter("gateway_parts", "Parts of answers that are put together", ["part", "status"])
CACHE = Counter("gateway_cache", "Public reads by what the cache did: hit, stale, joined, miss", ["outcome"])
LIMITED = Counter("gateway_rate_limited", "Requests refused for coming too often", ["kind"])
LISTENING = Gauge("gateway_workers_listening", "Workers that hear events of the broker", multiprocess_mode="livesum")


def workers_listening() -> int:
    """How many of this gateway's workers hear events now."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return int(registry.get_sample_value("gateway_workers_listening") or 0)


def serve(bind: str, own_folder: str = "") -> None:
    """Serves all workers' figures on `host:port` for as long as the parent process lives.

    Then removes `own_folder`, which a gateway that was killed cannot do itself.
    """
    host, _, port = bind.rpartition(":")
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    parent, serving = os.getppid(), False
    while os.getppid() == parent:
        if not serving:
            serving = _begin(host, int(port), registry)
        time.sleep(0.5)
    if own_folder:
        shutil.rmtree(own_folder, ignore_errors=True)


def _begin(host: str, port: int, registry: CollectorRegistry) -> bool:
    """Whether serving began. The process of a gateway that was killed keeps the port for up to a moment longer."""
    try:
        start_http_server(port, addr=host, registry=registry)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    serve(*sys.argv[1:])
