"""剔除: a case is taken out of the rates for a reason of the district's, by two people. How many there are is public.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from datetime import datetime

from petition.domain.case import Case, Part
from petition.domain.change import Change, Rules, beside, record
from petition.domain.district import ExclusionReason
from petition.domain.figures import EXCLUDE
from petition.domain.lifecycle import Actor
from petition.domain.refusals import BadValue, NotPermitted, WrongState


class Exclusion(Part):
    """A wish that a case be excluded, and what somebody else decided. `reason` is a code of the district's."""

    id: str
    no: str
    reason: str
    text: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    answer: str | None = None

    @property
    def stands(self) -> bool:
        """Whether it waits or was granted: then no other can be asked for the case."""
        return self.granted is not False


def ask(id_: str, case: Case, actor: Actor, now: datetime, rules: Rules, *, reason: str, text: str) -> Exclusion:
    """A supervisor asks for it."""
    if "supervisor" not in actor.roles:
        raise NotPermitted("您没有办理这项操作的权限。")
    if reason_of(reason, rules) is None:
        raise BadValue("reason", "请选择剔除理由")
    return Exclusion(id=id_, no=case.no, reason=reason, text=text, asked_by=actor.id, asked_at=now)


def decide(wish: Exclusion, actor: Actor, now: datetime, *, granted: bool, answer: str) -> Exclusion:
    """Another supervisor, or an administrator, decides; once."""
    if not actor.roles & {"supervisor", "administrator"} or actor.id == wish.asked_by:
        raise NotPermitted("剔除须由申请人以外的督办人员或管理员决定。")
    if wish.granted is not None:
        raise WrongState("这项申请已经决定。")
    decided = {"decided_by": actor.id, "decided_at": now, "granted": granted, "answer": answer}
    return wish.model_copy(update=decided)


def exclude(case: Case, decided: Exclusion, now: datetime, rules: Rules) -> Change:
    """The case's public record of it: that it is not in the rates, and why. Nobody at work loses a step to it."""
    reason = reason_of(decided.reason, rules)
    public = {"reason": reason.name if reason else decided.reason, "text": reason.text if reason else ""}
    hidden = {"asked_by": decided.asked_by, "by": decided.decided_by, "remark": decided.text}
    return beside(case, record(case, EXCLUDE, now, {}, public, hidden, ("case_excluded",)))


def reason_of(code: str, rules: Rules) -> ExclusionReason | None:
    """The district's reason of this code."""
    return next((one for one in rules.directory.figures.exclusion_reasons if one.code == code), None)
