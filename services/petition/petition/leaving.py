"""注销: when an account is closed, the matter stays and whoever wrote it goes."""

from petition import co_signing, steps
from petition.domain import feedback
from petition.parts import Parts


def forget_author(parts: Parts, account: str) -> None:
    """Removes the account from its cases, co-signs and pictures. Safe to repeat. Raises `StillChanging`."""
    for no in parts.cases.numbers_of_author(account):
        steps.beside(parts, no, lambda case, now: feedback.forget_author(case, now) if case.author else None)
    co_signing.forget_co_signs(parts, account)
    parts.bans.forget(account)
    parts.images.disown(account)
