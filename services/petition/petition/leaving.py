"""注销: when an account is closed, the matter stays and whoever wrote it goes."""

from kit.clock import utcnow
from petition import co_signing, steps
from petition.domain import feedback
from petition.parts import Parts
from petition.steps import ATTEMPTS


class StillChanging(Exception):
    """A case was changed by others each time its author was to be removed; the event is tried again."""


def forget_author(parts: Parts, account: str) -> None:
    """Removes the account from its cases, co-signs and pictures. Safe to repeat. Raises `StillChanging`."""
    for no in parts.cases.numbers_of_author(account):
        _forget(parts, no)
    co_signing.forget_co_signs(parts, account)
    parts.bans.forget(account)
    parts.images.disown(account)


def _forget(parts: Parts, no: str) -> None:
    for _ in range(ATTEMPTS):
        case = parts.cases.case(no)
        if case is None or case.author is None:
            return
        now = utcnow()
        change = feedback.forget_author(case, now)
        if parts.cases.replace(case, change, steps.events_of(change, now)):
            return
    raise StillChanging(no)
