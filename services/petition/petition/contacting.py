"""办理记录: a department writes down whom it called and where it went."""

from kit.identity import Caller
from petition import pictures, steps
from petition.contract.shapes import CaseReceipt
from petition.contract.steps import LogContact
from petition.domain import contacts
from petition.parts import Parts


def log_contact(parts: Parts, request: LogContact, caller: Caller) -> CaseReceipt:
    """Writes down a call or a visit. Raises `Invalid` for a picture that the caller has not brought."""
    pictures.check_own(parts, request.pictures, caller)
    values = request.model_dump(exclude={"no", "version", "idempotency_key", "pictures"})
    return steps.take(parts, caller, request, contacts.log, pictures=tuple(request.pictures), **values)
