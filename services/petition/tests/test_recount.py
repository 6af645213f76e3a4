"""Everything counted anew from the histories agrees; what does not is found, named and mended."""

import re
from typing import Any

import pytest

from kit import settings
from kit.clock import utcnow
from kit.identity import Caller
from petition import co_signing, desk, rating, recount, rolling
from petition.contract.co_signs import CoSignCase
from petition.contract.filing import FollowUpReply
from petition.contract.steps import AnswerFollowUp
from petition.domain.case import Tally
from petition.domain.history import instant
from petition.recount import Recount


def lives(office: Any) -> str:
    """Some cases, all counted; returns the number of one that was rated."""
    rated = office.answered()
    office.rate(rated)
    office.submit()
    office.refuse(office.submit())
    recount.drain(office.parts)
    return str(rated)


def differences(office: Any) -> list[str]:
    return Recount(office.parts).run().differences


def test_what_was_counted_step_by_step_agrees(office: Any) -> None:
    lives(office)
    found = Recount(office.parts).run()
    assert (found.cases, found.groups, found.differences) == (3, 6, [])


def test_what_waits_to_be_counted_is_no_difference(office: Any) -> None:
    lives(office)
    office.submit()
    assert differences(office) == []


def test_every_kind_of_damage_is_found_and_mended(office: Any) -> None:
    no = lives(office)
    month = office.db.figure_months.find_one()["_id"]
    office.db.figure_rows.update_one({"_id": no}, {"$set": {"on_time": False}})
    office.db.figure_rows.insert_one({**office.db.figure_rows.find_one({"_id": no}), "_id": "CP20261101-000000"})
    office.db.figure_rows.delete_one({"ending": "refused"})
    office.db.figure_groups.update_one({"by": "town"}, {"$set": {"figures.cases": 9}})
    office.db.figure_groups.delete_one({"_id": f"{month}/category/kindergarten"})
    found = Recount(office.parts).run()
    told = "\n".join(found.differences)
    assert f"{no}: on_time is False, should be True" in told
    assert "CP20261101-000000: a row without a case" in told
    assert "cases is 9" in told
    assert f"{month} category kindergarten: is missing" in told
    assert len(found.wrong_cases) == 2
    found.repair(utcnow())
    assert differences(office) == []


def test_damage_to_the_days_alone_is_found_and_mended(office: Any) -> None:
    lives(office)
    month = office.db.figure_months.find_one()["_id"]
    office.db.figure_days.update_one({"_id": f"{month}/department/jw"}, {"$set": {"days.0.figures.overdue": 7}})
    office.db.figure_days.delete_one({"_id": f"{month}/department/intake"})
    found = Recount(office.parts).run()
    missing, wrong = sorted(found.differences)
    assert re.fullmatch(f"{month} department intake: {month}-..: is missing", missing)
    assert re.fullmatch(f"{month} department jw: {month}-..: overdue is 7, should be 0", wrong)
    found.repair(utcnow())
    assert differences(office) == []


def test_a_lost_mark_is_found(office: Any) -> None:
    lives(office)
    no = office.answered()
    office.db.cases.update_one({"_id": no}, {"$unset": {"by_rolls": ""}})
    (found,) = (one for one in differences(office) if one.startswith(no))
    assert found == f"{no}: is missing"


def test_a_field_that_its_history_contradicts_is_found_and_left_alone(office: Any) -> None:
    no = lives(office)
    office.db.cases.update_one({"_id": no}, {"$set": {"ratings.0.satisfied": 1, "ending": "withdrawn"}})
    rolling.roll_cases(office.parts, [no], utcnow())  # so that rows and figures agree with what is wrong
    recount.drain(office.parts)
    expected = [f"{no}: ending is withdrawn, its history says answered_rated", f"{no}: marks is 1, its history says 5"]
    assert differences(office) == expected
    Recount(office.parts).run().repair(utcnow())
    assert differences(office) == expected


def test_a_limit_that_was_moved_in_the_case_alone_is_found(office: Any) -> None:
    no = lives(office)
    case = office.db.cases.find_one({"_id": no})
    at = [clock["name"] for clock in case["clocks"]].index("overall")
    office.db.cases.update_one({"_id": no}, {"$set": {f"clocks.{at}.due": case["filed_at"]}})
    rolling.roll_cases(office.parts, [no], utcnow())  # so that rows and figures agree with what is wrong
    recount.drain(office.parts)
    filed, due = (instant(one) for one in (case["filed_at"], case["clocks"][at]["due"]))
    assert differences(office) == [
        f"{no}: on_time is False, its history says True",
        f"{no}: due of overall from {filed} is {filed}, its history says {due}",
    ]


def test_a_wrong_limit_of_a_later_round_or_of_a_question_is_found_and_left_alone(office: Any) -> None:
    no = office.answered()
    office.do(rating.follow_up_reply, FollowUpReply, office.author, no, text="请问具体哪一天完工？")
    office.do(desk.answer_follow_up, AnswerFollowUp, office.handler, no, text="月底完工。")
    office.rate(no, solved=False, satisfied=1)
    recount.drain(office.parts)
    assert differences(office) == []
    case, expected = office.case(no), []
    for name in ("follow_up", "overall"):
        at, clock = [(at, clock) for at, clock in enumerate(case.clocks) if clock.name == name][-1]
        office.db.cases.update_one({"_id": no}, {"$set": {f"clocks.{at}.due": clock.started_at}})
        limit = f"due of {name} from {instant(clock.started_at)}"
        expected.append(f"{no}: {limit} is {instant(clock.started_at)}, its history says {instant(clock.due)}")
    assert sorted(differences(office)) == sorted(expected)
    Recount(office.parts).run().repair(utcnow())
    assert sorted(differences(office)) == sorted(expected)


def test_those_who_joined_are_counted_anew_from_what_they_did(office: Any) -> None:
    no = office.submit()
    office.accept(no)
    join = CoSignCase(no=no, words="我们楼也是", idempotency_key="j")
    co_signing.co_sign_case(office.parts, join, Caller("resident", "r_neighbour", frozenset({"resident"})))
    office.db.cases.update_one({"_id": no}, {"$inc": {"joined.count": 2, "joined.rated": 1}})
    recount.drain(office.parts)
    found = Recount(office.parts).run()
    assert found.differences == [f"{no}: of those who joined, count is 3, should be 1, rated is 1, should be 0"]
    found.repair(utcnow())
    assert differences(office) == []
    assert office.case(no).joined == Tally(count=1)


def test_a_case_that_everyone_reads_against_its_authors_word_is_found(office: Any) -> None:
    no = office.submit(visibility="private")
    office.accept(no)
    recount.drain(office.parts)
    assert differences(office) == []
    office.db.cases.update_one({"_id": no}, {"$set": {"asked.visibility": "public"}})
    rolling.roll_cases(office.parts, [no], utcnow())  # so that rows and figures agree with what is wrong
    recount.drain(office.parts)
    assert differences(office) == [f"{no}: public is True, its history says False"]


@pytest.mark.parametrize("wrong", [True, False])
def test_the_command_fails_when_something_differs(office: Any, monkeypatch: pytest.MonkeyPatch, wrong: bool) -> None:
    no = lives(office)
    if wrong:
        office.db.cases.update_one({"_id": no}, {"$set": {"ratings.0.solved": False}})
    monkeypatch.setattr(recount, "of_command", lambda told: office.parts)
    monkeypatch.setattr(settings, "load", lambda model: None)
    monkeypatch.setattr("sys.argv", ["recount", "--write"])
    with pytest.raises(SystemExit) as ended:
        recount.main()
    assert ended.value.code == int(wrong)
