"""What residents write: a case, and all that its author may add to it."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kit.contract import Command, Request, Text, View
from kit.transfers import FileId
from petition.contract.lists import CaseSummary
from petition.contract.shapes import CaseCommand, Code, Named, Pictures, Point
from petition.domain.case import Visibility
from petition.domain.masking import Kind


class SubmitCase(Command):
    category: Code = Field(title="问题类别")
    town: Code = Field(title="所在街道或镇")
    place: Text = Field("", title="具体地点", max_length=100)
    point: Point | None = Field(None, title="位置")
    title: Text = Field(title="标题", min_length=4, max_length=60)
    text: Text = Field(title="正文", min_length=5, max_length=5000)
    pictures: Pictures = Field(default_factory=list, title="图片")
    document: FileId | None = Field(None, title="PDF 文件", description="instead of pictures")
    visibility: Visibility = Field(Visibility.PUBLIC, title="公开方式")


class Draft(Request):
    """What will be a case, as far as it is filled in."""

    category: Code | None = Field(None, title="问题类别")
    town: Code | None = Field(None, title="所在街道或镇")
    place: Text = Field("", title="具体地点", max_length=100)
    point: Point | None = Field(None, title="位置")
    title: Text = Field("", title="标题", max_length=60)


class SearchSimilar(Draft):
    """A draft, as far as it is written."""

    text: Text = Field(title="正文", min_length=5, max_length=5000)


class AnswerQuestion(CaseCommand):
    text: Text = Field(title="补充说明", min_length=2, max_length=2000)


class WithdrawCase(CaseCommand):
    reason: Text = Field(title="撤回原因", min_length=2, max_length=500)


class AskRedaction(CaseCommand):
    passages: list[Annotated[Text, StringConstraints(min_length=1, max_length=200)]] = Field(
        title="要隐去的文字", min_length=1, max_length=10
    )
    reason: Text = Field(title="原因", min_length=2, max_length=500)


class AppealRefusal(CaseCommand):
    text: Text = Field(title="申诉理由", min_length=5, max_length=1000)


class AppealHiding(CaseCommand):
    """`hiding` counts what was hidden of the case from 1."""

    hiding: int = Field(title="隐去", ge=1, le=1000)
    text: Text = Field(title="申诉理由", min_length=5, max_length=1000)


class UndoMerge(CaseCommand):
    pass


class PreviewCase(Draft):
    """A draft, before it is sent."""

    text: Text = Field("", title="正文", max_length=5000)
    visibility: Visibility = Field(Visibility.PUBLIC, title="公开方式")


class RateCase(CaseCommand):
    solved: bool = Field(title="是否解决")
    satisfied: int = Field(title="满意程度", ge=1, le=5)
    comment: Text = Field("", title="评价内容", max_length=500)


class ReopenCase(CaseCommand):
    text: Text = Field(title="哪里没有解决", min_length=5, max_length=2000)


class FollowUpReply(CaseCommand):
    text: Text = Field(title="追问", min_length=5, max_length=1000)


class SimilarCase(CaseSummary):
    """A case that may be about the same; `summary` is the beginning of what the public reads of it.

    `metres` from the draft's point; null where either has none that everyone may know.
    """

    place: str
    metres: int | None
    summary: str
    mine: bool
    co_signed: bool


class SimilarCases(View):
    """`open`: offices work on them; `replied`: their reply is published."""

    open: list[SimilarCase]
    replied: list[SimilarCase]


class MaskView(View):
    """A personal number that was found in one of the fields."""

    field: str
    start: int
    end: int
    kind: Kind
    kind_name: str


class Preview(View):
    """What others would read of a draft. `found` is false for what is kept between author and offices."""

    found: bool
    title: str
    text: str
    place: str
    point: Point | None
    category: Named | None
    town: Named | None
    masked: list[MaskView]
