"""Comments as residents write, read and report them."""

import time
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from pymongo.errors import DuplicateKeyError

from kit import outbox, text
from kit.clock import utcnow
from kit.errors import Conflict, NotFound, RateLimited, Unavailable
from kit.idempotency import ATTEMPTS, Once
from kit.identity import Caller
from kit.mongo import Document
from news import reading
from news.contract.comments import (
    CommentAnswerView,
    CommentAuthorTold,
    CommentCommand,
    CommentPage,
    CommentReceipt,
    CommentTold,
    CommentView,
    DeleteComment,
    ListComments,
    ListOwnComments,
    OwnCommentPage,
    OwnCommentView,
    ReportComment,
    ReportReceipt,
    WriteComment,
)
from news.contract.shapes import Named
from news.domain import comments
from news.domain.checking import must_change
from news.domain.comments import Action, Comment, CommentPolicy, CommentState, Happening, Written
from news.domain.numbers import new_number
from news.parts import Parts
from news.refusing import answering
from news.store.comments import Change, Repeated, comment_of

STATE_NAMES = {
    CommentState.WAITING: "审核中",
    CommentState.SHOWN: "已显示",
    CommentState.REPORTED: "被举报，核查中",
    CommentState.HIDDEN: "已折叠",
    CommentState.REFUSED: "未通过审核",
    CommentState.DELETED: "已删除",
}
_OWN_STATE_NAMES = {**STATE_NAMES, CommentState.SHOWN: "已发布"}
_POLICIES = {
    CommentPolicy.BEFORE: "评论经编辑审核后显示。",
    CommentPolicy.AFTER: "评论发表后即显示，违反规定的会被折叠。",
    CommentPolicy.CLOSED: "这个栏目不开放评论。",
}
_MINUTE = 60
_BUSY = 0.02
_HOT = 20  # attempts on a comment that many report at once


def list_comments(parts: Parts, request: ListComments) -> CommentPage:
    """What everyone reads below an article. Raises `NotFound`, which says why when the article was withdrawn."""
    article = reading.published(parts, request.id)
    rules = parts.directory.comments
    found, cursor = parts.comments.public(article.id, request.limit, request.cursor)
    policy = rules.policy(article.words.column)
    return CommentPage(
        items=[_shown(parts, comment) for comment in found],
        next_cursor=cursor,
        count=parts.comments.count(article.id),
        policy=policy,
        policy_text=_POLICIES[policy],
        longest=rules.longest,
        report_reasons=[Named(**reason.model_dump()) for reason in rules.report_reasons],
    )


def list_own_comments(parts: Parts, request: ListOwnComments, caller: Caller) -> OwnCommentPage:
    """The caller's own comments below an article, or all of them, however they stand, the latest first."""
    found, cursor = parts.comments.own(caller.id, request.id, request.limit, request.cursor)
    articles = parts.articles.listed_among(list({comment.article for comment in found}))
    titles = {article.id: article.words.title for article in articles}
    return OwnCommentPage(
        items=[_own(parts, comment, titles.get(comment.article)) for comment in found], next_cursor=cursor
    )


def write_comment(parts: Parts, request: WriteComment, caller: Caller) -> CommentReceipt:
    """Writes a comment. The same request, repeated or run at the same time, writes one.

    Raises `NotFound` for an article that nobody reads, `Conflict` where no comments are taken or for the same words
    again, `Invalid` for a text too long or too short, `RateLimited`.
    """
    once = Once(caller.id, request)
    if answer := once.find(parts.comments.collection):
        return CommentReceipt.model_validate(answer)
    article = reading.published(parts, request.id)
    now, known = utcnow(), parts.directory
    found = must_change(request.text, known.checks.words)
    written = Written(article.id, article.words.column, request.text, found)
    with answering():
        comments.write("", written, caller.id, now, known.comments)  # before it counts
    _check_pace(parts, "comment", once.key, caller, now)
    for _ in range(ATTEMPTS):
        number = new_number(known.district.number_prefix, now, known.district.zone, "C")
        comment = comments.write(number, written, caller.id, now, known.comments)
        receipt = receipt_of(comment)
        events = events_of(None, comment, now)
        note = once.note(receipt.model_dump(mode="json"), now)
        try:
            parts.comments.add(comment, same_words(comment), events, note)
        except Repeated:
            if answer := once.find(parts.comments.collection):  # the same request ran at the same time
                return CommentReceipt.model_validate(answer)
            raise Conflict("您已经发表过相同的评论。") from None
        except DuplicateKeyError:
            if answer := once.find(parts.comments.collection):
                return CommentReceipt.model_validate(answer)
            continue  # the number is taken
        parts.wake()
        return receipt
    raise Unavailable


def delete_comment(parts: Parts, request: DeleteComment, caller: Caller) -> CommentReceipt:
    """The author takes his comment back. Raises `NotFound` for what he cannot see, `Forbidden` for another's."""
    return change(parts, caller, request, lambda comment, now: comments.delete(comment, caller.id, now))


def report_comment(parts: Parts, request: ReportComment, caller: Caller) -> ReportReceipt:
    """Says that a comment should not be there, once; again, it changes nothing. Raises `NotFound`, `RateLimited`."""
    receipt = ReportReceipt(id=request.id)
    if parts.comments.reported_by(request.id, caller.id):
        return receipt
    _check_pace(parts, "report", request.id, caller, utcnow())
    for _ in range(_HOT):
        comment, now = _public(parts, request.id), utcnow()
        if comment.state is not CommentState.SHOWN:
            return receipt  # folded already
        with answering():
            reported = comments.report(comment, caller.id, request.reason, parts.directory.comments)
        try:
            taken = Change(events_of(comment, reported, now), reporter=caller.id)
            if parts.comments.replace(comment, reported, taken):
                parts.wake()
                return receipt
        except Repeated:
            return receipt
        time.sleep(_BUSY)
    raise Conflict(extra={"retry_after": 1})


def forget_author(parts: Parts, account: str) -> None:
    """注销: words stay where everyone reads them, and nothing leads to their author; all others go. Safe to repeat."""
    while found := parts.comments.of_author(account):
        now = utcnow()
        gone = [(comment, comments.forget(comment)) for comment in found]
        parts.comments.forget_author([(before, after, events_of(before, after, now)) for before, after in gone])
        parts.wake()
    parts.comments.forget_person(account)


def change(
    parts: Parts, caller: Caller, request: CommentCommand, step: Callable[[Comment, datetime], Comment]
) -> CommentReceipt:
    """Takes a step on a comment. A repeated command gets its first answer.

    Raises `NotFound`, `Forbidden`, `Invalid`, `Conflict` when it stands elsewhere or has changed since its `version`.
    """
    once = Once(caller.id, request)

    def attempt(document: Document) -> CommentReceipt | None:
        if not document:
            raise NotFound("没有找到这条评论。")
        comment, now = comment_of(document), utcnow()
        if request.version not in (None, comment.version):
            raise Conflict("这条评论已有变动，请刷新后再试。", extra=receipt_of(comment).model_dump(mode="json"))
        with answering():
            changed = step(comment, now)
        receipt = receipt_of(changed)
        answered = once.push(receipt.model_dump(mode="json"), now)
        if not parts.comments.replace(comment, changed, Change(events_of(comment, changed, now), answered)):
            return None
        parts.wake()
        return receipt

    def read() -> Document | None:
        return parts.comments.document(request.id)

    return once.take(CommentReceipt, parts.comments.collection, read, attempt, _HOT, _BUSY)


def receipt_of(comment: Comment) -> CommentReceipt:
    """What a step came to."""
    state = comment.state
    return CommentReceipt(id=comment.id, state=state, state_name=STATE_NAMES[state], version=comment.version)


def answer_view(parts: Parts, comment: Comment) -> CommentAnswerView | None:
    """What an office says to it, or the newsroom."""
    said = comment.answer
    if said is None:
        return None
    name = parts.directory.departments.get(said.department, said.department)
    return CommentAnswerView(department=name, text=said.text, at=said.at, official=said.official)


def events_of(before: Comment | None, after: Comment, now: datetime) -> list[Document]:
    """The events of a comment: that everyone sees it otherwise than before, and what its author is told.

    Their number is the comment's version.
    """
    events, subject = [], f"{after.article}/{after.id}"
    if _seen(before) != _seen(after):
        changed = CommentTold(id=after.id, article=after.article, state=after.state, version=after.version)
        events.append(("changed", subject, changed.model_dump(mode="json")))
    if (happening := comments.happened(before, after)) and after.author:
        official = happening is Happening.ANSWERED and after.answer is not None and after.answer.official
        told = CommentAuthorTold(id=after.id, article=after.article, author=after.author, official=official)
        events.append((happening, f"{subject}/author", told.model_dump(mode="json")))
    return [outbox.event(f"news.comment_{kind}.v1", of, after.version, data, now) for kind, of, data in events]


def _seen(comment: Comment | None) -> tuple[object, ...]:
    if comment is None or not comment.public:
        return ()
    if comment.state is not CommentState.SHOWN:
        return (comment.name,)
    return (comment.name, comment.text, comment.answer)


def _shown(parts: Parts, comment: Comment) -> CommentView:
    folded = comment.state is not CommentState.SHOWN
    return CommentView(
        id=comment.id,
        name=comment.name,
        text="" if folded else comment.text,
        folded=folded,
        at=comment.created,
        answer=None if folded else answer_view(parts, comment),
    )


def _own(parts: Parts, comment: Comment, article_title: str | None) -> OwnCommentView:
    names = {reason.code: reason.name for reason in parts.directory.comments.refusal_reasons}
    decided = next((step for step in reversed(comment.steps) if step.action in (Action.REFUSE, Action.HIDE)), None)
    told = decided if comment.state in (CommentState.REFUSED, CommentState.HIDDEN) else None
    reason = "：".join(filter(None, (names.get(told.reason, ""), told.note))) if told else ""
    return OwnCommentView(
        id=comment.id,
        text=comment.text,
        state=comment.state,
        state_name=_OWN_STATE_NAMES[comment.state],
        reason=reason,
        at=comment.created,
        article=comment.article,
        article_title=article_title,
        answer=answer_view(parts, comment) if article_title and comment.state is CommentState.SHOWN else None,
    )


def _public(parts: Parts, number: str) -> Comment:
    document = parts.comments.document(number)
    comment = comment_of(document) if document else None
    if comment is None or not comment.public:
        raise NotFound("没有找到这条评论。")
    return comment


def same_words(comment: Comment) -> str:
    """What two comments share in which one person says the same below one article."""
    words = text.normalised(comment.text) or comment.text
    return sha256(f"{comment.author}\0{comment.article}\0{words}".encode()).hexdigest()


def _check_pace(parts: Parts, what: str, key: str, caller: Caller, now: datetime) -> None:
    """Counts what `key` names within this minute and this day of the district, once. Raises `RateLimited`."""
    rules, local = parts.directory.comments, now.astimezone(parts.directory.district.zone)
    per_day = rules.per_day if what == "comment" else rules.reports_per_day
    minute, day = local.strftime(f"{what}/%Y%m%d%H%M"), local.strftime(f"{what}/%Y%m%d")
    if not parts.comments.within(rules.per_minute, caller.id, minute, key, now):
        raise RateLimited("说得太快了，请稍后再试。", extra={"retry_after": _MINUTE - local.second})
    if not parts.comments.within(per_day, caller.id, day, key, now):
        raise RateLimited("今天的次数已用完，请明天再试。", extra={"retry_after": 3600})
