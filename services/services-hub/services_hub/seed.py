"""`python -m services_hub.seed`: takes the district's catalogue over into the database. Safe to repeat.

A row that has changed in the district's data replaces the one in the database, unless an operator has changed that.
"""

from typing import Any

from kit import mongo, settings
from kit.clock import utcnow
from kit.settings import ServiceSettings
from kit.text import normalised
from services_hub.district import read_catalogue
from services_hub.domain.catalogue import Catalogue, Phrases
from services_hub.store import HOSPITALS, ITEMS, OFFICES, Store


def seed(store: Store, catalogue: Catalogue) -> int:
    """Takes the catalogue over; returns how many rows of items, offices and hospitals were new or have changed."""
    for kind, terms in catalogue.terms.items():
        store.replace_terms(kind, [term.model_dump() for term in terms])
    store.replace_phrases(phrases_of(catalogue.phrases))
    return sum(_take_over(store, collection, rows) for collection, rows in rows_of(catalogue).items())


def rows_of(catalogue: Catalogue) -> dict[str, dict[str, dict[str, Any]]]:
    """The fields of each row by collection and id, with its place in the catalogue's order."""
    items = [(item, {"area": file.area}) for file in catalogue.files for item in file.items]
    return {
        ITEMS: {
            item.code: {**item.model_dump(mode="json", exclude={"code"}), **area, "order": order}
            for order, (item, area) in enumerate(items)
        },
        OFFICES: _places(catalogue.offices),
        HOSPITALS: _places(catalogue.hospitals.hospitals),
    }


def phrases_of(phrases: Phrases) -> dict[str, list[str]]:
    """What each phrase means; a filler means nothing."""
    found: dict[str, list[str]] = {normalised(filler): [] for filler in phrases.fillers}
    for synonym in phrases.synonyms:
        for phrase in synonym.say:
            found.setdefault(normalised(phrase), []).append(normalised(synonym.means))
    return found


def _places(places: Any) -> dict[str, dict[str, Any]]:
    return {
        place.id: {**place.model_dump(mode="json", exclude={"id"}), "order": order}
        for order, place in enumerate(places)
    }


def _take_over(store: Store, collection: str, rows: dict[str, dict[str, Any]]) -> int:
    now = utcnow()
    taken = sum(store.put(collection, id_, fields, now) for id_, fields in rows.items())
    return taken + store.drop_others(collection, list(rows))


def main() -> None:
    """Seeds the database that `MONGO_URL` names."""
    told = settings.load(ServiceSettings)
    store = Store(mongo.connect(told.mongo_url).get_default_database())
    print(f"catalogue rows taken over: {seed(store, read_catalogue(told.district_dir))}")  # noqa: T201 - a command


if __name__ == "__main__":
    main()
