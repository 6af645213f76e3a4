"""调查: what the newsroom asks and sees of its investigations."""

from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from kit.transfers import FileId, Picture
from news.contract.shapes import ArticleId, FollowUpView, Named, Version, without_repeats
from news.contract.tips import TipBeginning
from news.domain.investigation import MOST_LINKED, MOST_PICTURES, MOST_RECORDS, InvestigationState, RecordKind
from news.domain.numbers import CASE_PATTERN, INVESTIGATION_PATTERN

InvestigationId = Annotated[str, StringConstraints(pattern=INVESTIGATION_PATTERN)]
CaseNumber = Annotated[str, StringConstraints(pattern=CASE_PATTERN, to_upper=True)]
Account = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
TipNumber = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,9}[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}$", to_upper=True)]


class ListInvestigations(PageRequest):
    """Of a state, or those to which an office owes an answer that is `overdue`, the longest first."""

    state: InvestigationState | None = Field(None, title="状态")
    overdue: bool = Field(False, title="部门超期未答")

    @model_validator(mode="after")
    def _one_list(self) -> Self:
        if self.overdue and self.state:
            raise ValueError("状态和超期未答不能同时选择")
        return self


class OneInvestigation(Request):
    id: InvestigationId = Field(title="编号")


class OpenInvestigation(Command):
    title: Text = Field(title="标题", min_length=4, max_length=60)
    question: Text = Field(title="要查清的问题", min_length=4, max_length=500)
    lead: Account = Field(title="牵头记者")
    members: list[Account] = Field([], title="参与人员", max_length=20)
    cases: list[CaseNumber] = Field([], title="关联诉求", max_length=MOST_LINKED)
    tips: list[TipNumber] = Field([], title="关联爆料", max_length=MOST_LINKED)


class InvestigationCommand(Command):
    """With `version`, it is refused when the investigation has changed since that version was read."""

    id: InvestigationId = Field(title="编号")
    version: Version | None = Field(None, title="版本")


class SaveInvestigation(OpenInvestigation, InvestigationCommand):
    pass


class AddToInvestigation(InvestigationCommand):
    """Takes these up in addition; what the investigation has already stays as it is."""

    cases: list[CaseNumber] = Field([], title="关联诉求", max_length=MOST_LINKED)
    tips: list[TipNumber] = Field([], title="关联爆料", max_length=MOST_LINKED)


class ReadTip(Command):
    """Reads what a tip says that the investigation has taken up; that the caller did stays with the tip."""

    id: InvestigationId = Field(title="编号")
    no: TipNumber = Field(title="爆料编号")


class NoteRecord(InvestigationCommand):
    """What somebody found, for the newsroom alone: `at` when it was.

    A visit may have pictures, sent before as those of articles are; `credit` says who made them.
    """

    kind: RecordKind = Field(title="类型")
    at: AwareDatetime = Field(title="时间")
    whom: Text = Field("", title="对象", max_length=60)
    place: Text = Field("", title="地点", max_length=100)
    text: Text = Field(title="内容", min_length=2, max_length=3000)
    pictures: Annotated[list[FileId], Field(max_length=MOST_PICTURES), AfterValidator(without_repeats)] = Field(
        [], title="照片"
    )
    credit: Text = Field("", title="图片署名", max_length=60)


class CorrectRecord(InvestigationCommand):
    """Another wording of what the caller wrote down, in the record of this `number`; what it said stays to be read."""

    number: int = Field(title="记录序号", ge=1, le=MOST_RECORDS)
    at: AwareDatetime = Field(title="时间")
    whom: Text = Field("", title="对象", max_length=60)
    place: Text = Field("", title="地点", max_length=100)
    text: Text = Field(title="内容", min_length=2, max_length=3000)


class AskDepartment(InvestigationCommand):
    """Asks the office that has the case; it has so many working days."""

    case: CaseNumber = Field(title="诉求")
    text: Text = Field(title="问题", min_length=5, max_length=1000)
    workdays: int = Field(3, title="答复期限（工作日）", ge=1, le=10)


class AttachReport(InvestigationCommand):
    """`link_tips`: the investigation's adopted tips are linked to the article too, so that their authors are told."""

    article: ArticleId = Field(title="报道编号")
    link_tips: bool = Field(False, title="告诉爆料人")


class DetachReport(InvestigationCommand):
    """Takes off a report that was named by mistake."""

    article: ArticleId = Field(title="报道编号")
    reason: Text = Field(title="取消原因", min_length=2, max_length=200)


class CloseInvestigation(InvestigationCommand):
    text: Text = Field(title="结果", min_length=2, max_length=500)


class ReopenInvestigation(InvestigationCommand):
    reason: Text = Field(title="重启原因", min_length=2, max_length=500)


class ReopeningView(View):
    """It was ended at `closed_at`, with `closing`, and opened again `at`, by whom and why."""

    closed_at: Moment
    closing: str
    at: Moment
    by: str
    reason: str


class EarlierWordsView(View):
    """What a record said until it was corrected."""

    at: Moment
    whom: str
    place: str
    text: str
    until: Moment


class RecordView(View):
    """What somebody found. `earlier` is what it said before its author corrected it, the first words first.

    `erased`: what it said was erased in time. `correctable`: by the reader, now.
    """

    kind: RecordKind
    kind_name: str
    at: Moment
    whom: str
    place: str
    text: str
    pictures: list[Picture]
    by: str
    noted_at: Moment
    number: int = Field(0)
    earlier: list[EarlierWordsView] = Field([])
    erased: bool = Field(False)
    correctable: bool = Field(False)


class QuestionView(View):
    """`due` and `unit`, a name, are null until petition has it; `gone`: nobody may know of the case any more.

    `refused` says why the question was not taken. Of a question that is gone or was refused no answer is owed.
    """

    number: int
    case: str
    text: str
    workdays: int
    by: str
    asked_at: Moment
    due: Moment | None
    unit: str | None
    answer: str | None
    answered_at: Moment | None
    gone: bool
    refused: str = Field("")


class ReportRow(View):
    """`unnamed` are those of the investigation's public cases that the report does not name."""

    id: str
    title: str
    published: bool
    unnamed: list[str] = Field([])


class DetachmentView(View):
    """A report was taken off again, by whom and why."""

    article: str
    at: Moment
    by: str
    reason: str


class InvestigationTip(TipBeginning):
    """A tip that an investigation has taken up, for those who look into it."""

    erased: bool = Field(False, description="what it said was erased in time")


class TipText(View):
    """What a tip says, for who looks into it: to others than editors without what somebody could be reached by."""

    no: str
    text: str
    town: Named | None
    place: str
    sent_at: Moment


class InvestigationCase(View):
    """Where a case is, as far as everyone may read; its follow-up tells the rest."""

    no: str
    town: str
    place: str


class InvestigationRow(View):
    """An investigation in a list: `waiting` questions have no answer yet, the first is due `due`."""

    id: str
    title: str
    state: InvestigationState
    state_name: str
    lead: str
    members: list[str]
    updated_at: Moment
    waiting: int
    due: Moment | None


class InvestigationPage(Page[InvestigationRow]):
    pass


class InvestigationView(InvestigationRow):
    """All of it. `follow_ups` and `case_rows` are of those of its cases of which everyone may read."""

    question: str
    opened_by: str
    opened_at: Moment
    version: int
    cases: list[str]
    tips: list[str]
    records: list[RecordView]
    questions: list[QuestionView]
    reports: list[ReportRow]
    follow_ups: list[FollowUpView]
    closed_at: Moment | None
    closing: str
    reopenings: list[ReopeningView]
    may: list[str]
    case_rows: list[InvestigationCase] = Field([])
    tip_rows: list[InvestigationTip] = Field([])
    detached: list[DetachmentView] = Field([])
    records_until: Moment | None = Field(None, description="when what the records say is erased, once it is closed")


class InvestigationReceipt(View):
    id: str
    state: InvestigationState
    state_name: str
    version: int
