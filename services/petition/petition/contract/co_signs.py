"""附议: those who join somebody else's case."""

from pydantic import Field

from kit.contract import Moment, Page, PageRequest, Text, View
from petition.contract.shapes import CaseCommand, CaseNo


class CoSignCase(CaseCommand):
    words: Text = Field("", title="补充的话", max_length=200)


class WithdrawCoSign(CaseCommand):
    pass


class ListCoSigns(PageRequest):
    no: CaseNo = Field(title="编号")


class TallyView(View):
    """How those who joined judged the answer: how many did, how many found it solved, and their average mark."""

    rated: int
    solved: int
    satisfied: float | None


class CoSignView(View):
    """The reader's own co-sign."""

    words: str
    at: Moment
    solved: bool | None
    satisfied: int | None


class CoSignRow(CoSignView):
    """A co-sign as the offices see it: its words masked, and nothing about who wrote them."""


class CoSignPage(Page[CoSignRow]):
    pass


class CoSignReceipt(View):
    """Whether the caller has joined now, and how many have."""

    no: str
    joined: bool
    co_signs: int
