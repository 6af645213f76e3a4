"""The front page, as editors make it."""

from pydantic import Field

from kit.contract import Command, Moment, View
from news.contract.reading import ArticleSummary
from news.contract.shapes import ArticleId
from news.domain.front import MOST


class ChooseFront(Command):
    """In this order; none: the newest alone. It is refused when somebody else has chosen since `version`."""

    articles: list[ArticleId] = Field(title="头条", max_length=MOST)
    version: int | None = Field(None, title="版本", ge=0)


class FrontChoice(View):
    """What was chosen, of which nobody sees what was withdrawn since; `shown` is what the front page shows now."""

    articles: list[ArticleSummary]
    shown: list[ArticleSummary]
    version: int
    most: int
    chosen_at: Moment | None
    chosen_by: str
    holds_until: Moment | None


class FrontReceipt(View):
    version: int


class FrontTold(View):
    """Data of the event: references only."""

    version: int
