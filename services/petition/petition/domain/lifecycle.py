"""Who may take which step on a case, from where to where: one table, and the guards it names."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from petition.domain.case import WITH_DEPARTMENT, Case, Ending, State
from petition.domain.change import INTAKE, OVERALL
from petition.domain.clocks import workdays
from petition.domain.refusals import NotPermitted, WrongState


class Action(StrEnum):
    """Every step that a case can take after it was submitted."""

    ACCEPT = "accept"
    ASK = "ask"
    ANSWER = "answer"
    REFUSE = "refuse"
    ELSEWHERE = "elsewhere"
    WITHDRAW = "withdraw"
    DISPATCH = "dispatch"
    RETURN = "return"
    ASSIGN = "assign"
    NOTE = "note"
    DRAFT_REPLY = "draft_reply"
    APPROVE = "approve"
    SEND_BACK = "send_back"
    PUBLISH = "publish"
    RATE = "rate"
    MERGE = "merge"
    UNMERGE = "unmerge"
    ASK_REDACTION = "ask_redaction"
    DECIDE_REDACTION = "decide_redaction"
    APPEAL = "appeal"
    DECIDE_APPEAL = "decide_appeal"
    ASK_EXTENSION = "ask_extension"
    DECIDE_EXTENSION = "decide_extension"
    URGE = "urge"
    ANSWER_CARD = "answer_card"
    OBJECT = "object"
    RULE_DISPATCH = "rule_dispatch"
    LOG_CONTACT = "log_contact"
    INSPECT = "inspect"
    ANSWER_TASK = "answer_task"
    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"
    ANSWER_FOLLOW_UP = "answer_follow_up"
    REPORT_PROMISE = "report_promise"
    CORRECT = "correct"
    DECIDE_CORRECTION = "decide_correction"
    SEE_REPORTS = "see_reports"
    INSTRUCT = "instruct"
    ANSWER_INSTRUCTION = "answer_instruction"
    ANSWER_PRESS = "answer_press"
    HIDE = "hide"
    APPEAL_HIDING = "appeal_hiding"
    DECIDE_HIDING = "decide_hiding"
    EXPIRE_QUESTION = "expire_question"
    EXPIRE_RATING = "expire_rating"


@dataclass(frozen=True)
class Actor:
    """Who acts: a resident, a member of staff, or the service itself when a limit ends (`kind` service)."""

    kind: str
    id: str
    roles: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()


TIMER = Actor("service", "petition")

Who = Callable[[Case, Actor], bool]


def author(case: Case, actor: Actor) -> bool:
    """The resident who filed it."""
    return actor.kind == "resident" and case.author == actor.id


def clerk(case: Case, actor: Actor) -> bool:
    """Intake."""
    return "clerk" in actor.roles


def author_or_clerk(case: Case, actor: Actor) -> bool:
    """Who filed it, or intake."""
    return author(case, actor) or clerk(case, actor)


def supervisor(case: Case, actor: Actor) -> bool:
    """Supervision."""
    return "supervisor" in actor.roles


def leader(case: Case, actor: Actor) -> bool:
    """A leader of the district."""
    return "leader" in actor.roles


def dispatcher(case: Case, actor: Actor) -> bool:
    """Intake, or supervision."""
    return bool(actor.roles & {"clerk", "supervisor"})


def handler(case: Case, actor: Actor) -> bool:
    """A handler of the department in charge."""
    return "handler" in actor.roles and case.department in actor.departments


def approver(case: Case, actor: Actor) -> bool:
    """An approver of the department in charge."""
    return "approver" in actor.roles and case.department in actor.departments


def wants_better(case: Case, actor: Actor) -> bool:
    """An approver of the department in charge, or the supervisor: who reads an answer before it is published."""
    return approver(case, actor) or supervisor(case, actor)


def second_person(case: Case, actor: Actor) -> bool:
    """An approver of the department in charge who did not write the draft."""
    return approver(case, actor) and (case.reply is None or case.reply.drafted_by != actor.id)


def decides_extension(case: Case, actor: Actor) -> bool:
    """An approver of the department in charge who did not ask for it."""
    return approver(case, actor) and (case.extension is None or case.extension.asked_by != actor.id)


def decides_correction(case: Case, actor: Actor) -> bool:
    """An approver of the department in charge who did not write the correction."""
    return approver(case, actor) and (case.correction is None or case.correction.by != actor.id)


def decides_hiding(case: Case, actor: Actor) -> bool:
    """A supervisor who did not hide it himself."""
    appealed = case.hiding_appealed
    return supervisor(case, actor) and (appealed is None or appealed.by != actor.id)


def department(case: Case, actor: Actor) -> bool:
    """A handler or approver of the department in charge."""
    return handler(case, actor) or approver(case, actor)


def working_handler(case: Case, actor: Actor) -> bool:
    """A handler of the department in charge or of one that joins in."""
    return "handler" in actor.roles and bool(case.departments & actor.departments)


def owing(case: Case, actor: Actor) -> bool:
    """A handler of a department that has a task to answer."""
    return "handler" in actor.roles and any(task.department in actor.departments for task in case.open_tasks)


def promised(case: Case, actor: Actor) -> bool:
    """A handler of a department that has a promise to report on."""
    return "handler" in actor.roles and any(one.department in actor.departments for one in case.open_promises)


def at_work(case: Case, actor: Actor) -> bool:
    """Anyone in office who works on it: intake, supervision, the department in charge and those that join in."""
    joins = bool(actor.roles & {"handler", "approver"}) and bool(case.departments & actor.departments)
    return joins or dispatcher(case, actor)


def answers_for(unit: str, actor: Actor) -> bool:
    """Whether the actor answers a card that was given to this office: a department, or intake."""
    if unit == INTAKE:
        return "clerk" in actor.roles
    return bool(actor.roles & {"handler", "approver"}) and unit in actor.departments


def carded(case: Case, actor: Actor) -> bool:
    """Someone of an office that has a card to answer."""
    return any(card.answer is None and answers_for(card.unit, actor) for card in case.cards)


def instructed(case: Case, actor: Actor) -> bool:
    """Someone of the office in charge, which owes a leader an answer: the department, else intake."""
    return bool(case.open_instructions) and answers_for(case.department or INTAKE, actor)


def pressed(case: Case, actor: Actor) -> bool:
    """Someone of the office in charge, which owes the newsroom an answer: the department, else intake."""
    return bool(case.open_press) and answers_for(case.department or INTAKE, actor)


def timer(case: Case, actor: Actor) -> bool:
    """The service itself, when a limit has ended."""
    return actor == TIMER


@dataclass(frozen=True)
class Rule:
    """One row of the table. `target` None: the case stays where it is, or goes where the step says."""

    action: Action
    sources: tuple[State, ...]
    target: State | None
    who: Who


_BEFORE_ANSWER = (
    State.SUBMITTED, State.QUESTIONED, State.ACCEPTED, State.DISPATCHED, State.IN_REVIEW, State.APPROVED,
)  # fmt: skip
_AT_WORK = (State.ACCEPTED, *WITH_DEPARTMENT)
_OPEN = (*_BEFORE_ANSWER, State.ANSWERED)
_LET_THROUGH = (State.SUBMITTED, *_AT_WORK, State.ANSWERED, State.CLOSED)

REOPENABLE = (Ending.ANSWERED_RATED, Ending.ANSWERED_UNRATED, Ending.UNANSWERED_QUESTION)

# fmt: off
TABLE = (
    # action                from                                    to                  by
    Rule(Action.ACCEPT,     (State.SUBMITTED,),                     State.ACCEPTED,     clerk),
    Rule(Action.ASK,        (State.SUBMITTED,),                     State.QUESTIONED,   clerk),
    Rule(Action.ANSWER,     (State.QUESTIONED,),                    State.SUBMITTED,    author),
    Rule(Action.REFUSE,     (State.SUBMITTED, State.ACCEPTED),      State.CLOSED,       clerk),
    Rule(Action.ELSEWHERE,  (State.SUBMITTED, State.ACCEPTED),      State.CLOSED,       clerk),
    Rule(Action.WITHDRAW,   _BEFORE_ANSWER,                         State.CLOSED,       author),
    Rule(Action.DISPATCH,   (State.ACCEPTED,),                      State.DISPATCHED,   dispatcher),
    Rule(Action.RETURN,     (State.DISPATCHED,),                    State.ACCEPTED,     handler),
    Rule(Action.ASSIGN,     (State.DISPATCHED,),                    None,               department),
    Rule(Action.NOTE,       _AT_WORK,                               None,               at_work),
    Rule(Action.DRAFT_REPLY, (State.DISPATCHED,),                   State.IN_REVIEW,    handler),
    Rule(Action.APPROVE,    (State.IN_REVIEW,),                     State.APPROVED,     second_person),
    Rule(Action.SEND_BACK,  (State.IN_REVIEW, State.APPROVED),      State.DISPATCHED,   wants_better),
    Rule(Action.PUBLISH,    (State.APPROVED,),                      State.ANSWERED,     department),
    Rule(Action.RATE,       (State.ANSWERED, State.CLOSED),         None,               author),
    Rule(Action.MERGE,      (State.SUBMITTED, State.ACCEPTED),      State.CLOSED,       clerk),
    Rule(Action.UNMERGE,    (State.CLOSED,),                        None,               author_or_clerk),
    Rule(Action.ASK_REDACTION, _LET_THROUGH,                        None,               author),
    Rule(Action.DECIDE_REDACTION, _LET_THROUGH,                     None,               clerk),
    Rule(Action.APPEAL,     (State.CLOSED,),                        None,               author),
    Rule(Action.DECIDE_APPEAL, (State.CLOSED,),                     None,               supervisor),
    Rule(Action.ASK_EXTENSION, (State.DISPATCHED,),                 None,               handler),
    Rule(Action.DECIDE_EXTENSION, WITH_DEPARTMENT,                  None,               decides_extension),
    Rule(Action.URGE,       (State.SUBMITTED, *_AT_WORK),           None,               supervisor),
    Rule(Action.ANSWER_CARD, tuple(State),                          None,               carded),
    Rule(Action.OBJECT,     (State.DISPATCHED,),                    None,               handler),
    Rule(Action.RULE_DISPATCH, (State.DISPATCHED,),                 None,               supervisor),
    Rule(Action.LOG_CONTACT, WITH_DEPARTMENT,                       None,               working_handler),
    Rule(Action.INSPECT, (*WITH_DEPARTMENT, State.ANSWERED, State.CLOSED), None,        supervisor),
    Rule(Action.ANSWER_TASK, WITH_DEPARTMENT,                       None,               owing),
    Rule(Action.FOLLOW_UP,  (State.ANSWERED,),                      None,               author),
    Rule(Action.ANSWER_FOLLOW_UP, (State.ANSWERED,),                None,               department),
    Rule(Action.REOPEN,     (State.CLOSED,),                        None,               author),
    Rule(Action.REPORT_PROMISE, (*_AT_WORK, State.ANSWERED, State.CLOSED), None,        promised),
    Rule(Action.CORRECT,    (State.ANSWERED, State.CLOSED),         None,               handler),
    Rule(Action.DECIDE_CORRECTION, (State.ANSWERED, State.CLOSED),  None,               decides_correction),
    Rule(Action.SEE_REPORTS, _OPEN,                                 None,               leader),
    Rule(Action.INSTRUCT,   _OPEN,                                  None,               leader),
    Rule(Action.ANSWER_INSTRUCTION, tuple(State),                   None,               instructed),
    Rule(Action.ANSWER_PRESS, tuple(State),                         None,               pressed),
    Rule(Action.HIDE,       tuple(State),                           None,               dispatcher),
    Rule(Action.APPEAL_HIDING, tuple(State),                        None,               author),
    Rule(Action.DECIDE_HIDING, tuple(State),                        None,               decides_hiding),
    Rule(Action.EXPIRE_QUESTION, (State.QUESTIONED,),               State.CLOSED,       timer),
    Rule(Action.EXPIRE_RATING, (State.ANSWERED,),                   State.CLOSED,       timer),
)
# fmt: on
RULES = {rule.action: rule for rule in TABLE}


def permit(case: Case, action: Action, actor: Actor) -> State:
    """The state that the action leads to.

    Raises `NotPermitted` when the actor may not, whatever the state, and `WrongState` when the case is elsewhere.
    """
    rule = RULES[action]
    if not rule.who(case, actor):
        raise NotPermitted("您没有办理这项操作的权限。")
    if case.state not in rule.sources or not _possible(case, action):
        raise WrongState("这件诉求的状态已经变化，请刷新后查看。")
    return rule.target or case.state


def allowed(case: Case, actor: Actor) -> list[Action]:
    """The steps that the actor may take now, as far as persons and states decide."""
    return [
        rule.action
        for rule in TABLE
        if case.state in rule.sources and rule.who(case, actor) and _possible(case, rule.action)
    ]


def _possible(case: Case, action: Action) -> bool:
    """What a step needs beside the state."""
    if action is Action.RATE:  # a closed case takes a rating only as a second thought about an earlier one
        return case.state is State.ANSWERED or case.ending is Ending.ANSWERED_RATED
    if action is Action.ASK_REDACTION:
        return case.listed and not case.redaction_pending
    needed = {
        Action.ASK: not case.by_partner,  # nobody could answer, and the case would end by that
        Action.INSPECT: case.department is not None,
        Action.UNMERGE: case.ending is Ending.MERGED,
        Action.DECIDE_REDACTION: case.redaction_pending,
        Action.APPEAL: case.ending is Ending.REFUSED and case.appeal is None,
        Action.DECIDE_APPEAL: case.appeal_pending,
        Action.RETURN: not case.returned,
        Action.OBJECT: case.returned and case.objection is None,
        Action.RULE_DISPATCH: case.objection_pending,
        Action.ASK_EXTENSION: _extendable(case),
        Action.DECIDE_EXTENSION: case.extension_pending,
        Action.FOLLOW_UP: not case.follow_up_pending,
        Action.ANSWER_FOLLOW_UP: case.follow_up_pending,
        Action.REOPEN: case.ending in REOPENABLE,
        Action.CORRECT: case.reply is not None and case.reply.published_at is not None and case.correction is None,
        Action.DECIDE_CORRECTION: case.correction is not None,
        Action.HIDE: case.listed,
        Action.APPEAL_HIDING: case.hiding_appealed is None and any(one.appeal is None for one in case.hidings),
        Action.DECIDE_HIDING: case.hiding_appealed is not None,
        Action.SEE_REPORTS: bool(case.unseen_reports),
    }
    return needed.get(action, True)


def _extendable(case: Case) -> bool:
    """Limits by the hour are not extended, and none is a second time."""
    overall = case.clock(OVERALL)
    free = case.extension is None or case.extension.granted is False
    return free and overall is not None and workdays(overall.limit) is not None
