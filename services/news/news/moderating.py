"""Comments as the newsroom looks at them, and as offices answer them."""

from functools import partial

from kit.errors import Forbidden, Invalid
from kit.identity import Caller
from news import commenting
from news.commenting import STATE_NAMES, answer_view
from news.contract.comments import (
    AnswerComment,
    ApproveComment,
    CommentReceipt,
    CommentReportsView,
    CommentTakenView,
    DeskCommentPage,
    DeskCommentView,
    HideComment,
    ListDeskComments,
    RefuseComment,
)
from news.contract.shapes import Named
from news.domain import comments
from news.domain.comments import Action, Answering, Comment, CommentState
from news.domain.lifecycle import EDITORS
from news.parts import Parts
from news.steps import actor_of


def list_desk_comments(parts: Parts, request: ListDeskComments, caller: Caller) -> DeskCommentPage:
    """Comments that stand so. Raises `Forbidden` for an office that asks for others than those that everyone sees."""
    edits = bool(caller.roles & EDITORS)
    state = request.state or (CommentState.WAITING if edits else CommentState.SHOWN)
    if not edits and state != CommentState.SHOWN:
        raise Forbidden("部门工作人员只能查看已显示的评论。")
    found, cursor = parts.comments.on_desk(state, request.limit, request.cursor)
    columns = parts.columns.names()
    return DeskCommentPage(
        items=[_on_desk(parts, comment, columns) for comment in found],
        next_cursor=cursor,
        waits=parts.comments.waiting() if edits else 0,
        reasons=[Named(**reason.model_dump()) for reason in parts.directory.comments.refusal_reasons],
    )


def approve_comment(parts: Parts, request: ApproveComment, caller: Caller) -> CommentReceipt:
    """Everyone sees it: what waited, was reported or was folded away."""
    act = partial(comments.moderate, action=Action.APPROVE, by=caller.id)
    return commenting.change(parts, caller, request, lambda comment, now: act(comment, now=now))


def refuse_comment(parts: Parts, request: RefuseComment, caller: Caller) -> CommentReceipt:
    """Nobody sees it but its author, who is told why."""
    return _decide(parts, request, caller, Action.REFUSE)


def hide_comment(parts: Parts, request: HideComment, caller: Caller) -> CommentReceipt:
    """Folded away: that it was there is seen, its words are not."""
    return _decide(parts, request, caller, Action.HIDE)


def answer_comment(parts: Parts, request: AnswerComment, caller: Caller) -> CommentReceipt:
    """An office or the newsroom answers in public. Raises `Invalid` for an office not there or not the caller's."""
    if request.department is not None and request.department not in parts.directory.departments:
        raise Invalid.field("department", "没有这个部门")
    given = Answering(request.text, request.department, actor_of(caller), caller.departments)
    return commenting.change(parts, caller, request, lambda comment, now: comments.answer(comment, given, now))


def _decide(parts: Parts, request: RefuseComment, caller: Caller, action: Action) -> CommentReceipt:
    if request.reason not in {reason.code for reason in parts.directory.comments.refusal_reasons}:
        raise Invalid.field("reason", "请选择理由")
    act = partial(comments.moderate, action=action, by=caller.id, reason=request.reason, note=request.note)
    return commenting.change(parts, caller, request, lambda comment, now: act(comment, now=now))


def _on_desk(parts: Parts, comment: Comment, columns: dict[str, str]) -> DeskCommentView:
    rules = parts.directory.comments
    names = {reason.code: reason.name for reason in (*rules.report_reasons, *rules.refusal_reasons)}
    reports = [
        CommentReportsView(code=code, name=names.get(code, code), count=n) for code, n in comment.reports.items()
    ]
    return DeskCommentView(
        **comment.model_dump(include={"id", "article", "name", "text", "state", "version"}),
        column=Named(code=comment.column, name=columns.get(comment.column, comment.column)),
        state_name=STATE_NAMES[comment.state],
        at=comment.created,
        found=list(comment.found),
        reports=reports,
        steps=[
            CommentTakenView(**step.model_dump(exclude={"reason"}), reason=names.get(step.reason, step.reason))
            for step in comment.steps
        ],
        answer=answer_view(parts, comment),
    )
