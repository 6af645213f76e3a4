"""Cases as Open311 clients ask for them."""

from typing import Annotated

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kit.contract import Moment, Request, View
from petition.contract.shapes import Named, Point

DEEPEST = 10_000  # requests that pages by number reach


class SearchRequests(Request):
    """Public cases by when they were filed, the newest first; `numbers` overrides all else.

    At most 90 days, the latest unless said otherwise; `page` counts from 0. Deeper than 10,000 cases nothing is shown.
    """

    numbers: list[Annotated[str, StringConstraints(max_length=40, to_upper=True)]] | None = Field(
        None, title="编号", max_length=1000
    )
    categories: list[Annotated[str, StringConstraints(max_length=200)]] = Field(
        default_factory=list, title="类别", max_length=1000
    )
    open: bool | None = Field(None, title="是否在办")
    since: AwareDatetime | None = Field(None, title="开始时间")
    until: AwareDatetime | None = Field(None, title="结束时间")
    page: int = Field(0, title="页码", ge=0)
    page_size: int = Field(1000, title="每页条数", ge=1, le=1000)

    @model_validator(mode="after")
    def _not_too_deep(self) -> "SearchRequests":
        if (self.page + 1) * self.page_size > DEEPEST:
            raise ValueError("只能翻看最新的一万件，请缩短时间范围")
        return self


class RequestView(View):
    """A public case as open data has it. `note` says how it ended or what was answered; `picture` is its first.

    `provisional`: `due` still counts, and rests on a year whose holidays are not published.
    """

    no: str
    open: bool
    state_name: str
    note: str
    category: Named
    department: Named | None
    title: str
    text: str
    place: str
    point: Point | None
    picture: str | None
    filed_at: Moment
    updated_at: Moment
    due: Moment | None
    provisional: bool = False


class RequestList(View):
    items: list[RequestView]
