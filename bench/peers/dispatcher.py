"""Events as nameko sends them: one after the other, each confirmed before the next."""

import time
from typing import Any

from nameko.standalone.events import event_dispatcher

SOURCE = "bench_peer"


def dispatch(amqp_url: str, payload: Any, count: int) -> float:
    """Sends so many events over one standing connection; returns the seconds that it took."""
    send = event_dispatcher({"AMQP_URI": amqp_url})
    send(SOURCE, "told", payload)  # connects
    began = time.monotonic()
    for _ in range(count):
        send(SOURCE, "told", payload)
    return time.monotonic() - began
