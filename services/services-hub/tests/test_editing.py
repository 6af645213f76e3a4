"""The operator's desk."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kit.errors import Conflict, Invalid, NotFound
from services_hub import reading
from services_hub.contract import MostUsed, OneItem

CODE = "passport"


def view(hub: Any) -> Any:
    return reading.get_item(hub.store, OneItem(code=CODE))


def test_what_is_changed_is_shown_and_all_else_stays(hub: Any) -> None:
    before = view(hub)
    receipt = hub.update(
        CODE, 1, fee="护照120元", materials=[{"name": "居民身份证", "electronic": True}], verified=True
    )
    after = view(hub)
    assert (receipt.version, after.version, after.fee, after.mark) == (2, 2, "护照120元", None)
    assert [m.name for m in after.materials] == ["居民身份证"]
    changed = {"fee", "materials", "verified", "mark", "version"}
    assert after.model_dump(exclude=changed) == before.model_dump(exclude=changed)


def test_its_short_name_is_for_narrow_places(hub: Any) -> None:
    def shown() -> str:
        items = reading.most_used(hub.store, MostUsed(limit=30)).items
        return next(row.short_name for row in items if row.code == CODE)

    assert shown() == "护照通行证"
    hub.update(CODE, 1, short_name="护照")
    assert shown() == "护照"
    hub.db.items.update_one({"_id": CODE}, {"$unset": {"short_name": ""}})
    assert shown() == "", "a row from before there were short names"


def test_a_change_is_told_once(hub: Any) -> None:
    hub.db.items.update_one({"_id": CODE}, {"$unset": {"_outbox": ""}})
    for _ in range(2):
        hub.update(CODE, 1, key="one", fee="免费")
    (event,) = hub.db.items.find_one({"_id": CODE})["_outbox"]
    assert (event["type"], event["subject"], event["seq"]) == ("services_hub.item_changed.v1", CODE, 2)
    assert event["data"] == {"code": CODE, "version": 2}


def test_a_stale_version_is_refused_with_the_one_at_hand(hub: Any) -> None:
    hub.update(CODE, 1, fee="免费")
    with pytest.raises(Conflict) as caught:
        hub.update(CODE, 1, by=hub.colleague, fee="收费")
    assert caught.value.extra == {"code": CODE, "version": 2}
    assert view(hub).fee == "免费"


def test_of_twenty_editors_at_once_one_wins(hub: Any) -> None:
    def edit(number: int) -> bool:
        try:
            hub.update(CODE, 1, fee=f"{number}元")
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(20) as pool:
        assert sum(pool.map(edit, range(20))) == 1
    assert view(hub).version == 2


def test_the_same_request_twenty_times_at_once_is_one_change_and_one_answer(hub: Any) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = list(pool.map(lambda _: hub.update(CODE, 1, key="same", fee="免费"), range(20)))
    assert {answer.version for answer in answers} == {2} == {view(hub).version}


def test_a_key_used_for_another_change_is_refused(hub: Any) -> None:
    hub.update(CODE, 1, key="one", fee="免费")
    with pytest.raises(Conflict):
        hub.update("dog_registration", 1, key="one", fee="免费")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("department", "nowhere"),
        ("life_events", ["nothing"]),
        ("channels", ["pigeon"]),
        ("related", ["passport", "nothing"]),
    ],
)
def test_a_code_that_the_catalogue_lacks_is_refused_at_its_field(hub: Any, field: str, value: Any) -> None:
    with pytest.raises(Invalid) as caught:
        hub.update(CODE, 1, **{field: value})
    assert caught.value.errors[0]["field"] == field
    assert view(hub).version == 1


def test_nothing_to_change_and_nothing_there(hub: Any) -> None:
    with pytest.raises(Invalid):
        hub.update(CODE, 1)
    with pytest.raises(NotFound):
        hub.update("nothing", 1, fee="免费")


def test_markup_is_text_and_hidden_characters_are_gone(hub: Any) -> None:
    hub.update(CODE, 1, notes=["<script>alert(1)</script>\u202e请注意"])
    assert view(hub).notes == ["<script>alert(1)</script>请注意"]
