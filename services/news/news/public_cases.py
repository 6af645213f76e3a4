"""What everyone may read of a case, and what is asked about it: petition's contract, in the service's own name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kit.clock import utcnow
from kit.errors import NotFound
from kit.identity import TokenSigner
from kit.logs import traceparent
from kit.rpc.caller import RpcCaller, Terms

ME, PETITION = "news", "petition"
SECONDS = 3.0


class PublicCases:
    """The cases of the district. Opens its connection and reads the service's key when it is first asked."""

    def __init__(self, amqp_url: str, signing_key: Path) -> None:
        self._caller = RpcCaller(amqp_url, ME)
        self._signing_key = signing_key

    def read(self, no: str) -> Mapping[str, Any] | None:
        """The case as everyone reads it; None when there is none that everyone may know of.

        Raises `ServiceError` when petition is away.
        """
        return self._call("get_case", {"no": no})

    def ask(self, **question: Any) -> Mapping[str, Any] | None:
        """Has the office in charge asked, once, and tells how that stands; None as `read`. Raises `ServiceError`."""
        key = f"{question['investigation']}/{question['question']}"
        return self._call("ask_press", {**question, "idempotency_key": key})

    def _call(self, method: str, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
        token = TokenSigner(self._signing_key, ME).for_service(utcnow())
        terms = Terms(SECONDS, {"nameko.auth_token": token, "nameko.traceparent": traceparent()}, retry=True)
        try:
            found: Mapping[str, Any] = self._caller.call(PETITION, method, given, terms)
        except NotFound:
            return None
        return found

    def close(self) -> None:
        """Closes the connection."""
        self._caller.close()
