"""调查: what the newsroom looks into, by whom, what was found, what departments were asked, what was published of it.

Editors open, assign, ask and close; those who are assigned write down what they find; its lead or a duty editor
opens it again. Every function raises `NotPermitted`, `Refused` or `BadValue` and changes nothing then.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict

from news.domain.lifecycle import EDITORS, SECOND_REVIEWERS, Actor
from news.domain.refusals import BadValue, NotPermitted, Refused

MOST_LINKED = 50
"""Cases, and as many tips."""
MOST_PICTURES = 9
"""Of one visit."""
MOST_CORRECTIONS = 200
"""Of all records of an investigation together."""
MOST_RECORDS, MOST_QUESTIONS, MOST_REPORTS, MOST_REOPENINGS = 200, 50, 20, 20
NOT_PUBLIC = "这件诉求不公开，或还没有核实到，不能就它询问部门"


class InvestigationState(StrEnum):
    """How far it has come: answered when no department owes an answer to what it was asked."""

    OPEN = "open"
    ANSWERED = "answered"
    PUBLISHED = "published"
    CLOSED = "closed"


class RecordKind(StrEnum):
    """What is written down, for the newsroom alone."""

    SOURCE = "source"  # 线索来源
    INTERVIEW = "interview"  # 采访
    VISIT = "visit"  # 实地走访


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class RecordPicture(_Part):
    """A picture of a visit, one of the newsroom's. Sizes in pixels."""

    id: str
    width: int
    height: int


class RecordWords(_Part):
    """What a record says of when it was, with whom, where and what was found."""

    at: datetime
    whom: str
    place: str
    text: str


class EarlierWords(RecordWords):
    """What a record said until it was corrected then."""

    until: datetime


class Record(RecordWords):
    """What somebody found: `at` when it was, `noted_at` when he wrote it down. Only a visit has pictures.

    `earlier` is what it said before he corrected it, the first words first. `erased`: its time is over; its kind, its
    author and when it was stay.
    """

    kind: RecordKind
    pictures: tuple[RecordPicture, ...] = ()
    by: str
    noted_at: datetime
    earlier: tuple[EarlierWords, ...] = ()
    erased: bool = False


class Question(_Part):
    """What the office that has a case is asked. `due` is known once petition has it, the answer when it has come.

    `pending`: since when petition is to be asked, first or again, how it stands. `gone`: nobody may know of the case;
    `refused`: why petition did not take it. Of both no answer is owed.
    """

    number: int
    case: str
    text: str
    workdays: int
    by: str
    asked_at: datetime
    due: datetime | None = None
    unit: str | None = None
    answer: str | None = None
    answered_at: datetime | None = None
    pending: datetime | None = None
    gone: bool = False
    refused: str = ""

    @property
    def owed(self) -> bool:
        """Whether an answer is still to come."""
        return not (self.answered_at or self.gone or self.refused)


class Reopening(_Part):
    """It was ended, `closed_at` with the words `closing`, and opened again."""

    closed_at: datetime
    closing: str
    at: datetime
    by: str
    reason: str


class Detachment(_Part):
    """An article was named by mistake, and taken off."""

    article: str
    at: datetime
    by: str
    reason: str


class Matter(_Part):
    """What is looked into, by whom; `lead` is answerable. Cases and tips by their numbers."""

    title: str
    question: str
    lead: str
    members: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    tips: tuple[str, ...] = ()

    @property
    def assigned(self) -> tuple[str, ...]:
        """Those who look into it."""
        return tuple(dict.fromkeys((self.lead, *self.members)))


class Investigation(_Part):
    """An investigation as it stands. `version` counts what people did, `heard` what it was told without them.

    `withdrawn` are those of its reports that nobody reads any more.
    """

    id: str
    matter: Matter
    opened_by: str
    opened_at: datetime
    updated_at: datetime
    version: int = 1
    heard: int = 0
    records: tuple[Record, ...] = ()
    questions: tuple[Question, ...] = ()
    reports: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    detached: tuple[Detachment, ...] = ()
    closed_at: datetime | None = None
    closing: str = ""
    reopenings: tuple[Reopening, ...] = ()

    @property
    def state(self) -> InvestigationState:
        """How far it has come."""
        if self.closed_at:
            return InvestigationState.CLOSED
        if set(self.reports) - set(self.withdrawn):
            return InvestigationState.PUBLISHED
        answered = any(one.answered_at for one in self.questions) and not any(one.owed for one in self.questions)
        return InvestigationState.ANSWERED if answered else InvestigationState.OPEN

    @property
    def pending(self) -> datetime | None:
        """Since when petition is to be asked of one of its questions."""
        return min((one.pending for one in self.questions if one.pending), default=None)

    @property
    def due(self) -> datetime | None:
        """By when the first answer is due that it still waits for; none is waited for once it is closed."""
        if self.closed_at:
            return None
        return min((one.due for one in self.questions if one.owed and one.due), default=None)

    @property
    def people(self) -> tuple[str, ...]:
        """Those who work on it."""
        return tuple(dict.fromkeys((*self.matter.assigned, self.opened_by)))

    def moved(self, now: datetime, **values: Any) -> Self:
        """The same after a step."""
        return self.model_copy(update={"version": self.version + 1, "updated_at": now, **values})


def sees(found: Investigation, actor: Actor) -> bool:
    """Whether it is on his desk: an editor's is every one, a reporter's are those that he works on."""
    return bool(actor.roles & EDITORS) or ("reporter" in actor.roles and actor.id in found.people)


def may(found: Investigation, actor: Actor) -> list[str]:
    """What the actor may do with it now."""
    if not sees(found, actor):
        return []
    if found.state is InvestigationState.CLOSED:
        return ["reopen"] if _reopens(found, actor) else []
    edits = ["revise", "ask", "report", "close"] if actor.roles & EDITORS else []
    return ["note", "read_tip", *edits]


def check_reads(found: Investigation, tip: str) -> None:
    """Whoever has the investigation on his desk reads what the tip says, while it is looked into."""
    if tip not in found.matter.tips:
        raise BadValue("no", "这项调查没有关联这条爆料")
    if found.state is InvestigationState.CLOSED:
        raise Refused("这项调查已经结束，不能再查看爆料全文。")


def begin(number: str, matter: Matter, actor: Actor, now: datetime, *, in_newsroom: Collection[str]) -> Investigation:
    """A new one; `in_newsroom` are those of its people who work there."""
    _check_editor(actor)
    _check_assigned(matter, in_newsroom)
    return Investigation(id=number, matter=matter, opened_by=actor.id, opened_at=now, updated_at=now)


def joining(found: Investigation, matter: Matter) -> tuple[str, ...]:
    """Those whom the matter assigns anew: who has left the newsroom since does not hold up his colleagues."""
    return tuple(one for one in matter.assigned if one not in found.matter.assigned)


def revise(
    found: Investigation, actor: Actor, now: datetime, *, matter: Matter, in_newsroom: Collection[str]
) -> Investigation:
    """Another title, question, assignment, other cases or tips; `in_newsroom` are who of the joining work there."""
    _check_step(found, actor, "revise")
    _check_assigned(matter, {*in_newsroom, *found.matter.assigned})
    return found.moved(now, matter=matter)


def add(
    found: Investigation, actor: Actor, now: datetime, *, cases: Collection[str], tips: Collection[str]
) -> Investigation:
    """Takes up cases and tips in addition to those that it has."""
    _check_step(found, actor, "add")
    added = {
        "cases": tuple(dict.fromkeys((*found.matter.cases, *cases))),
        "tips": tuple(dict.fromkeys((*found.matter.tips, *tips))),
    }
    if any(len(numbers) > MOST_LINKED for numbers in added.values()):
        raise Refused("这项调查关联的诉求或爆料已达上限。")
    return found.moved(now, matter=found.matter.model_copy(update=added))


def note(found: Investigation, actor: Actor, now: datetime, *, record: Mapping[str, Any]) -> Investigation:
    """Writes down what was found."""
    _check_step(found, actor, "note")
    if len(found.records) >= MOST_RECORDS:
        raise Refused("这项调查的记录已达上限。")
    one = Record(**record, by=actor.id, noted_at=now)
    _check_record(one, now)
    if one.kind is not RecordKind.VISIT and one.pictures:
        raise BadValue("pictures", "只有实地走访可以附照片")
    return found.moved(now, records=(*found.records, one))


def correct(
    found: Investigation, actor: Actor, now: datetime, *, number: int, words: Mapping[str, Any]
) -> Investigation:
    """Its author says otherwise what he found, in the record of this `number`, from 1 on; what it said stays."""
    _check_step(found, actor, "correct")
    if number > len(found.records):
        raise BadValue("number", "没有这条记录")
    before = found.records[number - 1]
    if before.by != actor.id:
        raise NotPermitted("记录由写下它的人更正。")
    if before.erased:
        raise Refused("这条记录的内容已按期限删除，不能再更正。")
    if sum(len(one.earlier) for one in found.records) >= MOST_CORRECTIONS:
        raise Refused("这项调查更正记录的次数已达上限。")
    said = RecordWords(**before.model_dump())
    if said == RecordWords(**words):
        raise BadValue("text", "内容没有改动")
    earlier = EarlierWords(**said.model_dump(), until=now)
    after = before.model_copy(update={**words, "earlier": (*before.earlier, earlier)})
    _check_record(after, now)
    return found.moved(now, records=(*found.records[: number - 1], after, *found.records[number:]))


def records_until(found: Investigation, *, days: int) -> datetime | None:
    """When what its records say is erased: so many days after its end; None while it goes on, or has none to erase."""
    kept = any(not one.erased for one in found.records)
    return found.closed_at + timedelta(days=days) if found.closed_at and kept else None


def erase_records(found: Investigation) -> Investigation:
    """Leaves of the records what kind they are, who wrote them down and when; pictures are theirs no more."""
    gone = {"whom": "", "place": "", "text": "", "pictures": (), "earlier": (), "erased": True}
    records = tuple(one.model_copy(update=gone) for one in found.records)
    return found.model_copy(update={"records": records, "heard": found.heard + 1})


def ask(
    found: Investigation, actor: Actor, now: datetime, *, case: str, text: str, workdays: int, public: Collection[str]
) -> Investigation:
    """Asks the office that has one of the linked cases; `public` are those that everyone may know of."""
    _check_step(found, actor, "ask")
    if case not in found.matter.cases:
        raise BadValue("case", "请选择这项调查关联的诉求")
    if case not in public:
        raise BadValue("case", NOT_PUBLIC)
    if len(found.questions) >= MOST_QUESTIONS:
        raise Refused("这项调查向部门提出的问题已达上限。")
    number = len(found.questions) + 1
    one = Question(number=number, case=case, text=text, workdays=workdays, by=actor.id, asked_at=now, pending=now)
    return found.moved(now, questions=(*found.questions, one))


def report(found: Investigation, actor: Actor, now: datetime, *, article: str, published: bool) -> Investigation:
    """Names a published article that came of it."""
    _check_step(found, actor, "report")
    if not published:
        raise BadValue("article", "请填写已发布报道的编号")
    if article in found.reports:
        raise BadValue("article", "这篇报道已经关联")
    if len(found.reports) >= MOST_REPORTS:
        raise Refused("这项调查关联的报道已达上限。")
    return found.moved(now, reports=(*found.reports, article))


def detach(found: Investigation, actor: Actor, now: datetime, *, article: str, reason: str) -> Investigation:
    """Takes a report off that was named by mistake; who did so and why stays to be read."""
    _check_step(found, actor, "detach")
    if article not in found.reports:
        raise BadValue("article", "这项调查没有关联这篇报道")
    if len(found.detached) >= MOST_REPORTS:
        raise Refused("这项调查取消关联的次数已达上限。")
    one = Detachment(article=article, at=now, by=actor.id, reason=reason)
    left = {name: tuple(no for no in getattr(found, name) if no != article) for name in ("reports", "withdrawn")}
    return found.moved(now, **left, detached=(*found.detached, one))


def lose_report(found: Investigation, article: str) -> Investigation:
    """One of its reports was withdrawn. The same again when it is known, or none of its own."""
    if article not in found.reports or article in found.withdrawn:
        return found
    return found.model_copy(update={"withdrawn": (*found.withdrawn, article), "heard": found.heard + 1})


def close(found: Investigation, actor: Actor, now: datetime, *, text: str) -> Investigation:
    """Ends it, with what came of it."""
    _check_step(found, actor, "close")
    return found.moved(now, closed_at=now, closing=text)


def reopen(found: Investigation, actor: Actor, now: datetime, *, reason: str) -> Investigation:
    """It goes on where it was; its end stays to be read, with who opened it again and why."""
    if not _reopens(found, actor):
        raise NotPermitted("已结束的调查由牵头人或值班编辑重启。")
    if found.closed_at is None:
        raise Refused("这项调查没有结束，不用重启。")
    if len(found.reopenings) >= MOST_REOPENINGS:
        raise Refused("这项调查重启的次数已达上限。")
    one = Reopening(closed_at=found.closed_at, closing=found.closing, at=now, by=actor.id, reason=reason)
    return found.moved(now, closed_at=None, closing="", reopenings=(*found.reopenings, one))


def stir(found: Investigation, number: int, at: datetime) -> Investigation:
    """Petition is to be asked, from then on, how this question stands."""
    return _heard(found, number, pending=at)


def hear(found: Investigation, number: int, *, asked: datetime | None, **standing: Any) -> Investigation:
    """What petition says of a question (`due`, `unit`, `answer`, `answered_at`); pending since `asked`, it is no more.

    It stays so when something was heard of it after petition was asked.
    """
    still = next((one.pending for one in found.questions if one.number == number), None)
    return _heard(found, number, **standing, pending=None if still == asked else still)


def lose(found: Investigation, number: int) -> Investigation:
    """Petition knows nothing that everyone may know of the question's case."""
    return _heard(found, number, gone=True, pending=None)


def refuse(found: Investigation, number: int, why: str) -> Investigation:
    """Petition does not take the question."""
    return _heard(found, number, refused=why, pending=None)


def _heard(found: Investigation, number: int, **values: Any) -> Investigation:
    """Counted apart from what people do, so that nobody loses a step to it."""
    questions = tuple(one.model_copy(update=values) if one.number == number else one for one in found.questions)
    return found.model_copy(update={"questions": questions, "heard": found.heard + 1})


def _check_editor(actor: Actor) -> None:
    if not actor.roles & EDITORS:
        raise NotPermitted("调查由编辑发起和管理。")


def _reopens(found: Investigation, actor: Actor) -> bool:
    return bool(actor.roles & SECOND_REVIEWERS) or (actor.id == found.matter.lead and sees(found, actor))


def _check_assigned(matter: Matter, in_newsroom: Collection[str]) -> None:
    if matter.lead not in in_newsroom:
        raise BadValue("lead", "请选择在职的采编人员")
    if not set(matter.members) <= set(in_newsroom):
        raise BadValue("members", "参与人员中有人不是在职的采编人员")


def _check_record(record: Record, now: datetime) -> None:
    if record.at > now:
        raise BadValue("at", "时间不能晚于现在")
    if record.kind is RecordKind.VISIT and not record.place:
        raise BadValue("place", "请填写走访地点")


def _check_step(found: Investigation, actor: Actor, step: str) -> None:
    if step not in ("note", "correct"):
        _check_editor(actor)
    if found.state is InvestigationState.CLOSED:
        raise Refused("这项调查已经结束。")
