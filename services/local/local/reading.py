"""What everyone reads of local life."""

from heapq import merge
from typing import Any
from urllib.parse import urlencode

from kit import text
from kit.clock import utcnow
from kit.contract import PageRequest
from kit.errors import Invalid, NotFound
from kit.mongo import Document
from kit.paging import cut, decode_cursor, place_of
from local.contract import (
    DestinationPage,
    DestinationView,
    GuidePage,
    GuideSummary,
    GuideView,
    Highlights,
    HighlightsView,
    Hit,
    HitPage,
    ListPlays,
    ListProviders,
    Named,
    Nearby,
    NearbyPage,
    NearbyView,
    OneGuide,
    OnePlay,
    PlayPage,
    PlaySummary,
    PlayView,
    ProviderPage,
    ProviderView,
    Search,
)
from local.domain.content import Status
from local.parts import Parts
from local.store import GUIDES, KINDS, NEAREST, NEWEST, PLAYS, PROVIDERS, TRADES, words_of

_STATUS_NAMES = {Status.OPEN: "开放", Status.UNCONFIRMED: "开放情况待核实", Status.CLOSED: "暂停开放"}


def list_guides(parts: Parts, request: PageRequest) -> GuidePage:
    """The guides, what residents need most first."""
    rows, cursor = parts.store.page(GUIDES, "all", {}, request.limit, request.cursor)
    return GuidePage(items=[GuideSummary.model_validate(row) for row in rows], next_cursor=cursor)


def get_guide(parts: Parts, request: OneGuide) -> GuideView:
    """A guide. Raises `NotFound`."""
    row = parts.store.row(GUIDES, request.slug)
    if row is None:
        raise NotFound("没有找到这份指南。")
    return GuideView.model_validate(row)


def list_destinations(parts: Parts, request: PageRequest) -> DestinationPage:
    """The kinds of destination with the number of their plays."""
    rows, cursor = parts.store.page(KINDS, "all", {}, request.limit, request.cursor)
    counts = parts.store.counts()
    items = [
        DestinationView(code=row["_id"], name=row["name"], about=row["about"], plays=counts.get(row["_id"], 0))
        for row in rows
    ]
    return DestinationPage(items=items, next_cursor=cursor)


def list_plays(parts: Parts, request: ListPlays) -> PlayPage:
    """Plays in the district's order; of a kind, a town, a season, or all."""
    filters = (
        ("town", "town", request.town),
        ("kind", "kind", request.kind),
        ("season", "seasons", request.season),
    )
    chosen = [(index, field, value) for index, field, value in filters if value is not None]
    index = chosen[0][0] if chosen else "all"
    wanted = {field: value for _, field, value in chosen}
    rows, cursor = parts.store.page(PLAYS, index, wanted, request.limit, request.cursor)
    return PlayPage(items=_play_summaries(parts, rows), next_cursor=cursor)


def get_play(parts: Parts, request: OnePlay) -> PlayView:
    """A play. Raises `NotFound`."""
    row = parts.store.row(PLAYS, request.id)
    if row is None:
        raise NotFound("没有找到这个玩法。")
    return PlayView.model_validate({**row, **_names(parts, row, parts.store.kind_names())})


def list_providers(parts: Parts, request: ListProviders) -> ProviderPage:
    """Providers of a trade. Raises `Invalid` for a trade or an area that does not exist."""
    trade = parts.store.row(TRADES, request.trade)
    if trade is None:
        raise Invalid.field("trade", "没有这个行业")
    areas = {area["code"]: Named(**area) for area in trade["areas"]}
    if request.area is not None and request.area not in areas:
        raise Invalid.field("area", "没有这个片区")
    index, area = ("trade_area", {"area": request.area}) if request.area else ("trade", {})
    wanted = {"trade": request.trade, **area}
    rows, cursor = parts.store.page(PROVIDERS, index, wanted, request.limit, request.cursor)
    return ProviderPage(
        items=[ProviderView.model_validate({**row, "area": areas[row["area"]]}) for row in rows],
        next_cursor=cursor,
        trade=Named(code=request.trade, name=trade["name"]),
        areas=list(areas.values()),
        advice=trade["advice"],
    )


def nearby(parts: Parts, request: Nearby) -> NearbyPage:
    """Plays and providers by their distance, the nearest first."""
    after = _place(request.cursor)
    near = [
        [
            {**row, "in": collection}
            for row in parts.store.near(collection, request.lon, request.lat, request.radius, request.limit + 1, after)
        ]
        for collection in ([request.kind] if request.kind else [PLAYS, PROVIDERS])
    ]
    merged = list(merge(*near, key=lambda row: (row["distance"], row["_id"])))
    rows, cursor = cut(merged, request.limit, NEAREST)
    return NearbyPage(items=[_near(row) for row in rows], next_cursor=cursor)


def search(parts: Parts, request: Search) -> HitPage:
    """Guides and plays that hold every word of the query, newest first."""
    grams = text.query_grams(request.q)
    if not grams:
        return HitPage(items=[])
    after = place_of(request.cursor)
    found = [
        [{**row, "in": collection} for row in parts.store.holding(collection, grams, request.limit + 1, after)]
        for collection in (GUIDES, PLAYS)
    ]
    merged = list(merge(*found, key=lambda row: (row["created"], row["_id"]), reverse=True))
    rows, cursor = cut(merged, request.limit, NEWEST)
    hits = [_hit(row) for row in rows if text.matches(request.q, *words_of(row))]
    return HitPage(items=hits, next_cursor=cursor)


def highlights(parts: Parts, request: Highlights) -> HighlightsView:
    """The guides that are needed most, and what is in season."""
    month = request.month or utcnow().astimezone(parts.directory.district.zone).month
    guides, _ = parts.store.page(GUIDES, "all", {}, request.limit, None)
    plays = _play_summaries(parts, parts.store.in_season(month, request.limit))
    return HighlightsView(month=month, guides=[GuideSummary.model_validate(row) for row in guides], plays=plays)


def _play_summaries(parts: Parts, rows: list[Document]) -> list[PlaySummary]:
    kinds = parts.store.kind_names()
    return [PlaySummary.model_validate({**row, **_names(parts, row, kinds)}) for row in rows]


def _names(parts: Parts, row: Document, kinds: dict[str, str]) -> dict[str, Any]:
    kind, town = row["kind"], parts.directory.towns.get(row["town"])
    return {
        "kind": Named(code=kind, name=kinds.get(kind, kind)),
        "town": Named(code=row["town"], name=town.name if town else row["town"]),
        "status_name": _STATUS_NAMES[Status(row["status"])],
    }


def _place(cursor: str | None) -> list[Any] | None:
    """The distance and the id where the page before ended. Raises `Invalid` (field `cursor`)."""
    if cursor is None:
        return None
    distance, id_ = decode_cursor(cursor, 2)
    if not isinstance(distance, int | float) or not isinstance(id_, str):
        raise Invalid.field("cursor", "翻页标记无效，请从第一页重新查看")
    return [distance, id_]


def _near(row: Document) -> NearbyView:
    provider = row["in"] == PROVIDERS
    address = "/providers?" + urlencode({"trade": row["trade"], "area": row["area"]}) if provider else None
    return NearbyView(
        kind=row["in"],
        id=row["_id"],
        name=row["name"],
        summary=row["offers"] if provider else row["what"],
        lon=row["lon"],
        lat=row["lat"],
        distance=round(row["distance"], 1),
        verified=row["verified"],
        path=address or f"/plays/{row['_id']}",
    )


def _hit(row: Document) -> Hit:
    title, summary, _ = words_of(row)
    kind = "guide" if row["in"] == GUIDES else "play"
    return Hit(kind=kind, id=row["_id"], title=title, summary=summary, path=f"/{row['in']}/{row['_id']}")
