"""One case comes to one row, rows come to figures: by hand-made examples, and for any rows at all."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from petition.domain import appeal, exclusion, feedback, figures, handling, history, intake, merging, reopening
from petition.domain.case import Ending, Step, Tally
from petition.domain.change import Rules
from petition.domain.district import FIGURES, RATES, Definitions, FigureRules
from petition.domain.figures import Facts, Figures, Ratio, Times, is_ranked
from petition.domain.lifecycle import Action, Actor
from petition.domain.refusals import BadValue, NotPermitted, WrongState

HOUR = 3600
SUPERVISOR = Actor("staff", "s_supervisor", frozenset({"supervisor"}))
DAYS = timedelta(days=1)


@pytest.fixture(scope="module")
def definitions(rules: Rules) -> Definitions:
    return rules.directory.figures.of_month("2026-11")


def row_of(story: Any, after: timedelta = timedelta()) -> Facts:
    now = story.now + after
    return figures.facts_of(story.case, story.rules.directory.figures.versions[0], now, story.rules)


def test_the_row_of_a_rated_case(story: Callable[..., Any]) -> None:
    told = story().answered().then(feedback.rate, "author", solved=True, satisfied=3)
    row = row_of(told)
    assert (row.month, row.day, row.town, row.category) == ("2026-11", "2026-11-18", "110114112", "kindergarten")
    assert (row.department, row.public, row.excluded, row.ending) == ("jw", True, False, "answered_rated")
    assert row.first_answer == 5 * HOUR
    assert (row.collect, row.report, row.handle, row.supervise, row.feedback) == (HOUR, HOUR, HOUR, 2 * HOUR, HOUR)
    assert all((row.response, row.response_original, row.replied_in_hours, row.on_time, row.on_time_original))
    assert (row.solved, row.marks) == (True, 3)


def test_filed_at_night_counts_in_the_districts_month_and_day(story: Callable[..., Any], rules: Rules) -> None:
    late = story(datetime.fromisoformat("2026-10-31T16:30:00+00:00"))
    assert (row_of(late).month, row_of(late).day) == ("2026-11", "2026-11-01")


def test_what_is_not_over_is_neither_kept_nor_missed_and_is_looked_at_again(
    story: Callable[..., Any], definitions: Definitions
) -> None:
    told = story().accepted()
    assert [getattr(row_of(told), name) for name in ("response", "replied_in_hours", "on_time")] == [None] * 3
    day_later = row_of(told, DAYS)
    assert (day_later.replied_in_hours, day_later.response) == (False, None)
    assert row_of(told, 2 * DAYS).response is False
    assert row_of(told, 30 * DAYS).on_time is False
    looked, now = [], told.now
    while (at := figures.changes_at(told.case, definitions, now, told.rules)) is not None:
        looked.append(at)
        now = at + timedelta(milliseconds=1)
    overall, first = told.case.clock("overall"), told.case.clock("first_answer")
    assert looked == sorted({told.case.filed_at + DAYS, first.due, overall.due})


def test_an_answer_that_came_late_is_late_for_ever(story: Callable[..., Any]) -> None:
    told = story().dispatched().then(handling.add_note, "handler", 2 * DAYS, text="正在核实", public=True)
    row = row_of(told)
    assert (row.response, row.replied_in_hours, row.first_answer) == (False, False, 2 * 24 * HOUR + 2 * HOUR)


def test_waiting_for_the_author_moves_the_due_time_but_not_the_original(story: Callable[..., Any]) -> None:
    waited = (
        story()
        .then(intake.ask, "clerk", text="请问是哪一栋楼？")
        .then(intake.answer, "author", 2 * DAYS, text="三号楼")
    )
    told = waited.accepted().then(handling.dispatch, "clerk", department="jw")
    row = row_of(told.then(handling.add_note, "handler", text="正在核实", public=True))
    assert (row.response, row.response_original, row.replied_in_hours) == (True, False, False)


def test_a_refusal_answers_and_a_withdrawal_does_not(story: Callable[..., Any]) -> None:
    refused = row_of(story().then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关。"))
    assert (refused.first_answer, refused.response, refused.ending) == (HOUR, True, "refused")
    withdrawn = row_of(story().accepted().then(intake.withdraw, "author", reason="已经解决"), 9 * DAYS)
    assert (withdrawn.first_answer, withdrawn.response, withdrawn.ending) == (None, None, "withdrawn")


def test_a_return_adds_to_the_steps_and_a_merge_that_was_undone_goes_on_where_it_was(
    story: Callable[..., Any],
) -> None:
    back = row_of(story().returned())
    assert (back.returns, back.report, back.handle, back.department) == (1, 2 * HOUR, None, "jw")
    target = story().accepted().case.model_copy(update={"no": "CP20261118-AAAAAA"})
    merged = story().accepted().then(merging.merge, "clerk", target=target)
    assert row_of(merged).ending == "merged"
    undone = merged.then(merging.unmerge, "author", 5 * timedelta(hours=1))
    row = row_of(undone.then(handling.dispatch, "clerk", department="jw"))
    assert (row.collect, row.report, row.handle) == (HOUR, 2 * HOUR, None)


def test_a_granted_appeal_begins_again(story: Callable[..., Any]) -> None:
    told = story().then(intake.refuse, "clerk", reason="commerce", text="与公共事务无关。")
    told = told.then(appeal.appeal, "author", text="与公共事务有关。")
    kept = row_of(told.then(appeal.decide, "supervisor", granted=True, answer="请受理。").accepted())
    assert (kept.ending, kept.collect, kept.report) == ("open", 2 * HOUR, None)


def test_a_bad_rating_leads_back_to_the_department_and_the_first_round_is_what_is_kept_in_time(
    story: Callable[..., Any],
) -> None:
    told = story().answered()
    before = row_of(told)
    row = row_of(told.then(feedback.rate, "author", solved=False, satisfied=1))
    assert (row.reopened, row.solved, row.marks, row.ending) == (True, False, 1, "answered_rated")
    assert (row.first_answer, row.on_time, row.department) == (before.first_answer, True, "jw")
    assert (row.handle, row.feedback) == (None, HOUR)
    late = row_of(told, 30 * DAYS)
    assert (late.response, late.on_time) == (True, True), "a later round has clocks of its own"


def test_a_case_that_ended_without_an_answer_and_was_taken_up_again_is_not_answered_by_that(
    story: Callable[..., Any],
) -> None:
    told = story().at("closed_unanswered")
    assert row_of(told).first_answer is None
    row = row_of(told.then(reopening.reopen, "author", text="是三号楼"))
    assert (row.first_answer, row.reopened, row.collect) == (None, True, None)


def test_excluded_by_its_history_for_good(story: Callable[..., Any]) -> None:
    told = story().answered()
    actor, other = SUPERVISOR, Actor("staff", "s_second", frozenset({"supervisor"}))
    wish = exclusion.ask("x", told.case, actor, told.now, told.rules, reason="not_true", text="两个部门核实")
    with pytest.raises(NotPermitted):
        exclusion.decide(wish, actor, told.now, granted=True, answer="同意")
    decided = exclusion.decide(wish, other, told.now, granted=True, answer="同意")
    with pytest.raises(WrongState):
        exclusion.decide(decided, other, told.now, granted=False, answer="不同意")
    told.last = exclusion.exclude(told.case, decided, told.now, told.rules)
    assert row_of(told).excluded
    shown = history.published(told.case.history)[-1].fields
    assert {name: field.value for name, field in shown.items() if field.value} == {
        "reason": "反映情况不实",
        "text": "经两个部门核实，情况不属实。",
    }
    assert row_of(told.then(feedback.rate, "author", solved=True, satisfied=5)).excluded


@pytest.mark.parametrize("who", ["clerk", "approver", "leader", "administrator"])
def test_only_a_supervisor_asks_for_an_exclusion(story: Callable[..., Any], cast: dict[str, Actor], who: str) -> None:
    told = story().answered()
    with pytest.raises(NotPermitted):
        exclusion.ask("x", told.case, cast[who], told.now, told.rules, reason="not_true", text="两个部门核实")
    with pytest.raises(BadValue):
        exclusion.ask("x", told.case, SUPERVISOR, told.now, told.rules, reason="unknown", text="两个部门核实")


SAME_STEP = {
    "assign", "note", "approve", "ask_redaction", "decide_redaction", "appeal", "ask_extension", "decide_extension",
    "urge", "answer_card", "object", "rule_dispatch", "log_contact", "inspect", "answer_task",
    "follow_up", "answer_follow_up", "report_promise", "correct", "decide_correction",
    "see_reports", "instruct", "answer_instruction", "answer_press", "hide", "appeal_hiding", "decide_hiding",
}  # fmt: skip


def test_of_every_action_it_is_known_to_which_step_it_leads() -> None:
    """A new action must be put into `_STEP_AFTER`, or here when the case stays in its step."""
    leading = {*figures._STEP_AFTER, "unmerge", "decide_appeal", "reopen"} - {"submit"}
    assert {*leading, *SAME_STEP} == {str(action) for action in Action}
    assert not leading & SAME_STEP


BASE = Facts(
    no="A", month="2026-11", day="2026-11-18", town="110114112", category="kindergarten", department="jw", public=True,
    excluded=False, ending="answered_rated", first_answer=100, collect=1, report=2, handle=3, supervise=4, feedback=5,
    response=True, response_original=True, replied_in_hours=True, on_time=True, on_time_original=False, solved=True,
    marks=4, yellow_cards=0, red_cards=0, returns=0, reopened=False, co_rated=0, co_solved=0, co_marks=0,
)  # fmt: skip


def test_every_figure_has_its_words(definitions: Definitions) -> None:
    counted = set(Figures.model_fields) - {
        "rates",
        "public_rates",
        "public",
        "steps",
        "co_rated",
        "co_solved",
        "co_marks",
    }
    assert counted | {"co_signers", "median", "p90", *map(str, Step)} == set(FIGURES) == set(definitions.figures)


def test_the_figures_of_five_cases_counted_by_hand(definitions: Definitions) -> None:
    rows = [
        BASE,
        BASE._replace(marks=3, solved=False, first_answer=300, on_time=False, public=False, yellow_cards=2,
                      red_cards=1),
        BASE._replace(ending="answered_unrated", marks=None, solved=None, first_answer=200, returns=1),
        BASE._replace(ending="open", response=False, replied_in_hours=None, first_answer=None, solved=None, marks=None,
                      on_time=None, on_time_original=None, feedback=None),
        BASE._replace(ending="withdrawn", response=None, first_answer=None, solved=None, marks=None, on_time=True),
        BASE._replace(excluded=True, response=False, solved=False, marks=1, yellow_cards=9),
    ]  # fmt: skip
    found = figures.figures_of(rows, definitions)
    assert (found.cases, found.excluded, found.overdue, found.returned) == (6, 1, 1, 1)
    assert (found.yellow_cards, found.red_cards) == (2, 1)
    assert found.endings == {"answered_rated": 2, "answered_unrated": 1, "open": 1, "withdrawn": 1}
    pairs = {code: (rate.numerator, rate.denominator) for code, rate in found.rates.items()}
    assert pairs == {
        "response": (3, 4), "response_original": (4, 4), "replied_in_hours": (3, 3), "on_time": (2, 3),
        "on_time_original": (0, 3), "solved": (1, 2), "satisfied": (1, 2),
    }  # fmt: skip
    assert found.public_rates["satisfied"] == Ratio(numerator=1, denominator=1)
    assert found.first_answer == Times(count=3, median=200, p90=300)
    public = found.public
    assert public is not None
    assert (public.cases, public.excluded, public.overdue, public.yellow_cards) == (5, 1, 0, 0)
    assert public.first_answer == Times(count=2, median=100, p90=200)
    assert found.steps["feedback"] == Times(count=4, median=5, p90=5)


def test_a_rate_is_compared_by_what_it_counts_itself(definitions: Definitions) -> None:
    silent = BASE._replace(ending="answered_unrated", solved=None, marks=None)
    found = figures.figures_of([BASE, *[silent] * (definitions.smallest_ranked - 1)], definitions)
    assert found.rates["solved"] == Ratio(numerator=1, denominator=1)
    assert not is_ranked(found.rates["solved"].denominator, definitions), "one rating among ten cases is no rank"
    assert is_ranked(found.rates["response"].denominator, definitions)
    fewer = figures.figures_of([silent] * (definitions.smallest_ranked - 1), definitions)
    assert not is_ranked(fewer.rates["response"].denominator, definitions)


def test_nobody_rated_is_no_rate_at_all(definitions: Definitions) -> None:
    silent = BASE._replace(ending="answered_unrated", solved=None, marks=None)
    found = figures.figures_of([silent] * 9, definitions)
    assert found.rates["solved"] == found.rates["satisfied"] == Ratio(numerator=0, denominator=0)


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [([7], 7, 7), ([1, 2], 1, 2), ([3, 1, 2], 2, 3), (list(range(1, 11)), 5, 9), (list(range(1, 101)), 50, 90)],
)
def test_nearest_rank(values: list[int], median: int, p90: int) -> None:
    assert figures.times_of(values) == Times(count=len(values), median=median, p90=p90)


maybe = st.one_of(st.none(), st.booleans())
ROWS = st.lists(
    st.builds(
        lambda **drawn: BASE._replace(**drawn),
        town=st.sampled_from(["1", "2", "3"]), ending=st.sampled_from([*Ending, "open"]), public=st.booleans(),
        excluded=st.booleans(), response=maybe, on_time=maybe, solved=maybe,
        marks=st.one_of(st.none(), st.integers(1, 5)),
        first_answer=st.one_of(st.none(), st.integers(0, 10**9)), returns=st.integers(0, 2), reopened=st.booleans(),
        yellow_cards=st.integers(0, 4), co_rated=st.integers(0, 9),
    ),
    max_size=30,
)  # fmt: skip


def counts(found: Figures) -> dict[str, int]:
    """All that can be added up."""
    plain = {name: value for name, value in found.model_dump().items() if isinstance(value, int)}
    rates = {f"{code}.{part}": n for code in RATES for part, n in found.rates[code].model_dump().items()}
    return {**plain, **rates, **found.endings, "answers": found.first_answer.count}


@given(rows=ROWS)
def test_the_groups_add_up_to_the_whole(definitions: Definitions, rows: list[Facts]) -> None:
    whole = counts(figures.figures_of(rows, definitions))
    parts = [
        counts(figures.figures_of([row for row in rows if row.town == town], definitions)) for town in ("1", "2", "3")
    ]
    assert whole == {name: sum(part.get(name, 0) for part in parts) for name in whole}
    for code in RATES:
        assert 0 <= whole[f"{code}.numerator"] <= whole[f"{code}.denominator"] <= whole["cases"] - whole["excluded"]


@given(rows=ROWS, random=st.randoms())
def test_the_order_of_the_rows_does_not_matter(definitions: Definitions, rows: list[Facts], random: Any) -> None:
    mixed = list(rows)
    random.shuffle(mixed)
    assert figures.figures_of(mixed, definitions) == figures.figures_of(rows, definitions)


def test_co_signers_are_counted_apart(story: Callable[..., Any], definitions: Definitions) -> None:
    told = story().answered()
    joined = told.case.model_copy(update={"joined": Tally(count=3, rated=2, solved=1, satisfied=7)})
    row = figures.facts_of(joined, definitions, told.now, told.rules)
    assert (row.co_rated, row.co_solved, row.co_marks, row.marks) == (2, 1, 7, None)


def test_definitions_by_month(definitions: Definitions) -> None:
    plain = definitions.model_dump(mode="json", by_alias=True)
    rules = {
        "closes_after_days": 1, "smallest_group": 5, "point_decimals": 3,
        "exclusion_reasons": [{"code": "x", "name": "例", "text": "例"}],
    }  # fmt: skip
    later = {**plain, "version": 2, "from": "2026-12"}
    both = FigureRules.model_validate({**rules, "versions": [plain, later]})
    held = {month: both.of_month(month).version for month in ("2019-01", "2026-11", "2026-12", "2027-05")}
    assert held == {"2019-01": 1, "2026-11": 1, "2026-12": 2, "2027-05": 2}
    with pytest.raises(ValidationError, match="must rise"):
        FigureRules.model_validate({**rules, "versions": [later, plain]})
    with pytest.raises(ValidationError, match="must be just these"):
        FigureRules.model_validate({**rules, "versions": [{**plain, "rates": {}}]})
    with pytest.raises(ValidationError, match="figures must be just these"):
        FigureRules.model_validate({**rules, "versions": [{**plain, "figures": {}}]})


def test_a_month_has_the_words_of_its_own_version_and_keeps_none(definitions: Definitions) -> None:
    old = definitions.model_copy(update={"version": 1, "figures": {"overdue": definitions.figures["overdue"]}})
    new = definitions.model_copy(update={"version": 2, "since": "2026-12"})
    rules = FigureRules.model_construct(versions=(old, new))
    kept = old.model_copy(update={"figures": {}})
    assert rules.worded(kept, "2026-12").figures == old.figures
    assert rules.worded(kept.model_copy(update={"version": 9}), "2027-01").figures == new.figures
