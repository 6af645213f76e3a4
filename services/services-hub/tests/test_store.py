"""Every query finds by an index."""

from typing import Any

from services_hub import reading, searching
from services_hub.contract import ListHospitals, ListItems, ListOffices, MostUsed, OneItem, OnePlace, Search


def test_no_query_scans_a_collection(hub: Any) -> None:
    hub.db.command("profile", 2)
    everything(hub)
    hub.db.command("profile", 0)
    own = {f"{hub.db.name}.{name}" for name in ("items", "offices", "hospitals", "terms", "phrases")}
    profile = [row for row in hub.db.system.profile.find() if row["ns"] in own]
    assert len(profile) > 20
    assert [row["command"] for row in profile if "COLLSCAN" in row.get("planSummary", "")] == []
    assert [row["command"] for row in profile if row.get("hasSortStage")] == []


def everything(hub: Any) -> None:
    """Every query that readers and operators make."""
    store = hub.store
    reading.get_areas(store)
    filters = {"area": "health", "life_event": "old_age", "department": "mzj"}
    for chosen in ({}, *({name: value} for name, value in filters.items()), filters):
        first = reading.list_items(store, ListItems(limit=2, **chosen))
        reading.list_items(store, ListItems(limit=2, cursor=first.next_cursor, **chosen))
    reading.get_item(store, OneItem(code="passport"))
    reading.most_used(store, MostUsed(limit=3))
    for town in (None, "110114001"):
        reading.list_offices(store, ListOffices(town=town))
        reading.list_hospitals(store, ListHospitals(town=town, feature="emergency"))
    reading.list_hospitals(store, ListHospitals(town="110114001"))
    reading.get_office(store, OnePlace(id="huoying"))
    searching.search(store, Search(q="孩子上户口要带什么材料"))
    hub.update("passport", 1, fee="免费", related=["identity_card"], channels=["window"])
