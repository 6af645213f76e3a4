"""What crosses the wire: requests with their limits, views with what each reader may see, events."""

from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from kit.contract import Command, Moment, Page, PageRequest, Request, Text, View
from petition.domain.case import ContactKind, Ending, State, Step, Visibility
from petition.domain.emptiness import Flaw
from petition.domain.masking import Kind
from petition.domain.numbers import PATTERN

CaseNo = Annotated[str, StringConstraints(pattern=PATTERN, to_upper=True)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
FileId = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
Version = Annotated[int, Field(ge=1)]
FirstAction = Literal[
    "accept", "ask", "answer", "refuse", "elsewhere", "withdraw", "dispatch", "return", "assign", "note", "draft_reply",
    "approve", "send_back", "publish", "rate", "expire_question", "expire_rating",
]  # fmt: skip
"""The steps that the first version of this contract promised; what came later is in `may` alone."""

MEGABYTE = 1024 * 1024
DEEPEST = 10_000  # requests that pages by number reach


class Point(Request):
    """A place in WGS-84."""

    lon: float = Field(title="经度", ge=-180, le=180)
    lat: float = Field(title="纬度", ge=-90, le=90)


class OneCase(Request):
    no: CaseNo = Field(title="编号")


class OneDay(Request):
    day: date = Field(title="日期")


class CaseCommand(Command):
    no: CaseNo = Field(title="编号")


class DeskCommand(CaseCommand):
    """A step at the desk. With `version`, it is refused when the case has changed since that version was read."""

    version: Version | None = Field(None, title="版本")


Illustrated = TypeVar("Illustrated", "SubmitCase", "LogContact", "FilePartnerCase")


def _without_repeats(request: Illustrated) -> Illustrated:
    if len(set(request.pictures)) != len(request.pictures):
        raise ValueError("同一张图片不能重复添加")
    return request


class SubmitCase(Command):
    category: Code = Field(title="问题类别")
    town: Code = Field(title="所在街道或镇")
    place: Text = Field("", title="具体地点", max_length=100)
    point: Point | None = Field(None, title="位置")
    title: Text = Field(title="标题", min_length=4, max_length=60)
    text: Text = Field(title="正文", min_length=5, max_length=5000)
    pictures: list[FileId] = Field(default_factory=list, title="图片", max_length=9)
    visibility: Visibility = Field(Visibility.PUBLIC, title="公开方式")

    @model_validator(mode="after")
    def _different_pictures(self) -> "SubmitCase":
        return _without_repeats(self)


class Draft(Request):
    """What will be a case, as far as it is filled in."""

    category: Code | None = Field(None, title="问题类别")
    town: Code | None = Field(None, title="所在街道或镇")
    place: Text = Field("", title="具体地点", max_length=100)
    point: Point | None = Field(None, title="位置")
    title: Text = Field("", title="标题", max_length=60)


class SearchSimilar(Draft):
    """A draft, as far as it is written."""

    text: Text = Field(title="正文", min_length=5, max_length=5000)


class ListCases(PageRequest):
    town: Code | None = Field(None, title="街道或镇")
    category: Code | None = Field(None, title="问题类别")
    department: Code | None = Field(None, title="承办部门")
    state: State | None = Field(None, title="状态")


class Search(PageRequest):
    q: Text = Field(title="搜索内容", min_length=1, max_length=100)


class Front(Request):
    limit: int = Field(5, title="条数", ge=1, le=20)


class AnswerQuestion(CaseCommand):
    text: Text = Field(title="补充说明", min_length=2, max_length=2000)


class WithdrawCase(CaseCommand):
    reason: Text = Field(title="撤回原因", min_length=2, max_length=500)


class CoSignCase(CaseCommand):
    words: Text = Field("", title="补充的话", max_length=200)


class WithdrawCoSign(CaseCommand):
    pass


class AskRedaction(CaseCommand):
    passages: list[Annotated[Text, StringConstraints(min_length=1, max_length=200)]] = Field(
        title="要隐去的文字", min_length=1, max_length=10
    )
    reason: Text = Field(title="原因", min_length=2, max_length=500)


class AppealRefusal(CaseCommand):
    text: Text = Field(title="申诉理由", min_length=5, max_length=1000)


class UndoMerge(CaseCommand):
    pass


class MergeCase(DeskCommand):
    into: CaseNo = Field(title="并入的诉求编号")


class UnmergeCase(DeskCommand):
    pass


class DecideRedaction(DeskCommand):
    granted: bool = Field(title="是否隐去")
    answer: Text = Field(title="向反映人说明", min_length=2, max_length=500)


class DecideAppeal(DeskCommand):
    granted: bool = Field(title="是否受理")
    answer: Text = Field(title="向反映人说明", min_length=5, max_length=1000)


class ListCoSigns(PageRequest):
    no: CaseNo = Field(title="编号")


class PreviewCase(Draft):
    """A draft, before it is sent."""

    text: Text = Field("", title="正文", max_length=5000)
    visibility: Visibility = Field(Visibility.PUBLIC, title="公开方式")


class RateCase(CaseCommand):
    solved: bool = Field(title="是否解决")
    satisfied: int = Field(title="满意程度", ge=1, le=5)
    comment: Text = Field("", title="评价内容", max_length=500)


class ReopenCase(CaseCommand):
    text: Text = Field(title="哪里没有解决", min_length=5, max_length=2000)


class FollowUpReply(CaseCommand):
    text: Text = Field(title="追问", min_length=5, max_length=1000)


Queue = Literal["intake", "waiting", "handling", "review", "answered", "requests", "watched", "tasks", "promises"]


class DeskFilters(Request):
    """`mine`: only what the caller handles himself. Filters are for the queues of the work, not for what is watched."""

    town: Code | None = Field(None, title="街镇")
    category: Code | None = Field(None, title="类别")
    mine: bool = Field(False, title="我承办的")


class ListDeskCases(PageRequest, DeskFilters):
    queue: Queue | None = Field(None, title="队列")


class CountDeskCases(DeskFilters):
    pass


class Mask(Request):
    """Characters of what will be published that the public does not read, from `start` up to but not `end`."""

    field: Literal["title", "text", "place"] = Field(title="位置")
    start: int = Field(title="起点", ge=0)
    end: int = Field(title="终点", ge=1)
    kind: Kind = Field(Kind.OTHER, title="种类")


class AcceptCase(DeskCommand):
    """With `masks`, just these are masked, in the text as it is published; without, all that is found is."""

    urgency: Code = Field(title="办理类别")
    publish_text: Text | None = Field(None, title="公开正文", min_length=5, max_length=5000)
    masks: list[Mask] | None = Field(None, title="遮盖", max_length=200)


class AskAuthor(DeskCommand):
    text: Text = Field(title="提问", min_length=5, max_length=1000)


class RefuseCase(DeskCommand):
    reason: Code = Field(title="不予受理的理由")
    text: Text = Field(title="说明", min_length=5, max_length=1000)


class ReferElsewhere(DeskCommand):
    where: Code = Field(title="应当反映的机构")
    text: Text = Field(title="说明", min_length=5, max_length=1000)


class GiveTask(Request):
    """What a co-department has to do; `due` is the working day at whose close of business it owes its answer."""

    department: Code = Field(title="协办部门")
    text: Text = Field(title="协办任务", min_length=5, max_length=500)
    due: date | None = Field(None, title="协办期限")


class DispatchCase(DeskCommand):
    department: Code = Field(title="主办部门")
    co_departments: list[Code] = Field(default_factory=list, title="协办部门", max_length=8)
    tasks: list[GiveTask] = Field(default_factory=list, title="协办任务", max_length=8)

    @model_validator(mode="after")
    def _one_task_each(self) -> "DispatchCase":
        if len({task.department for task in self.tasks}) != len(self.tasks):
            raise ValueError("每个协办部门只布置一项任务")
        return self


class AnswerTask(DeskCommand):
    """`task` counts the tasks of the case from 1."""

    task: int = Field(title="协办任务", ge=1, le=1000)
    text: Text = Field(title="协办意见", min_length=5, max_length=3000)


class ReturnCase(DeskCommand):
    basis: Text = Field(title="退回依据", min_length=5, max_length=1000)
    suggested_department: Code = Field(title="建议承办部门")


class ObjectToDispatch(ReturnCase):
    pass


class RuleDispatch(DeskCommand):
    """`department`: the one that has the case, or another that gets it at once."""

    department: Code = Field(title="承办部门")
    answer: Text = Field(title="裁定理由", min_length=5, max_length=1000)


class AssignCase(DeskCommand):
    handler: Annotated[str, StringConstraints(pattern=r"^s_[\w-]{1,60}$")] = Field(title="承办人")


class GivePromise(Request):
    """What a reply promises, and the day at whose close of business it is due."""

    text: Text = Field(title="承诺事项", min_length=5, max_length=200)
    day: date = Field(title="完成日期")


class ReplyCommand(DeskCommand):
    """An answer in its four parts."""

    facts: Text = Field(title="核实情况", min_length=5, max_length=3000)
    rule: Text = Field(title="政策依据", min_length=5, max_length=3000)
    done: Text = Field(title="办理结果", min_length=5, max_length=3000)
    next: Text = Field(title="后续安排", min_length=5, max_length=3000)


class DraftReply(ReplyCommand):
    promises: list[GivePromise] = Field(default_factory=list, title="承诺", max_length=5)


class CorrectReply(ReplyCommand):
    reason: Text = Field(title="更正原因", min_length=5, max_length=500)


class DecideCorrection(DeskCommand):
    granted: bool = Field(title="是否同意")
    answer: Text = Field("", title="审核意见", max_length=500)


class AnswerFollowUp(DeskCommand):
    text: Text = Field(title="追问答复", min_length=5, max_length=3000)


class ReportPromise(DeskCommand):
    """`promise` counts the promises of the case from 1."""

    promise: int = Field(title="承诺", ge=1, le=1000)
    kept: bool = Field(title="是否兑现")
    text: Text = Field(title="完成情况", min_length=5, max_length=2000)


class ApproveReply(DeskCommand):
    pass


class SendBackReply(DeskCommand):
    remark: Text = Field(title="修改意见", min_length=2, max_length=1000)


class PublishReply(DeskCommand):
    pass


class AddNote(DeskCommand):
    text: Text = Field(title="记录", min_length=2, max_length=2000)
    public: bool = Field(title="是否公开")


class AskExtension(DeskCommand):
    days: int = Field(title="延长的工作日", ge=1, le=100)
    reason: Text = Field(title="延期理由", min_length=5, max_length=500)


class DecideExtension(DeskCommand):
    granted: bool = Field(title="是否同意")
    answer: Text = Field("", title="审批意见", max_length=500)


class UrgeCase(DeskCommand):
    text: Text = Field(title="催办意见", min_length=2, max_length=500)


class AnswerCard(DeskCommand):
    """`card` counts the cards of the case from 1."""

    card: int = Field(title="督办牌", ge=1, le=1000)
    text: Text = Field(title="整改说明", min_length=10, max_length=2000)


class LogContact(DeskCommand):
    """`whom` in general terms: 反映人, 物业负责人; nobody's name or number is needed."""

    kind: ContactKind = Field(title="方式")
    at: AwareDatetime = Field(title="时间")
    whom: Text = Field(title="联系对象", min_length=2, max_length=50)
    place: Text = Field("", title="地点", max_length=100)
    text: Text = Field(title="情况和结果", min_length=5, max_length=2000)
    pictures: list[FileId] = Field(default_factory=list, title="照片", max_length=9)
    public: bool = Field(title="是否公开")

    @model_validator(mode="after")
    def _different_pictures(self) -> "LogContact":
        return _without_repeats(self)


class BanAuthor(DeskCommand):
    reason: Text = Field(title="原因", min_length=5, max_length=200)
    days: int = Field(title="天数", ge=1, le=365)


class LiftBan(Command):
    id: FileId = Field(title="编号")
    reason: Text = Field(title="解除原因", min_length=2, max_length=200)


class StartUpload(Command):
    content_type: str = Field(title="文件类型", max_length=100)
    size: int | None = Field(None, title="文件大小", ge=1)


class PutChunk(Request):
    id: FileId = Field(title="上传编号")
    number: int = Field(title="分块序号", ge=0, le=1000)
    data: bytes = Field(title="分块内容")


class FinishUpload(Request):
    id: FileId = Field(title="上传编号")
    size: int = Field(title="文件大小", ge=1)
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$")] = Field(title="校验值")


class ReadPicture(Request):
    id: FileId = Field(title="图片编号")
    size: Literal["thumb", "full"] = Field("full", title="图片大小")
    offset: int = Field(0, title="起点", ge=0)
    length: int = Field(256 * 1024, title="长度", ge=1, le=MEGABYTE)


class Named(View):
    """A code and what people call it."""

    code: str
    name: str


class TownView(Named):
    kind: str
    lon: float
    lat: float


class DepartmentView(Named):
    short: str
    topics: list[str]


class SubjectView(Named):
    department: str
    urgency: str


class CategoryView(Named):
    items: list[SubjectView]


class ReasonView(Named):
    basis: str
    advice: str


class PlaceView(Named):
    matters: str
    contact: str


class UrgencyView(Named):
    limit: str


class Directory(View):
    """What forms and filters offer."""

    district: Named
    towns: list[TownView]
    departments: list[DepartmentView]
    categories: list[CategoryView]
    urgencies: list[UrgencyView]
    refusal_reasons: list[ReasonView]
    places_to_turn: list[PlaceView]
    states: list[Named]
    clocks: list[Named]
    intake: Named


class CaseReceipt(View):
    """What a step came to."""

    no: str
    state: State
    state_name: str
    version: int


class Upload(View):
    id: str


class Chunk(View):
    number: int


class Picture(View):
    id: str
    width: int
    height: int


class PictureData(View):
    """A piece of a JPEG file; `total` bytes in all. `public`: everyone may see it, so that it may be cached."""

    data: bytes
    total: int
    content_type: str
    sha256: str
    public: bool


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


class SimilarCase(CaseSummary):
    """A case that may be about the same; `summary` is the beginning of what the public reads of it."""

    summary: str
    mine: bool
    co_signed: bool


class SimilarCases(View):
    """`open`: offices work on them; `replied`: their reply is published."""

    open: list[SimilarCase]
    replied: list[SimilarCase]


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


class MoveView(View):
    reason: str
    before: Moment
    after: Moment


class ClockView(View):
    """A limit: the due time that was set first, the one that counts now, and whether it was or can be kept."""

    name: str
    title: str
    started_at: Moment
    original_due: Moment
    due: Moment
    provisional: bool
    moves: list[MoveView]
    stopped_at: Moment | None
    kept: bool


class NextStep(View):
    """What happens next, by whom, until when."""

    what: str
    who: str
    until: Moment | None


class HopView(View):
    department: Named
    co_departments: list[Named]
    since: Moment
    until: Moment | None
    basis: str | None
    suggested_department: Named | None
    ruled: bool = Field(description="whether a supervisor ruled that it belongs there: it cannot be returned then")


class ObjectionView(View):
    """异议; `department` is where a supervisor ruled that the case belongs, null until then."""

    unit: Named
    at: Moment
    basis: str
    suggested_department: Named
    decided_at: Moment | None
    department: Named | None
    answer: str | None


class SaidView(View):
    facts: str
    rule: str
    done: str
    next: str


class CorrectionView(View):
    """更正 of a published reply: why, and what it said before."""

    at: Moment
    reason: str
    before: SaidView


class ProposedCorrectionView(SaidView):
    reason: str
    by: str
    at: Moment


class ReplyView(SaidView):
    department: Named
    published_at: Moment | None
    corrections: list[CorrectionView]


class PledgeView(View):
    text: str
    due: Moment


class PromiseReportView(View):
    kept: bool
    text: str
    at: Moment


class PromiseView(PledgeView):
    """承诺 of a published reply, and what became of it. `mine`: the reader's department has to report on it."""

    number: int
    department: Named
    report: PromiseReportView | None
    mine: bool


class FollowUpView(View):
    """追问, between the author and the offices."""

    text: str
    asked_at: Moment
    answer: str | None
    answered_at: Moment | None
    unit: Named | None


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


class MaskView(View):
    """A personal number that was found in one of the fields."""

    field: str
    start: int
    end: int
    kind: Kind
    kind_name: str


class Preview(View):
    """What others would read of a draft. `found` is false for what is kept between author and offices."""

    found: bool
    title: str
    text: str
    place: str
    point: Point | None
    category: Named | None
    town: Named | None
    masked: list[MaskView]


class RatingView(View):
    """`comment` is shown to the author and the offices only: nobody has reviewed it."""

    solved: bool
    satisfied: int
    comment: str | None
    at: Moment


class NoteView(View):
    at: Moment
    unit: Named
    text: str
    public: bool


class ContactView(View):
    """A call or a visit, offline (线下): `at` when it was."""

    kind: ContactKind
    at: Moment
    logged_at: Moment
    unit: Named
    whom: str
    place: str
    text: str
    pictures: list[Picture]
    public: bool


class QuestionView(View):
    text: str
    asked_at: Moment
    answer: str | None
    answered_at: Moment | None


class RedactionView(View):
    """A wish of the author's; `granted` is null until it is decided."""

    passages: list[str]
    reason: str
    asked_at: Moment
    decided_at: Moment | None
    granted: bool | None
    answer: str | None


class AppealView(View):
    """An appeal of a refusal; `granted` is null until it is decided."""

    text: str
    at: Moment
    decided_at: Moment | None
    granted: bool | None
    answer: str | None


class CardAnswerView(View):
    """整改说明."""

    text: str
    at: Moment


class CardView(View):
    """A yellow or red card: for which limit, to whom, when it fell, and what was answered."""

    number: int
    level: str
    level_name: str
    clock: Named
    unit: Named
    fell_at: Moment
    answer: CardAnswerView | None
    mine: bool = Field(description="whether the reader's office has to answer it")


class UrgeView(View):
    """催办; `text` is for the offices only."""

    at: Moment
    unit: Named
    text: str | None


class ExtensionView(View):
    """延期. The public sees one that was granted: how many working days, why, and when."""

    days: int
    reason: str
    asked_at: Moment
    asked_by: str | None
    decided_at: Moment | None
    granted: bool | None
    answer: str | None


class RoundView(View):
    """An earlier round of a case that was handled again, as it ended."""

    number: int
    started_at: Moment
    ended_at: Moment
    ending_name: str
    reply: ReplyView | None
    ratings: list[RatingView]


class HintView(View):
    """What makes a drafted reply look empty; `like` is the case whose reply it repeats, if the reader may know it."""

    flaw: Flaw
    part: str | None
    like: str | None


class VerdictView(View):
    name: str
    text: str
    advice: str


class CaseView(CaseSummary):
    """A case as its reader may see it. `mine` and what only the author sees are false or null for everyone else."""

    place: str
    point: Point | None
    text: str
    pictures: list[Picture]
    under_review: bool
    urgency_name: str | None
    next_step: NextStep
    clocks: list[ClockView]
    hops: list[HopView]
    notes: list[NoteView]
    contacts: list[ContactView]
    reply: ReplyView | None
    ratings: list[RatingView]
    verdict: VerdictView | None
    ended_at: Moment | None
    ending: Ending | None
    mine: bool
    questions: list[QuestionView]
    actions: list[FirstAction] = Field(description="those of `may` that the first version of this contract knew")
    may: list[str] = Field(description="the steps that the reader can take now; pass over those that you do not know")
    co_sign: CoSignView | None
    co_signers: TallyView
    redactions: list[RedactionView]
    appeal: AppealView | None
    merged_into: str | None
    cards: list[CardView]
    urges: list[UrgeView]
    extension: ExtensionView | None
    round: int = Field(description="how often it is handled: 1 at first")
    rounds: list[RoundView] = Field(description="the earlier rounds, the first one first")
    reopen_until: Moment | None = Field(description="until when its author may have it handled again")
    follow_ups: list[FollowUpView]
    follow_ups_left: int = Field(description="how many questions its author may still ask about the reply")
    promises: list[PromiseView]


class FieldView(View):
    """A field of an entry; `value` and `salt` only where the reader may see them."""

    commitment: str
    value: Any = None
    salt: str | None = None


class EntryView(View):
    seq: int
    at: Moment
    kind: str
    fields: dict[str, FieldView]
    previous: str
    hash: str


class History(View):
    """The chain of a case; each hash covers the previous one, number, time, kind and commitments."""

    no: str
    entries: list[EntryView]


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


class SealView(View):
    """A day under whose root the case is: the hash of entry `seq` is the leaf at `index` of `size` ones.

    `path` has the nodes from the leaf to the root, the lowest first (RFC 6962); all hashes are in hexadecimal.
    """

    day: date
    seq: int
    index: int
    size: int
    path: list[str]
    root: str


class UnsealedView(View):
    """An entry that no day root covers yet."""

    seq: int
    seals_at: Moment | None = Field(description="from when on; null: with the day of the next step (data of a trial)")


class Proof(History):
    """The chain of a case, and what proves that it was there: the days under whose roots it is, the oldest first."""

    seals: list[SealView]
    unsealed: list[UnsealedView]


class DayView(View):
    """The record of a day: `root` is the Merkle root over the last hashes of the `size` cases that changed in it.

    `hash` is SHA-256 over previous, day, size, root and sealed_at (UTC, with milliseconds and Z), a line each.
    """

    day: date
    size: int
    root: str
    sealed_at: Moment
    previous: str
    hash: str


class DayPage(Page[DayView]):
    pass


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


class DeskPage(Page[DeskRow]):
    pass


class QueueCount(View):
    queue: str
    count: int


class DeskCounts(View):
    """How much waits in each queue that the reader works from; counted up to `counted_to`."""

    counted_to: int
    items: list[QueueCount]


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
    hints: list[HintView] = Field(description="what a draft is looked at for; it may pass as it is")
    due: Moment | None
    overdue: bool


class PartnerKeyed(Request):
    """What a partner's program sends: its key says who it is."""

    api_key: str = Field(title="接口密钥", min_length=1, max_length=200)


class GetPartner(PartnerKeyed):
    pass


class FilePartnerCase(PartnerKeyed, Command):
    """A case that a partner's program files. Without `town`, the point says in which town it is.

    `device_id` and `account_id` tell one sender from another and are not kept.
    """

    category: Code = Field(title="问题类别")
    town: Code | None = Field(None, title="所在街道或镇")
    place: Text = Field("", title="具体地点", max_length=100)
    point: Point | None = Field(None, title="位置")
    text: Text = Field(title="正文", min_length=5, max_length=4000)
    pictures: list[FileId] = Field(default_factory=list, title="图片", max_length=9)
    visibility: Visibility = Field(Visibility.PUBLIC, title="公开方式")
    device_id: str = Field("", title="设备", max_length=255)
    account_id: str = Field("", title="账号", max_length=255)

    @model_validator(mode="after")
    def _different_pictures(self) -> "FilePartnerCase":
        return _without_repeats(self)


class StartPartnerUpload(PartnerKeyed, StartUpload):
    pass


class PutPartnerChunk(PartnerKeyed, PutChunk):
    pass


class FinishPartnerUpload(PartnerKeyed, FinishUpload):
    pass


class CreatePartner(Command):
    """`quota`: cases a day; `contact`: whom to ask about what the program sends."""

    name: Text = Field(title="名称", min_length=2, max_length=60)
    contact: Text = Field(title="联系方式", min_length=2, max_length=200)
    quota: int = Field(title="每日件数", ge=1, le=10_000)


class RevokePartner(Command):
    id: Annotated[str, StringConstraints(pattern=r"^p_[0-9a-f]{16}$")] = Field(title="编号")
    reason: Text = Field("", title="停用原因", max_length=200)


class PartnerName(View):
    name: str


class PartnerView(View):
    id: str
    name: str
    contact: str
    quota: int
    since: Moment
    by: str
    revoked_at: Moment | None
    revoked_by: str | None
    revoked_because: str | None


class PartnerKey(View):
    """A new partner. Nobody is shown `key` a second time: it is null when the same request is repeated."""

    partner: PartnerView
    key: str | None


class PartnerPage(Page[PartnerView]):
    pass


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
    """A public case as open data has it. `note` says how it ended or what was answered; `picture` is its first."""

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


class RequestList(View):
    items: list[RequestView]


class CaseTold(View):
    """Data of every case event: references only. `author` is an account's id, absent once the account is closed.

    Or a partner's (`p_…`), which has no account: nobody is told then.
    """

    no: str
    state: State
    town: str
    category: str
    department: str | None
    public: bool
    author: str | None


class CardTold(CaseTold):
    """Data of `petition.card_given`: the case, and the card that its office was given."""

    card: int
    level: str
    clock: str
    unit: str


class BanView(View):
    """A ban, by the case on whose occasion it was given; it does not tell whose it is."""

    id: str
    no: str
    reason: str
    since: Moment
    until: Moment
    holds: bool
    lifted_at: Moment | None
    lifted_because: str | None


class BanPage(Page[BanView]):
    pass


class CoSignTold(View):
    """Data of `petition.co_sign_*`: the case and the account; the event's subject begins with the case's number."""

    no: str
    account: str


class CoSignersTold(View):
    """Data of `petition.co_signers_told`: some of those who joined the case, and the event that they are told of."""

    no: str
    state: State
    about: str
    accounts: list[str]


# Figures
FigureMonth = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
Dimension = Literal["district", "town", "category", "department"]


class GetFigures(Request):
    by: Dimension = Field("district", title="分组")
    month: FigureMonth = Field(title="月份")


class GetFigureDays(Request):
    first: date = Field(alias="from", title="起始日期")
    last: date = Field(alias="to", title="截止日期")

    @model_validator(mode="after")
    def _a_quarter_at_most(self) -> "GetFigureDays":
        if not 0 <= (self.last - self.first).days < 93:
            raise ValueError("请选择不超过 93 天的时间段")
        return self


class AskExclusion(CaseCommand):
    reason: Code = Field(title="剔除理由")
    text: Text = Field(title="说明", min_length=5, max_length=500)


class DecideExclusion(Command):
    id: FileId = Field(title="编号")
    granted: bool = Field(title="是否同意")
    answer: Text = Field(title="决定说明", min_length=2, max_length=500)


class ListExclusions(PageRequest):
    waiting: bool = Field(False, title="只看待决定的")


class ExclusionView(View):
    """剔除: a wish that a case be taken out of the rates; the reason of a granted one is public."""

    id: str
    no: str
    reason: str
    reason_name: str
    text: str
    asked_by: str
    asked_at: Moment
    decided_by: str | None
    decided_at: Moment | None
    granted: bool | None
    answer: str | None


class ExclusionPage(Page[ExclusionView]):
    pass


class RateDefinition(Named):
    """What a rate counts, in plain words; `counts`: with which endings a case is in its denominator, `open` is none."""

    text: str
    counts: list[str]


class ExclusionReasonView(Named):
    text: str


class DefinitionsView(View):
    """A version of the definitions: for cases filed from the month `from_month` on.

    `reply_hours` are counted from filing, day and night; so many marks (of 5) and more are satisfied; groups of fewer
    counted cases than `smallest_ranked` are not ranked. `verified`: whether the district has confirmed them.
    """

    version: int
    from_month: str
    rates: list[RateDefinition]
    reply_hours: int
    satisfied_from: int
    smallest_ranked: int
    source: str
    checked_on: date
    verified: bool


class FigureDefinitions(View):
    """All versions, and what else the figures go by. A month closes `closes_after_days` after its end."""

    versions: list[DefinitionsView]
    closes_after_days: int
    exclusion_reasons: list[ExclusionReasonView]
    smallest_group: int
    point_decimals: int


class RateView(View):
    """A rate as two whole numbers; `percent` is for reading, null where nothing is counted."""

    code: str
    name: str
    numerator: int
    denominator: int
    percent: float | None


class TimesView(View):
    """How long something took: median and 90th percentile of `count` values by nearest rank, in whole seconds."""

    code: str
    name: str
    count: int
    median_seconds: int | None
    p90_seconds: int | None


class EndingCount(Named):
    count: int


class CoSignerFigures(View):
    """What those who joined the cases judged, apart from their authors: `marks` is the sum of the marks, of 5 each."""

    rated: int
    solved: int
    marks: int


class FiguresView(View):
    """The figures of some cases. All but `cases`, `excluded` and `corrected` are without those excluded (剔除).

    `public_rates` are the same rates over the cases that everyone may read: those in the open data.
    """

    cases: int
    excluded: int
    corrected: int
    overdue: int
    returned: int
    reopened: int
    yellow_cards: int
    red_cards: int
    rates: list[RateView]
    public_rates: list[RateView]
    first_answer: TimesView
    steps: list[TimesView]
    endings: list[EndingCount]
    co_signers: CoSignerFigures


class GroupFigures(Named):
    """The figures of a group; `ranked` is false where there are too few for comparing.

    Of a closed month, `figures` are those that it closed with, and `correction` what they are by now where cases have
    changed since.
    """

    ranked: bool
    figures: FiguresView
    correction: FiguresView | None
    as_of: Moment


class MonthFigures(View):
    """A month by groups, with the definitions that hold for it."""

    month: str
    by: Dimension
    definitions: DefinitionsView
    closed_at: Moment | None
    groups: list[GroupFigures]


class DayFigures(View):
    """The whole district on the day when the cases were filed."""

    day: date
    version: int
    figures: FiguresView
    as_of: Moment


class FigureDays(View):
    """Days on which nothing was filed are not there."""

    days: list[DayFigures]


class ListOpenCases(Request):
    month: FigureMonth = Field(title="月份")
    limit: int = Field(200, title="每页条数", ge=1, le=500)
    cursor: str | None = Field(None, title="翻页标记", max_length=100)


class OpenCase(View):
    """A case that everyone may read, as a row of facts: no author, no text but the title that is shown.

    Where fewer such cases than the district's smallest group share month, town and category, the row is `coarse`: it
    has no number, title, day, category and point, so that it cannot be looked up. Points are rounded, and only of cases
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


_TOLD = (
    "submitted", "accepted", "published", "refused", "elsewhere", "questioned", "answered", "dispatched", "returned",
    "progressed", "replied", "rated", "closed", "withdrawn", "merged", "unmerged", "redaction_asked", "redacted",
    "redaction_refused", "appealed", "appeal_granted", "appeal_rejected", "urged", "card_answered",
    "extended", "reopened", "follow_up_asked", "follow_up_answered", "promise_reported", "reply_corrected",
    "excluded",
)  # fmt: skip
EVENTS: dict[str, type[View]] = {
    **{f"petition.case_{name}.v1": CaseTold for name in _TOLD},
    **{f"petition.co_sign_{name}.v1": CoSignTold for name in ("added", "withdrawn", "rated")},
    "petition.co_signers_told.v1": CoSignersTold,
    "petition.card_given.v1": CardTold,
}
CALLS: tuple[str, ...] = ()
