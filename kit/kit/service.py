"""What every service class has in common."""

import gc
import logging
import time
from typing import Any

from nameko.extensions import DependencyProvider
from nameko.timer import Timer
from pymongo.errors import ConnectionFailure

from kit import metrics, tracing
from kit.contract import Empty
from kit.errors import ServiceError
from kit.events import Event, EventHandler, on_event
from kit.health import Health, HealthCheck
from kit.identity import ANYONE, CurrentCaller, Revocations
from kit.logs import trace_id, trace_of
from kit.mongo import Mongo
from kit.rpc.entrypoint import Gatekeeper, rpc

log = logging.getLogger("kit.calls")
logging.getLogger("nameko.containers").setLevel(logging.CRITICAL)  # CallLog tells of errors, once


class CallLog(DependencyProvider):
    """Writes a line for each thing done, with its trace, duration and outcome, and never what it was about.

    A timer's round that went well is told at the level DEBUG.
    """

    def worker_setup(self, worker_ctx: Any) -> None:
        above = worker_ctx.data.get("traceparent") or ""
        trace_id.set(trace_of(above))
        kind: tracing.Kind = "CONSUMER" if isinstance(worker_ctx.entrypoint, EventHandler) else "SERVER"
        worker_ctx.span = tracing.begin(worker_ctx.entrypoint.method_name, kind, above) if above else None
        worker_ctx.started_at = time.monotonic()

    def worker_result(self, worker_ctx: Any, result: Any = None, exc_info: Any = None) -> None:
        outcome = _outcome(exc_info[1]) if exc_info else "ok"
        milliseconds = round((time.monotonic() - worker_ctx.started_at) * 1000, 1)
        details = {"outcome": outcome, "milliseconds": milliseconds}
        tracing.end(worker_ctx.span, outcome, failed=outcome in ("internal", "unavailable"))
        metrics.count(worker_ctx, outcome, milliseconds / 1000)
        if outcome == "internal":
            log.error(worker_ctx.entrypoint.method_name, extra=details, exc_info=exc_info)
        else:
            looked = outcome == "ok" and isinstance(worker_ctx.entrypoint, Timer)  # each second, mostly for nothing
            log.log(logging.DEBUG if looked else logging.INFO, worker_ctx.entrypoint.method_name, extra=details)


def _outcome(error: BaseException) -> str:
    if isinstance(error, ServiceError):
        return error.code
    return "unavailable" if isinstance(error, ConnectionFailure) else "internal"


class KnownRevocations(DependencyProvider):
    """Gives a service class the list by which its gatekeeper refuses revoked tokens."""

    gatekeeper = Gatekeeper()

    def get_dependency(self, worker_ctx: Any) -> Revocations:
        return self.gatekeeper.revocations


class Settled(DependencyProvider):
    """Sets what is there at the start apart: to look through it again and again held everything up for 40 ms."""

    def start(self) -> None:
        gc.collect()
        gc.freeze()


class Service:
    """Base of a service class: the caller, the database, health, and revocation of sessions."""

    name: str

    caller = CurrentCaller()
    db = Mongo()
    health_check = HealthCheck()
    call_log = CallLog()
    figures = metrics.Figures()
    revocations = KnownRevocations()
    settled = Settled()

    @rpc(allow={ANYONE})
    def health(self, request: Empty) -> Health:
        """Whether the service can do its work now."""
        return self.health_check.report()

    @on_event(queue="{service}.revocations", types=("accounts.session_revoked.v1",))
    def note_revocation(self, event: Event) -> None:
        """Stops accepting tokens that accounts has revoked."""
        self.revocations.note(event.data)
