"""What the database itself lets each user do; asked of the real one."""

from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from devtools.database import name_for
from devtools.tests.conftest import Place
from kit.mongo import connect


def client_of(place: Place, user: str) -> "MongoClient[dict[str, Any]]":
    url = place.user_url("database", user)
    return MongoClient(url if user == "administrator" else url.replace("/admin?", f"/{user}?"))


def test_a_service_may_do_what_it_needs_in_its_own_database(place: Place) -> None:
    with client_of(place, "alpha") as client:
        database = client.get_default_database()
        assert database.name == "alpha"
        database.things.create_index("name", unique=True)
        database.things.insert_one({"name": "a"})
        with client.start_session() as session, session.start_transaction():
            database.things.update_one({"name": "a"}, {"$set": {"seen": True}}, session=session)
        assert database.things.find_one({"name": "a"}, {"_id": 0}) == {"name": "a", "seen": True}


def test_it_may_not_touch_anothers(place: Place) -> None:
    with client_of(place, "alpha") as client:
        for act in (
            lambda: client.beta.things.find_one(),
            lambda: client.beta.things.insert_one({}),
            lambda: client.admin.command("usersInfo", 1),
            lambda: client.local["oplog.rs"].find_one(),
            lambda: client.alpha.command("createUser", "more", pwd="x", roles=[]),
        ):
            with pytest.raises(OperationFailure):
                act()


def test_nobody_comes_in_without_a_password(place: Place) -> None:
    address = place.facts()["mongo_url"].split("@")[1]
    with connect(f"mongodb://{address}") as client, pytest.raises(OperationFailure):
        client.alpha.things.find_one()


def test_a_service_named_like_a_database_of_the_servers_own_gets_another() -> None:
    assert [name_for(service) for service in ("news", "local")] == ["news", "local_service"]
