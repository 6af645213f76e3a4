"""What many requests and views are made of."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kit.contract import Moment, Request, Text, View
from kit.transfers import FileId, Picture
from news.domain.article import Kind, State
from news.domain.coverage import Outcome
from news.domain.numbers import CASE_PATTERN, PATTERN

ArticleId = Annotated[str, StringConstraints(pattern=PATTERN)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
Version = Annotated[int, Field(ge=1)]

LONGEST_HEADING = 60
LONGEST_BLOCK = 3000
_BlockText = Annotated[Text, Field(title="文字", min_length=1, max_length=LONGEST_BLOCK)]


def without_repeats(values: list[str]) -> list[str]:
    """The list, if nothing in it comes twice. Raises `ValueError`."""
    if len(set(values)) != len(values):
        raise ValueError("同一项不能重复添加")
    return values


class OneArticle(Request):
    id: ArticleId = Field(title="编号")


class Named(View):
    """A code and what people call it."""

    code: str
    name: str


class ParagraphGiven(Request):
    kind: Literal["paragraph"]
    text: _BlockText


class HeadingGiven(Request):
    kind: Literal["heading"]
    text: Text = Field(title="小标题", min_length=1, max_length=LONGEST_HEADING)


class QuoteGiven(Request):
    kind: Literal["quote"]
    text: _BlockText


class PictureGiven(Request):
    """A picture that was sent before. What is on it is said for those who cannot see it."""

    kind: Literal["picture"]
    picture: FileId = Field(title="图片")
    alt: Text = Field(title="图片内容描述", min_length=2, max_length=200)
    credit: Text = Field(title="图片署名", min_length=2, max_length=60)
    caption: Text = Field("", title="图片说明", max_length=200)


class CaseGiven(Request):
    kind: Literal["case"]
    no: Annotated[str, StringConstraints(pattern=CASE_PATTERN, to_upper=True)] = Field(title="诉求编号")
    note: Text = Field("", title="说明", max_length=100)


class ItemGiven(Request):
    kind: Literal["item"]
    code: Code = Field(title="办事事项")
    note: Text = Field("", title="说明", max_length=100)


class FileGiven(Request):
    """A PDF that was sent before, under a title that says what is in it."""

    kind: Literal["file"]
    file: FileId = Field(title="附件")
    title: Text = Field(title="附件名称", min_length=2, max_length=80)


GivenBlock = Annotated[
    ParagraphGiven | HeadingGiven | QuoteGiven | PictureGiven | CaseGiven | ItemGiven | FileGiven,
    Field(discriminator="kind"),
]
"""A block of the body as it is written."""


class TextView(View):
    kind: Literal["paragraph", "heading", "quote"]
    text: str


class PictureView(View):
    """`widths` are the copies that there are. When `expired`, the picture is not to be had any more; its words are."""

    kind: Literal["picture"]
    picture: str
    width: int
    height: int
    alt: str
    credit: str
    caption: str
    widths: list[int] = Field([])
    licence: str = ""
    expired: bool = False


class CaseView(View):
    kind: Literal["case"]
    no: str
    note: str


class ItemView(View):
    kind: Literal["item"]
    code: str
    note: str


class FileView(View):
    """A PDF to download, in place of the block `at` this position of the body, which says the same as text alone.

    `size` in bytes.
    """

    at: int
    file: str
    title: str
    pages: int
    size: int


ShownBlock = Annotated[TextView | PictureView | CaseView | ItemView, Field(discriminator="kind")]
"""A block of the body as it is read."""


class BlockView(View):
    """A block as text alone, for readers of before there were other kinds."""

    kind: Kind
    text: str


class CorrectionView(View):
    at: Moment
    note: str


class PromiseView(View):
    """承诺 of a department's, and what became of it: `kept` is null until it has reported."""

    text: str
    due: Moment
    kept: bool | None
    result: str
    reported_at: Moment | None


class FollowUpPicture(Picture):
    """A picture of what was done about a case, one of petition's that everyone may see; `what` it is of."""

    at: Moment
    what: str


class FollowUpPress(View):
    """采访: that the newsroom asked an office, until when it answers, and when it did; `overdue`: not by then."""

    unit: str
    asked_at: Moment
    due: Moment
    answered_at: Moment | None
    overdue: bool


class FollowUpView(View):
    """What became of a case that a report names: what was done in short, when, with pictures, and how it stands.

    Closed: answered, and its author did not say whether that solved it. `into` is the case that it was merged into.
    """

    no: str
    title: str
    town: str
    department: str | None
    filed_at: Moment
    outcome: Outcome
    state: str
    done: str
    done_at: Moment | None
    promises: list[PromiseView]
    pictures: list[FollowUpPicture] = Field([])
    press: list[FollowUpPress] = Field([], description="what the newsroom asked about it, the first question first")
    into: str | None


class TextOfArticle(View):
    """What an article says: `body` in all its kinds of blocks, `blocks` the same as text alone.

    `files` are those of its blocks that give out a file; readers who do not know them see their text in `body`.
    `topics` are those that the district still has.
    """

    blocks: list[BlockView]
    body: list[ShownBlock]
    files: list[FileView] = Field([])
    source: str
    corrections: list[CorrectionView]
    topics: list[Named] = Field([])


class ArticleReceipt(View):
    """What a step came to."""

    id: str
    state: State
    state_name: str
    stage: str
    stage_name: str
    version: int
