"""A case as its document keeps it.

A case is one document, so that a step, its history entry, its events and its answer commit together. What lists are
sorted and filtered by is copied to the top of the document and begins with `by_`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from kit import text
from kit.mongo import Document
from petition.domain import change, emptiness, escalation, replanning, reporting
from petition.domain.case import Case, Reply, State
from petition.domain.change import Change, Rules
from petition.domain.day_root import day_of
from petition.domain.history import Entry
from petition.store.queues import ALARMS

QUEUES = {
    State.SUBMITTED: "intake",
    State.ACCEPTED: "intake",
    State.QUESTIONED: "waiting",
    State.DISPATCHED: "handling",
    State.IN_REVIEW: "review",
    State.APPROVED: "review",
    State.ANSWERED: "answered",
}
"""The desk's queue of each open state."""
PASSING = (
    "by_expires", "by_grams", "by_replied", "by_in_time", "by_requests", "by_requested", "by_tasks", "by_escalates",
    "by_alarm", "by_reply", "by_promises", "by_provisional", "by_reported", "by_instructed", "by_voice",
    "by_covered", "by_press",
)  # fmt: skip
"""Copies that not every case has."""


def document_of(case: Case, rules: Rules) -> Document:
    """The case as its document keeps it, with the copies that lists and timers need."""
    due = change.next_due(case)
    expires = change.expires_at(case)
    return {
        **case.model_dump(mode="python", exclude={"no", "history", "joined"}),
        "by_listed": case.listed,
        "by_town": case.asked.town,
        "by_category": case.asked.category,
        "by_department": case.department,
        "by_departments": sorted(case.departments),
        "by_state": case.state,
        "by_queue": _queue_of(case),
        "by_due": due.due if due else expires,
        "by_rolls": case.history[-1].at if case.history else case.filed_at,
        **({"by_expires": expires} if expires else {}),
        **({"by_provisional": True} if replanning.is_provisional(case) else {}),
        **_copies_for_requests(case),
        **_copies_for_debts(case),
        **copies_for_leaders(case),
        **_copies_for_supervision(case, rules),
        **copies_for_comparing(case),
        **copies_for_readers(case),
    }


def _queue_of(case: Case) -> str | None:
    """Where it waits: an answered one with a question or a correction goes back to who has to deal with it."""
    if case.correction is not None:
        return "review"
    return "handling" if case.follow_up_pending else QUEUES.get(case.state)


def _copies_for_requests(case: Case) -> Document:
    """What an author or a department wants decided beside the course of the case, and since when."""
    waiting: dict[str, datetime] = {}
    if case.redaction_pending:
        waiting["redaction"] = case.redactions[-1].asked_at
    if case.appeal is not None and case.appeal_pending:
        waiting["appeal"] = case.appeal.at
    if case.hiding_appealed and case.hiding_appealed.appeal:
        waiting["hiding"] = case.hiding_appealed.appeal.at
    if case.objection is not None and case.objection_pending:
        waiting["objection"] = case.objection.at
    return {"by_requests": sorted(waiting), "by_requested": min(waiting.values())} if waiting else {}


def _copies_for_debts(case: Case) -> Document:
    """Which departments owe an answer to the one in charge, and which have promised what is not reported on."""
    owing = {
        "by_tasks": sorted({one.department for one in case.open_tasks}),
        "by_promises": sorted({one.department for one in case.open_promises}),
    }
    return {name: departments for name, departments in owing.items() if departments}


def copies_for_leaders(case: Case) -> Document:
    """Since when a leader is to look at it, which office owes one an answer, and the newsroom, by what its kind is
    counted, and since when a report is about it while it is open."""
    copies: Document = {}
    if case.unseen_reports:
        copies["by_reported"] = case.unseen_reports[0].at
    if case.open_instructions:
        copies["by_instructed"] = case.department or change.INTAKE
    if reporting.is_voice(case):
        copies["by_voice"] = case.filed_at
    if case.open_press:
        copies["by_press"] = case.department or change.INTAKE
    if case.covered and not case.ending:
        copies["by_covered"] = max(one.at for one in case.covered)
    return copies


def _copies_for_supervision(case: Case, rules: Rules) -> Document:
    """When the next stage falls, and how far the case has come."""
    copies: Document = {}
    if falls := escalation.next_at(case, rules):
        copies["by_escalates"] = falls
    if alarm := escalation.alarm(case, rules):
        copies["by_alarm"] = f"{ALARMS[alarm.level]} {alarm.since.isoformat(timespec='milliseconds')}"
    return copies


def copies_for_comparing(case: Case) -> Document:
    """By what the published reply of this case is found when another repeats it."""
    return {"by_reply": emptiness.marks(words_of(case.last_reply))} if case.last_reply else {}


def words_of(reply: Reply) -> str:
    """The reply in one normalised text, as it is compared with others."""
    return text.normalised(" ".join(getattr(reply, part) for part in emptiness.PARTS))


def copies_for_readers(case: Case) -> Document:
    """What a listed case is found by, and when it was replied to and whether its first answer was in time."""
    if not case.listed or case.shown is None:
        return {}
    copies: Document = {"by_grams": text.grams(case.shown.title, case.shown.place, case.shown.text)}
    if case.last_reply and (at := case.last_reply.published_at):
        clock = next(c for c in reversed(case.clocks) if c.name == change.FIRST_ANSWER and c.started_at <= at)
        copies |= {"by_replied": at, "by_in_time": clock.kept(at)}
    return copies


def case_of(document: Mapping[str, Any]) -> Case:
    """The case in a document."""
    known = {name: document[name] for name in Case.model_fields if name in document}
    return Case.model_validate({**known, "no": document["_id"]})


def new_document(change: Change, rules: Rules, events: Sequence[Document], note: Document, same: str = "") -> Document:
    """The document of a new case, with its events and its answer.

    `same` is what its author's other cases may not have while this one is open.
    """
    case = change.case
    entries = [entry.model_dump(mode="python") for entry in case.history]
    beside = {"history": entries, "_outbox": list(events), "_answers": [note], **({"by_same": same} if same else {})}
    beside["by_unsealed"] = days_of(case.history, rules)
    return {"_id": case.no, **document_of(case, rules), **beside}


def days_of(entries: Sequence[Entry], rules: Rules) -> list[str]:
    """The district's days in which these entries were made."""
    return sorted({day_of(entry.at, rules.calendar.zone).isoformat() for entry in entries})
