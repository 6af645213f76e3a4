"""Cases as rows of facts for everyone."""

from pydantic import Field

from kit.contract import Page, Request, View
from petition.contract.figures import FigureMonth


class ListOpenCases(Request):
    month: FigureMonth = Field(title="月份")
    limit: int = Field(200, title="每页条数", ge=1, le=500)
    cursor: str | None = Field(None, title="翻页标记", max_length=100)


class OpenCase(View):
    """A case that everyone may read, as a row of facts: no author, no text but the title that is shown.

    Where fewer such cases than the district's smallest group share month, town and category, the row is `coarse`: it
    has no number, title, day, category and point, so that it cannot be looked up. Where fewer coarse rows are alike in
    town, group and department, they lose these too, in this order, until enough are alike: then the field is empty, and
    its name. A month with fewer such cases has no rows. Points are rounded, and only of cases
    that are not anonymous. Durations are whole seconds; null is what is not over or was not given.
    """

    no: str | None
    title: str | None
    coarse: bool
    month: str
    day: str | None
    town: str
    town_name: str
    category_group: str
    category: str | None
    department: str
    department_name: str
    lon: float | None
    lat: float | None
    excluded: bool
    ending: str
    first_answer_seconds: int | None
    collect_seconds: int | None
    report_seconds: int | None
    handle_seconds: int | None
    supervise_seconds: int | None
    feedback_seconds: int | None
    response: bool | None
    response_original: bool | None
    replied_in_hours: bool | None
    on_time: bool | None
    on_time_original: bool | None
    solved: bool | None
    marks: int | None
    yellow_cards: int
    red_cards: int
    returns: int
    reopened: bool
    co_rated: int
    co_solved: int
    co_marks: int


class OpenCasePage(Page[OpenCase]):
    """In an order that tells nothing."""
