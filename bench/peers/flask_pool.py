"""Flask in threads with a pool of ClusterRpcProxy, one for each thread, connected once and kept."""

import os
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from flask import Flask, Response
from nameko.standalone.rpc import ClusterRpcProxy

POOL = int(os.environ.get("POOL", "8"))
app = Flask("flask_pool")
_pool: "queue.LifoQueue[Any]" = queue.LifoQueue()
for _ in range(POOL):
    _pool.put(None)  # connected on first use: gunicorn forks after this module is read by the worker, not before


@contextmanager
def _proxy() -> Iterator[Any]:
    proxy = _pool.get()
    try:
        proxy = proxy or ClusterRpcProxy({"AMQP_URI": os.environ["AMQP_URL"]}).start()
        yield proxy
    finally:
        _pool.put(proxy)


@app.get("/answer")
def answer() -> Response:
    with _proxy() as proxy:
        return Response(orjson.dumps(proxy.stock.answer()), mimetype="application/json")
