"""Whether the house can work: the broker, heard by every worker of this gateway, and each service's own word."""

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gateway.visitors import Reception
from kit.errors import ServiceError
from kit.rpc.caller import RpcCaller, Terms

ASK_SECONDS = 2.0
REMEMBERED_SECONDS = 1.0


class Readiness:
    """Asks every service how it is, at most once a second however often it is asked itself."""

    def __init__(
        self, caller: RpcCaller, reception: Reception, services: Iterable[str], all_listening: Callable[[], bool]
    ) -> None:
        self._caller = caller
        self._reception = reception
        self._services = tuple(services)
        self._all_listening = all_listening
        self._answer: dict[str, Any] = {}
        self._asked_at = float("-inf")

    def report(self) -> dict[str, Any]:
        """`ready`, `broker` and the state of each service; never raises."""
        if time.monotonic() - self._asked_at > REMEMBERED_SECONDS:
            with ThreadPoolExecutor(max(len(self._services), 1)) as pool:
                states = dict(zip(self._services, pool.map(self._state, self._services), strict=True))
            broker = self._caller.is_connected() and self._all_listening()
            ready = broker and all(state == "ready" for state in states.values())
            self._answer = {"ready": ready, "broker": broker, "services": states}
            self._asked_at = time.monotonic()
        return self._answer

    def _state(self, service: str) -> str:
        terms = Terms(ASK_SECONDS, {"nameko.auth_token": self._reception.own_token()})
        try:
            health = self._caller.call(service, "health", {}, terms)
        except ServiceError as error:
            return error.code
        return "ready" if health.get("ready") else "not ready"
