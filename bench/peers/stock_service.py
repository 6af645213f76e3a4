"""A stock nameko service: the same answer, and the same page by the same use case, behind nameko's own `rpc`."""

from typing import Any

from nameko.extensions import DependencyProvider
from nameko.rpc import rpc

from bench.document import DOCUMENT
from kit import mongo, settings
from petition import reading
from petition.contract.lists import ListCases
from petition.parts import Parts, assemble
from petition.settings import PetitionSettings


class Cases(DependencyProvider):
    """Gives the service the parts of petition, on petition's database."""

    def setup(self) -> None:
        told = settings.load(PetitionSettings)
        self._parts = assemble(mongo.connect(told.mongo_url).get_default_database(), told, wake=lambda: None)

    def get_dependency(self, worker_ctx: Any) -> Parts:
        return self._parts


class StockService:
    """Called `stock`."""

    name = "stock"
    parts = Cases()

    @rpc
    def answer(self) -> Any:
        """Answers."""
        return DOCUMENT

    @rpc
    def list_cases(self, limit: int) -> Any:
        """A page of cases."""
        return reading.list_cases(self.parts, ListCases(limit=limit)).model_dump(mode="json")
