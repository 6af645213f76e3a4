"""A gateway as nameko's examples build it: HTTP entrypoints and an RpcProxy, which keeps its connections."""

from typing import Any

import orjson
from nameko.rpc import RpcProxy
from nameko.web.handlers import http
from werkzeug import Request, Response


class NamekoGateway:
    """Calls the stock service. orjson writes the body, which is faster than what the examples do."""

    name = "peer_gateway"
    stock = RpcProxy("stock")

    @http("GET", "/answer")
    def answer(self, request: Request) -> Response:
        return _json(self.stock.answer())

    @http("GET", "/cases")
    def cases(self, request: Request) -> Response:
        return _json(self.stock.list_cases(limit=int(request.args["limit"])))


def _json(value: Any) -> Response:
    return Response(orjson.dumps(value), mimetype="application/json")
