"""A case as it stands: what the resident asked, where it is in the five steps, and what was said and done."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from petition.domain.clocks import Clock, Wait
from petition.domain.history import Entry


class Step(StrEnum):
    """The five steps of the working method."""

    COLLECT = "collect"  # 收集整理
    REPORT = "report"  # 上报通报
    HANDLE = "handle"  # 调查办理
    SUPERVISE = "supervise"  # 督办落实
    FEEDBACK = "feedback"  # 反馈回复


class State(StrEnum):
    """Where a case is. A case returned by a department is accepted again, with the hop in its trail."""

    SUBMITTED = "submitted"
    QUESTIONED = "questioned"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    ANSWERED = "answered"
    CLOSED = "closed"

    @property
    def step(self) -> Step:
        """The step that the state belongs to."""
        return _STEPS[self]


_STEPS = {
    State.SUBMITTED: Step.COLLECT,
    State.QUESTIONED: Step.COLLECT,
    State.ACCEPTED: Step.REPORT,
    State.DISPATCHED: Step.HANDLE,
    State.IN_REVIEW: Step.SUPERVISE,
    State.APPROVED: Step.SUPERVISE,
    State.ANSWERED: Step.FEEDBACK,
    State.CLOSED: Step.FEEDBACK,
}
PARTNER_PREFIX = "p_"
"""How the id of an author begins that is a partner's program, not a person with an account (`domain/partner.py`)."""
WITH_DEPARTMENT = (State.DISPATCHED, State.IN_REVIEW, State.APPROVED)
"""The states in which a department has the case."""


class Ending(StrEnum):
    """How a case ended. There is no other way."""

    ANSWERED_RATED = "answered_rated"
    ANSWERED_UNRATED = "answered_unrated"
    REFUSED = "refused"
    ELSEWHERE = "elsewhere"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    UNANSWERED_QUESTION = "unanswered_question"


class Visibility(StrEnum):
    """Who may read the case once intake let it through. Anonymous: everyone, without a word about the author."""

    PUBLIC = "public"
    PRIVATE = "private"
    ANONYMOUS = "anonymous"


class Part(BaseModel):
    """A value inside a case."""

    model_config = ConfigDict(frozen=True)


class Location(Part):
    """A point in WGS-84."""

    lon: float
    lat: float


class Asked(Part):
    """What the resident wrote, word for word."""

    category: str
    town: str
    place: str
    point: Location | None
    title: str
    text: str
    pictures: tuple[str, ...]
    visibility: Visibility


class Shown(Part):
    """The words that the public reads: the resident's, with what intake and the masking took out."""

    title: str
    text: str
    place: str


class Question(Part):
    """Intake's question to the author, and the answer."""

    text: str
    asked_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None


class Hop(Part):
    """One department that had the case, from when until when, and why it left. `ruled`: a supervisor said so."""

    department: str
    co_departments: tuple[str, ...]
    since: datetime
    until: datetime | None = None
    basis: str | None = None
    suggested_department: str | None = None
    ruled: bool = False


class Objection(Part):
    """异议: a department holds that a returned case is another's, and a supervisor rules where it belongs."""

    unit: str
    by: str
    at: datetime
    basis: str
    suggested_department: str
    decided_by: str | None = None
    decided_at: datetime | None = None
    department: str | None = None
    answer: str | None = None


class TaskAnswer(Part):
    """What a co-department found and did."""

    text: str
    by: str
    at: datetime


class Task(Part):
    """协办: what a department that joins in has to do, until when if a time was set."""

    department: str
    text: str
    given_at: datetime
    due: datetime | None = None
    answer: TaskAnswer | None = None


class Pledge(Part):
    """承诺: what a reply says will be done, and by when: close of business of a day."""

    text: str
    due: datetime


class Said(Part):
    """An answer in its four parts."""

    facts: str
    rule: str
    done: str
    next: str

    @property
    def said(self) -> "Said":
        """Its words alone."""
        return Said(**self.model_dump(include=set(Said.model_fields)))


class ProposedCorrection(Said):
    """更正: what a published reply should say, which nobody has approved yet."""

    reason: str
    by: str
    at: datetime


class Correction(Part):
    """A correction of a published reply: why, and what it said before."""

    at: datetime
    reason: str
    before: Said


class Reply(Said):
    """A department's answer, with who wrote and who approved it."""

    department: str
    drafted_by: str
    drafted_at: datetime
    remark: str | None = None
    approved_by: str | None = None
    approved_at: datetime | None = None
    published_at: datetime | None = None
    pledges: tuple[Pledge, ...] = ()
    corrections: tuple[Correction, ...] = ()


class Rating(Part):
    """The author's judgement: whether it was solved, and how satisfied he is (1 to 5)."""

    solved: bool
    satisfied: int
    comment: str
    at: datetime


class FollowUp(Part):
    """追问: what the author asks about the published reply, and what the department answers him."""

    text: str
    asked_at: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    unit: str | None = None
    by: str | None = None


class PromiseReport(Part):
    """What became of a promise."""

    kept: bool
    text: str
    by: str
    at: datetime


class Promise(Part):
    """A pledge of a published reply, which the department has to report on. Its clock started at `made_at`."""

    text: str
    due: datetime
    made_at: datetime
    department: str
    report: PromiseReport | None = None


class Note(Part):
    """A remark on the work; only a public one is seen outside the offices."""

    at: datetime
    by: str
    unit: str
    text: str
    public: bool


class ContactKind(StrEnum):
    """How the offices were in touch, offline."""

    CALL = "call"  # 电话联系
    VISIT = "visit"  # 现场走访


class Contact(Part):
    """A call or a visit: `at` when it was, `logged_at` when it was written down; only a public one is seen outside."""

    kind: ContactKind
    at: datetime
    logged_at: datetime
    by: str
    unit: str
    whom: str
    place: str
    text: str
    pictures: tuple[str, ...]
    public: bool


class Finding(StrEnum):
    """What an inspection came to."""

    CONFIRMED = "confirmed"  # 属实
    UNFOUNDED = "unfounded"  # 不属实
    RECTIFIED = "rectified"  # 已整改
    PARTLY = "partly"  # 部分整改
    UNRECTIFIED = "unrectified"  # 未整改

    @property
    def unresolved(self) -> bool:
        """Whether something is left to be put right."""
        return self in (Finding.CONFIRMED, Finding.PARTLY, Finding.UNRECTIFIED)


class Inspection(Part):
    """督查: a supervisor's look at the place, `at` when it was. `card` counts from 1: the one that it gave, if any."""

    finding: Finding
    at: datetime
    logged_at: datetime
    by: str
    whom: str
    place: str
    text: str
    pictures: tuple[str, ...]
    public: bool
    card: int | None = None


class Redaction(Part):
    """The author's wish that passages of his go out of what the public reads, and what a clerk decided.

    What was granted keeps its passages: the case may be accepted anew, from words that still hold them.
    """

    passages: tuple[str, ...]
    reason: str
    asked_at: datetime
    decided_at: datetime | None = None
    granted: bool | None = None
    answer: str | None = None


class Withheld(Part):
    """A picture of the author's, or his PDF, that only he and the offices see, and why: a code of the district's."""

    file: str
    reason: str
    document: bool = False


class Appeal(Part):
    """The author's appeal of a refusal, and what a supervisor decided."""

    text: str
    at: datetime
    decided_at: datetime | None = None
    granted: bool | None = None
    answer: str | None = None


class Hiding(Part):
    """What an office took out of what the public reads without being asked; `text` tells the author why.

    It ends when a supervisor grants the author's appeal.
    """

    passages: tuple[str, ...]
    files: tuple[str, ...]
    reason: str
    text: str
    by: str
    at: datetime
    appeal: Appeal | None = None

    @property
    def stands(self) -> bool:
        """Whether it is in force."""
        return self.appeal is None or not self.appeal.granted

    @property
    def appealed(self) -> bool:
        """Whether a supervisor has its appeal to decide."""
        return self.appeal is not None and self.appeal.decided_at is None


class Level(StrEnum):
    """How far a clock of the offices has escalated. Rework is no stage: a bad rating brought the case back."""

    REMINDER = "reminder"
    REWORK = "rework"
    YELLOW = "yellow"
    RED = "red"
    WEEKLY = "weekly"


class Rectification(Part):
    """整改说明: what the office that a card was given to answers."""

    text: str
    by: str
    at: datetime


class Escalation(Part):
    """One stage that a clock reached: `fell_at` by the clock, `at` when it was recorded.

    A clock is told by its name and start. `number` tells stages of a level apart: the per cent of a reminder, the week
    of a weekly word. `unit` had the case when it fell.
    """

    clock: str
    clock_started_at: datetime
    level: Level
    number: int
    unit: str
    fell_at: datetime
    at: datetime
    answer: Rectification | None = None

    @property
    def is_card(self) -> bool:
        """Whether it is a card, which wants an answer."""
        return self.level in (Level.YELLOW, Level.RED)


class Urge(Part):
    """催办: a supervisor's word to the office in charge."""

    at: datetime
    by: str
    unit: str
    text: str


class Report(Part):
    """上报: a threshold of the district's that the case has reached, with what number, and when a leader looked at it.

    `threshold` is a code; `count` is the number that was reached and `least` the one that reports. Of words, `count` is
    how many of them are in the case.
    """

    threshold: str
    count: int
    least: int
    at: datetime
    seen_by: str | None = None
    seen_at: datetime | None = None


class InstructionAnswer(Part):
    """What the office in charge answers to an instruction."""

    text: str
    unit: str
    by: str
    at: datetime


class Instruction(Part):
    """批示: what a leader wants done, and until when. Its clock started at `given_at`; `unit` had the case then."""

    text: str
    due: datetime
    given_at: datetime
    unit: str
    by: str
    answer: InstructionAnswer | None = None


class PressAnswer(Part):
    """What the office in charge answers the newsroom; meant to be published."""

    text: str
    unit: str
    by: str
    at: datetime


class PressQuestion(Part):
    """采访: what the newsroom asks about the case, by its investigation and the question's number in that one.

    Its clock started at `asked_at`; `unit` had the case then.
    """

    investigation: str
    number: int
    text: str
    due: datetime
    asked_at: datetime
    unit: str
    answer: PressAnswer | None = None


class Coverage(Part):
    """报道: a published report of the newsroom's that names the case, as news told it with its number `seq`.

    `at` is when the case heard of it, `ended_at` when it heard that the report was withdrawn or names it no more.
    """

    article: str
    title: str
    published_at: datetime
    seq: int
    at: datetime
    ended_at: datetime | None = None


class Extension(Part):
    """延期: so many working days more, asked for by the department and decided by somebody else in it."""

    days: int
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None = None
    decided_at: datetime | None = None
    granted: bool | None = None
    answer: str | None = None


class Round(Part):
    """One time that a case was handled, with its own overall clock, as it stood when the next one began."""

    number: int
    started_at: datetime
    ended_at: datetime
    ending: Ending
    department: str | None
    reply: Reply | None
    ratings: tuple[Rating, ...]


class Verdict(Part):
    """Why intake ended a case: a reason or a place to turn, with a text for the author."""

    code: str
    text: str


class Imported(Part):
    """From where a case of an earlier time came, when, and what its record said, as a hash."""

    source: str
    ref: str
    at: datetime
    fingerprint: str


class Tally(Part):
    """How many have joined a case, and how those of them judged it who did: `satisfied` is the sum of their marks."""

    count: int = 0
    rated: int = 0
    solved: int = 0
    satisfied: int = 0

    def plus(self, other: "Tally") -> "Tally":
        """The sum."""
        return Tally(**{name: getattr(self, name) + getattr(other, name) for name in Tally.model_fields})

    def less(self, other: "Tally") -> "Tally":
        """The difference."""
        return Tally(**{name: getattr(self, name) - getattr(other, name) for name in Tally.model_fields})


class Case(Part):
    """One case. `author` is None once the account is closed; `version` counts changes, `told` the events.

    `round` counts how often it was handled; what earlier rounds came to is in `rounds`. `supervised`: a bad rating
    began this one. `joined` is counted beside the case's own steps (`petition.co_signing`): no step changes it. `ticks`
    counts what the clocks brought about, which leaves `version` as it was: nobody's work is held up by it. `document`
    is a PDF that came instead of pictures; it lies beside `asked`, which an earlier version writes without it. Pictures
    and a PDF that the public does not see are in `withheld` instead, so that no reader shows them by mistake, not even
    an earlier version. `unhidden` are the public words as they were before anything of them was hidden (`hidings`).
    """

    no: str
    author: str | None
    asked: Asked
    filed_at: datetime
    state: State
    version: int
    told: int
    ticks: int = 0
    round: int = 1
    round_started_at: datetime | None = None
    supervised: bool = False
    rounds: tuple[Round, ...] = ()
    document: str | None = None
    withheld: tuple[Withheld, ...] = ()
    hidings: tuple[Hiding, ...] = ()
    unhidden: Shown | None = None
    imported: Imported | None = None
    shown: Shown | None = None
    urgency: str | None = None
    department: str | None = None
    co_departments: tuple[str, ...] = ()
    handler: str | None = None
    hops: tuple[Hop, ...] = ()
    tasks: tuple[Task, ...] = ()
    objection: Objection | None = None
    questions: tuple[Question, ...] = ()
    waits: tuple[Wait, ...] = ()
    clocks: tuple[Clock, ...] = ()
    reply: Reply | None = None
    correction: ProposedCorrection | None = None
    ratings: tuple[Rating, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    promises: tuple[Promise, ...] = ()
    notes: tuple[Note, ...] = ()
    contacts: tuple[Contact, ...] = ()
    inspections: tuple[Inspection, ...] = ()
    verdict: Verdict | None = None
    redactions: tuple[Redaction, ...] = ()
    appeal: Appeal | None = None
    merged_into: str | None = None
    escalations: tuple[Escalation, ...] = ()
    urges: tuple[Urge, ...] = ()
    reports: tuple[Report, ...] = ()
    instructions: tuple[Instruction, ...] = ()
    extension: Extension | None = None
    coverage: tuple[Coverage, ...] = ()
    press: tuple[PressQuestion, ...] = ()
    ending: Ending | None = None
    ended_at: datetime | None = None
    history: tuple[Entry, ...] = ()
    joined: Tally = Tally()

    @property
    def listed(self) -> bool:
        """Whether everyone may see it: intake let it through and its author did not keep it private."""
        return self.shown is not None and self.asked.visibility is not Visibility.PRIVATE

    @property
    def by_partner(self) -> bool:
        """Whether a partner's program filed it: then there is nobody here to ask, to tell or to rate."""
        return self.author is not None and self.author.startswith(PARTNER_PREFIX)

    @property
    def returned(self) -> bool:
        """Whether a department has sent it back once."""
        return any(hop.basis is not None for hop in self.hops)

    @property
    def redaction_pending(self) -> bool:
        """Whether a clerk has a redaction to decide."""
        return bool(self.redactions) and self.redactions[-1].decided_at is None

    @property
    def taken_out(self) -> tuple[str, ...]:
        """The passages that its author had taken out of what the public reads."""
        return tuple(passage for one in self.redactions if one.granted for passage in one.passages)

    @property
    def files(self) -> tuple[str, ...]:
        """The author's pictures and PDF that everyone sees who sees the case."""
        return (*self.asked.pictures, *([self.document] if self.document else ()))

    @property
    def hiding_appealed(self) -> Hiding | None:
        """The hiding whose appeal a supervisor has to decide."""
        return next((one for one in self.hidings if one.appealed), None)

    @property
    def appeal_pending(self) -> bool:
        """Whether a supervisor has an appeal to decide."""
        return self.appeal is not None and self.appeal.decided_at is None

    @property
    def extension_pending(self) -> bool:
        """Whether an approver has an extension to decide."""
        return self.extension is not None and self.extension.granted is None

    @property
    def opened_at(self) -> datetime:
        """When this round began: the first one with the filing."""
        return self.round_started_at or self.filed_at

    @property
    def last_reply(self) -> Reply | None:
        """The latest published reply, of this round or the one before."""
        replies = (self.reply, *(one.reply for one in reversed(self.rounds)))
        return next((reply for reply in replies if reply and reply.published_at), None)

    @property
    def last_rating(self) -> Rating | None:
        """The author's latest judgement, of this round or an earlier one."""
        rated = (self.ratings, *(one.ratings for one in reversed(self.rounds)))
        return next((ratings[-1] for ratings in rated if ratings), None)

    @property
    def follow_up_pending(self) -> bool:
        """Whether the department has a question about its reply to answer."""
        asked = self.state is State.ANSWERED and bool(self.follow_ups)
        return asked and self.follow_ups[-1].answered_at is None

    @property
    def open_promises(self) -> tuple[Promise, ...]:
        """What departments have promised and not reported on."""
        return tuple(one for one in self.promises if one.report is None)

    @property
    def unseen_reports(self) -> tuple[Report, ...]:
        """What was brought to the leaders' board and no leader has looked at yet; the end of the case ends it."""
        return () if self.ending else tuple(one for one in self.reports if one.seen_at is None)

    @property
    def open_instructions(self) -> tuple[Instruction, ...]:
        """What leaders want done and nobody has answered; the end of the case does not end it."""
        return tuple(one for one in self.instructions if one.answer is None)

    @property
    def open_press(self) -> tuple[PressQuestion, ...]:
        """What the newsroom asked and nobody has answered; the end of the case does not end it."""
        return tuple(one for one in self.press if one.answer is None)

    @property
    def covered(self) -> tuple[Coverage, ...]:
        """The reports that name it now."""
        return tuple(one for one in self.coverage if one.ended_at is None)

    @property
    def objection_pending(self) -> bool:
        """Whether a supervisor has to rule where the case belongs."""
        waits = self.objection is not None and self.objection.decided_at is None
        return waits and self.state is State.DISPATCHED

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What co-departments still owe the department in charge; a return or the reply ends it."""
        if self.state not in WITH_DEPARTMENT:
            return ()
        return tuple(one for one in self.tasks if one.answer is None and one.given_at == self.hops[-1].since)

    @property
    def cards(self) -> tuple[Escalation, ...]:
        """The yellow and red cards, in the order of their numbers: the first is 1."""
        return tuple(one for one in self.escalations if one.is_card)

    @property
    def departments(self) -> frozenset[str]:
        """The departments that work on it now."""
        return frozenset((*self.co_departments, *([self.department] if self.department else ())))

    def clock(self, name: str) -> Clock | None:
        """The latest clock of this name."""
        return next((clock for clock in reversed(self.clocks) if clock.name == name), None)
