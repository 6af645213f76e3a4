"""Comments: what residents write below articles, what everyone reads, and what the newsroom decides."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kit.contract import Command, Moment, Page, PageRequest, Text, View
from news.contract.shapes import ArticleId, Code, Named, Version
from news.domain.comments import CommentPolicy, CommentState, Happening
from news.domain.numbers import COMMENT_PATTERN

CommentId = Annotated[str, StringConstraints(pattern=COMMENT_PATTERN)]


class ListComments(PageRequest):
    id: ArticleId = Field(title="编号")


class WriteComment(Command):
    id: ArticleId = Field(title="编号")
    text: Text = Field(title="评论", min_length=1, max_length=1000)


class CommentCommand(Command):
    """With `version`, it is refused when the comment has changed since."""

    id: CommentId = Field(title="编号")
    version: Version | None = Field(None, title="版本")


class DeleteComment(CommentCommand):
    pass


class ReportComment(Command):
    id: CommentId = Field(title="编号")
    reason: Code = Field(title="举报原因")


class ApproveComment(CommentCommand):
    pass


class RefuseComment(CommentCommand):
    reason: Code = Field(title="理由")
    note: Text = Field("", title="说明", max_length=200)


class HideComment(RefuseComment):
    pass


class AnswerComment(CommentCommand):
    """In the name of `department`; who works for one alone need not say which. Of editors, who name none, 编辑部."""

    text: Text = Field(title="答复", min_length=4, max_length=500)
    department: Code | None = Field(None, title="部门")


class ListDeskComments(PageRequest):
    """Those that stand so, the latest first; without a state, those that are the caller's to look at."""

    state: Literal["waiting", "shown", "reported", "hidden", "refused"] | None = Field(None, title="状态")


class CommentAnswerView(View):
    """What an office says, or the newsroom: then it is not `official`."""

    department: str
    text: str
    at: Moment
    official: bool = True


class CommentView(View):
    """A comment as everyone reads it; of one that is folded away there are no words."""

    id: str
    name: str
    text: str
    folded: bool
    at: Moment
    answer: CommentAnswerView | None


class CommentPage(Page[CommentView]):
    """The latest first. `count` is how many are shown; `policy` says when a new one is."""

    count: int
    policy: CommentPolicy
    policy_text: str
    longest: int
    report_reasons: list[Named]


class OwnCommentView(View):
    """A comment as its author sees it, below which article; `article_title` is None once nobody may read that.

    `answer` is there as long as everyone reads it.
    """

    id: str
    text: str
    state: CommentState
    state_name: str
    reason: str
    at: Moment
    article: str = ""
    article_title: str | None = None
    answer: CommentAnswerView | None = None


class OwnCommentPage(Page[OwnCommentView]):
    pass


class ListOwnComments(PageRequest):
    """The caller's own below an article; without one, all of them."""

    id: ArticleId | None = Field(None, title="编号")


class CommentReceipt(View):
    """What became of a comment."""

    id: str
    state: CommentState
    state_name: str
    version: int


class ReportReceipt(View):
    """A report was taken, once for each person."""

    id: str


class CommentTakenView(View):
    action: str
    at: Moment
    by: str
    reason: str
    note: str


class DeskCommentView(View):
    """A comment as the newsroom sees it: what was found in it, how often and why it was reported."""

    id: str
    article: str
    column: Named
    name: str
    text: str
    state: CommentState
    state_name: str
    at: Moment
    found: list[str]
    reports: list["CommentReportsView"]
    steps: list[CommentTakenView]
    answer: CommentAnswerView | None
    version: int


class CommentReportsView(Named):
    """How often it was reported for a reason."""

    count: int


class DeskCommentPage(Page[DeskCommentView]):
    """`waits`: how many wait for an editor, counted up to 100. Reasons to refuse or hide one."""

    waits: int
    reasons: list[Named]


class CommentTold(View):
    """Data of the event of every comment that everyone sees otherwise than before: references only."""

    id: str
    article: str
    state: CommentState
    version: int


AUTHOR_TOLD = tuple(Happening)


class CommentAuthorTold(View):
    """Data of the events for the author of a comment: what happened to it. No words of it.

    `official`: of an answer, whether an office gave it, and not the newsroom.
    """

    id: str
    article: str
    author: str
    official: bool = False
