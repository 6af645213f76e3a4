"""Everything counted anew from the histories agrees; what does not is found, named and mended."""

from typing import Any

from kit.clock import utcnow
from petition import recount
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


def test_a_lost_mark_is_found(office: Any) -> None:
    lives(office)
    no = office.answered()
    office.db.cases.update_one({"_id": no}, {"$unset": {"by_rolls": ""}})
    (found,) = (one for one in differences(office) if one.startswith(no))
    assert found == f"{no}: is missing"
