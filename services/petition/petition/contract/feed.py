"""What feeds tell."""

from pydantic import Field, model_validator

from kit.contract import Moment, Request, View
from petition.contract.shapes import Code, Named


class GetFeed(Request):
    """Of all, or of a town or a department."""

    town: Code | None = Field(None, title="街道或镇")
    department: Code | None = Field(None, title="承办部门")

    @model_validator(mode="after")
    def _one_at_a_time(self) -> "GetFeed":
        if self.town and self.department:
            raise ValueError("街道、镇和部门请选一个")
        return self


class FeedItem(View):
    """A public case when it came in, or its reply; `id` never changes.

    `due` is until when a case that is worked on is to be answered; `provisional` as in what happens next with it.
    """

    id: str
    no: str
    is_reply: bool
    title: str
    text: str
    category: Named
    town: Named
    department: Named | None
    at: Moment
    due: Moment | None = None
    provisional: bool = False


class Feed(View):
    """The newest first."""

    title: str
    items: list[FeedItem]
