"""Who may be given work: accounts knows, and is asked by its contract in the service's own name."""

from pathlib import Path

from kit.clock import utcnow
from kit.errors import NotFound
from kit.identity import STAFF, Caller, TokenSigner
from kit.logs import traceparent
from kit.rpc.caller import RpcCaller, Terms

ACCOUNTS = "accounts"
SECONDS = 3.0


class Colleagues:
    """The staff of the district, for the service `me`.

    Opens its connection and reads the service's key when it is first asked. The service's contract names
    `accounts` among those it calls.
    """

    def __init__(self, me: str, amqp_url: str, signing_key: Path) -> None:
        self._me = me
        self._caller = RpcCaller(amqp_url, me)
        self._signing_key = signing_key

    def find(self, account: str) -> Caller | None:
        """The member of staff in service with this id. Raises `Unavailable` or `NoAnswer` when accounts is away."""
        token = TokenSigner(self._signing_key, self._me).for_service(utcnow())
        headers = {"nameko.auth_token": token, "nameko.traceparent": traceparent()}
        try:
            found = self._caller.call(ACCOUNTS, "get_colleague", {"id": account}, Terms(SECONDS, headers, retry=True))
        except NotFound:
            return None
        return Caller(STAFF, found["id"], frozenset(found["roles"]), frozenset(found["departments"]))

    def close(self) -> None:
        """Closes the connection."""
        self._caller.close()
