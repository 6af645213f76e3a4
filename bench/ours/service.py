"""The least that a service on the kit can be: it answers the same to everyone."""

from bench.document import DOCUMENT
from bench.ours.contract import Answer
from kit import service
from kit.contract import Empty
from kit.identity import ANYONE
from kit.rpc.entrypoint import rpc

_ANSWER = Answer.model_validate(DOCUMENT)


class BenchService(service.Service):
    """Called `bench`."""

    name = "bench"

    @rpc(allow={ANYONE})
    def answer(self, request: Empty) -> Answer:
        """Answers."""
        return _ANSWER
