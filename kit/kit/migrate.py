"""`python -m kit.migrate petition.store`: brings a service's database to the SCHEMA of that module."""

import importlib
import sys

from kit import identity, inbox, mongo, settings


def complete(schema: mongo.Schema) -> mongo.Schema:
    """A service's schema together with what the kit keeps in every service's database."""
    indexes = {name: list(models) for name, models in schema.indexes.items()}
    for extra in (inbox.INDEXES, identity.INDEXES):
        for name, models in extra.items():
            indexes.setdefault(name, []).extend(models)
    return mongo.Schema(indexes, schema.migrations)


def main(module: str) -> None:
    """Migrates the database that `MONGO_URL` names."""
    schema = importlib.import_module(module).SCHEMA
    client = mongo.connect(settings.load(settings.ServiceSettings).mongo_url)
    for line in mongo.apply(complete(schema), client.get_default_database()):
        print(f"migrated: {line}")  # noqa: T201 - this is a command


if __name__ == "__main__":
    main(sys.argv[1])
