"""What crosses the wire: requests with their limits, views with what each reader may see, events."""

from kit.contract import View
from petition.contract.events import TOLD_OF_CASES, CardTold, CaseTold, CoSignersTold, CoSignTold
from petition.contract.press import PressTold

EVENTS: dict[str, type[View]] = {
    **{f"petition.case_{name}.v1": CaseTold for name in TOLD_OF_CASES},
    **{f"petition.co_sign_{name}.v1": CoSignTold for name in ("added", "withdrawn", "rated")},
    "petition.co_signers_told.v1": CoSignersTold,
    "petition.card_given.v1": CardTold,
    **{f"petition.press_{name}.v1": PressTold for name in ("asked", "answered")},
}
CALLS: tuple[str, ...] = ("accounts",)
