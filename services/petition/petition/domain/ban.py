"""Who may not submit for a while: why, since when, until when, and whether it was lifted."""

from datetime import datetime, timedelta

from petition.domain.case import Part


class Ban(Part):
    """A ban of one account, given on the occasion of a case. Nobody but accounts knows whose account it is."""

    id: str
    account: str | None
    no: str
    reason: str
    since: datetime
    until: datetime
    by: str
    lifted_at: datetime | None = None
    lifted_by: str | None = None
    lifted_because: str | None = None

    def holds(self, now: datetime) -> bool:
        """Whether the person may not submit now."""
        return self.lifted_at is None and self.since <= now < self.until

    def lifted(self, now: datetime, by: str, because: str) -> "Ban":
        """The same ban, lifted. What ended by itself stays as it was."""
        if not self.holds(now):
            return self
        return self.model_copy(update={"lifted_at": now, "lifted_by": by, "lifted_because": because})


def give(id_: str, account: str, no: str, reason: str, now: datetime, days: int, by: str) -> Ban:
    """A ban for so many days from now."""
    return Ban(id=id_, account=account, no=no, reason=reason, since=now, until=now + timedelta(days=days), by=by)
