"""What the offices see at their desk."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from kit.contract import Moment, Page, PageRequest, Request, View
from petition.contract.cases import CaseView, ObjectionView, PledgeView, ProposedCorrectionView, ReplyView, SaidView
from petition.contract.figures import ExclusionView
from petition.contract.filing import MaskView
from petition.contract.leaders import DeskInstructionView, ReportView
from petition.contract.lists import CaseSummary
from petition.contract.press import DeskPressView
from petition.contract.shapes import Code, Named

Queue = Literal[
    "intake", "waiting", "handling", "review", "answered", "requests", "watched", "tasks", "promises", "reported",
    "instructed", "covered", "press",
]  # fmt: skip


class DeskFilters(Request):
    """`mine`: only what the caller handles himself. Filters are for the queues of the work, not for what is watched."""

    town: Code | None = Field(None, title="街镇")
    category: Code | None = Field(None, title="类别")
    mine: bool = Field(False, title="我承办的")


class ListDeskCases(PageRequest, DeskFilters):
    queue: Queue | None = Field(None, title="队列")


class CountDeskCases(DeskFilters):
    pass


class HintView(View):
    """What makes a drafted reply look empty; `like` is the case whose reply it repeats, if the reader may know it."""

    flaw: Literal["short", "no_date", "no_commitment", "copied"]
    part: str | None
    like: str | None


class SearchPersonalNumbers(Request):
    """Words that are about to be published."""

    texts: list[Annotated[str, StringConstraints(max_length=5000)]] = Field(title="内容", min_length=1, max_length=10)


class FoundNumber(View):
    """A personal number in the text of this index; nothing is changed for it."""

    text: int
    words: str
    kind_name: str


class FoundNumbers(View):
    items: list[FoundNumber]


class TaskAnswerView(View):
    text: str
    by: str
    at: Moment


class TaskView(View):
    """协办任务. `open`: its answer is still wanted; `mine`: by the reader's department."""

    number: int
    department: Named
    text: str
    given_at: Moment
    due: Moment | None
    answer: TaskAnswerView | None
    open: bool
    mine: bool


class DraftView(ReplyView):
    drafted_by: str
    drafted_at: Moment
    pledges: list[PledgeView]
    approved_by: str | None
    approved_at: Moment | None
    remark: str | None


class DeskRow(CaseSummary):
    """A case in a queue of the desk."""

    urgency: str | None
    urgency_name: str | None
    handler: str | None
    version: int
    due: Moment | None
    due_clock: str | None
    overdue: bool
    provisional: bool = Field(description="the due time rests on a year whose holidays are not published")
    alarm: str | None = Field(description="the worst that still matters: reminder, yellow, red; pass over others")
    alarm_name: str | None
    cards_open: int
    urged_at: Moment | None
    extension_pending: bool
    tasks_open: int = Field(description="how many co-departments have not answered yet")
    task_due: Moment | None = Field(description="when the first of their answers is due")
    round: int
    follow_up_pending: bool
    correction_pending: bool
    reports: list[ReportView] = Field(description="what no leader has looked at yet")
    covered: int = Field(description="how many published reports are about it")
    press_due: Moment | None = Field(description="when the newsroom's first open question is due")
    instruction_due: Moment | None = Field(description="when the first open instruction of a leader is due")


class DeskPage(Page[DeskRow]):
    pass


class QueueCount(View):
    queue: str
    count: int


class DeskCounts(View):
    """How much waits in each queue that the reader works from; counted up to `counted_to`."""

    counted_to: int
    items: list[QueueCount]
    clusters: int = Field(description="how many clusters no leader has looked at; 0 for who does not read them")
    exclusions: int = Field(description="how many exclusions wait to be decided; 0 for who does not read them")


class DeskCase(CaseView):
    """A case as the offices see it: every word, the draft, the notes, and the words that the public reads."""

    version: int
    urgency: str | None
    proposed_urgency: str
    proposed_department: str
    partner: str | None = Field(description="whose program filed it: then there is nobody to ask, to tell or to rate")
    handler: str | None
    shown_text: str | None
    proposed_masks: list[MaskView]
    draft: DraftView | None
    tasks: list[TaskView]
    objection: ObjectionView | None
    correction: ProposedCorrectionView | None
    exclusion: ExclusionView | None = Field(description="剔除: the wish that waits or was granted")
    reports: list[ReportView]
    desk_press: list[DeskPressView] = Field(description="`press`, with its words")
    desk_instructions: list[DeskInstructionView] = Field(description="`instructions`, with their words")
    found_numbers: list[FoundNumber] = Field(
        description="personal numbers in the reply or correction that waits for approval; `text` counts its four parts"
    )
    hints: list[HintView] = Field(description="what a draft is looked at for; it may pass as it is")
    without_contact: bool = Field(description="another hint: the draft names no telephone, office or person to ask")
    due: Moment | None
    overdue: bool


class ReplyTemplate(View):
    """A text from which a reply may begin; 【待填：…】 is left to fill in, and a reply that has one is refused."""

    code: str
    name: str
    hint: str
    said: SaidView


class ReplyTemplates(View):
    """The templates that suit a case, the closest first."""

    items: list[ReplyTemplate]
