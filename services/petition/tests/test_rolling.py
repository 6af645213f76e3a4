"""The figures follow the cases, whoever dies, works beside whom, or comes late."""

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.testing import new_key
from petition import co_signing, desk, rating, rolling
from petition.contract.co_signs import CoSignCase
from petition.contract.filing import RateCase
from petition.contract.steps import ReturnCase
from petition.domain import figures
from petition.store import cases as store
from petition.store.documents import case_of
from petition.store.figures import DAILY, DAY, DIMENSIONS, FigureBook, Group

LONG = 60.0


def rolled(office: Any, now: datetime | None = None) -> None:
    """All that waits is counted."""
    now = now or utcnow()
    rolling.roll(office.parts, now, LONG)
    assert office.parts.cases.unrolled(now, 1) == []
    assert office.parts.figures.oldest_dirty() is None


def counted(office: Any, by: str = "district", value: str = "") -> dict[str, Any]:
    (found,) = [row["figures"] for row in office.db.figure_groups.find({"by": by, "value": value})]
    return dict(found)


def check_all(office: Any, now: datetime | None = None) -> None:
    """Rows and groups are what they are when made from the cases alone."""
    rules = office.parts.rules
    definitions = rules.directory.figures.versions[-1]
    rows = [figures.facts_of(case_of(d), definitions, now or utcnow(), rules) for d in office.db.cases.find()]
    kept = [row.facts for row in office.parts.figures.rows([row.no for row in rows]).values()]
    assert sorted(kept) == sorted(rows)
    for group in office.db.figure_groups.find():
        by, value = group["by"], group["value"]
        own = [row for row in rows if by == "district" or getattr(row, by) == value]
        want = figures.figures_of([row for row in own if row.month == group["month"]], definitions)
        assert group["figures"] == want.model_dump(), group["_id"]
        if by in DAILY:
            own = [row for row in own if row.month == group["month"]]
            days = {day: [row for row in own if row.day == day] for day in sorted({row.day for row in own})}
            assert office.db.figure_days.find_one({"_id": group["_id"]})["days"] == [
                {"day": day, "figures": figures.figures_of(rows_of_day, definitions).model_dump()}
                for day, rows_of_day in days.items()
            ], group["_id"]


def test_every_step_of_a_case_reaches_all_its_groups(office: Any) -> None:
    no = office.submit()
    rolled(office)
    assert counted(office)["cases"] == 1
    assert counted(office, "department", "intake")["endings"] == {"open": 1}
    office.accept(no)
    office.dispatch(no)
    office.draft(no)
    office.publish(no)
    office.rate(no, satisfied=3)
    rolled(office)
    for by, value in (("district", ""), ("town", "110114112"), ("category", "kindergarten"), ("department", "jw")):
        found = counted(office, by, value)
        assert found["rates"]["response"] == {"numerator": 1, "denominator": 1}
        assert found["rates"]["satisfied"] == {"numerator": 0, "denominator": 1}
    assert counted(office, "department", "intake")["cases"] == 0, "it has left that group"
    check_all(office)


def test_nothing_is_done_when_nothing_has_changed(office: Any) -> None:
    office.answered()
    rolled(office)
    before = list(office.db.figure_groups.find())
    office.parts.cases.roll_again([row["_id"] for row in office.db.cases.find()], utcnow())
    rolled(office)
    assert list(office.db.figure_groups.find()) == before


def test_what_time_alone_changes_is_counted_when_it_is_due(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    rolled(office)
    assert counted(office)["rates"]["replied_in_hours"]["denominator"] == 0
    case = office.case(no)
    just_before, after = case.filed_at + timedelta(hours=23, minutes=59), case.filed_at + timedelta(hours=24, seconds=1)
    assert office.parts.cases.unrolled(just_before, 9) == []
    rolled(office, after)
    assert counted(office)["rates"]["replied_in_hours"] == {"numerator": 0, "denominator": 1}
    rolled(office, after + timedelta(days=40))
    assert counted(office)["overdue"] == 1
    assert "by_rolls" not in office.db.cases.find_one({"_id": no}), "nothing is left for time to change"


def test_a_co_signers_rating_counts_apart(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    co_signing.co_sign_case(office.parts, CoSignCase(no=no, idempotency_key="j"), office.other)
    office.dispatch(no)
    office.draft(no)
    office.publish(no)
    rolled(office)
    rate = RateCase(no=no, idempotency_key="r", solved=True, satisfied=4)
    rating.rate_case(office.parts, rate, office.other)
    rolled(office)
    found = counted(office)
    assert (found["co_rated"], found["co_solved"], found["co_marks"]) == (1, 1, 4)
    assert found["rates"]["solved"]["denominator"] == 0
    check_all(office)


class Died(Exception):
    """The process is gone."""


WRITES = ("put", "roll", "_keep_days", "note_rolled", "begin_month")


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("before", [True, False])
def test_it_may_die_before_or_after_any_write(
    office: Any, monkeypatch: pytest.MonkeyPatch, write: str, before: bool
) -> None:
    first, second = office.submit(), office.answered()
    rolled(office)
    office.accept(first)
    office.rate(second)
    office.submit()
    owner = office.parts.cases if write == "note_rolled" else office.parts.figures
    real = getattr(type(owner), write)

    def dying(self: Any, *arguments: Any, **named: Any) -> Any:
        if not before:
            real(self, *arguments, **named)
        raise Died

    monkeypatch.setattr(type(owner), write, dying)
    with pytest.raises(Died):
        rolling.roll(office.parts, utcnow(), LONG)
    monkeypatch.undo()
    rolled(office)
    check_all(office)


def test_a_case_that_changes_while_it_is_counted_is_counted_again(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    no = office.submit()
    real = store.Cases.note_rolled

    def late(self: Any, seen: Any) -> None:
        monkeypatch.undo()
        office.accept(no)
        office.refuse(no)
        real(self, seen)

    monkeypatch.setattr(store.Cases, "note_rolled", late)
    rolling.roll_cases(office.parts, [no], utcnow())
    assert office.parts.cases.unrolled(utcnow(), 9) == [no]
    rolled(office)
    assert counted(office)["endings"] == {"refused": 1}


def test_a_count_that_began_earlier_does_not_replace_a_later_one(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    office.submit()
    now = utcnow()
    rolling.roll_cases(office.parts, office.parts.cases.unrolled(now, 9), now)
    waiting = office.parts.figures.oldest_dirty()
    real = FigureBook.roll

    def slow(self: Any, group: Group, *rest: Any) -> None:
        monkeypatch.undo()
        office.submit()
        rolled(office)
        real(self, group, *rest)

    monkeypatch.setattr(FigureBook, "roll", slow)
    rolling.count(office.parts, *waiting, now)
    rolled(office)
    check_all(office)


def sweep(office: Any, stop: threading.Event, errors: list[Exception]) -> None:
    """Rolls until told to stop."""
    while not stop.is_set():
        try:
            rolling.roll(office.parts, utcnow(), 0.5)
        except Exception as error:
            errors.append(error)
            return


def work(office: Any, numbers: list[str]) -> None:
    """Takes cases through the desk; every other one is returned by its department."""
    for position, no in enumerate(numbers):
        office.accept(no)
        office.dispatch(no)
        if position % 2:
            back = {"basis": "不属于本部门职责", "suggested_department": "swj"}
            office.do(desk.return_case, ReturnCase, office.handler, no, **back)
            continue
        office.draft(no)
        office.publish(no)
        request = RateCase(no=no, idempotency_key=new_key(), solved=True, satisfied=5)
        rating.rate_case(office.parts, request, office.other)


def test_two_sweepers_and_people_at_work_at_once(office: Any) -> None:
    numbers = [office.submit(by=office.other) for _ in range(30)]
    stop, errors = threading.Event(), []
    sweepers = [threading.Thread(target=sweep, args=(office, stop, errors)) for _ in range(2)]
    people = [threading.Thread(target=work, args=(office, numbers[n::3])) for n in range(3)]
    for thread in (*sweepers, *people):
        thread.start()
    for thread in people:
        thread.join()
    stop.set()
    for thread in sweepers:
        thread.join()
    assert errors == []
    rolled(office)
    assert counted(office)["cases"] == 30
    check_all(office)


def test_a_case_that_cannot_be_read_holds_up_nobody(office: Any) -> None:
    broken, whole = office.submit(), office.submit()
    office.db.cases.update_one({"_id": broken}, {"$set": {"state": "nowhere"}})
    now = utcnow()
    rolling.roll(office.parts, now, LONG)
    assert list(office.parts.figures.rows([broken, whole])) == [whole]
    assert office.parts.cases.unrolled(now + timedelta(minutes=11), 9) == [broken]


def with_rules(office: Any, **changes: Any) -> Any:
    """The same office after the district's definitions have changed."""
    parts = office.parts
    found = parts.rules.directory
    rules = found.figures.model_copy(update=changes)
    directory = found.model_copy(update={"figures": rules})
    changed = {"rules": type(parts.rules)(directory, parts.rules.calendar), "figures": FigureBook(office.db, rules)}
    office.parts = type(parts)(**{**vars(parts), **changed})
    return office


def version(office: Any, **changes: Any) -> Any:
    return office.parts.rules.directory.figures.versions[-1].model_copy(update=changes)


def test_new_definitions_count_open_months_anew(office: Any) -> None:
    office.rate(office.answered(), satisfied=3)
    late = office.submit()
    rolled(office, office.case(late).filed_at + timedelta(hours=13))
    assert counted(office)["rates"]["satisfied"]["numerator"] == 0
    assert counted(office)["rates"]["replied_in_hours"]["denominator"] == 1
    with_rules(office, versions=(version(office, version=2, satisfied_from=3, reply_hours=12),))
    now = office.case(late).filed_at + timedelta(hours=13)
    rolled(office, now)
    assert counted(office)["rates"]["satisfied"]["numerator"] == 1
    assert counted(office)["rates"]["replied_in_hours"] == {"numerator": 1, "denominator": 2}
    assert {row["version"] for row in office.db.figure_groups.find()} == {2}
    check_all(office, now)


def closed(office: Any) -> datetime:
    """Long after: its month is closed."""
    now = utcnow() + timedelta(days=100)
    rolled(office, now)
    (month,) = office.parts.figures.months()
    assert month.closed_at == now
    return now


def test_a_closed_month_keeps_its_version_and_shows_later_changes_apart(office: Any) -> None:
    no = office.answered()
    rolled(office)
    (month,) = office.parts.figures.months()
    assert month.closed_at is None
    now = closed(office)
    before = office.db.figure_groups.find_one({"by": "district"})["closed"]
    with_rules(office, versions=(version(office, version=2, satisfied_from=1),))
    office.rate(no, satisfied=2)
    rolled(office, now)
    group = office.db.figure_groups.find_one({"by": "district"})
    assert group["closed"] == before
    assert (group["version"], group["figures"]["corrected"]) == (1, 1)
    assert group["figures"]["rates"]["satisfied"] == {"numerator": 0, "denominator": 1}, "by the version it closed with"


def test_a_month_closes_only_when_all_is_counted(office: Any) -> None:
    office.answered()
    now = utcnow() + timedelta(days=100)
    rolling.roll(office.parts, now, 0)
    rolling.close_months(office.parts, now)
    assert office.parts.figures.months() == []
    rolling.roll_cases(office.parts, office.parts.cases.unrolled(now, 9), now)
    rolling.close_months(office.parts, now)
    (month,) = office.parts.figures.months()
    assert month.closed_at is None, "its groups are not counted"
    closed(office)


def test_random_lives_are_counted_exactly(office: Any) -> None:
    draw = random.Random(7)
    steps: list[Callable[[str], Any]] = [office.accept, office.dispatch, office.draft, office.publish, office.rate]
    for _ in range(25):
        no = office.submit(category=draw.choice(["kindergarten", "tutoring"]))
        for step in steps[: draw.randint(0, 5)]:
            step(no)
        if draw.random() < 0.5:
            rolling.roll(office.parts, utcnow(), 0.05)
    rolled(office)
    check_all(office)
    bys = Counter(row["by"] for row in office.db.figure_groups.find())
    assert set(bys) == {*DIMENSIONS, DAY}
