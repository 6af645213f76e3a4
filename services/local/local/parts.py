"""What the use cases work with, put together once a process."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nameko.extensions import DependencyProvider

from kit import settings
from kit.mongo import Connection, Db
from kit.outbox import RelayLoop
from local.district import read_directory
from local.domain.district import Directory
from local.store import Store


@dataclass(frozen=True)
class Parts:
    """The store and the district. `wake` tells the relay that an event was committed."""

    store: Store
    directory: Directory
    wake: Callable[[], None]


def assemble(db: Db, district: Path, wake: Callable[[], None]) -> Parts:
    """The parts of a process that works with this database and this district's folder."""
    return Parts(Store(db), read_directory(district), wake)


class LocalParts(DependencyProvider):
    """Gives the service class its parts."""

    connection = Connection()
    relay = RelayLoop()

    def setup(self) -> None:
        district = settings.load(settings.ServiceSettings).district_dir
        self._parts = assemble(self.connection.db, district, self.relay.wake)

    def get_dependency(self, worker_ctx: Any) -> Parts:
        return self._parts
