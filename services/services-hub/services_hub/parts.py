"""What the use cases work with, put together once a process."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from nameko.extensions import DependencyProvider

from kit.mongo import Connection
from kit.outbox import RelayLoop
from services_hub.store import Store


@dataclass(frozen=True)
class Parts:
    """The store. `wake` tells the relay that an event was committed."""

    store: Store
    wake: Callable[[], None]


class HubParts(DependencyProvider):
    """Gives the service class its parts."""

    connection = Connection()
    relay = RelayLoop()

    def setup(self) -> None:
        self._parts = Parts(Store(self.connection.db), self.relay.wake)

    def get_dependency(self, worker_ctx: Any) -> Parts:
        return self._parts
