"""The front page: what editors have put there in their order, then the newest. What they chose lapses by itself."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

MOST = 6
HOLDS = timedelta(hours=72)
Item = TypeVar("Item")


class Front(BaseModel):
    """What was chosen, by whom, when. Version 0: nobody has ever chosen."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    articles: tuple[str, ...] = ()
    version: int = 0
    at: datetime | None = None
    by: str = ""

    @property
    def holds_until(self) -> datetime | None:
        """When it lapses by itself; None where nothing is chosen."""
        return self.at + HOLDS if self.at and self.articles else None

    def standing(self, now: datetime) -> tuple[str, ...]:
        """What of it counts now: an old choice would keep what is new from the front page."""
        return self.articles if self.holds_until and now < self.holds_until else ()

    def chosen(self, articles: Iterable[str], by: str, now: datetime) -> "Front":
        """The next choice; each article has one place."""
        return Front(articles=tuple(dict.fromkeys(articles)), version=self.version + 1, at=now, by=by)


def filled(chosen: Sequence[Item], newest: Sequence[Item], limit: int) -> list[Item]:
    """What is shown: the chosen, then the newest that is not among them."""
    return [*chosen, *(item for item in newest if item not in chosen)][:limit]
