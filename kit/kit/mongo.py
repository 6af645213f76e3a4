"""A service's own database: the connection, its indexes and its migrations."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nameko.extensions import DependencyProvider, SharedExtension
from pymongo import IndexModel, MongoClient
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError
from pymongo.monitoring import CommandListener

from kit import settings
from kit.clock import utcnow
from kit.queries import QueryWatch

Document = dict[str, Any]
Db = Database[Document]


@dataclass(frozen=True)
class Migration:
    """One numbered step from one shape of the data to the next. It must be safe to run twice."""

    number: int
    name: str
    run: Callable[[Db], None]


@dataclass(frozen=True)
class Schema:
    """What a service's database must look like: indexes by collection, and the migrations that led here."""

    indexes: Mapping[str, Sequence[IndexModel]]
    migrations: Sequence[Migration] = field(default_factory=tuple)


def connect(url: str, listeners: Sequence[CommandListener] = ()) -> MongoClient[Document]:
    """A client whose writes are acknowledged by a majority and are in the journal, and that repeats what is safe."""
    return MongoClient(
        url,
        tz_aware=True,
        w="majority",
        journal=True,
        retryWrites=True,
        retryReads=True,
        serverSelectionTimeoutMS=5000,
        connectTimeoutMS=3000,
        maxPoolSize=20,
        event_listeners=list(listeners),
    )


def apply(schema: Schema, db: Db) -> list[str]:
    """Brings the database to the schema: migrations not yet run, in order, then indexes. Returns what it ran.

    Safe to repeat, and by two processes at once: a migration is recorded only after it has run, and each must bear
    running twice.
    """
    done = {row["_id"] for row in db["_migrations"].find()}
    ran = []
    for migration in sorted(schema.migrations, key=lambda m: m.number):
        if migration.number in done:
            continue
        migration.run(db)
        ran.append(_record(db, migration))
    for collection, indexes in schema.indexes.items():
        if indexes:
            db[collection].create_indexes(list(indexes))
    return ran


def _record(db: Db, migration: Migration) -> str:
    with contextlib.suppress(DuplicateKeyError):  # another process ran the same one at the same time
        db["_migrations"].insert_one({"_id": migration.number, "name": migration.name, "at": utcnow()})
    return f"{migration.number} {migration.name}"


class Connection(SharedExtension):
    """The one client of a process. Made on first use after the container is set up, never at import.

    It is not closed when the container stops: the relay and the last replies still need it then.
    """

    _db: Db | None = None

    @property
    def db(self) -> Db:
        if self._db is None:
            url = settings.load(settings.ServiceSettings).mongo_url
            self._db = connect(url, [QueryWatch()]).get_default_database()
        return self._db

    def setup(self) -> None:
        _ = self.db


class Mongo(DependencyProvider):
    """Gives a service class its database."""

    connection = Connection()

    def get_dependency(self, worker_ctx: Any) -> Db:
        return self.connection.db
