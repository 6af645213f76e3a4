"""The history of a case, and what proves it."""

from datetime import date
from typing import Any

from pydantic import Field

from kit.contract import Moment, Page, Request, View


class OneDay(Request):
    day: date = Field(title="日期")


class FieldView(View):
    """A field of an entry; `value` and `salt` only where the reader may see them."""

    commitment: str
    value: Any = None
    salt: str | None = None


class EntryView(View):
    seq: int
    at: Moment
    kind: str
    fields: dict[str, FieldView]
    previous: str
    hash: str


class History(View):
    """The chain of a case; each hash covers the previous one, number, time, kind and commitments."""

    no: str
    entries: list[EntryView]


class SealView(View):
    """A day under whose root the case is: the hash of entry `seq` is the leaf at `index` of `size` ones.

    `path` has the nodes from the leaf to the root, the lowest first (RFC 6962); all hashes are in hexadecimal.
    """

    day: date
    seq: int
    index: int
    size: int
    path: list[str]
    root: str


class UnsealedView(View):
    """An entry that no day root covers yet."""

    seq: int
    seals_at: Moment | None = Field(description="from when on; null: with the day of the next step (data of a trial)")


class Proof(History):
    """The chain of a case, and what proves that it was there: the days under whose roots it is, the oldest first."""

    seals: list[SealView]
    unsealed: list[UnsealedView]


class DayView(View):
    """The record of a day: `root` is the Merkle root over the last hashes of the `size` cases that changed in it.

    `hash` is SHA-256 over previous, day, size, root and sealed_at (UTC, with milliseconds and Z), a line each.
    """

    day: date
    size: int
    root: str
    sealed_at: Moment
    previous: str
    hash: str


class DayPage(Page[DayView]):
    pass
