"""What anyone can check a history with: its paths to the roots of the days in which it changed, and these days."""

from datetime import date

from kit.contract import PageRequest
from kit.errors import NotFound
from kit.identity import Caller
from petition import reading, sealing
from petition.contract.proof import DayPage, DayView, EntryView, OneDay, Proof, SealView, UnsealedView
from petition.contract.shapes import OneCase
from petition.domain import day_root
from petition.domain.day_root import DayRoot
from petition.parts import Parts
from petition.store.day_roots import Seal


def get_proof(parts: Parts, request: OneCase, caller: Caller) -> Proof:
    """The history as the caller may read it, with its paths. Raises `NotFound`."""
    # The seals first: every entry that they speak of is then in the history.
    seals, covered_later = parts.day_roots.seals_of(request.no)
    history = reading.get_history(parts, request, caller)
    sealed = seals[-1].seq if seals else 0
    unsealed = [entry for entry in history.entries if entry.seq > sealed]
    return Proof(
        no=history.no,
        entries=history.entries,
        seals=_seals(parts, seals),
        unsealed=_unsealed(parts, unsealed, covered_later=covered_later),
    )


def list_proof_days(parts: Parts, request: PageRequest) -> DayPage:
    """The records of all days, the newest first."""
    records, cursor = parts.day_roots.page(request.limit, request.cursor)
    return DayPage(items=[_day(record) for record in records], next_cursor=cursor)


def get_proof_day(parts: Parts, request: OneDay) -> DayView:
    """The record of a day. Raises `NotFound`."""
    record = parts.day_roots.of_day(request.day)
    if record is None:
        raise NotFound("这一天没有存证，或者尚未生成：每天的存证在次日零点十分以后生成。")
    return _day(record)


def _seals(parts: Parts, seals: list[Seal]) -> list[SealView]:
    return [
        SealView(
            day=seal.day,
            seq=seal.seq,
            index=seal.index,
            size=record.size,
            path=[node.hex() for node in path],
            root=record.root,
        )
        for seal, (record, path) in zip(seals, parts.day_roots.paths(seals), strict=True)
    ]


def _unsealed(parts: Parts, entries: list[EntryView], *, covered_later: bool) -> list[UnsealedView]:
    following = sealing.next_day(parts, parts.day_roots.latest()) if entries and covered_later else None
    zone = parts.rules.calendar.zone

    def due(own: date) -> date:
        return max(own, following or own)

    return [
        UnsealedView(
            seq=entry.seq,
            seals_at=day_root.sealed_from(due(day_root.day_of(entry.at, zone)), zone) if covered_later else None,
        )
        for entry in entries
    ]


def _day(record: DayRoot) -> DayView:
    return DayView(**record.model_dump())
