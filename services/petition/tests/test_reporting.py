"""What reaches a threshold is on the leaders' board once: with two workers, repeated events and late ones."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Forbidden, Invalid
from kit.events import Event
from kit.identity import Caller
from kit.testing import new_key
from petition import co_signing, desk, reading, reporting
from petition.contract.co_signs import CoSignCase
from petition.contract.desk import CountDeskCases, ListDeskCases
from petition.contract.leaders import AnswerInstruction, InstructCase, ListClusters, SeeCluster, SeeReports
from petition.contract.shapes import OneCase
from petition.domain.change import Rules
from petition.store import schema

DANGER = "楼道里闻到很浓的味道，怀疑是燃气泄漏，请马上来看。"
ANSWER = {"instruction": 1, "text": "已更换阀门并检测，恢复正常。"}
SECRET = "请燃气公司今天内排查全部楼栋。"


def happened(no: str, kind: str = "petition.case_submitted.v1", at: datetime | None = None) -> Event:
    return Event(new_key(), kind, no, 1, at or utcnow(), {"no": no})


def tell(office: Any, no: str, **event: Any) -> None:
    reporting.report(office.parts, happened(no, **event))


def joined(office: Any, no: str, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        by = Caller("resident", f"r_voice{number:04}", frozenset({"resident"}))
        co_signing.co_sign_case(office.parts, CoSignCase(no=no, idempotency_key="j"), by)


@pytest.fixture
def low(office: Any) -> Any:
    """The same office in a district of lower thresholds."""
    found = office.parts.rules.directory
    limits = found.leaders.model_copy(
        update={
            "co_signs": found.leaders.co_signs.model_copy(update={"least": 3}),
            "cluster": found.leaders.cluster.model_copy(update={"voices": 5}),
        }
    )
    rules = Rules(found.model_copy(update={"leaders": limits}), office.parts.rules.calendar)
    object.__setattr__(office.parts, "rules", rules)
    return office


def next_workday(office: Any, count: int = 3) -> date:
    calendar = office.parts.rules.calendar
    day: date = calendar.end_of_workdays(utcnow(), count).at.astimezone(calendar.zone).date()
    return day


def listed(office: Any, queue: str, by: Any) -> list[Any]:
    return list(desk.list_desk_cases(office.parts, ListDeskCases(queue=queue), by).items)


def counts(office: Any, by: Any) -> dict[str, int]:
    found = desk.get_desk_counts(office.parts, CountDeskCases(), by)
    return {row.queue: row.count for row in found.items} | {"clusters": found.clusters}


def test_two_workers_and_a_repeated_event_report_a_case_once(office: Any) -> None:
    no = office.submit(text=DANGER)
    event = happened(no)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: reporting.report(office.parts, event), range(8)))
    tell(office, no, at=utcnow() + timedelta(days=3))
    case = office.case(no)
    assert [(one.threshold, one.count) for one in case.reports] == [("words_danger", 1)]
    assert [entry.kind for entry in case.history].count("report_threshold") == 1
    (row,) = listed(office, "reported", office.leader)
    assert (row.no, row.reports[0].threshold.name, row.reports[0].least) == (no, "涉及人身安全", 1)
    assert counts(office, office.leader)["reported"] == counts(office, office.supervisor)["reported"] == 1
    for by in (office.clerk, office.handler):
        with pytest.raises(Forbidden):
            listed(office, "reported", by)


def test_a_leader_looks_and_the_queue_is_empty(office: Any) -> None:
    no = office.submit(text=DANGER)
    tell(office, no)
    office.do(reporting.see_reports, SeeReports, office.leader, no)
    assert listed(office, "reported", office.leader) == []
    assert desk.get_desk_case(office.parts, OneCase(no=no), office.leader).reports[0].seen_at is not None
    tell(office, no)
    assert listed(office, "reported", office.leader) == []


def test_those_who_join_report_a_case_with_their_number(low: Any) -> None:
    no = low.submit()
    low.accept(no)
    joined(low, no, 2)
    tell(low, no, kind="petition.co_sign_added.v1")
    assert low.case(no).reports == ()
    joined(low, no, 2, first=2)
    tell(low, no, kind="petition.co_sign_added.v1")
    assert [(one.count, one.least) for one in low.case(no).reports] == [(4, 3)]


def test_an_instruction_goes_to_the_department_which_answers_it_and_the_public_reads_no_word(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    office.dispatch(no)
    day = next_workday(office)
    office.do(reporting.instruct_case, InstructCase, office.leader, no, text=SECRET, day=day)
    for by in (office.handler, office.approver, office.supervisor, office.leader):
        (row,) = listed(office, "instructed", by)
        assert row.no == no and row.instruction_due is not None
        assert counts(office, by)["instructed"] == 1
    assert listed(office, "instructed", office.stranger) == listed(office, "instructed", office.clerk) == []
    own = desk.get_desk_case(office.parts, OneCase(no=no), office.handler)
    assert own.desk_instructions[0].mine and own.desk_instructions[0].text == SECRET
    assert "answer_instruction" in own.may and "instruct" not in own.may
    key = new_key()
    for _ in range(2):
        office.do(reporting.answer_instruction, AnswerInstruction, office.handler, no, idempotency_key=key, **ANSWER)
    assert listed(office, "instructed", office.leader) == []
    for by in (office.visitor, office.author):
        shown = reading.get_case(office.parts, OneCase(no=no), by)
        (one,) = shown.instructions
        assert (one.unit.code, one.answered_at is not None) == ("jw", True)
        told = shown.model_dump_json() + reading.get_history(office.parts, OneCase(no=no), by).model_dump_json()
        assert SECRET not in told and ANSWER["text"] not in told
    with pytest.raises(Invalid) as wrong:
        office.do(reporting.instruct_case, InstructCase, office.leader, no, text="请办结", day=date(2020, 1, 1))
    assert wrong.value.errors[0]["field"] == "day"


def kind_of_five(low: Any) -> list[str]:
    numbers = [low.submit() for _ in range(3)]
    for no in numbers:
        low.accept(no)
    joined(low, numbers[0], 2)
    return numbers


def test_cases_of_one_kind_are_reported_together_once(low: Any) -> None:
    numbers = kind_of_five(low)
    low.submit()  # intake has not let it through
    low.accept(low.submit(town="110114009"))
    event = happened(numbers[0], "petition.co_sign_added.v1")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: reporting.report(low.parts, event), range(8)))
    for no in numbers:
        tell(low, no)
    (found,) = reporting.list_clusters(low.parts, ListClusters(waiting=True)).items
    assert (found.count, found.least, found.town.code, found.category.code) == (5, 5, "110114112", "kindergarten")
    assert {case.no for case in found.cases} == set(numbers)
    assert counts(low, low.leader)["clusters"] == 1 and counts(low, low.clerk)["clusters"] == 0
    seen = SeeCluster(id=found.id, idempotency_key="s")
    assert reporting.see_cluster(low.parts, seen, low.leader) == reporting.see_cluster(low.parts, seen, low.leader)
    assert counts(low, low.leader)["clusters"] == 0
    tell(low, numbers[0])
    assert len(reporting.list_clusters(low.parts, ListClusters()).items) == 1, "those voices have been reported"


def test_an_event_that_comes_late_reports_what_there_was(low: Any) -> None:
    numbers, at = kind_of_five(low), utcnow()
    long_ago = {"filed_at": at - timedelta(days=60), "by_voice": at - timedelta(days=60)}
    low.db.cases.update_many({}, {"$set": long_ago})
    tell(low, numbers[0])
    assert reporting.list_clusters(low.parts, ListClusters()).items == []
    tell(low, numbers[0], at=at - timedelta(days=59))
    (found,) = reporting.list_clusters(low.parts, ListClusters()).items
    assert found.count == 5


def test_cases_of_an_earlier_version_have_a_voice_after_the_migration(low: Any) -> None:
    numbers = kind_of_five(low)
    low.refuse(low.submit())
    low.db.cases.update_many({}, {"$unset": {"by_voice": ""}})
    next(one for one in schema.SCHEMA.migrations if "for their kind" in one.name).run(low.db)
    tell(low, numbers[0])
    assert reporting.list_clusters(low.parts, ListClusters()).items[0].count == 5
