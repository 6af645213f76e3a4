import base64
import os

import pytest

from accounts.reseal import reseal
from accounts.store.people import People
from kit.sealed import SealBroken, Sealer, SealingKeys

from .conftest import World


def sealer(active: str, keys: dict[str, str], index_key: str) -> Sealer:
    return Sealer(SealingKeys(active=active, keys=keys, index_key=index_key))


def test_an_old_key_can_be_removed_after_resealing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.hire()
    world.resident()
    world.resident()
    old, new, index = (base64.b64encode(os.urandom(32)).decode() for _ in range(3))
    first = sealer("k1", {"k1": old}, index)
    people = People(world.parts.db, first)
    for person in people.collection.find():
        for field in {"phone", "totp", "issued"} & person.keys():
            fresh = people.sealed(field, person["_id"], world.parts.people.opened(field, person))
            people.collection.update_one({"_id": person["_id"]}, {"$set": fresh})
    both = sealer("k2", {"k1": old, "k2": new}, index)
    monkeypatch.setattr("kit.sealed.RESEALED_AT_ONCE", 2)
    assert reseal(world.parts.db, both) == 4
    assert reseal(world.parts.db, both) == 0
    after = People(world.parts.db, sealer("k2", {"k2": new}, index))
    resident = people.collection.find_one({"kind": "resident"})
    assert resident and after.opened("phone", resident).startswith("+86138")
    with pytest.raises(SealBroken):
        People(world.parts.db, first).opened("phone", resident)
