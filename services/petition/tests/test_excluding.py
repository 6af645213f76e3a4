"""剔除: a reason, a second person, and in public."""

from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import View
from kit.errors import Conflict, Forbidden, Invalid, NotFound
from kit.identity import Caller
from kit.testing import new_key
from petition import desk, excluding, figures, reading, rolling
from petition.contract.desk import CountDeskCases
from petition.contract.figures import AskExclusion, DecideExclusion, ExclusionView, GetFigures, ListExclusions
from petition.contract.shapes import OneCase

SECOND = Caller("staff", "s_second", frozenset({"supervisor"}))


def ask(office: Any, no: str, by: Caller | None = None, **fields: Any) -> ExclusionView:
    values = {"reason": "not_true", "text": "两个部门核实不属实", "idempotency_key": new_key(), **fields}
    return excluding.ask_exclusion(office.parts, AskExclusion(no=no, **values), by or office.supervisor)


def decide(office: Any, wish: ExclusionView, by: Caller = SECOND, **fields: Any) -> ExclusionView:
    values = {"granted": True, "answer": "同意", "idempotency_key": new_key(), **fields}
    return excluding.decide_exclusion(office.parts, DecideExclusion(id=wish.id, **values), by)


def counted(office: Any) -> dict[str, Any]:
    rolling.roll(office.parts, utcnow(), 60)
    month = utcnow().astimezone(office.parts.rules.calendar.zone).strftime("%Y-%m")
    found: View = figures.get_figures(office.parts, GetFigures(month=month), office.supervisor).groups[0].figures
    return found.model_dump()


def test_two_people_take_a_case_out_of_the_rates_and_everyone_reads_why(office: Any) -> None:
    no = office.answered()
    office.rate(no)
    version = office.case(no).version
    wish = ask(office, no)
    assert counted(office)["excluded"] == 0
    assert decide(office, wish).granted
    found = counted(office)
    assert (found["cases"], found["excluded"]) == (1, 1)
    assert {rate["denominator"] for rate in found["rates"]} == {0}
    entry = reading.get_history(office.parts, OneCase(no=no), office.visitor).entries[-1]
    assert (entry.kind, entry.fields["reason"].value) == ("exclude", "反映情况不实")
    assert "remark" in entry.fields
    assert entry.fields["remark"].value is None
    assert office.case(no).version == version, "nobody at work loses a step to it"


def test_who_asked_does_not_decide_and_nobody_decides_twice(office: Any) -> None:
    wish = ask(office, office.answered())
    with pytest.raises(Forbidden):
        decide(office, wish, by=office.supervisor)
    with pytest.raises(Forbidden):
        decide(office, wish, by=office.leader)
    decide(office, wish, granted=False)
    with pytest.raises(Conflict):
        decide(office, wish)
    assert counted(office)["excluded"] == 0


def test_one_wish_stands_for_a_case_and_a_refused_one_makes_room(office: Any) -> None:
    no = office.answered()
    wish = ask(office, no)
    with pytest.raises(Conflict):
        ask(office, no, by=SECOND)
    decide(office, wish, granted=False)
    again = ask(office, no, by=SECOND)
    decide(office, again, by=office.supervisor)
    with pytest.raises(Conflict):
        ask(office, no)


def test_repeated_commands_get_their_first_answer(office: Any) -> None:
    no, key = office.answered(), new_key()
    wish = ask(office, no, idempotency_key=key)
    assert ask(office, no, idempotency_key=key) == wish
    decided = decide(office, wish, idempotency_key=key)
    assert decide(office, wish, idempotency_key=key) == decided
    assert sum(entry.kind == "exclude" for entry in office.case(no).history) == 1


def test_what_is_not_there_is_told(office: Any) -> None:
    with pytest.raises(NotFound):
        ask(office, "CP20260101-000000")
    with pytest.raises(Invalid):
        ask(office, office.answered(), reason="unknown")
    with pytest.raises(NotFound):
        decide(office, ask(office, office.answered()).model_copy(update={"id": "0" * 32}))


def test_the_list_is_paged_and_shows_what_waits(office: Any) -> None:
    wishes = [ask(office, office.answered()) for _ in range(3)]
    decide(office, wishes[0])
    first = excluding.list_exclusions(office.parts, ListExclusions(limit=2))
    rest = excluding.list_exclusions(office.parts, ListExclusions(limit=2, cursor=first.next_cursor))
    assert [one.id for one in (*first.items, *rest.items)] == [one.id for one in reversed(wishes)]
    waiting = excluding.list_exclusions(office.parts, ListExclusions(waiting=True))
    assert [one.id for one in waiting.items] == [wishes[2].id, wishes[1].id]


def test_the_desk_says_who_may_ask_what_waits_and_what_stands(office: Any) -> None:
    no = office.answered()

    def seen(by: Caller) -> Any:
        return desk.get_desk_case(office.parts, OneCase(no=no), by)

    def waiting(by: Caller) -> int:
        return desk.get_desk_counts(office.parts, CountDeskCases(), by).exclusions

    assert "ask_exclusion" in seen(office.supervisor).may
    assert "ask_exclusion" not in [*seen(office.leader).may, *seen(office.handler).may]
    wish = ask(office, no)
    assert (seen(SECOND).exclusion, "ask_exclusion" in seen(SECOND).may) == (wish, False)
    assert (waiting(SECOND), waiting(office.leader), waiting(office.handler)) == (1, 1, 0)
    decide(office, wish, granted=False)
    assert (seen(SECOND).exclusion, "ask_exclusion" in seen(SECOND).may, waiting(SECOND)) == (None, True, 0)
    decide(office, ask(office, no))
    assert seen(office.handler).exclusion.granted is True
