"""What everyone reads: headings, lists and pages."""

from collections.abc import Mapping
from typing import Any

from kit.errors import NotFound
from kit.mongo import Document
from services_hub import contract
from services_hub.contract import Areas, Counted, ItemPage, ItemSummary, ItemView, Named
from services_hub.domain.catalogue import references
from services_hub.store import HOSPITALS, ITEMS, OFFICES, Store

EXAMPLE = "示例数据"
"""What is shown beside a row that nobody has checked."""

_Names = Mapping[tuple[str, str], str]


def get_areas(store: Store) -> Areas:
    """The headings of the catalogue, with counts."""
    counts = store.counts()
    found: dict[str, list[Counted]] = {"area": [], "life_event": [], "department": []}
    for row in store.terms(found):
        items = counts.get((row["kind"], row["code"]), 0)
        if items or row["kind"] == "area":
            found[row["kind"]].append(Counted(code=row["code"], name=row["name"], summary=row["summary"], items=items))
    return Areas(areas=found["area"], life_events=found["life_event"], departments=found["department"])


def list_items(store: Store, request: contract.ListItems) -> ItemPage:
    """Items under some headings, in the catalogue's order."""
    filters = _filters(life_event=("life_events", request.life_event), department=("department", request.department))
    filters |= _filters(area=("area", request.area))
    rows, cursor = store.page(ITEMS, filters, request.limit, request.cursor)
    return ItemPage(items=_summaries(store, rows), next_cursor=cursor)


def most_used(store: Store, request: contract.MostUsed) -> contract.MostUsedItems:
    """What most people come for."""
    return contract.MostUsedItems(items=_summaries(store, store.most_used(request.limit)))


def get_item(store: Store, request: contract.OneItem) -> ItemView:
    """All about an item. Raises `NotFound`."""
    row = store.row(ITEMS, request.code)
    if row is None:
        raise NotFound("没有找到这个办事事项。")
    names = store.names([("area", row["area"]), *references(row)])
    plain = {name: row[name] for name in ItemView.model_fields if name in row}
    shown = {
        "code": row["_id"],
        "area": _named(names, "area", row["area"]),
        "department": _named(names, "department", row["department"]),
        "life_events": [_named(names, "life_event", code) for code in row["life_events"]],
        "channels": [_named(names, "channel", code) for code in row["channels"]],
        "related": [_named(names, "item", code) for code in row["related"] if ("item", code) in names],
    }
    return ItemView(**{**plain, **shown, "mark": _mark(row)})


def list_offices(store: Store, request: contract.ListOffices) -> contract.OfficePage:
    """Offices, those of one town or all."""
    rows, cursor = store.page(OFFICES, _filters(town=("town", request.town)), request.limit, request.cursor)
    names = store.names(_place_names(rows))
    return contract.OfficePage(items=[_office(row, names) for row in rows], next_cursor=cursor)


def get_office(store: Store, request: contract.OnePlace) -> contract.OfficeView:
    """An office with its hours. Raises `NotFound`."""
    row = store.row(OFFICES, request.id)
    if row is None:
        raise NotFound("没有找到这个办事大厅。")
    return _office(row, store.names(_place_names([row])))


def list_hospitals(store: Store, request: contract.ListHospitals) -> contract.HospitalPage:
    """Hospitals, by town and by what people look for first."""
    filters = _filters(feature=("features", request.feature), town=("town", request.town))
    rows, cursor = store.page(HOSPITALS, filters, request.limit, request.cursor)
    names = store.names(_place_names(rows))
    return contract.HospitalPage(items=[_hospital(row, names) for row in rows], next_cursor=cursor)


def get_hospital(store: Store, request: contract.OnePlace) -> contract.HospitalView:
    """A hospital. Raises `NotFound`."""
    row = store.row(HOSPITALS, request.id)
    if row is None:
        raise NotFound("没有找到这家医院。")
    return _hospital(row, store.names(_place_names([row])))


def _filters(**wanted: tuple[str, str | None]) -> dict[str, tuple[str, str]]:
    return {index: (field, value) for index, (field, value) in wanted.items() if value}


def _summaries(store: Store, rows: list[Document]) -> list[ItemSummary]:
    wanted = [("area", row["area"]) for row in rows] + [("department", row["department"]) for row in rows]
    names = store.names([*wanted, *(("channel", code) for row in rows for code in row["channels"])])
    return [_summary(row, names) for row in rows]


def _summary(row: Document, names: _Names) -> ItemSummary:
    return ItemSummary(
        code=row["_id"],
        name=row["name"],
        short_name=row.get("short_name", ""),  # rows that an operator changed before there were any have none
        summary=row["summary"],
        area=_named(names, "area", row["area"]),
        department=_named(names, "department", row["department"]),
        channels=[_named(names, "channel", code) for code in row["channels"]],
        promised=row["time_limit"]["promised"],
        fee=row["fee"],
        coming=row["coming"] is not None,
        mark=_mark(row),
    )


def _place_names(rows: list[Document]) -> list[tuple[str, str]]:
    features = [("feature", code) for row in rows for code in row.get("features", ())]
    return [*(("town", row["town"]) for row in rows), *features]


def _office(row: Document, names: _Names) -> contract.OfficeView:
    return contract.OfficeView(**_place(row, names))


def _hospital(row: Document, names: _Names) -> contract.HospitalView:
    place = _place(row, names)
    return contract.HospitalView(**{**place, "features": [_named(names, "feature", code) for code in row["features"]]})


def _place(row: Document, names: _Names) -> dict[str, Any]:
    return {**row, "id": row["_id"], "town": _named(names, "town", row["town"]), "mark": _mark(row)}


def _named(names: _Names, kind: str, code: str) -> Named:
    """The name; a code that the district no longer has stands for itself."""
    return Named(code=code, name=names.get((kind, code), code))


def _mark(row: Document) -> str | None:
    return None if row["verified"] else EXAMPLE
