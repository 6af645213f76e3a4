"""A case as the offices see it: in their queues, and whole."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from petition.case_views import (
    BEFORE_PUBLICATION,
    case_fields,
    contact_views,
    exclusion_view,
    extension_view,
    found_in,
    inspection_views,
    named,
    note_view,
    owing_unit,
    reply_fields,
    summary_fields,
    title_of,
    unit,
    urge_view,
)
from petition.contract.cases import ObjectionView, ProposedCorrectionView
from petition.contract.desk import DeskCase, DeskRow, DraftView, FoundNumber, HintView, TaskAnswerView, TaskView
from petition.contract.leaders import (
    CaseNamed,
    ClusterView,
    DeskInstructionView,
    InstructionAnswerView,
    ReportView,
)
from petition.contract.press import DeskPressView, PressAnswerView
from petition.contract.shapes import Named
from petition.domain import change, emptiness, escalation, lifecycle, masking, reporting
from petition.domain.case import Case, Instruction, Objection, Report, State, Task
from petition.domain.change import Rules
from petition.domain.clocks import Clock
from petition.domain.district import Directory
from petition.domain.emptiness import Flaw, Hint
from petition.domain.lifecycle import Actor
from petition.domain.reporting import Cluster
from petition.parts import Parts
from petition.store.documents import words_of

_DRAFTED = (State.DISPATCHED, *BEFORE_PUBLICATION)  # sent back, the reply is a draft again
_CHECKING = frozenset(("handler", "approver", "supervisor"))


def desk_row(case: Case, rules: Rules, now: datetime) -> DeskRow:
    """A case in a queue of the desk."""
    duty = change.next_due(case)
    urgency = rules.directory.urgencies.get(case.urgency or "")
    return DeskRow(
        **summary_fields(case, rules.directory, whole=True),
        **_duty(duty, now),
        urgency=case.urgency,
        urgency_name=urgency.name if urgency else None,
        handler=case.handler,
        version=case.version,
        due_clock=title_of(duty.name, rules.directory) if duty else None,
        provisional=duty is not None and duty.provisional,
        **_alarm(case, rules),
        cards_open=sum(card.answer is None for card in case.cards),
        urged_at=case.urges[-1].at if case.urges else None,
        extension_pending=case.extension_pending,
        tasks_open=len(case.open_tasks),
        task_due=min((one.due for one in case.open_tasks if one.due), default=None),
        round=case.round,
        follow_up_pending=case.follow_up_pending,
        correction_pending=case.correction is not None,
        reports=[_report(one, rules.directory) for one in case.unseen_reports],
        covered=len(case.covered),
        press_due=min((one.due for one in case.open_press), default=None),
        instruction_due=min((one.due for one in case.open_instructions), default=None),
    )


def desk_case(case: Case, parts: Parts, actor: Actor, now: datetime) -> DeskCase:
    """A case with all that the offices know."""
    view = case_fields(case, parts, actor, now, whole=True, mine=False)
    subject = parts.rules.directory.subjects.get(case.asked.category)
    view["notes"] = [note_view(note, parts.rules.directory) for note in case.notes]
    view["contacts"] = contact_views(case.contacts, parts)
    view["inspections"] = inspection_views(case.inspections, parts)
    view["urges"] = [urge_view(one, parts.rules.directory, whole=True) for one in case.urges]
    view["extension"] = extension_view(case, whole=True)
    wish, hints = parts.exclusions.of_case(case.no), _hints(case, parts, actor)
    if "supervisor" in actor.roles:
        beside = {"ban_author": case.author is not None, "ask_exclusion": wish is None}
        view["may"] = [*view["may"], *(step for step, possible in beside.items() if possible)]
    return DeskCase(
        **view,
        objection=_objection(case.objection, parts.rules.directory) if case.objection else None,
        tasks=_tasks(case, actor, parts.rules.directory),
        exclusion=exclusion_view(wish, parts.rules) if wish else None,
        reports=[_report(one, parts.rules.directory) for one in case.reports],
        desk_press=_press(case, actor, parts.rules.directory),
        desk_instructions=_instructions(case, actor, parts.rules.directory),
        found_numbers=_found_in_words(case, parts.rules.directory),
        hints=[HintView(**asdict(hint)) for hint in hints if hint.flaw is not Flaw.NO_CONTACT],
        without_contact=any(hint.flaw is Flaw.NO_CONTACT for hint in hints),
        correction=ProposedCorrectionView(**case.correction.model_dump()) if case.correction else None,
        **_duty(change.next_due(case), now),
        version=case.version,
        urgency=case.urgency,
        proposed_urgency=subject.urgency if subject else "",
        proposed_department=subject.department if subject else "",
        partner=_partner(case, parts),
        handler=case.handler,
        shown_text=case.shown.text if case.shown else None,
        proposed_masks=found_in(case.asked, parts.rules.directory),
        draft=_draft(case, parts.rules.directory),
    )


def cluster_view(one: Cluster, parts: Parts, shown: int) -> ClusterView:
    """A cluster with the newest of its cases."""
    found = parts.rules.directory
    cases = parts.cases.newest_voices(one.town, one.category, one.since, one.until, shown)
    return ClusterView(
        **one.model_dump(exclude={"town", "category", "number"}),
        id=one.id,
        town=named(found.towns, one.town),
        category=named(found.subjects, one.category),
        cases=[CaseNamed(no=case.no, title=case.asked.title) for case in cases],
    )


def _report(one: Report, found: Directory) -> ReportView:
    names = {group.code: group.name for group in found.leaders.words} | {
        reporting.CO_SIGNS: found.leaders.co_signs.name
    }
    return ReportView(
        **one.model_dump(include={"count", "least", "at", "seen_at"}),
        threshold=Named(code=one.threshold, name=names.get(one.threshold, one.threshold)),
    )


def _instructions(case: Case, actor: Actor, found: Directory) -> list[DeskInstructionView]:
    answers = lifecycle.instructed(case, actor)
    return [_instruction(one, number, case, found, answers=answers) for number, one in enumerate(case.instructions, 1)]


def _instruction(one: Instruction, number: int, case: Case, found: Directory, *, answers: bool) -> DeskInstructionView:
    answer = one.answer
    return DeskInstructionView(
        **one.model_dump(include={"text", "by", "given_at", "due"}),
        number=number,
        unit=owing_unit(one, case, found),
        answer=InstructionAnswerView(**answer.model_dump() | {"unit": unit(answer.unit, found)}) if answer else None,
        mine=answer is None and answers,
    )


def _press(case: Case, actor: Actor, found: Directory) -> list[DeskPressView]:
    answers = lifecycle.pressed(case, actor)
    return [
        DeskPressView(
            **one.model_dump(include={"text", "asked_at", "due"}),
            number=number,
            unit=owing_unit(one, case, found),
            answer=PressAnswerView(**one.answer.model_dump() | {"unit": unit(one.answer.unit, found)})
            if one.answer
            else None,
            mine=one.answer is None and answers,
        )
        for number, one in enumerate(case.press, start=1)
    ]


def numbers_in(texts: Sequence[str], found: Directory) -> list[FoundNumber]:
    """The personal numbers in words of an office that are about to be published."""
    return [
        FoundNumber(text=index, words=text[span.start : span.end], kind_name=found.wording.masked[span.kind])
        for index, text in enumerate(texts)
        for span in masking.not_of_an_office(text)
    ]


def _found_in_words(case: Case, found: Directory) -> list[FoundNumber]:
    """In what waits for somebody's approval; a published reply has been looked at."""
    waiting = case.correction or (case.reply if case.state in BEFORE_PUBLICATION else None)
    return numbers_in([getattr(waiting, part) for part in emptiness.PARTS], found) if waiting else []


def _objection(one: Objection, found: Directory) -> ObjectionView:
    return ObjectionView(
        unit=named(found.departments, one.unit),
        at=one.at,
        basis=one.basis,
        suggested_department=named(found.departments, one.suggested_department),
        decided_at=one.decided_at,
        department=named(found.departments, one.department) if one.department else None,
        answer=one.answer,
    )


def _hints(case: Case, parts: Parts, actor: Actor) -> list[Hint]:
    """What makes the draft look empty, for who wrote it, who stands for it, and supervision."""
    if case.reply is None or case.state not in _DRAFTED or not actor.roles & _CHECKING:
        return []
    others = [
        emptiness.Answer(other.no, words_of(other.reply), told=_may_know(other, actor))
        for other in parts.cases.replied_like(case.reply, beside=case.no)
        if other.reply
    ]
    return emptiness.hints(case.reply, words_of(case.reply), others, parts.rules.directory.replies)


def _may_know(case: Case, actor: Actor) -> bool:
    return case.listed or "supervisor" in actor.roles or bool(case.departments & actor.departments)


def _partner(case: Case, parts: Parts) -> str | None:
    """The name of the partner whose program filed the case."""
    if case.author is None or not case.by_partner:
        return None
    document = parts.partners.document(case.author)
    return parts.partners.of(document).name if document else case.author


def _tasks(case: Case, actor: Actor, found: Directory) -> list[TaskView]:
    return [_task(one, number, case, actor, found) for number, one in enumerate(case.tasks, start=1)]


def _task(task: Task, number: int, case: Case, actor: Actor, found: Directory) -> TaskView:
    is_open = task in case.open_tasks
    return TaskView(
        number=number,
        department=named(found.departments, task.department),
        text=task.text,
        given_at=task.given_at,
        due=task.due,
        answer=TaskAnswerView(**task.answer.model_dump()) if task.answer else None,
        open=is_open,
        mine=is_open and task.department in actor.departments,
    )


def _alarm(case: Case, rules: Rules) -> dict[str, str | None]:
    alarm = escalation.alarm(case, rules)
    name = rules.directory.wording.levels[alarm.level] if alarm else None
    return {"alarm": alarm.level if alarm else None, "alarm_name": name}


def _draft(case: Case, found: Directory) -> DraftView | None:
    return DraftView(**reply_fields(case.reply, found)) if case.reply else None


def _duty(clock: Clock | None, now: datetime) -> dict[str, Any]:
    return {"due": clock.due if clock else None, "overdue": clock is not None and clock.due < now}
