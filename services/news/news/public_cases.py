"""What everyone may read of a case, and what is asked about it: petition's contract."""

from collections.abc import Mapping
from typing import Any

from kit.rpc.peers import Peers

PETITION = "petition"


class PublicCases:
    """The cases of the district."""

    def __init__(self, peers: Peers) -> None:
        self._peers = peers

    def read(self, no: str) -> Mapping[str, Any] | None:
        """The case as everyone reads it; None when there is none that everyone may know of.

        Raises `ServiceError` when petition is away.
        """
        return self._peers.ask(PETITION, "get_case", {"no": no})

    def like(self, **draft: Any) -> Mapping[str, Any]:
        """Public cases that are like a draft, as `search_similar` tells of them. Raises `ServiceError`."""
        found = self._peers.ask(PETITION, "search_similar", draft)
        if found is None:
            raise LookupError("petition answers a search")
        return found

    def ask(self, **question: Any) -> Mapping[str, Any] | None:
        """Has the office in charge asked, once, and tells how that stands; None as `read`.

        Raises `ServiceError`, of which a `Conflict` without `retry_after` says why the question is not taken.
        """
        key = f"{question['investigation']}/{question['question']}"
        return self._peers.ask(PETITION, "ask_press", {**question, "idempotency_key": key})
