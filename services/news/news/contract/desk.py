"""What the newsroom asks and sees: its articles, who writes them now, and what they said before."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from news.contract.shapes import (
    LONGEST_BLOCK,
    LONGEST_HEADING,
    ArticleId,
    Code,
    GivenBlock,
    Named,
    TextOfArticle,
    Version,
    without_repeats,
)
from news.domain.article import Kind, Stage, State
from news.domain.checking import Level
from news.domain.differing import Mark

LONGEST_TEXT = 20_000  # of all blocks together
MOST_TOPICS = 5

_Topics = Annotated[list[Code], Field(max_length=MOST_TOPICS), AfterValidator(without_repeats)]


class ListDeskArticles(PageRequest):
    """`returned`: of those that the caller began, what a review has sent back to be written anew."""

    state: State | None = Field(None, title="状态")
    stage: Stage | None = Field(None, title="环节")
    returned: bool = Field(False, title="退回给我的")
    q: Text = Field("", title="标题或编号", max_length=100)


class Block(Request):
    """A piece of the text, which is text and nothing else."""

    kind: Kind = Field(title="类型")
    text: Text = Field(title="文字", min_length=1, max_length=LONGEST_BLOCK)

    @model_validator(mode="after")
    def _short_heading(self) -> Self:
        if self.kind is Kind.HEADING and len(self.text) > LONGEST_HEADING:
            raise ValueError(f"小标题最多{LONGEST_HEADING}个字")
        return self


class CreateArticle(Command):
    """What is written comes as `body`, or as `blocks` of text alone. `auto`: the page saves by itself.

    Without `topics`, those that the article has stay: a page of before knows of none.
    """

    column: Code = Field(title="栏目")
    town: Code | None = Field(None, title="街道或镇")
    title: Text = Field(title="标题", min_length=4, max_length=60)
    lead: Text = Field("", title="导语", max_length=200)
    blocks: list[Block] = Field([], title="正文", max_length=200)
    body: list[GivenBlock] = Field([], title="正文", max_length=200)
    desk: Text = Field(title="署名", min_length=2, max_length=30)
    source: Text = Field(title="来源", min_length=2, max_length=60)
    topics: _Topics | None = Field(None, title="话题")
    auto: bool = Field(False, title="自动保存")

    @model_validator(mode="after")
    def _something_and_not_too_much(self) -> Self:
        texts = [getattr(block, "text", "") for block in self.body or self.blocks]
        if not texts:
            raise ValueError("请填写正文")
        if sum(map(len, texts)) > LONGEST_TEXT:
            raise ValueError(f"正文合计最多{LONGEST_TEXT}个字")
        return self


class SaveArticle(CreateArticle):
    """All words anew, written on `version`. `correction` tells the readers of a published article what changed.

    A `note` is needed when a correction brings what the check says must be changed; it is the newsroom's.
    """

    id: ArticleId = Field(title="编号")
    version: Version = Field(title="版本")
    correction: Text = Field("", title="更正说明", max_length=200)
    note: Text = Field("", title="保留理由", max_length=200)


class PublishArticle(Command):
    """With `version`, it is refused when the article has changed since that version was read."""

    id: ArticleId = Field(title="编号")
    version: Version | None = Field(None, title="版本")


class WithdrawArticle(PublishArticle):
    reason: Text = Field(title="撤回说明", min_length=2, max_length=200)


class RestoreVersion(PublishArticle):
    """The words of version `restored` again, as a new version. `note` as for saving."""

    restored: Version = Field(title="要恢复的版本")
    correction: Text = Field("", title="更正说明", max_length=200)
    note: Text = Field("", title="保留理由", max_length=200)


class LockArticle(Command):
    """Says that the caller writes now; `take_over` also when another does. Repeated, it goes on holding."""

    id: ArticleId = Field(title="编号")
    take_over: bool = Field(False, title="接手编辑")


class UnlockArticle(Command):
    id: ArticleId = Field(title="编号")


class ListVersions(PageRequest):
    id: ArticleId = Field(title="编号")


class GetDifference(Request):
    """What one reads in version `later` instead of in `earlier`; without `later`, in the present one."""

    id: ArticleId = Field(title="编号")
    earlier: Version = Field(title="较早的版本")
    later: Version | None = Field(None, title="较晚的版本")


ArticleCommand = SaveArticle | PublishArticle
"""What changes an article that is there."""


class LockView(View):
    """Who writes now, since when; `mine` when it is the caller. Without a sign of him it ends `until` then."""

    by: str
    mine: bool
    since: Moment
    until: Moment


class LockReceipt(View):
    """Whether the caller may write, and who writes otherwise."""

    held: bool
    lock: LockView | None


class RemarkView(View):
    """What a reviewer said to a block, which began as quoted, or to the whole."""

    block: int | None
    quoted: str
    text: str


class TakenView(View):
    """A step that was taken, and what was said with it."""

    at: Moment
    by: str
    action: str
    stage: str
    stage_name: str
    note: str
    remarks: list[RemarkView]


class FindingView(View):
    """What the check found in the title, the lead or a block of the body, from character to character, and why."""

    place: str
    block: int | None
    start: int
    end: int
    text: str
    level: Level
    why: str
    instead: str


class DeskRow(View):
    """An article in a list of the desk."""

    id: str
    title: str
    lead: str
    column: Named
    town: Named | None
    desk: str
    example: bool
    author: str
    state: State
    state_name: str
    stage: Annotated[str, Field(description="where it stands in the newsroom: writing, one of the reviews, approved …")]
    stage_name: str
    returned: bool
    version: int
    drafted_at: Moment
    updated_at: Moment
    published_at: Moment | None
    publish_at: Moment | None
    embargo_until: Moment | None


class DeskPage(Page[DeskRow]):
    pass


class DeskArticle(DeskRow, TextOfArticle):
    """An article as the newsroom sees it, with what the reader may do next and who writes it now."""

    withdrawn_at: Moment | None
    withdrawal: str | None
    actions: Annotated[
        list[Literal["save", "publish", "withdraw"]],
        Field(description="those of `may` that the first version of this contract knew"),
    ]
    may: list[str]
    course: list[TakenView]
    findings: list[FindingView]
    lock: LockView | None


class WaitingCount(View):
    """How much waits in a list of the newsroom's desk, counted up to `counted_to`; `queue` says which list."""

    queue: str
    count: int


class NewsroomCounts(View):
    """What waits for the caller: of the lists from which he works, how much is in each."""

    counted_to: int
    items: list[WaitingCount]


class VersionRow(View):
    """Words that an article had: at which version, by whom, last saved when."""

    version: int
    by: str
    at: Moment
    title: str


class VersionPage(Page[VersionRow]):
    """Earlier words, the latest first, and those of now."""

    present: VersionRow


class PieceView(View):
    mark: Annotated[Mark, Field(description="same, added or removed")]
    text: str


class FieldDiffView(View):
    field: str
    pieces: list[PieceView]


class BlockDiffView(View):
    mark: Mark
    kind: str
    pieces: list[PieceView]


class DifferenceView(View):
    """Fields that differ, and all blocks in the order of reading."""

    earlier: int
    later: int
    fields: list[FieldDiffView]
    blocks: list[BlockDiffView]
