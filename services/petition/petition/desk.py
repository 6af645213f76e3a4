"""The offices' side of a case: intake, dispatch, handling, approval, publication, and what waits for whom."""

from datetime import datetime
from typing import get_args

from kit.clock import utcnow
from kit.errors import Forbidden
from kit.identity import Caller
from petition import steps
from petition.contract.cases import SaidView
from petition.contract.desk import (
    CountDeskCases,
    DeskCase,
    DeskCounts,
    DeskFilters,
    DeskPage,
    FoundNumbers,
    ListDeskCases,
    Queue,
    QueueCount,
    ReplyTemplate,
    ReplyTemplates,
    SearchPersonalNumbers,
)
from petition.contract.shapes import CaseReceipt, OneCase
from petition.contract.steps import (
    AcceptCase,
    AddNote,
    AnswerFollowUp,
    AnswerTask,
    ApproveReply,
    AskAuthor,
    AskExtension,
    AssignCase,
    CorrectReply,
    DecideAppeal,
    DecideCorrection,
    DecideExtension,
    DecideHiding,
    DecideRedaction,
    DispatchCase,
    DraftReply,
    HideWords,
    Mask,
    MergeCase,
    ObjectToDispatch,
    PublishReply,
    ReferElsewhere,
    RefuseCase,
    ReportPromise,
    ReturnCase,
    RuleDispatch,
    SendBackReply,
    UnmergeCase,
)
from petition.desk_views import desk_case, desk_row, numbers_in
from petition.domain import (
    appeal,
    change,
    correcting,
    extending,
    follow_up,
    handling,
    hiding,
    intake,
    merging,
    objection,
    promises,
    redaction,
    tasks,
    templates,
)
from petition.domain.case import Case, Said
from petition.domain.change import Change, Rules
from petition.domain.lifecycle import Actor
from petition.domain.masking import Span
from petition.domain.promises import Given
from petition.domain.tasks import Wanted
from petition.parts import Parts
from petition.store import queues
from petition.store.queues import Waiting

INTAKE_QUEUES = ("intake", "waiting")
OFFICE_QUEUES = ("handling", "review", "answered")
WATCHED = ("watched",)
TASKS = ("tasks",)
PROMISES = ("promises",)
REPORTED = ("reported",)
INSTRUCTED = ("instructed",)
COVERED = ("covered",)
PRESS = ("press",)
COUNTED_TO = 1000
READ_REPORTS = frozenset(("supervisor", "leader"))


def list_desk_cases(parts: Parts, request: ListDeskCases, caller: Caller) -> DeskPage:
    """What waits for the caller, what is due next first. Raises `Forbidden` for a queue of others.

    Of the watched cases, those whose clocks run out or have run out, the worst come first: a leader sees them alone.
    """
    cases, cursor = parts.cases.waiting(_waiting(parts, caller, request.queue, request), request.limit, request.cursor)
    now = utcnow()
    return DeskPage(items=[desk_row(case, parts.rules, now) for case in cases], next_cursor=cursor)


def get_desk_counts(parts: Parts, request: CountDeskCases, caller: Caller) -> DeskCounts:
    """How much waits in each queue of the caller, by the query that lists it."""
    counts = [
        QueueCount(queue=name, count=parts.cases.count_waiting(_waiting(parts, caller, name, request), COUNTED_TO))
        for name in get_args(Queue)
        if _admits(caller, name)
    ]
    leads = bool(caller.roles & READ_REPORTS)
    return DeskCounts(
        counted_to=COUNTED_TO,
        items=counts,
        clusters=parts.clusters.count_waiting(COUNTED_TO) if leads else 0,
        exclusions=parts.exclusions.count_waiting(COUNTED_TO) if leads else 0,
    )


def get_desk_case(parts: Parts, request: OneCase, caller: Caller) -> DeskCase:
    """A case with all that the offices know. Raises `NotFound`, or `Forbidden` for a listed case of others."""
    case = steps.office_case(parts, request.no, caller)
    return desk_case(case, parts, steps.actor_of(caller), utcnow())


def get_reply_templates(parts: Parts, request: OneCase, caller: Caller) -> ReplyTemplates:
    """The templates that suit a case. Raises `NotFound`, or `Forbidden` for a listed case of others."""
    case = steps.office_case(parts, request.no, caller)
    items = [
        ReplyTemplate(code=one.code, name=one.name, hint=one.hint, said=SaidView(**one.said.model_dump()))
        for one in templates.offered(case, parts.rules)
    ]
    return ReplyTemplates(items=items)


def search_personal_numbers(parts: Parts, request: SearchPersonalNumbers) -> FoundNumbers:
    """What of these words should perhaps not be published. Nothing of them is kept."""
    return FoundNumbers(items=numbers_in(request.texts, parts.rules.directory))


def accept_case(parts: Parts, request: AcceptCase, caller: Caller) -> CaseReceipt:
    """Takes the case and lets its words through, or the words that intake made of them."""
    masks = None if request.masks is None else _by_field(request.masks)
    withheld = {one.file: one.reason for one in request.withheld}
    values = {"urgency": request.urgency, "publish_text": request.publish_text, "masks": masks, "withheld": withheld}
    return steps.take(parts, caller, request, intake.accept, **values)


def ask_author(parts: Parts, request: AskAuthor, caller: Caller) -> CaseReceipt:
    """Asks the author what intake needs to know."""
    return steps.take(parts, caller, request, intake.ask, text=request.text)


def refuse_case(parts: Parts, request: RefuseCase, caller: Caller) -> CaseReceipt:
    """Refuses for a reason that the law knows."""
    return steps.take(parts, caller, request, intake.refuse, reason=request.reason, text=request.text)


def refer_elsewhere(parts: Parts, request: ReferElsewhere, caller: Caller) -> CaseReceipt:
    """Says where to turn with what is not for this district."""
    return steps.take(parts, caller, request, intake.refer_elsewhere, where=request.where, text=request.text)


def dispatch_case(parts: Parts, request: DispatchCase, caller: Caller) -> CaseReceipt:
    """Gives the case to a department in charge and those that join in."""
    wanted = {task.department: Wanted(task.text, task.due) for task in request.tasks}
    values = {"department": request.department, "co_departments": tuple(request.co_departments), "tasks": wanted}
    return steps.take(parts, caller, request, handling.dispatch, **values)


def answer_task(parts: Parts, request: AnswerTask, caller: Caller) -> CaseReceipt:
    """Answers what the department was asked to do beside the one in charge."""
    return steps.take(parts, caller, request, tasks.answer, task=request.task, text=request.text)


def return_case(parts: Parts, request: ReturnCase, caller: Caller) -> CaseReceipt:
    """Sends a wrong dispatch back, once, with legal basis and another department."""
    values = {"basis": request.basis, "suggested_department": request.suggested_department}
    return steps.take(parts, caller, request, handling.send_to_intake, **values)


def object_to_dispatch(parts: Parts, request: ObjectToDispatch, caller: Caller) -> CaseReceipt:
    """Has a supervisor rule where a case belongs that was returned before."""
    values = {"basis": request.basis, "suggested_department": request.suggested_department}
    return steps.take(parts, caller, request, objection.object_to, **values)


def rule_dispatch(parts: Parts, request: RuleDispatch, caller: Caller) -> CaseReceipt:
    """Rules where the case belongs, for good."""
    return steps.take(parts, caller, request, objection.rule, department=request.department, answer=request.answer)


def assign_case(parts: Parts, request: AssignCase, caller: Caller) -> CaseReceipt:
    """Names the person who handles it. Of oneself the token says all; of others accounts is asked."""

    def step(case: Case, actor: Actor, now: datetime, rules: Rules) -> Change:
        chosen = caller if request.handler == caller.id else parts.colleagues.find(request.handler)
        handler = steps.actor_of(chosen) if chosen else None
        return handling.assign(case, actor, now, rules, handler=handler)

    return steps.take(parts, caller, request, step)


def add_note(parts: Parts, request: AddNote, caller: Caller) -> CaseReceipt:
    """Notes progress, for everyone or for the offices only."""
    return steps.take(parts, caller, request, handling.add_note, text=request.text, public=request.public)


def draft_reply(parts: Parts, request: DraftReply, caller: Caller) -> CaseReceipt:
    """Writes the answer in four parts, and what it promises."""
    values = {"facts": request.facts, "rule": request.rule, "done": request.done, "next": request.next}
    given = [Given(one.text, one.day) for one in request.promises]
    return steps.take(parts, caller, request, handling.draft_reply, **values, promises=given)


def correct_reply(parts: Parts, request: CorrectReply, caller: Caller) -> CaseReceipt:
    """Says what the published reply should say."""
    said = Said(facts=request.facts, rule=request.rule, done=request.done, next=request.next)
    return steps.take(parts, caller, request, correcting.propose, said=said, reason=request.reason)


def decide_correction(parts: Parts, request: DecideCorrection, caller: Caller) -> CaseReceipt:
    """Publishes the correction that somebody else wrote, or not."""
    return steps.take(parts, caller, request, correcting.decide, granted=request.granted, answer=request.answer)


def answer_follow_up(parts: Parts, request: AnswerFollowUp, caller: Caller) -> CaseReceipt:
    """Answers the author's question about the reply."""
    return steps.take(parts, caller, request, follow_up.answer, text=request.text)


def report_promise(parts: Parts, request: ReportPromise, caller: Caller) -> CaseReceipt:
    """Says what became of a promise."""
    values = {"promise": request.promise, "kept": request.kept, "text": request.text}
    return steps.take(parts, caller, request, promises.report, **values)


def approve_reply(parts: Parts, request: ApproveReply, caller: Caller) -> CaseReceipt:
    """Stands for the answer that someone else wrote."""
    return steps.take(parts, caller, request, handling.approve)


def send_back_reply(parts: Parts, request: SendBackReply, caller: Caller) -> CaseReceipt:
    """Wants a better answer."""
    return steps.take(parts, caller, request, handling.send_back, remark=request.remark)


def merge_case(parts: Parts, request: MergeCase, caller: Caller) -> CaseReceipt:
    """Ends the case as merged into another that asks the same."""
    return steps.take(parts, caller, request, merging.merge, target=parts.cases.seen(request.into))


def unmerge_case(parts: Parts, request: UnmergeCase, caller: Caller) -> CaseReceipt:
    """Takes a merged case out again."""
    return steps.take(parts, caller, request, merging.unmerge)


def decide_redaction(parts: Parts, request: DecideRedaction, caller: Caller) -> CaseReceipt:
    """Takes out what the author wants out, or says why it stays."""
    return steps.take(parts, caller, request, redaction.decide, granted=request.granted, answer=request.answer)


def hide_words(parts: Parts, request: HideWords, caller: Caller) -> CaseReceipt:
    """Takes out of what the public sees what should not be there."""
    values = {"passages": request.passages, "files": request.files, "reason": request.reason, "text": request.text}
    return steps.take(parts, caller, request, hiding.hide, **values)


def decide_hiding(parts: Parts, request: DecideHiding, caller: Caller) -> CaseReceipt:
    """Upholds what an office hid, or has it public again."""
    return steps.take(parts, caller, request, hiding.decide, granted=request.granted, answer=request.answer)


def decide_appeal(parts: Parts, request: DecideAppeal, caller: Caller) -> CaseReceipt:
    """Upholds a refusal, or has intake take the case up again."""
    return steps.take(parts, caller, request, appeal.decide, granted=request.granted, answer=request.answer)


def ask_extension(parts: Parts, request: AskExtension, caller: Caller) -> CaseReceipt:
    """Asks for more working days."""
    return steps.take(parts, caller, request, extending.ask, days=request.days, reason=request.reason)


def decide_extension(parts: Parts, request: DecideExtension, caller: Caller) -> CaseReceipt:
    """Grants more working days, or says why not."""
    return steps.take(parts, caller, request, extending.decide, granted=request.granted, answer=request.answer)


def publish_reply(parts: Parts, request: PublishReply, caller: Caller) -> CaseReceipt:
    """Publishes the approved answer."""
    return steps.take(parts, caller, request, handling.publish)


def _by_field(masks: list[Mask]) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for mask in masks:
        spans.setdefault(mask.field, []).append(Span(start=mask.start, end=mask.end, kind=mask.kind))
    return spans


def _waiting(parts: Parts, caller: Caller, queue: str | None, filters: DeskFilters) -> Waiting:
    names, departments = _scope(caller, queue)
    if names == WATCHED:
        return queues.watched()
    if names == TASKS:
        return queues.owed(departments or [])
    if names == PROMISES:
        return queues.promised(departments or [])
    if names == REPORTED:
        return queues.reported()
    if names == COVERED:
        return queues.covered()
    if names in (INSTRUCTED, PRESS):
        units = [change.INTAKE, *parts.rules.directory.departments] if departments is None else departments
        return queues.instructed(units) if names == INSTRUCTED else queues.pressed(units)
    if queue == "requests":
        return queues.requested(_decides(caller))
    return queues.at_work((queue,) if queue else names, departments, _filters(filters, caller))


def _admits(caller: Caller, queue: str) -> bool:
    """Whether the caller may ask for this queue."""
    try:
        _scope(caller, queue)
    except Forbidden:
        return False
    return True


def _filters(filters: DeskFilters, caller: Caller) -> dict[str, str]:
    chosen = {"by_town": filters.town, "by_category": filters.category, "handler": caller.id if filters.mine else None}
    return {name: value for name, value in chosen.items() if value is not None}


def _decides(caller: Caller) -> tuple[str, ...]:
    """The wishes that the caller sees: a supervisor those that he decides, and those that intake owes."""
    return ("appeal", "hiding", "objection", "redaction") if caller.has("supervisor") else ("redaction",)


def _offices(caller: Caller) -> list[str]:
    """The offices that the caller answers for."""
    own = sorted(caller.departments) if caller.roles & {"handler", "approver"} else []
    return [*([change.INTAKE] if caller.has("clerk") else []), *own]


def _scope(caller: Caller, queue: str | None) -> tuple[tuple[str, ...], list[str] | None]:
    """The queues and departments (None: all) that the caller works from."""
    if caller.roles & READ_REPORTS and queue in (*WATCHED, *REPORTED, *INSTRUCTED, *COVERED, *PRESS):
        return (queue,), None
    if queue in (*INSTRUCTED, *PRESS) and caller.roles & {"clerk", "handler", "approver"}:
        return (queue,), _offices(caller)
    if caller.has("handler") and queue in (*TASKS, *PROMISES):
        return (TASKS if queue in TASKS else PROMISES), sorted(caller.departments)
    if caller.has("supervisor") and queue not in (*TASKS, *PROMISES):
        return (*INTAKE_QUEUES, *OFFICE_QUEUES), None
    if caller.has("clerk") and queue in (None, *INTAKE_QUEUES, "requests"):
        return INTAKE_QUEUES, None
    if caller.roles & {"handler", "approver"} and queue in (None, *OFFICE_QUEUES):
        return OFFICE_QUEUES, sorted(caller.departments)
    if caller.has("leader") and queue is None:
        return WATCHED, None
    raise Forbidden("您没有查看这个队列的权限。")
