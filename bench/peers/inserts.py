"""Plain inserts from threads: the least that a journalled, replicated write costs."""

import threading
import time
import uuid
from typing import Any

from pymongo import MongoClient

THREADS = 8


def insert_for(client: "MongoClient[dict[str, Any]]", document: dict[str, Any], seconds: float) -> list[float]:
    """Inserts copies of the document from all threads at once; returns how long each took that was acknowledged."""
    collection = client["bench_inserts"]["plain"]
    until = time.monotonic() + seconds
    took: list[float] = []

    def insert() -> None:
        while (began := time.monotonic()) < until:
            collection.insert_one({**document, "_id": uuid.uuid4().hex})
            took.append(time.monotonic() - began)

    threads = [threading.Thread(target=insert) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took
