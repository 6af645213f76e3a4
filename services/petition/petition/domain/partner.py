"""Partners: programs of others that come with a key of their own, and what each may do by it."""

from datetime import datetime
from enum import StrEnum

from petition.domain.case import PARTNER_PREFIX, Part


class Right(StrEnum):
    """What a key is good for: filing cases for people whom nobody here knows, or reading the news as agencies do."""

    CASES = "cases"
    NEWS = "news"


class Partner(Part):
    """A partner: whom to ask about it, how many cases a day it may file, who let it in and who ended that.

    Those of before there were rights file cases, and nothing else.
    """

    id: str
    name: str
    contact: str
    quota: int
    rights: tuple[Right, ...] = (Right.CASES,)
    since: datetime
    by: str
    revoked_at: datetime | None = None
    revoked_by: str | None = None
    revoked_because: str | None = None

    @property
    def admitted(self) -> bool:
        """Whether its key counts."""
        return self.revoked_at is None

    def may(self, right: Right) -> bool:
        """Whether its key is good for this."""
        return self.admitted and right in self.rights

    def revoked(self, now: datetime, by: str, because: str) -> "Partner":
        """The same partner, whose key counts no more. The first revocation stays."""
        if not self.admitted:
            return self
        return self.model_copy(update={"revoked_at": now, "revoked_by": by, "revoked_because": because})


def id_of(suffix: str) -> str:
    """A partner's id: it stands where a resident's account does, and cannot be taken for one."""
    return f"{PARTNER_PREFIX}{suffix}"
