"""同一事项: tips and cases that are likely of one matter, kept together until an editor says what becomes of them.

A bundle has numbers and times alone: what they say is read where it is. Each number is in one bundle at most.
"""

from collections.abc import Collection, Set
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from news.domain.lifecycle import Actor
from news.domain.refusals import Refused

MOST_MEMBERS = 50
"""As many as one investigation can take up at once."""


class BundleState(StrEnum):
    """What became of it. What joins it later opens it again."""

    OPEN = "open"
    TAKEN_UP = "taken_up"
    DISMISSED = "dismissed"


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Member(_Part):
    """A tip, or a case, and when it was told."""

    no: str
    at: datetime
    case: bool = False


class Dismissal(_Part):
    """An editor has looked at it and leaves it, for a reason."""

    by: str
    at: datetime
    reason: str


class Bundle(_Part):
    """What is likely to be of one matter; `joined_at` is when something last joined it."""

    id: str
    members: tuple[Member, ...]
    joined_at: datetime
    state: BundleState = BundleState.OPEN
    dismissals: tuple[Dismissal, ...] = ()
    version: int = 1

    @property
    def numbers(self) -> frozenset[str]:
        return frozenset(member.no for member in self.members)

    @property
    def tips(self) -> list[str]:
        """The numbers of its tips, the last told first."""
        return [member.no for member in self._latest if not member.case]

    @property
    def cases(self) -> list[str]:
        """The same of its cases."""
        return [member.no for member in self._latest if member.case]

    @property
    def since(self) -> datetime:
        return self._latest[-1].at

    @property
    def until(self) -> datetime:
        return self._latest[0].at

    @property
    def _latest(self) -> list[Member]:
        return sorted(self.members, key=lambda member: (member.at, member.no), reverse=True)


def has_room(found: Bundle, one: Member, apart: Set[str]) -> bool:
    """Whether this may join it, or is in it; `apart`: what is another matter than this."""
    return one.no in found.numbers or (len(found.members) < MOST_MEMBERS and not found.numbers & apart)


def join(found: Bundle, members: Collection[Member], now: datetime) -> Bundle:
    """These join it, as far as there is room; what was decided about it is open again then."""
    fresh = [member for member in members if member.no not in found.numbers]
    joined = (*found.members, *fresh)[:MOST_MEMBERS]
    if joined == found.members:
        return found
    return _moved(found, members=joined, joined_at=now, state=BundleState.OPEN)


def leave(found: Bundle, no: str) -> Bundle:
    """This one is another matter. One that is left alone is no bundle any more."""
    return _moved(found, members=tuple(member for member in found.members if member.no != no))


def dismiss(found: Bundle, actor: Actor, now: datetime, *, reason: str) -> Bundle:
    """An editor leaves it, for a reason that stays. Raises `Refused` when something has become of it."""
    if found.state is not BundleState.OPEN:
        raise Refused("这组线索已经处理过，请刷新后查看。")
    dismissal = Dismissal(by=actor.id, at=now, reason=reason)
    return _moved(found, state=BundleState.DISMISSED, dismissals=(*found.dismissals, dismissal))


def settle(found: Bundle, taken: Set[str]) -> Bundle:
    """An open one is taken up once investigations have `taken` all that it has."""
    if found.state is not BundleState.OPEN or not found.numbers <= taken:
        return found
    return _moved(found, state=BundleState.TAKEN_UP)


def _moved(found: Bundle, **changed: object) -> Bundle:
    return found.model_copy(update={**changed, "version": found.version + 1})
