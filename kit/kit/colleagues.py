"""Who may be given work: accounts knows."""

from kit.identity import STAFF, Caller
from kit.rpc.peers import Peers

ACCOUNTS = "accounts"


class Colleagues:
    """The staff of the district. The service's contract names `accounts` among those it calls."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def find(self, account: str) -> Caller | None:
        """The member of staff in service with this id. Raises `Unavailable` or `NoAnswer` when accounts is away."""
        found = self._peers.ask(ACCOUNTS, "get_colleague", {"id": account})
        return Caller(STAFF, found["id"], frozenset(found["roles"]), frozenset(found["departments"])) if found else None
