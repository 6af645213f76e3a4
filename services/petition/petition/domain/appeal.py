"""申诉: the author of a refused case has a supervisor look at it, once.

Every function raises `NotPermitted` or `WrongState` and changes nothing then.
"""

from datetime import datetime

from petition.domain import clocks
from petition.domain.case import Appeal, Case, State
from petition.domain.change import APPEAL_DECISION, APPEALING, INTAKE, Change, Rules, record, stop
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import WrongState


def appeal(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str) -> Change:
    """The author says within the limit why it should be taken."""
    target = permit(case, Action.APPEAL, actor)
    window = case.clock(APPEALING)
    if window is None or now > window.due:
        raise WrongState("申诉期限已过。")
    deciding = clocks.start(APPEAL_DECISION, rules.directory.clocks.appeal_decision, now, rules.calendar)
    return record(
        case, Action.APPEAL, now,
        {
            "state": target,
            "appeal": Appeal(text=text, at=now),
            "clocks": (*stop(case, now, APPEALING), deciding),
        },
        {}, {"text": text}, ("case_appealed",),
    )  # fmt: skip


def decide(case: Case, actor: Actor, now: datetime, rules: Rules, *, granted: bool, answer: str) -> Change:
    """A supervisor upholds the refusal, which stays as it is, or has intake take the case up again."""
    permit(case, Action.DECIDE_APPEAL, actor)
    assert case.appeal is not None
    decided = case.appeal.model_copy(update={"decided_at": now, "granted": granted, "answer": answer})
    public, hidden = {"granted": granted, "answer": answer}, {"by": actor.id}
    stopped = stop(case, now, APPEAL_DECISION)
    if not granted:
        values = {"appeal": decided, "clocks": stopped}
        return record(case, Action.DECIDE_APPEAL, now, values, public, hidden, ("case_appeal_rejected",))
    started = rules.calendar.staffed_from(now)
    again = clocks.start(INTAKE, rules.directory.clocks.intake, started, rules.calendar)
    reopened = {
        "state": State.SUBMITTED,
        "ending": None,
        "ended_at": None,
        "verdict": None,
        "appeal": decided,
        "clocks": (*stopped, again),
    }
    return record(case, Action.DECIDE_APPEAL, now, reopened, public, hidden, ("case_appeal_granted",))
