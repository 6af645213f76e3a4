"""What crosses the wire of the service that only answers."""

from typing import Any

from kit.contract import View

EVENTS: dict[str, type[View]] = {}


class Answer(View):
    """The document."""

    items: list[dict[str, Any]]
    next_cursor: str | None
