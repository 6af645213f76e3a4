"""Cases in lists, searches and on the home page."""

from pydantic import Field

from kit.contract import Moment, Page, PageRequest, Request, Text, View
from petition.contract.shapes import Code, Named
from petition.domain.case import State, Step, Visibility


class ListCases(PageRequest):
    town: Code | None = Field(None, title="街道或镇")
    category: Code | None = Field(None, title="问题类别")
    department: Code | None = Field(None, title="承办部门")
    state: State | None = Field(None, title="状态")


class Search(PageRequest):
    q: Text = Field(title="搜索内容", min_length=1, max_length=100)


class Front(Request):
    limit: int = Field(5, title="条数", ge=1, le=20)


class CaseSummary(View):
    """A case in a list."""

    no: str
    title: str
    category: Named
    town: Named
    department: Named | None
    state: State
    state_name: str
    step: Step
    step_name: str
    ending_name: str | None
    visibility: Visibility
    filed_at: Moment
    replied_at: Moment | None
    solved: bool | None
    satisfied: int | None
    co_signs: int


class CasePage(Page[CaseSummary]):
    pass


class NextStep(View):
    """What happens next, by whom, until when. `provisional`: that rests on a year whose holidays are not published."""

    what: str
    who: str
    until: Moment | None
    provisional: bool = False


class MyCase(CaseSummary):
    """A case in its author's own list; `next_step` is null once it has ended."""

    next_step: NextStep | None


class MyCasePage(Page[MyCase]):
    pass


class Hit(View):
    """Something that a search has found; `path` is its address below /api/v1."""

    kind: str
    id: str
    title: str
    summary: str
    path: str


class HitPage(Page[Hit]):
    pass


class RepliesCounted(View):
    """How many public cases were replied to in the last `days` days, and in how many the limit was kept."""

    days: int
    replied: int
    in_time: int


class FrontView(View):
    """What the home page shows: how replies went, and the freshest of them."""

    replies: RepliesCounted
    items: list[CaseSummary]
