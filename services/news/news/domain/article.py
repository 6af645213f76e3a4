"""An article, from its first draft to what remains of it when it is withdrawn."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict


class State(StrEnum):
    """Where an article stands. The public reads what is published; of what is withdrawn it reads why."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """Where an article stands for the newsroom: three reviews by three people lie between writing and publishing."""

    WRITING = "writing"
    FIRST = "first_review"
    SECOND = "second_review"
    FINAL = "final_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"  # goes out by itself
    PUBLISHED = "published"
    LATER = "later_review"  # published in haste; what lies between is made up for
    WITHDRAWN = "withdrawn"


STATE_OF = {
    **dict.fromkeys(Stage, State.DRAFT),
    Stage.PUBLISHED: State.PUBLISHED,
    Stage.LATER: State.PUBLISHED,
    Stage.WITHDRAWN: State.WITHDRAWN,
}


class Kind(StrEnum):
    """What a block of plain text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(_Part):
    """A piece of the text. It is text and nothing else: markup in it is shown as it was typed."""

    kind: Kind
    text: str


class PictureBlock(_Part):
    """A picture with who made it and what is on it, in words for those who cannot see it. Sizes in pixels."""

    kind: Literal["picture"] = "picture"
    picture: str
    width: int
    height: int
    alt: str
    credit: str
    caption: str = ""


class CaseBlock(_Part):
    """A case of the petition, shown as it stands when the article is read."""

    kind: Literal["case"] = "case"
    no: str
    note: str = ""


class ItemBlock(_Part):
    """An item of government business, shown as it stands when the article is read."""

    kind: Literal["item"] = "item"
    code: str
    note: str = ""


class FileBlock(_Part):
    """A PDF to download, under a title; `size` in bytes."""

    kind: Literal["file"] = "file"
    file: str
    title: str
    pages: int
    size: int


AnyBlock = Block | PictureBlock | CaseBlock | ItemBlock | FileBlock


def plain(block: AnyBlock) -> Block:
    """The block as text alone, for readers who know no other kinds."""
    if isinstance(block, Block):
        return block
    if isinstance(block, PictureBlock):
        shown = "：".join(filter(None, ("图片", block.caption or block.alt)))
        return Block(kind=Kind.PARAGRAPH, text=f"（{shown}。{block.credit}）")
    if isinstance(block, CaseBlock):
        return Block(kind=Kind.PARAGRAPH, text=f"（相关诉求：{block.no}{_after(block.note)}）")
    if isinstance(block, FileBlock):
        return Block(kind=Kind.PARAGRAPH, text=f"（附件：{block.title}）")
    return Block(kind=Kind.PARAGRAPH, text=f"（相关办事：{block.code}{_after(block.note)}）")


def _after(note: str) -> str:
    return f"，{note}" if note else ""


class Words(_Part):
    """What is written. `desk` signs it, `source` says where it comes from; an `example` is shown as 示例数据.

    `topics` are codes; the district may have given up some of them since.
    """

    column: str
    town: str | None = None
    title: str
    lead: str
    blocks: tuple[AnyBlock, ...]
    desk: str
    source: str
    topics: tuple[str, ...] = ()
    example: bool = False

    @property
    def pictures(self) -> tuple[str, ...]:
        """The pictures that it shows."""
        return tuple(block.picture for block in self.blocks if isinstance(block, PictureBlock))

    @property
    def attached(self) -> tuple[str, ...]:
        """The files that it shows or gives out: pictures and PDF."""
        return (*self.pictures, *(block.file for block in self.blocks if isinstance(block, FileBlock)))


class Correction(_Part):
    """What was put right after publication, in words for the reader."""

    at: datetime
    note: str


class Remark(_Part):
    """What a reviewer says to a block, or to the whole; `quoted` is how the block began then."""

    block: int | None
    quoted: str
    text: str


class Taken(_Part):
    """A step that was taken: by whom, to which stage, with what words to colleagues."""

    at: datetime
    by: str
    action: str
    stage: Stage
    note: str = ""
    remarks: tuple[Remark, ...] = ()


class Left(_Part):
    """That a published article left a column, or a town, for another: who reads that one sees it no more."""

    at: datetime
    column: str | None = None
    town: str | None = None


class Article(_Part):
    """An article with its standing. `id` never changes; `version` grows with every step.

    `writers` have written words of it, the last one last; `written_at` is when he began to write the present ones.
    `milestone`: these words are kept as a version when others take their place, whoever writes them and however soon.
    `left` are the columns and towns that it was published in and is not any more, each with when it went.
    `publish_at` is when it goes out by itself; before `embargo_until` it goes out in no way.
    `course` is what was done with it, but for saving before it is out; `returned`: a review has sent it back, and it is
    not back yet.
    """

    id: str
    author: str
    words: Words
    stage: Stage
    version: int
    drafted_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    corrections: tuple[Correction, ...] = ()
    withdrawn_at: datetime | None = None
    withdrawal: str | None = None
    writers: tuple[str, ...] = ()
    written_at: datetime | None = None
    milestone: bool = True
    returned: bool = False
    publish_at: datetime | None = None
    embargo_until: datetime | None = None
    course: tuple[Taken, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def state(self) -> State:
        """Where it stands for everyone."""
        return STATE_OF[self.stage]

    @property
    def changed_at(self) -> datetime:
        """When its readers last had other words: at its publication, or its last correction."""
        last = self.corrections[-1].at if self.corrections else None
        return max(filter(None, (self.published_at, last)), default=self.updated_at)

    @property
    def listed(self) -> bool:
        """Whether everyone may read it."""
        return self.state is State.PUBLISHED
