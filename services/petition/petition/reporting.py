"""上报领导: what reaches a threshold comes to the leaders' board; a leader looks at it, and says what he wants done."""

from pymongo.errors import DuplicateKeyError

from kit.clock import utcnow
from kit.errors import NotFound
from kit.events import Event
from kit.idempotency import Once
from kit.identity import Caller
from petition import steps
from petition.contract.leaders import (
    AnswerInstruction,
    ClusterPage,
    ClusterView,
    InstructCase,
    ListClusters,
    SeeCluster,
    SeeReports,
)
from petition.contract.shapes import CaseReceipt
from petition.desk_views import cluster_view
from petition.domain import instructing, reporting
from petition.domain.case import Case
from petition.parts import Parts

QUEUE = "petition.leader_reports"
TYPES = (
    "petition.case_submitted.v1", "petition.case_accepted.v1", "petition.case_unmerged.v1",
    "petition.case_reopened.v1", "petition.co_sign_added.v1",
)  # fmt: skip
SHOWN_OF_CLUSTER = 5


def report(parts: Parts, event: Event) -> None:
    """Reports the case, and its kind, if they have reached a threshold: by how they stand, so that each is there once.

    However often the event comes, and however late: voices are counted until it happened. Raises `StillChanging`.
    """
    case = steps.beside(parts, event.data["no"], lambda case, now: reporting.report(case, now, parts.rules))
    if case is not None and reporting.is_voice(case):
        _report_kind(parts, case, event)


def instruct_case(parts: Parts, request: InstructCase, caller: Caller) -> CaseReceipt:
    """Says what a leader wants done, and until when."""
    return steps.take(parts, caller, request, instructing.instruct, text=request.text, day=request.day)


def answer_instruction(parts: Parts, request: AnswerInstruction, caller: Caller) -> CaseReceipt:
    """Answers what a leader wanted done."""
    values = {"instruction": request.instruction, "text": request.text}
    return steps.take(parts, caller, request, instructing.answer, **values)


def see_reports(parts: Parts, request: SeeReports, caller: Caller) -> CaseReceipt:
    """Notes that a leader has looked at what the case was reported for."""
    return steps.take(parts, caller, request, reporting.see)


def list_clusters(parts: Parts, request: ListClusters) -> ClusterPage:
    """What was reported of cases of one kind, the latest first."""
    found, cursor = parts.clusters.latest(request.limit, request.cursor, waiting=request.waiting)
    return ClusterPage(items=[cluster_view(one, parts, SHOWN_OF_CLUSTER) for one in found], next_cursor=cursor)


def see_cluster(parts: Parts, request: SeeCluster, caller: Caller) -> ClusterView:
    """Notes that a leader has looked at a cluster. Raises `NotFound`."""
    once = Once(caller.id, request)
    document = parts.clusters.document(request.id)
    if document is None:
        raise NotFound("没有找到这组集中反映。")
    if answer := once.answered_by(document):
        return ClusterView.model_validate(answer)
    now, actor, before = utcnow(), steps.actor_of(caller), parts.clusters.of(document)
    found = steps.judged(None, parts.rules, lambda: reporting.see_cluster(before, actor, now))
    view = cluster_view(found, parts, SHOWN_OF_CLUSTER)
    parts.clusters.put(found, once.push(view.model_dump(mode="json"), now))
    return view


def _report_kind(parts: Parts, case: Case, event: Event) -> None:
    town, category = case.asked.town, case.asked.category
    window = reporting.window(event.time, parts.clusters.last(town, category), parts.rules)
    if window is None:
        return
    voices = parts.cases.count_voices(town, category, window.since, window.until)
    found = reporting.cluster(case, window, voices, utcnow(), parts.rules)
    if found is None:
        return
    try:
        parts.clusters.add(found)
    except DuplicateKeyError:  # another has found it
        return
