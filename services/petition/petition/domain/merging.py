"""并件: a case that asks what another asks ends as merged into it.

Its author and those who joined it follow the other one; the author may take his out again, and they come with it.

Every function raises `NotPermitted`, `WrongState` or `BadValue` and changes nothing then.
"""

from datetime import datetime

from petition.domain import clocks
from petition.domain.case import Case, Ending, State
from petition.domain.change import DISPATCH, INTAKE, UNMERGING, Change, Rules, close, record, stop
from petition.domain.clocks import Clock
from petition.domain.lifecycle import Action, Actor, permit
from petition.domain.refusals import BadValue, WrongState

MOST_MOVED = 500
"""People who joined a case and follow it into another one; where more have, the other one is merged into theirs."""


def merge(case: Case, actor: Actor, now: datetime, rules: Rules, *, target: Case | None) -> Change:
    """Intake ends the case as merged into `target`, which is open and which everyone may see."""
    permit(case, Action.MERGE, actor)
    if target is None or target.no == case.no or not target.listed or target.state is State.CLOSED:
        raise BadValue("into", "请填写另一件已受理、公开且尚未办结的诉求编号")
    if case.joined.count > MOST_MOVED:
        raise WrongState(f"附议这件诉求的超过{MOST_MOVED}人，请把另一件并入本件。")
    window = clocks.start(UNMERGING, rules.directory.clocks.unmerging, now, rules.calendar)
    waiting = case.model_copy(update={"clocks": (*case.clocks, window)})
    return close(
        waiting, Action.MERGE, now, Ending.MERGED, {"merged_into": target.no}, {"into": target.no},
        {"by": actor.id}, "case_merged",
    )  # fmt: skip


def unmerge(case: Case, actor: Actor, now: datetime, rules: Rules) -> Change:
    """The case goes on where it was, against the same due times: by its author within the limit, by a clerk always."""
    permit(case, Action.UNMERGE, actor)
    window = case.clock(UNMERGING)
    if actor.kind == "resident" and (window is None or now > window.due):
        raise WrongState("撤销并件的期限已过。")
    state = State.ACCEPTED if case.shown else State.SUBMITTED
    resumed = case.model_copy(update={"clocks": _resumed(case)})
    running = (*stop(resumed, now, UNMERGING), _duty(case, state, now, rules))
    values = {"state": state, "ending": None, "ended_at": None, "merged_into": None, "clocks": running}
    return record(case, Action.UNMERGE, now, values, {"from": case.merged_into}, {"by": actor.id}, ("case_unmerged",))


def _resumed(case: Case) -> tuple[Clock, ...]:
    """The case's own clocks run again, against the same due times; what intake has to do begins anew."""
    anew = (INTAKE, DISPATCH, UNMERGING)
    return tuple(
        clock.model_copy(update={"stopped_at": None})
        if clock.stopped_at == case.ended_at and clock.name not in anew
        else clock
        for clock in case.clocks
    )


def _duty(case: Case, state: State, now: datetime, rules: Rules) -> Clock:
    """What intake has to do next, from now."""
    if state is State.SUBMITTED:
        started = rules.calendar.staffed_from(now)
        return clocks.start(INTAKE, rules.directory.clocks.intake, started, rules.calendar)
    limits = rules.directory.urgencies[case.urgency or ""]
    return clocks.start(DISPATCH, limits.dispatch, now, rules.calendar)
