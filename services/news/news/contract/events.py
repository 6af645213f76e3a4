"""What is told to the other services."""

from kit.contract import View

TOLD = ("published", "corrected", "withdrawn")


class ArticleTold(View):
    """Data of every article event: references only."""

    id: str
    column: str
    town: str | None
    version: int


class HeadlineCorrected(View):
    """Data of `news.headline_corrected`: a published article has another headline, which everyone reads."""

    article: str
    headline: str
    version: int


TIP_TOLD = ("checking", "messaged", "adopted", "declined", "reported")


class TipTold(View):
    """Data of every event about a tip; told only of tips that their author finds by his account."""

    no: str
    state: str
    author: str
