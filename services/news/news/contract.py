"""What crosses the wire: requests with their limits, views with what each reader may see, events."""

from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from news.domain.article import Kind, State
from news.domain.lifecycle import Action
from news.domain.numbers import PATTERN

ArticleId = Annotated[str, StringConstraints(pattern=PATTERN)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
Version = Annotated[int, Field(ge=1)]

LONGEST_HEADING = 60
LONGEST_TEXT = 20_000  # of all blocks together


class OneArticle(Request):
    id: ArticleId = Field(title="编号")


class ListArticles(PageRequest):
    column: Code | None = Field(None, title="栏目")
    town: Code | None = Field(None, title="街道或镇")


class Search(PageRequest):
    q: Text = Field(title="搜索内容", min_length=1, max_length=100)


class Front(Request):
    limit: int = Field(6, title="条数", ge=1, le=20)


class ListDeskArticles(PageRequest):
    state: State | None = Field(None, title="状态")


class Block(Request):
    """A piece of the text, which is text and nothing else."""

    kind: Kind = Field(title="类型")
    text: Text = Field(title="文字", min_length=1, max_length=3000)

    @model_validator(mode="after")
    def _short_heading(self) -> Self:
        if self.kind is Kind.HEADING and len(self.text) > LONGEST_HEADING:
            raise ValueError(f"小标题最多{LONGEST_HEADING}个字")
        return self


class CreateArticle(Command):
    column: Code = Field(title="栏目")
    town: Code | None = Field(None, title="街道或镇")
    title: Text = Field(title="标题", min_length=4, max_length=60)
    lead: Text = Field("", title="导语", max_length=200)
    blocks: list[Block] = Field(title="正文", min_length=1, max_length=200)
    desk: Text = Field(title="署名", min_length=2, max_length=30)
    source: Text = Field(title="来源", min_length=2, max_length=60)

    @model_validator(mode="after")
    def _not_too_long(self) -> Self:
        if sum(len(block.text) for block in self.blocks) > LONGEST_TEXT:
            raise ValueError(f"正文合计最多{LONGEST_TEXT}个字")
        return self


class SaveArticle(CreateArticle):
    """All words anew, written on `version`. `correction` tells the readers of a published article what changed."""

    id: ArticleId = Field(title="编号")
    version: Version = Field(title="版本")
    correction: Text = Field("", title="更正说明", max_length=200)


class PublishArticle(Command):
    """With `version`, it is refused when the article has changed since that version was read."""

    id: ArticleId = Field(title="编号")
    version: Version | None = Field(None, title="版本")


class WithdrawArticle(PublishArticle):
    reason: Text = Field(title="撤回说明", min_length=2, max_length=200)


ArticleCommand = SaveArticle | PublishArticle | WithdrawArticle


class Named(View):
    """A code and what people call it."""

    code: str
    name: str


class ColumnView(Named):
    about: str


class ColumnPage(Page[ColumnView]):
    pass


class ArticleSummary(View):
    """An article in a list. An `example` is shown as 示例数据."""

    id: str
    title: str
    lead: str
    column: Named
    town: Named | None
    desk: str
    example: bool
    published_at: Moment


class ArticlePage(Page[ArticleSummary]):
    pass


class FrontPage(View):
    """What the home page shows of the news."""

    items: list[ArticleSummary]


class BlockView(View):
    kind: Kind
    text: str


class CorrectionView(View):
    at: Moment
    note: str


class ArticleView(ArticleSummary):
    """An article as everyone reads it; its corrections in the order in which they were made."""

    blocks: list[BlockView]
    source: str
    corrections: list[CorrectionView]


class Withdrawn(View):
    """What is said, beside `not_found`, of an article that was withdrawn."""

    withdrawn_at: Moment
    reason: str


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
    version: int
    drafted_at: Moment
    updated_at: Moment
    published_at: Moment | None


class DeskPage(Page[DeskRow]):
    pass


class DeskArticle(DeskRow):
    """An article as the newsroom sees it, with what the reader may do next."""

    blocks: list[BlockView]
    source: str
    corrections: list[CorrectionView]
    withdrawn_at: Moment | None
    withdrawal: str | None
    actions: list[Action]


class ArticleReceipt(View):
    """What a step came to."""

    id: str
    state: State
    state_name: str
    version: int


class Hit(View):
    """Something that a search has found; `path` is its address below /api/v1."""

    kind: str
    id: str
    title: str
    summary: str
    path: str


class HitPage(Page[Hit]):
    pass


class ArticleTold(View):
    """Data of every article event: references only."""

    id: str
    column: str
    town: str | None
    version: int


EVENTS = {f"news.article_{told}.v1": ArticleTold for told in ("published", "corrected", "withdrawn")}
CALLS: tuple[str, ...] = ()
