"""The real gateway with more rows: the service that only answers, read through and kept; cases that are not kept."""

from bench.ours.paths import CASES, KEPT, READ_THROUGH
from gateway.app import Gateway
from gateway.routes import ROUTES, Kept, Route
from gateway.settings import GatewaySettings
from kit.identity import ANYONE
from kit.settings import load

_ROWS = (
    Route("GET", READ_THROUGH, "bench.answer", frozenset({ANYONE})),
    Route("GET", KEPT, "bench.answer", frozenset({ANYONE}), kept=Kept("bench.", seconds=3600)),
    Route("GET", CASES, "petition.list_cases", frozenset({ANYONE})),
)

app = Gateway(load(GatewaySettings), (*ROUTES, *_ROWS)).start().wsgi
