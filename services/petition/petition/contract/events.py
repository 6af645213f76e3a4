"""What is told of a case: references only."""

from kit.contract import View
from petition.domain.case import State


class CaseTold(View):
    """Data of every case event: references only. `author` is an account's id, absent once the account is closed.

    Or a partner's (`p_…`), which has no account: nobody is told then.
    """

    no: str
    state: State
    town: str
    category: str
    department: str | None
    public: bool
    author: str | None


class CardTold(CaseTold):
    """Data of `petition.card_given`: the case, and the card that its office was given."""

    card: int
    level: str
    clock: str
    unit: str


class CoSignTold(View):
    """Data of `petition.co_sign_*`: the case and the account; the event's subject begins with the case's number."""

    no: str
    account: str


class CoSignersTold(View):
    """Data of `petition.co_signers_told`: some of those who joined the case, and the event that they are told of."""

    no: str
    state: State
    about: str
    accounts: list[str]


TOLD_OF_CASES = (
    "submitted", "accepted", "published", "refused", "elsewhere", "questioned", "answered", "dispatched", "returned",
    "progressed", "replied", "rated", "closed", "withdrawn", "merged", "unmerged", "redaction_asked", "redacted",
    "redaction_refused", "appealed", "appeal_granted", "appeal_rejected", "urged", "card_answered",
    "extended", "reopened", "follow_up_asked", "follow_up_answered", "promise_reported", "reply_corrected",
    "excluded", "replanned", "reported", "instructed", "instruction_answered",
    "covered", "coverage_changed", "hidden", "hiding_appealed", "hiding_upheld", "hiding_lifted",
)  # fmt: skip
