"""What those who joined a case are told when it moves: batch by batch after the step, so that no step waits for them.

A batch is a document that holds the event it tells and where the next one begins. A run that was cut off goes on there.
"""

from kit import outbox
from kit.clock import utcnow
from kit.events import Event
from petition.contract.events import CoSignersTold
from petition.parts import Parts

QUEUE = "petition.co_signer_notices"
_TOLD = (
    "dispatched", "returned", "extended", "replied", "reply_corrected", "reopened", "promise_reported", "refused",
    "elsewhere", "withdrawn", "merged", "unmerged",
    "covered",
)  # fmt: skip
TYPES = tuple(f"petition.case_{name}.v1" for name in _TOLD)
BATCH = 200


def tell_co_signers(parts: Parts, event: Event) -> None:
    """Tells all who have joined the case of what happened to it, once however often the event arrives."""
    number, last = parts.tellings.last(event.id)
    while batch := parts.co_signs.batch(event.data["no"], last, BATCH):
        number += 1
        told = CoSignersTold(
            no=event.data["no"],
            state=event.data["state"],
            about=event.type,
            accounts=[mine.account for mine in batch],
        )
        entry = outbox.event("petition.co_signers_told.v1", event.id, number, told.model_dump(mode="json"), utcnow())
        last = (batch[-1].at, batch[-1].account)
        parts.tellings.add(event.id, number, last, entry)
        parts.wake()
