"""`python -m local.seed`: takes the district's local life over into the database. Safe to repeat.

A row that has changed in the district's data replaces the one in the database, unless an editor has changed that.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from kit import mongo, settings
from kit.clock import utcnow
from local.district import read_content
from local.domain.district import Content
from local.store import GUIDES, KINDS, PLAYS, PROVIDERS, TRADES, Store

Rows = Mapping[str, dict[str, Any]]


def seed(store: Store, content: Content) -> int:
    """Takes the content over; returns how many rows were new, have changed or are gone."""
    return sum(_take_over(store, collection, rows) for collection, rows in rows_of(content).items())


def rows_of(content: Content) -> dict[str, Rows]:
    """The rows of each collection by their keys. Guides come last: a search shows what came last first."""
    plays = [(play, {"kind": kind.code}) for kind in content.kinds for play in kind.plays]
    providers = [(row, {"trade": file.trade.code}) for file in content.trades for row in file.providers]
    return {
        KINDS: _ordered("code", ((kind, {}) for kind in content.kinds), leave={"plays"}),
        PLAYS: _ordered("id", plays),
        TRADES: _ordered("code", ((file.trade, {}) for file in content.trades)),
        PROVIDERS: _ordered("id", providers),
        GUIDES: _ordered("slug", ((guide, {"order": guide.rank}) for guide in content.guides)),
    }


def _ordered(key: str, rows: Iterable[tuple[BaseModel, dict[str, Any]]], leave: Iterable[str] = ()) -> Rows:
    return {
        getattr(row, key): {**row.model_dump(mode="json", exclude=set(leave)), "order": order, **more}
        for order, (row, more) in enumerate(rows, start=1)
    }


def _take_over(store: Store, collection: str, rows: Rows) -> int:
    now = utcnow()
    return sum(store.put(collection, id_, row, now) for id_, row in rows.items()) + store.drop_others(
        collection, list(rows)
    )


def main() -> None:
    """Seeds the database that `MONGO_URL` names."""
    told = settings.load(settings.ServiceSettings)
    store = Store(mongo.connect(told.mongo_url).get_default_database())
    print(f"rows of local life taken over: {seed(store, read_content(told.district_dir))}")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
