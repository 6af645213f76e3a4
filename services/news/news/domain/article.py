"""An article, from its first draft to what remains of it when it is withdrawn."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class State(StrEnum):
    """Where an article stands. The public reads what is published; of what is withdrawn it reads why."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Kind(StrEnum):
    """What a block of the text is."""

    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Block(_Part):
    """A piece of the text. It is text and nothing else: markup in it is shown as it was typed."""

    kind: Kind
    text: str


class Words(_Part):
    """What is written. `desk` signs it, `source` says where it comes from; an `example` is shown as 示例数据."""

    column: str
    town: str | None = None
    title: str
    lead: str
    blocks: tuple[Block, ...]
    desk: str
    source: str
    example: bool = False


class Correction(_Part):
    """What was put right after publication, in words for the reader."""

    at: datetime
    note: str


class Article(_Part):
    """An article with its standing. `id` never changes; `version` grows with every step."""

    id: str
    author: str
    words: Words
    state: State
    version: int
    drafted_at: datetime
    updated_at: datetime
    published_at: datetime | None = None
    corrections: tuple[Correction, ...] = ()
    withdrawn_at: datetime | None = None
    withdrawal: str | None = None

    @property
    def listed(self) -> bool:
        """Whether everyone may read it."""
        return self.state is State.PUBLISHED
