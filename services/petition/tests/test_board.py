"""领导看板: what is counted is what the queues list, and no open case is read for it."""

from datetime import timedelta
from typing import Any

from kit.clock import utcnow
from petition import board, desk
from petition.contract.desk import ListDeskCases


def late(office: Any, no: str, days: int) -> None:
    """As if what is due next had been due so many days ago."""
    office.db.cases.update_one({"_id": no}, {"$set": {"by_due": utcnow() - timedelta(days=days, minutes=1)}})


def test_the_board_counts_what_the_queues_list(office: Any) -> None:
    fresh, old, older = office.submit(), office.submit(), office.submit(town="110114009")
    for no in (old, older):
        office.accept(no)
        office.dispatch(no)
    office.answered()
    late(office, old, 0)
    late(office, older, 9)
    found = board.get_board(office.parts)
    stages = {one.stage: {span.span: span.count for span in one.spans if span.count} for one in found.stages}
    assert stages["handling"] == {"late_day": 1, "late_week": 1}
    assert sum(stages["intake"].values()) == 1 and not stages["review"]
    assert (found.now.open, found.now.late, found.now.replied_today) == (3, 2, 1)
    assert [(row.code, row.open, row.late) for row in found.departments] == [("jw", 2, 2), ("intake", 1, 0)]
    assert {row.code: row.open for row in found.towns} == {"110114112": 2, "110114009": 1}
    listed = desk.list_desk_cases(office.parts, ListDeskCases(queue="handling"), office.supervisor).items
    assert len(listed) == 2 and fresh not in [row.no for row in listed]


def test_an_empty_district_has_an_empty_board(office: Any) -> None:
    found = board.get_board(office.parts)
    assert (found.now.open, found.departments, found.towns) == (0, [], [])
    assert [len(one.spans) for one in found.stages] == [6, 6, 6]


def test_who_looks_counts_nothing_while_the_board_is_kept(office: Any) -> None:
    counted = board.count_board(office.parts)
    office.submit()
    assert board.get_board(office.parts) == counted
    recounted = board.count_board(office.parts)
    assert board.get_board(office.parts) == recounted
    assert (counted.now.open, recounted.now.open) == (0, 1)
    assert office.db.board.count_documents({}) == 1


def test_a_board_that_nobody_has_counted_for_a_while_is_counted_by_who_looks(office: Any) -> None:
    board.count_board(office.parts)
    office.submit()
    office.db.board.update_one({}, {"$set": {"as_of": utcnow() - board.KEPT}})
    assert board.get_board(office.parts).now.open == 1


def test_the_board_reads_no_open_case(office: Any) -> None:
    for _ in range(3):
        office.submit()
    office.answered()
    office.db.command("profile", 2)
    board.get_board(office.parts)
    office.db.command("profile", 0)
    counted = list(office.db.system.profile.find({"command.aggregate": "cases", "ns": {"$regex": r"\.cases$"}}))
    assert len(counted) >= 7
    read = {str(row["command"]["pipeline"]): row["docsExamined"] for row in counted}
    beside = {query: count for query, count in read.items() if count and "by_replied" not in query}
    assert beside == {}, "but for the replies of today, whose index does not say that they are listed"
    assert not any("COLLSCAN" in row.get("planSummary", "") for row in counted)
