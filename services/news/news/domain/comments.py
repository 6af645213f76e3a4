"""Comments on articles: one table of what can become of one, by whom; what everyone sees of it; what is counted.

Policies, limits and reasons are the district's (`comments.yml`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from news.domain.lifecycle import EDITORS, Actor
from news.domain.refusals import BadValue, NotPermitted, Refused

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,40}$")]
ANSWERING_OFFICES = frozenset(("handler", "approver"))
ANSWERERS = EDITORS | ANSWERING_OFFICES
NEWSROOM = "编辑部"
"""Who answers where editors do. It stands where an office's code does, so that instances of before show it as it is."""
GONE = "已注销用户"


class CommentPolicy(StrEnum):
    """When a comment is seen by others: once approved, at once, or never written."""

    BEFORE = "before"
    AFTER = "after"
    CLOSED = "closed"


class CommentState(StrEnum):
    """Where a comment stands. Reported: hidden by its readers until an editor looks at it."""

    WAITING = "waiting"
    SHOWN = "shown"
    REPORTED = "reported"
    HIDDEN = "hidden"
    REFUSED = "refused"
    DELETED = "deleted"


PUBLIC = frozenset((CommentState.SHOWN, CommentState.REPORTED, CommentState.HIDDEN))
"""In the public list; of what is not shown, only that it was folded away."""


class Action(StrEnum):
    """What an editor or the author does with a comment."""

    APPROVE = "approve"
    REFUSE = "refuse"
    HIDE = "hide"
    DELETE = "delete"


class Happening(StrEnum):
    """What the author of a comment is told has happened to it."""

    ANSWERED = "answered"
    SHOWN = "shown"
    REPORTED = "reported"
    HIDDEN = "hidden"
    REFUSED = "refused"


TABLE: Mapping[Action, tuple[frozenset[CommentState], CommentState]] = {
    Action.APPROVE: (
        frozenset((CommentState.WAITING, CommentState.REPORTED, CommentState.HIDDEN, CommentState.REFUSED)),
        CommentState.SHOWN,
    ),
    Action.REFUSE: (frozenset((CommentState.WAITING,)), CommentState.REFUSED),
    Action.HIDE: (frozenset((CommentState.SHOWN, CommentState.REPORTED)), CommentState.HIDDEN),
    Action.DELETE: (frozenset(CommentState) - {CommentState.DELETED}, CommentState.DELETED),
}
"""From which states to which state each action leads."""

_NOT_NOW = {
    CommentState.WAITING: "这条评论还没有审核。",
    CommentState.SHOWN: "这条评论已经显示。",
    CommentState.REPORTED: "这条评论因被举报已折叠，等待核查。",
    CommentState.HIDDEN: "这条评论已经折叠。",
    CommentState.REFUSED: "这条评论没有通过审核。",
    CommentState.DELETED: "这条评论已由作者删除。",
}


_WORDLESS: Mapping[str, Any] = {"state": CommentState.DELETED, "text": "", "found": (), "answer": None}
"""What is left of one that is deleted."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Reason(_Part):
    """A reason to choose, and what people call it."""

    code: Code
    name: Annotated[str, StringConstraints(min_length=1, max_length=40)]


class CommentRules(_Part):
    """Policies by column, lengths in characters, how often one person may, and how many reports hide a comment."""

    default: CommentPolicy
    columns: dict[Code, CommentPolicy] = {}
    shortest: int = Field(ge=1, le=100)
    longest: int = Field(ge=10, le=1000)
    per_minute: int = Field(ge=1)
    per_day: int = Field(ge=1)
    reports_per_day: int = Field(ge=1)
    reports_hide: int = Field(ge=1)
    report_reasons: tuple[Reason, ...] = Field(min_length=1)
    refusal_reasons: tuple[Reason, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        for reasons in (self.report_reasons, self.refusal_reasons):
            if len({reason.code for reason in reasons}) != len(reasons):
                raise ValueError("a reason's code is used twice")
        return self

    def policy(self, column: str) -> CommentPolicy:
        """When comments on a column's articles are seen."""
        return self.columns.get(column, self.default)


class Taken(_Part):
    """What was done with a comment, by whom, for which reason."""

    action: str
    at: datetime
    by: str
    reason: str = ""
    note: str = ""


class Answer(_Part):
    """What an office says to a comment, or the newsroom."""

    department: str
    text: str
    at: datetime
    by: str

    @property
    def official(self) -> bool:
        """Whether an office has said it."""
        return self.department != NEWSROOM


class Comment(_Part):
    """A comment with its standing. Nobody who has closed his account is its author any more.

    `found` are words for which it had to wait; `reports` counts, by reason, those that nobody has looked at.
    """

    id: str
    article: str
    column: str
    author: str | None
    name: str
    text: str
    state: CommentState
    created: datetime
    found: tuple[str, ...] = ()
    reports: dict[str, int] = {}
    steps: tuple[Taken, ...] = ()
    answer: Answer | None = None
    version: int = 1

    @property
    def public(self) -> bool:
        """Whether the public list has a place for it."""
        return self.state in PUBLIC

    @property
    def counted(self) -> int:
        """What it adds to the number of its article's comments."""
        return int(self.state is CommentState.SHOWN)


@dataclass(frozen=True)
class Written:
    """What somebody writes, below which article; `found`: words that must be looked at first."""

    article: str
    column: str
    text: str
    found: Collection[str] = ()


@dataclass(frozen=True)
class Answering:
    """What somebody answers in the name of which office; `offices` are his own. Editors answer for the newsroom."""

    text: str
    department: str | None
    actor: Actor
    offices: Collection[str] = ()


def pseudonym(account: str) -> str:
    """What everyone calls the author: nothing of his phone, nor of a name that he may have given himself."""
    return f"居民{account[-4:]}"


def write(number: str, written: Written, author: str, now: datetime, rules: CommentRules) -> Comment:
    """A new comment. Raises `Refused` where none are taken, `BadValue` for a text too short or too long."""
    policy = rules.policy(written.column)
    if policy is CommentPolicy.CLOSED:
        raise Refused("这个栏目不开放评论。")
    if not rules.shortest <= len(written.text) <= rules.longest:
        raise BadValue("text", f"评论请写{rules.shortest}至{rules.longest}个字")
    at_once = policy is CommentPolicy.AFTER and not written.found
    return Comment(
        id=number,
        article=written.article,
        column=written.column,
        author=author,
        name=pseudonym(author),
        text=written.text,
        state=CommentState.SHOWN if at_once else CommentState.WAITING,
        created=now,
        found=tuple(dict.fromkeys(written.found)),
    )


def moderate(comment: Comment, action: Action, by: str, now: datetime, reason: str = "", note: str = "") -> Comment:
    """An editor's decision. Raises `Refused` where the comment stands elsewhere."""
    target = _target(comment, action)
    step = Taken(action=action, at=now, by=by, reason=reason, note=note)
    return _stepped(comment, step, state=target, reports={})


def delete(comment: Comment, author: str, now: datetime) -> Comment:
    """The author takes it back: its words go. Raises `NotPermitted` for anybody else, `Refused` when it is gone."""
    if comment.author != author:
        raise NotPermitted("只能删除自己的评论。")
    target = _target(comment, Action.DELETE)
    step = Taken(action=Action.DELETE, at=now, by=author)
    return _stepped(comment, step, **{**_WORDLESS, "state": target})


def report(comment: Comment, reporter: str, reason: str, rules: CommentRules) -> Comment:
    """One reader more says that it should not be there; enough of them hide it. Raises `Refused`, `BadValue`."""
    if reason not in {one.code for one in rules.report_reasons}:
        raise BadValue("reason", "请选择举报原因")
    if comment.author == reporter:
        raise Refused("不能举报自己的评论，可以直接删除。")
    if comment.state is not CommentState.SHOWN:
        raise Refused(_NOT_NOW[comment.state])
    reports = {**comment.reports, reason: comment.reports.get(reason, 0) + 1}
    hidden = sum(reports.values()) >= rules.reports_hide
    state = CommentState.REPORTED if hidden else CommentState.SHOWN
    return comment.model_copy(update={"reports": reports, "state": state, "version": comment.version + 1})


def answer(comment: Comment, given: Answering, now: datetime) -> Comment:
    """An office or the newsroom answers a comment that everyone sees; a later answer takes the place of the one before,
    but the newsroom's never that of an office's.

    Raises `NotPermitted`, `BadValue` for an office that one does not speak for, `Refused`.
    """
    by = given.actor
    if not by.roles & ANSWERERS:
        raise NotPermitted("官方答复由部门承办人、审核人或编辑办理。")
    if comment.state is not CommentState.SHOWN:
        raise Refused(_NOT_NOW[comment.state])
    department = _spoken_for(given)
    if department == NEWSROOM and comment.answer and comment.answer.official:
        raise Refused("这条评论已有部门答复，编辑部不能替换。")
    said = Answer(department=department, text=given.text, at=now, by=by.id)
    return _stepped(comment, Taken(action="answer", at=now, by=by.id), answer=said)


def _spoken_for(given: Answering) -> str:
    """In whose name it is said. Raises `BadValue`."""
    roles, department = given.actor.roles, given.department
    if roles & EDITORS and department in (None, NEWSROOM):
        return NEWSROOM
    offices = given.offices if roles & ANSWERING_OFFICES else ()
    department = department or (next(iter(offices)) if len(offices) == 1 else None)
    if department is None or department not in offices:
        own = "编辑以编辑部名义答复，部门答复请由部门办理" if roles & EDITORS else "请选择您所在的部门"
        raise BadValue("department", own)
    return department


def happened(before: Comment | None, after: Comment) -> Happening | None:
    """What its author is told: what others did with it. Of his own doing he is not, nor who has closed his account."""
    if before is None or after.author is None or after.state is CommentState.DELETED:
        return None
    if after.answer != before.answer:
        return Happening.ANSWERED
    return Happening(after.state) if after.state is not before.state else None


def forget(comment: Comment) -> Comment:
    """Its author has left: nothing leads to him. What everyone has a place for stays, of all else the words go."""
    steps = tuple(step.model_copy(update={"by": ""}) if step.by == comment.author else step for step in comment.steps)
    changes = {"author": None, "name": GONE, "steps": steps, "version": comment.version + 1}
    return comment.model_copy(update=changes if comment.public else {**changes, **_WORDLESS})


def _target(comment: Comment, action: Action) -> CommentState:
    sources, target = TABLE[action]
    if comment.state not in sources:
        raise Refused(_NOT_NOW[comment.state])
    return target


def _stepped(comment: Comment, step: Taken, **changes: object) -> Comment:
    return comment.model_copy(update={**changes, "steps": (*comment.steps, step), "version": comment.version + 1})
