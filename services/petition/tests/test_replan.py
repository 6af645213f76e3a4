"""`./dev replan-clocks`, on real documents."""

from dataclasses import replace
from datetime import date
from typing import Any

from kit.clock import utcnow
from petition.replan import replan


def test_open_cases_are_planned_anew_once_and_a_dry_run_changes_nothing(office: Any) -> None:
    numbers = {office.provisional() for _ in range(3)}
    certain = office.submit()
    now = utcnow()
    assert {case.no for case, _ in replan(office.parts, now, write=False)} == numbers
    assert {case.no for case, _ in replan(office.parts, now, write=True)} == numbers
    assert list(replan(office.parts, now, write=True)) == []
    for no in numbers:
        assert not any(clock.provisional for clock in office.case(no).clocks)
        assert office.case(no).history[-1].kind == "replan_clocks"
    assert office.case(certain).history[-1].kind == "submit"


def test_a_new_holiday_moves_the_limit_and_the_queue_knows(office: Any) -> None:
    no = office.provisional()
    due = office.case(no).clock("overall").due
    day = due.astimezone(office.parts.rules.calendar.zone).date()
    calendar = office.parts.rules.calendar
    known = replace(calendar, days_off=calendar.days_off | {day, date(day.year, 12, 31)})
    parts = replace(office.parts, rules=replace(office.parts.rules, calendar=known))
    ((before, change),) = replan(parts, utcnow(), write=True)
    assert before.no == no
    assert change.case.clock("overall").due > due == change.case.clock("overall").original_due
    document = office.db.cases.find_one({"_id": no})
    assert "by_provisional" not in document
    told = [event["type"] for event in document["_outbox"]]
    assert told.count("petition.case_replanned.v1") == 1
