"""What is told to the other services."""

from kit.contract import View

TOLD = ("published", "corrected", "withdrawn")


class ArticleTold(View):
    """Data of every article event: references only."""

    id: str
    column: str
    town: str | None
    version: int
