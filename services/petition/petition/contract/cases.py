"""A case as each of its readers may see it."""

from typing import Literal

from pydantic import Field

from kit.contract import Moment, View
from kit.transfers import Picture
from petition.contract.co_signs import CoSignView, TallyView
from petition.contract.lists import CaseSummary, NextStep
from petition.contract.pictures import DocumentView
from petition.contract.shapes import Named, Point
from petition.domain.case import ContactKind, Ending, Finding

FirstAction = Literal[
    "accept", "ask", "answer", "refuse", "elsewhere", "withdraw", "dispatch", "return", "assign", "note", "draft_reply",
    "approve", "send_back", "publish", "rate", "expire_question", "expire_rating",
]  # fmt: skip
"""The steps that the first version of this contract promised; what came later is in `may` alone."""


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


class HopView(View):
    department: Named
    co_departments: list[Named]
    since: Moment
    until: Moment | None
    basis: str | None
    suggested_department: Named | None
    ruled: bool = Field(description="whether a supervisor ruled that it belongs there: it cannot be returned then")
    ruled_at: Moment | None
    answer: str | None = Field(description="why he ruled so")


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


class InspectionView(View):
    """督查 at the place: `at` when it was. `card` is the number of the card that it gave, if any."""

    finding: Finding
    finding_name: str
    at: Moment
    logged_at: Moment
    whom: str
    place: str
    text: str
    pictures: list[Picture]
    public: bool
    card: int | None


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


class WithheldView(View):
    """A picture of the author's, or his PDF, that the public does not see; only he and the offices know which."""

    reason: Named
    document: bool
    file: str | None


class AppealView(View):
    """An appeal of a refusal or of what was hidden; `granted` is null until it is decided."""

    text: str
    at: Moment
    decided_at: Moment | None
    granted: bool | None
    answer: str | None


class HidingView(View):
    """What an office took out of what the public sees, and why; for the author, who may appeal, and the offices."""

    number: int
    at: Moment
    passages: list[str]
    files: int
    reason: Named
    text: str
    appeal: AppealView | None
    appeal_until: Moment | None


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


class InstructionView(View):
    """批示: that a leader gave one, until when, and when it was answered; its words are for the offices."""

    given_at: Moment
    unit: Named
    due: Moment
    answered_at: Moment | None


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


class PressView(View):
    """采访: that the newsroom asked, until when the office answers, and when it did; the words are not public."""

    asked_at: Moment
    unit: Named
    due: Moment
    answered_at: Moment | None


class CoverageView(View):
    """报道: a published report that names the case; `article` is its number."""

    article: str
    title: str
    published_at: Moment


class VerdictView(View):
    """Why intake ended a case; `basis` is the rule that a refusal rests on, empty where it only says where to turn."""

    name: str
    text: str
    advice: str
    basis: str


class CaseView(CaseSummary):
    """A case as its reader may see it. `mine` and what only the author sees are false or null for everyone else."""

    place: str
    point: Point | None
    text: str
    pictures: list[Picture]
    document: DocumentView | None
    withheld: list[WithheldView] = Field(description="pictures and PDF of the author's that the public does not see")
    hidings: list[HidingView]
    under_review: bool
    urgency_name: str | None
    next_step: NextStep
    clocks: list[ClockView]
    hops: list[HopView]
    notes: list[NoteView]
    contacts: list[ContactView]
    inspections: list[InspectionView]
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
    instructions: list[InstructionView]
    extension: ExtensionView | None
    round: int = Field(description="how often it is handled: 1 at first")
    rounds: list[RoundView] = Field(description="the earlier rounds, the first one first")
    reopen_until: Moment | None = Field(description="until when its author may have it handled again")
    follow_ups: list[FollowUpView]
    follow_ups_left: int = Field(description="how many questions its author may still ask about the reply")
    promises: list[PromiseView]
    press: list[PressView] = Field(description="what the newsroom asked the offices about it")
    coverage: list[CoverageView] = Field(description="published reports about it, the latest first")
