"""三率 and the other figures: one case comes to one row of facts, rows come to the figures of a group.

Facts depend on the case alone and on the clock: what is not over yet is neither kept nor missed (None), and
`changes_at` says when that may change without anybody's doing. Source of the limits: `district/clocks.yml`; of what
counts: `district/figures.yml`.
"""

from array import array
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple

from pydantic import Field

from petition.domain import escalation
from petition.domain.case import Case, Ending, Level, Part, State, Step
from petition.domain.change import FIRST_ANSWER, INTAKE, OVERALL, Rules
from petition.domain.clocks import Clock
from petition.domain.district import RATES, Definitions
from petition.domain.history import Entry

OPEN = "open"
EXCLUDE = "exclude"
"""The entry of a case's history by which it is taken out of the rates."""

_STEP_AFTER: Mapping[str, Step | None] = {
    "submit": Step.COLLECT, "ask": Step.COLLECT, "answer": Step.COLLECT, "accept": Step.REPORT,
    "dispatch": Step.HANDLE, "return": Step.REPORT, "draft_reply": Step.SUPERVISE, "send_back": Step.HANDLE,
    "publish": Step.FEEDBACK,
    **dict.fromkeys(("rate", "refuse", "elsewhere", "withdraw", "merge", "expire_question", "expire_rating")),
}  # fmt: skip
"""The step that a case is in after an entry of its history; None: in none any more. Other entries change nothing."""
_ANSWERING_ENDS = (Ending.REFUSED, Ending.ELSEWHERE)


class Facts(NamedTuple):
    """What one case adds to the figures. Durations are whole seconds; None is what is not over, or was not given.

    `department` is the one that answered, else the one that has the case, else intake. `marks` are the author's, 1 to
    5. `ending` is how the last round that ended did, open when none has. `co_marks` is the sum of those of the
    co-signers who rated. `public`: everyone may read the case.
    """

    no: str
    month: str
    day: str
    town: str
    category: str
    department: str
    public: bool
    excluded: bool
    ending: str
    first_answer: int | None
    collect: int | None
    report: int | None
    handle: int | None
    supervise: int | None
    feedback: int | None
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


class Ratio(Part):
    """A rate as the two whole numbers that it is."""

    numerator: int = 0
    denominator: int = 0


class Times(Part):
    """How long something took, in seconds: the median and the 90th percentile of `count` values, by nearest rank."""

    count: int = 0
    median: int | None = None
    p90: int | None = None


class PublicFigures(Part):
    """Of a group, what everybody can count from the open data beside the rates: the cases that everyone may read."""

    cases: int = 0
    excluded: int = 0
    overdue: int = 0
    returned: int = 0
    reopened: int = 0
    yellow_cards: int = 0
    red_cards: int = 0
    first_answer: Times = Times()
    steps: dict[str, Times] = Field(default_factory=dict)


class Figures(Part):
    """The figures of a group of cases. All but `cases`, `excluded` and `corrected` are without those excluded.

    `public_rates` and `public` are the same over the cases that everyone may read, which are the ones in the open data.
    `public` is None where a version before counted, or a month was closed before there was any.
    """

    cases: int = 0
    excluded: int = 0
    corrected: int = 0
    overdue: int = 0
    returned: int = 0
    reopened: int = 0
    yellow_cards: int = 0
    red_cards: int = 0
    co_rated: int = 0
    co_solved: int = 0
    co_marks: int = 0
    endings: dict[str, int] = Field(default_factory=dict)
    rates: dict[str, Ratio] = Field(default_factory=dict)
    public_rates: dict[str, Ratio] = Field(default_factory=dict)
    first_answer: Times = Times()
    steps: dict[str, Times] = Field(default_factory=dict)
    public: PublicFigures | None = None


class Counted(NamedTuple):
    """What the rows of a group come to, and those of each of its days, by day."""

    whole: Figures
    days: Mapping[str, Figures]


def month_of(case: Case, rules: Rules) -> str:
    """The month in which the case was filed, as 2026-11: it counts there for ever."""
    return case.filed_at.astimezone(rules.calendar.zone).strftime("%Y-%m")


def facts_of(case: Case, definitions: Definitions, now: datetime, rules: Rules) -> Facts:
    """The row of a case as it stands now. Needs its history."""
    answered = first_answer_at(case)
    filed = case.filed_at.astimezone(rules.calendar.zone)
    replied, last = case.last_reply, case.last_rating
    taken = step_seconds(case.history)
    steps: dict[str, Any] = {step.value: taken.get(step) for step in Step}
    return Facts(
        no=case.no,
        month=month_of(case, rules),
        day=filed.date().isoformat(),
        town=case.asked.town,
        category=case.asked.category,
        department=(replied.department if replied else case.department) or INTAKE,
        public=case.listed,
        excluded=any(entry.kind == EXCLUDE for entry in case.history),
        ending=_ending(case),
        first_answer=_seconds(answered - case.filed_at) if answered else None,
        **steps,
        **_judgements(case, definitions, answered, now, rules),
        solved=last.solved if last else None,
        marks=last.satisfied if last else None,
        yellow_cards=sum(card.level is Level.YELLOW for card in case.cards),
        red_cards=sum(card.level is Level.RED for card in case.cards),
        returns=sum(hop.basis is not None for hop in case.hops),
        reopened=case.round > 1,
        co_rated=case.joined.rated,
        co_solved=case.joined.solved,
        co_marks=case.joined.satisfied,
    )


def changes_at(case: Case, definitions: Definitions, now: datetime, rules: Rules) -> datetime | None:
    """When the row changes next if nobody does anything; None when never."""
    instants = []
    if case.ending is None and first_answer_at(case) is None:
        clock = _first_clock(case)
        instants.append(case.filed_at + timedelta(hours=definitions.reply_hours))
        instants += [clock.original_due, escalation.without_waits(case, clock, rules).due] if clock else []
    overall = _overall(case)
    if overall and overall.running:
        instants += [overall.original_due, overall.due]
    return min((at for at in instants if at >= now), default=None)


def first_answer_at(case: Case) -> datetime | None:
    """When the resident got a first answer: a reply, a refusal with its reason, a public note or contact."""
    clock = _first_clock(case)
    if clock is None or clock.stopped_at is None:
        return None
    ends: dict[datetime | None, Ending | None] = {one.ended_at: one.ending for one in case.rounds}
    ends[case.ended_at] = case.ending
    ended_without = clock.stopped_at in ends and ends[clock.stopped_at] not in _ANSWERING_ENDS
    return None if ended_without else clock.stopped_at


def _ending(case: Case) -> str:
    """How the case ended the last time; a bad rating would leave the rates if the round that it began hid it."""
    return case.ending or (case.rounds[-1].ending if case.rounds else OPEN)


def step_seconds(history: Iterable[Entry]) -> dict[Step, int]:
    """How long each of the five steps took in all; one that the case is in now is not there."""
    spent: dict[Step, timedelta] = {}
    step: Step | None = None
    left: Step | None = None
    since: datetime | None = None
    for entry in history:
        after = _step_after(entry, step, left)
        if after is step:
            continue
        if step is not None and since is not None:
            spent[step] = spent.get(step, timedelta()) + (entry.at - since)
        step, left, since = after, step or left, entry.at
    return {one: _seconds(length) for one, length in spent.items() if one is not step}


class Counting:
    """Rows being counted; their order does not matter."""

    def __init__(self, definitions: Definitions) -> None:
        self._all, self._public = _Sums(definitions), _Sums(definitions)

    def add(self, row: Facts, *, corrected: bool = False) -> None:
        """Counts one row; `corrected`: it changed after its month was closed."""
        self._all.add(row, corrected=corrected)
        if row.public:
            self._public.add(row)

    def include(self, part: "Counting") -> None:
        """Counts all that another has counted."""
        self._all.include(part._all)
        self._public.include(part._public)

    def figures(self) -> Figures:
        """What has been counted."""
        own = self._public
        public = PublicFigures(
            **{name: own.counts[name] for name in PublicFigures.model_fields if name in own.counts}, **own.times()
        )
        return Figures(
            **self._all.counts,
            **self._all.times(),
            endings=dict(sorted(self._all.endings.items())),
            rates=self._all.rates(),
            public_rates=own.rates(),
            public=public,
        )


class _Sums:
    """What rows come to."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self.counts = dict.fromkeys(_COUNTED, 0)
        self.endings: dict[str, int] = {}
        self._rates = {code: [0, 0] for code in RATES}
        self._in = {code: frozenset(map(str, definitions.rates[code].counts)) for code in RATES}
        self._first = array("q")
        self._steps = {step.value: array("q") for step in Step}

    def add(self, row: Facts, *, corrected: bool = False) -> None:
        counts = self.counts
        counts["cases"] += 1
        counts["excluded"] += row.excluded
        counts["corrected"] += corrected
        if row.excluded:
            return
        counts["overdue"] += row.on_time is False
        counts["returned"] += row.returns > 0
        counts["reopened"] += row.reopened
        for name in _SUMMED:
            counts[name] += getattr(row, name)
        self.endings[row.ending] = self.endings.get(row.ending, 0) + 1
        self._add_times(row)
        for code in RATES:
            if row.ending in self._in[code] and (kept := outcome(row, code, self._definitions)) is not None:
                self._rates[code][0] += kept
                self._rates[code][1] += 1

    def include(self, part: "_Sums") -> None:
        for name, count in part.counts.items():
            self.counts[name] += count
        for ending, count in part.endings.items():
            self.endings[ending] = self.endings.get(ending, 0) + count
        for code, (kept_in, counted) in part._rates.items():
            self._rates[code][0] += kept_in
            self._rates[code][1] += counted
        self._first.extend(part._first)
        for step, values in part._steps.items():
            self._steps[step].extend(values)

    def rates(self) -> dict[str, Ratio]:
        return {code: Ratio(numerator=n[0], denominator=n[1]) for code, n in self._rates.items()}

    def times(self) -> dict[str, Any]:
        steps = {step: times_of(values) for step, values in self._steps.items()}
        return {"first_answer": times_of(self._first), "steps": steps}

    def _add_times(self, row: Facts) -> None:
        if row.first_answer is not None:
            self._first.append(row.first_answer)
        for step, values in self._steps.items():
            if (seconds := getattr(row, step)) is not None:
                values.append(seconds)


_SUMMED = ("yellow_cards", "red_cards", "co_rated", "co_solved", "co_marks")
_COUNTED = ("cases", "excluded", "corrected", "overdue", "returned", "reopened", *_SUMMED)


def figures_of(rows: Iterable[Facts], definitions: Definitions) -> Figures:
    """The figures of a group of rows."""
    counting = Counting(definitions)
    for row in rows:
        counting.add(row)
    return counting.figures()


def is_ranked(counted: int, definitions: Definitions) -> bool:
    """Whether what is counted over so many cases may be compared; a rate by what it counts itself, not those beside."""
    return counted >= definitions.smallest_ranked


def outcome(row: Facts, code: str, definitions: Definitions) -> bool | None:
    """Whether a case is in the numerator of a rate; None when it says nothing about it."""
    if code == "satisfied":
        return None if row.marks is None else row.marks >= definitions.satisfied_from
    kept: bool | None = getattr(row, code)
    return kept


def times_of(values: Iterable[int]) -> Times:
    """Median and 90th percentile by nearest rank: the smallest value that half (nine tenths) do not exceed."""
    ranked = sorted(values)
    if not ranked:
        return Times()
    return Times(count=len(ranked), median=_nearest_rank(ranked, 50), p90=_nearest_rank(ranked, 90))


def _nearest_rank(ranked: list[int], percent: int) -> int:
    return ranked[ceil(len(ranked) * percent / 100) - 1]


def _judgements(
    case: Case, definitions: Definitions, answered: datetime | None, now: datetime, rules: Rules
) -> dict[str, bool | None]:
    """Whether each limit was kept, by its moved and by its original due time."""
    clock, overall = _first_clock(case), _overall(case)
    waiting = case.state is State.QUESTIONED
    judged: dict[str, bool | None] = dict.fromkeys(("response", "response_original", "on_time", "on_time_original"))
    within = case.filed_at + timedelta(hours=definitions.reply_hours)
    judged["replied_in_hours"] = kept(answered, within, now, runs=case.ending is None)
    if clock:
        runs, due = case.ending is None, escalation.without_waits(case, clock, rules).due
        judged["response"] = kept(answered, due, now, runs=runs and not waiting)
        judged["response_original"] = kept(answered, clock.original_due, now, runs=runs)
    if overall:
        runs = overall.running
        judged["on_time"] = kept(overall.stopped_at, overall.due, now, runs=runs and not waiting)
        judged["on_time_original"] = kept(overall.stopped_at, overall.original_due, now, runs=runs)
    return judged


def kept(done: datetime | None, due: datetime, now: datetime, *, runs: bool) -> bool | None:
    """Whether a limit was kept: by what was done, else missed once it is over while it runs; None while it is not."""
    if done is not None:
        return done <= due
    return False if runs and now > due else None


def _first_clock(case: Case) -> Clock | None:
    return next((clock for clock in case.clocks if clock.name == FIRST_ANSWER), None)


def _overall(case: Case) -> Clock | None:
    """That of the first round: a later round has a clock that does not count from filing."""
    own = [clock for clock in case.clocks if clock.name == OVERALL and clock.started_at == case.filed_at]
    return own[-1] if own else None


def _step_after(entry: Entry, step: Step | None, left: Step | None) -> Step | None:
    """`left` is the step that the case was in before: a merged case goes on where it was.

    A case that is handled again is with its department, or with intake when it ended without the author's answer.
    """
    if entry.kind == "unmerge":
        return left
    if entry.kind == "reopen":
        return Step.COLLECT if left is Step.COLLECT else Step.HANDLE
    if entry.kind == "rate" and "round" in entry.fields:
        return Step.HANDLE
    if entry.kind == "decide_appeal":
        granted = "granted" in entry.fields and entry.fields["granted"].value
        return Step.COLLECT if granted else step
    return _STEP_AFTER.get(entry.kind, step)


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
