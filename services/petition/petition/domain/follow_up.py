"""追问: the author asks about the published reply, a limited number of times, and the department answers him.

Between the two of them: the public reads neither. Every function raises `NotPermitted` or `WrongState` and changes
nothing then.
"""

from datetime import datetime

from petition.domain import clocks
from petition.domain.case import Case, FollowUp
from petition.domain.change import FOLLOW_UP, RATING, Change, Rules, record, stop
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import WrongState


def ask(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str) -> Change:
    """The author asks while he may rate; his time to rate stands still until he is answered."""
    target = permit(case, Action.FOLLOW_UP, actor)
    window = case.clock(RATING)
    if window is None or now > window.due:
        raise WrongState("追问的期限已过。")
    if left(case, rules) < 1:
        raise WrongState("追问次数已用完。仍未解决的，请在评价中说明。")
    clock = clocks.start(FOLLOW_UP, rules.directory.clocks.follow_up, now, rules.calendar)
    values = {
        "state": target,
        "follow_ups": (*case.follow_ups, FollowUp(text=text, asked_at=now)),
        "clocks": (*stop(case, now, RATING), clock),
    }
    return record(case, Action.FOLLOW_UP, now, values, {}, {"text": text}, ("case_follow_up_asked",))


def answer(case: Case, actor: Actor, now: datetime, rules: Rules, *, text: str) -> Change:
    """The department answers; the time to rate begins anew."""
    target = permit(case, Action.ANSWER_FOLLOW_UP, actor)
    answered = {"answer": text, "answered_at": now, "unit": case.department, "by": actor.id}
    rating = clocks.start(RATING, rules.directory.clocks.rating, now, rules.calendar)
    values = {
        "state": target,
        "follow_ups": (*case.follow_ups[:-1], case.follow_ups[-1].model_copy(update=answered)),
        "clocks": (*stop(case, now, FOLLOW_UP), rating),
    }
    return record(
        case, Action.ANSWER_FOLLOW_UP, now, values, {}, {"by": actor.id, "text": text}, ("case_follow_up_answered",)
    )


def left(case: Case, rules: Rules) -> int:
    """How many questions the author may still ask about the reply of this round."""
    asked = sum(one.asked_at >= case.opened_at for one in case.follow_ups)
    return max(rules.directory.clocks.follow_ups - asked, 0)
