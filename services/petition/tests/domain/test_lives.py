"""Lives of cases that nobody thought of: whatever people try, in whatever order, what must never happen does not."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from petition.domain import clocks, clockwork, escalation, feedback, figures, history, witness
from petition.domain.case import Case, Ending
from petition.domain.change import TOLD_LIMITS, Change, Rules
from petition.domain.lifecycle import Actor, allowed
from petition.domain.refusals import Refused

from .test_lifecycle import ALLOWED, PEOPLE, STEPS, take

LIVES = settings(max_examples=6, stateful_step_count=40, deadline=None)
SELDOM = 8  # actions that so many lives may leave out
ENDS = {"withdraw", "refuse", "elsewhere", "merge"}
MOST_WAITED = 5  # CLOCKS.md: "waiting for the resident's answer to a question, at most 5 working days in all"
ENDED_BY = {
    "answered_rated": "rate", "answered_unrated": "expire_rating", "refused": "refuse", "elsewhere": "elsewhere",
    "merged": "merge", "withdrawn": "withdraw", "unanswered_question": "expire_question",
}  # fmt: skip
ANSWERED = (Ending.ANSWERED_RATED, Ending.ANSWERED_UNRATED)
later = st.timedeltas(timedelta(minutes=1), timedelta(hours=3)) | st.timedeltas(timedelta(hours=3), timedelta(days=4))


class Life(RuleBasedStateMachine):
    """One case, from some state on. Most of what is tried is allowed, so that lives get long; some of it is not."""

    def __init__(self, tell: Any, rules: Rules, cast: dict[str, Actor], taken: Counter[str]) -> None:
        super().__init__()
        self.tell, self.rules, self.cast, self.taken = tell, rules, cast, taken

    @initialize(chance=st.randoms(use_true_random=True))
    def begin(self, chance: Random) -> None:
        """What went before was told step by step."""
        told = self.tell()
        self.case: Case = told.case
        self.now: datetime = told.now
        self.done: set[str] = set()
        self.chance = chance

    @rule(later=later)
    def go_on(self, later: timedelta) -> None:
        """Somebody does what the desk or the page offers, rather something new, and rather not the end."""
        offered = [(a.value, who) for who in PEOPLE for a in allowed(self.case, self.cast[who]) if a.value in STEPS]
        ways = [way for way in offered if way[0] not in self.done | ENDS] or offered
        if ways:
            self._try(*self.chance.choice(ways), later)

    @rule(action=st.sampled_from(sorted(STEPS)), person=st.sampled_from(PEOPLE), later=later)
    def try_anything(self, action: str, person: str, later: timedelta) -> None:
        """Somebody asks for what no page offers."""
        self._try(action, person, later)

    @rule(later=later)
    def let_time_pass(self, later: timedelta) -> None:
        """The clocks look at the case: warnings fall, and what waited too long ends."""
        self.now += later
        if fallen := escalation.fall(self.case, self.now, self.rules):
            check_fall(self.case, fallen)
            self.case = fallen.case
        try:
            self._grown(feedback.expire(self.case, self.now, self.rules))
        except Refused:
            return

    @invariant()
    def figures_are_what_the_history_tells(self) -> None:
        """What is counted of a case is what its record alone would have counted."""
        if hasattr(self, "case"):
            definitions = self.rules.directory.figures.versions[0]
            row = figures.facts_of(self.case, definitions, self.now, self.rules)
            assert witness.contradictions(row, self.case.history, definitions, self.now, self.rules) == {}

    @invariant()
    def limits_are_what_the_history_tells(self) -> None:
        """So is every limit of every round: none is otherwise, and none is untold."""
        if hasattr(self, "case"):
            assert clockwork.contradictions(self.case, self.rules.calendar) == []
            told = clockwork.follow(self.case.history, self.rules.calendar).clocks
            own = [clock for clock in self.case.clocks if clock.name in TOLD_LIMITS]
            assert Counter(map(begun, told)) == Counter(map(begun, own))

    def teardown(self) -> None:
        """The record is whole in the end."""
        assert history.verify(self.case.no, self.case.history) is None

    def _try(self, action: str, person: str, later: timedelta) -> None:
        self.now += later
        try:
            change = take(action, self.case, self.cast[person], self.now, self.rules)
        except Refused:
            return
        self.done.add(action)
        self.taken[action] += 1
        self._grown(change)

    def _grown(self, change: Change) -> None:
        check_growth(self.case, change)
        self.case = change.case


def test_the_record_only_grows_and_due_times_move_by_their_two_causes_only(
    story: Any, rules: Rules, cast: dict[str, Actor]
) -> None:
    taken: Counter[str] = Counter()
    for state in ALLOWED:
        run_state_machine_as_test(lambda: Life(lambda: story().at(state), rules, cast, taken), settings=LIVES)  # noqa: B023
    assert len(STEPS.keys() - taken.keys()) <= SELDOM, sorted(STEPS.keys() - taken.keys())


def begun(clock: clocks.Clock) -> tuple[str, datetime]:
    return clock.name, clock.started_at


def check_fall(before: Case, change: Change) -> None:
    after = change.case
    assert [entry.hash for entry in after.history[: len(before.history)]] == [entry.hash for entry in before.history]
    assert (after.version, after.ticks, after.state) == (before.version, before.ticks + 1, before.state)
    assert [event.seq for event in change.events] == list(range(before.told + 1, after.told + 1))
    stages = [(one.clock, one.clock_started_at, one.level, one.number) for one in after.escalations]
    assert len(set(stages)) == len(stages)
    assert all(one.fell_at <= one.at for one in after.escalations)


def check_growth(before: Case, change: Change) -> None:
    after = change.case
    assert [entry.hash for entry in after.history[: len(before.history)]] == [entry.hash for entry in before.history]
    assert after.version == before.version + 1
    assert [event.seq for event in change.events] == list(range(before.told + 1, after.told + 1))
    assert (after.department is None) or after.state not in ("submitted", "questioned")
    check_end(before, after)
    check_due(before, after)
    check_rounds(before, after)


def check_end(before: Case, after: Case) -> None:
    """CLOCKS.md, "Ends": a case ends in the ways named there, each by its own step, and in no other."""
    kind = after.history[-1].kind
    assert (after.state == "closed") == (after.ending is not None)
    if kind not in ("unmerge", "decide_appeal", "reopen"):
        assert before.ending in (None, after.ending)
    if after.ending is not None and before.ending is None:
        assert kind == ENDED_BY[after.ending]
    for over in after.rounds[len(before.rounds) :]:
        assert kind == "reopen" or (kind, over.ending) == ("rate", Ending.ANSWERED_RATED)
    if after.ending in ANSWERED:
        assert after.reply is not None and after.reply.published_at is not None


def check_due(before: Case, after: Case) -> None:
    """CLOCKS.md, "Overall": waiting for the author and one granted extension, nothing else; the original due stays."""
    kind = after.history[-1].kind
    for old, new in zip(before.clocks, after.clocks, strict=False):
        assert new.original_due == old.original_due
        assert old.moves == new.moves[: len(old.moves)]
        if new.due != old.due:
            assert (kind, old.running) == ("decide_extension", True)
    for clock in after.clocks:
        reasons = [move.reason for move in clock.moves]
        assert set(reasons) <= {clocks.WAITED, clocks.EXTENDED}
        assert reasons.count(clocks.EXTENDED) <= 1
        assert clock.due == (clock.moves[-1].after if clock.moves else clock.original_due)
        assert len([wait for wait in after.waits if wait.since >= clock.started_at]) >= reasons.count(clocks.WAITED)


def check_rounds(before: Case, after: Case) -> None:
    """CLOCKS.md, "Reopening": a round has its own overall clock, so its own allowance; the first one's record stays."""
    assert after.rounds[: len(before.rounds)] == before.rounds
    assert after.round == len(after.rounds) + 1
    spans = [(over.started_at, over.ended_at) for over in after.rounds] + [(after.opened_at, None)]
    for began, ended in spans:
        waits = [one for one in after.waits if began <= one.since and (ended is None or one.since < ended)]
        assert sum(one.used for one in waits) <= MOST_WAITED
    for old, new in zip(before.clocks, after.clocks, strict=False):
        if after.round > 1 and old.started_at < after.opened_at and not old.running:
            assert new == old
