"""Other services, asked by their contracts in this service's own name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.clock import utcnow
from kit.errors import NotFound
from kit.identity import TokenSigner
from kit.logs import traceparent
from kit.rpc.caller import RpcCaller, Terms

SECONDS = 3.0


class Peers:
    """The services that the contract of the service `me` names among those it calls.

    Opens its connection and reads the service's key when it is first asked.
    """

    def __init__(self, me: str, amqp_url: str, signing_key: Path) -> None:
        self._me = me
        self._caller = RpcCaller(amqp_url, me)
        self._signing_key = signing_key

    def ask(self, service: str, method: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The answer; None for `NotFound`. Raises other `ServiceError`s, and `NoAnswer` when the service is away."""
        token = TokenSigner(self._signing_key, self._me).for_service(utcnow())
        headers = {"nameko.auth_token": token, "nameko.traceparent": traceparent()}
        try:
            found: Mapping[str, Any] = self._caller.call(service, method, given, Terms(SECONDS, headers, retry=True))
        except NotFound:
            return None
        return found

    def close(self) -> None:
        """Closes the connection."""
        self._caller.close()
