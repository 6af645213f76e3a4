"""更正: a published reply is put right in the open: somebody else stands for it, and what it said before stays to read.

Every function raises `NotPermitted` or `BadValue` and changes nothing then.
"""

from datetime import datetime

from petition.domain import clocks
from petition.domain.case import Case, Correction, ProposedCorrection, Said
from petition.domain.change import APPROVAL, Change, Rules, record, stop
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue
from petition.domain.templates import check_filled


def propose(case: Case, actor: Actor, now: datetime, rules: Rules, *, said: Said, reason: str) -> Change:
    """The department says what its reply should say, and why."""
    target = permit(case, Action.CORRECT, actor)
    assert case.reply is not None
    check_filled(said.model_dump())
    if said == case.reply.said:
        raise BadValue("facts", "内容没有改动")
    proposed = ProposedCorrection(**said.model_dump(), reason=reason, by=actor.id, at=now)
    approval = clocks.start(APPROVAL, rules.directory.clocks.approval, now, rules.calendar)
    values = {"state": target, "correction": proposed, "clocks": (*case.clocks, approval)}
    return record(case, Action.CORRECT, now, values, {}, {"by": actor.id, "reason": reason, **said.model_dump()})


def decide(case: Case, actor: Actor, now: datetime, rules: Rules, *, granted: bool, answer: str) -> Change:
    """Somebody else publishes the correction, or leaves the reply as it is."""
    target = permit(case, Action.DECIDE_CORRECTION, actor)
    proposed, reply = case.correction, case.reply
    assert proposed is not None and reply is not None
    values = {"state": target, "correction": None, "clocks": stop(case, now, APPROVAL)}
    if not granted:
        fields = {"by": actor.id, "granted": False, "answer": answer}
        return record(case, Action.DECIDE_CORRECTION, now, values, {}, fields)
    done = Correction(at=now, reason=proposed.reason, before=reply.said)
    corrected = reply.model_copy(update={**proposed.said.model_dump(), "corrections": (*reply.corrections, done)})
    public = {"granted": True, "reason": proposed.reason, **_changed(reply.said, proposed.said)}
    return record(
        case, Action.DECIDE_CORRECTION, now, {**values, "reply": corrected}, public, {"by": actor.id, "answer": answer},
        ("case_reply_corrected",),
    )  # fmt: skip


def _changed(before: Said, after: Said) -> dict[str, str]:
    return {name: value for name, value in after.model_dump().items() if value != getattr(before, name)}
