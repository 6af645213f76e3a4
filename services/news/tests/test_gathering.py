"""Bundles on a real database: tips and cases of one matter meet once, whatever the order, and without their words."""

from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, NotFound
from kit.events import Event
from kit.testing import new_key
from news import coverage, gathering, investigating, proposing, tip_desk
from news.contract.bundles import BundleReceipt, BundleView, DismissBundle, ListBundles
from news.contract.investigations import AddToInvestigation, OpenInvestigation
from news.contract.proposals import SetTipApart
from news.contract.tips import DeclineTip

from .tipline import NAME, PHONE, Tipline, resident

DUMPING = "每晚十点以后，有货车在村东河沟里倾倒建筑垃圾，味道很大。"
AGAIN = f"村东的河沟又有大货车半夜来扔建筑垃圾，请打{PHONE}找我。"
LAMPS = "东环路北段的路灯坏了两个多月，晚上漆黑一片。"
NO = "CP20261118-7K3F9Q"
ABOUT: dict[str, Any] = {
    "no": NO,
    "title": "村东河沟被倾倒建筑垃圾",
    "place": "村东河沟",
    "town": {"code": "110114112", "name": "崔村镇"},
    "department": None,
    "filed_at": utcnow().isoformat(),
}
SIMILAR = {**ABOUT, "summary": "货车夜里来倾倒建筑垃圾，味道很大。", "metres": None, "state_name": "办理中"}


def tip(line: Tipline, words: str = DUMPING, **fields: Any) -> str:
    return line.new(resident(new_key()), text=words, **{"place": "村东河沟", **fields})


def bundles(line: Tipline, state: str = "open", **asked: Any) -> list[BundleView]:
    return gathering.list_bundles(line.parts, ListBundles.model_validate({"state": state, **asked})).items


def numbers(rows: Any) -> set[str]:
    return {row.no for row in rows}


def gathered(line: Tipline) -> list[BundleView]:
    """After the timer, and the one that reads cases, have run."""
    gathering.gather(line.parts)
    coverage.read_anew(line.parts)
    return bundles(line)


def dismiss(line: Tipline, found: BundleView, key: str = "", reason: str = "已经报道过") -> BundleReceipt:
    request = DismissBundle(id=found.id, version=found.version, reason=reason, idempotency_key=key or new_key())
    return gathering.dismiss_bundle(line.parts, request, line.newsroom.editor)


def opened(line: Tipline, **fields: Any) -> str:
    matter = {"title": "河沟垃圾谁来清", "question": "谁来管？", "lead": line.newsroom.editor.id, **fields}
    request = OpenInvestigation(idempotency_key=new_key(), **matter)
    return investigating.open_investigation(line.parts, request, line.newsroom.editor).id


def hear(line: Tipline, *, public: bool = True) -> None:
    data = {"no": NO, "public": public}
    gathering.hear(line.parts, Event(new_key(), "petition.case_accepted.v1", NO, 2, utcnow(), data))


@pytest.fixture
def case(line: Tipline, public_case: dict[str, Any]) -> str:
    """A public case of the same matter, as everyone reads it; petition does not find it by itself."""
    view = {**public_case, **ABOUT, "text": "货车夜里来倾倒建筑垃圾，味道很大。", "point": None}
    line.newsroom.cases.views[NO] = view
    return NO


def test_tips_and_the_cases_that_petition_has_are_put_together_without_a_word_of_theirs(
    line: Tipline, case: str
) -> None:
    line.newsroom.cases.similar = [SIMILAR]
    first, second, other = tip(line), tip(line, AGAIN, place="河沟"), tip(line, LAMPS, place="东环路")
    (found,) = gathered(line)
    assert (numbers(found.tips), numbers(found.cases)) == ({first, second}, {case})
    assert (found.towns, found.places) == (["崔村镇"], ["河沟", "村东河沟"])
    assert found.since <= found.until and (found.into, found.dismissals) == (None, [])
    told = found.model_dump_json()
    assert not [secret for secret in ("r_", NAME, PHONE, '"contact"', other) if secret in told]
    kept = str(list(line.newsroom.db.bundles.find()) + list(line.newsroom.db.unmatched.find()))
    assert not [words for words in ("垃圾", "河沟", PHONE, "r_") if words in kept]


def test_nothing_changes_when_it_is_all_looked_at_again(line: Tipline, case: str) -> None:
    line.newsroom.cases.similar = [SIMILAR]
    tip(line), tip(line, AGAIN)
    before = gathered(line)
    hear(line), hear(line)
    line.tips.update_many({}, {"$unset": {"compared": ""}})
    assert gathered(line) == before


def test_a_case_joins_tips_when_it_becomes_public(line: Tipline, case: str) -> None:
    first, second = tip(line), tip(line, AGAIN)
    assert not gathered(line)[0].cases
    hear(line, public=False)
    assert not gathered(line)[0].cases, "of one that is not public nothing is read"
    hear(line)
    (found,) = gathered(line)
    assert (numbers(found.tips), numbers(found.cases)) == ({first, second}, {case})


def test_one_tip_and_one_case_are_enough_and_what_is_alone_is_nothing(line: Tipline, case: str) -> None:
    hear(line)
    assert gathered(line) == []
    line.newsroom.cases.similar = [SIMILAR]
    no = tip(line)
    (found,) = gathered(line)
    assert (numbers(found.tips), numbers(found.cases)) == ({no}, {case})
    line.newsroom.cases.views.clear()
    line.parts.followed.ask_again(case, utcnow())
    coverage.read_anew(line.parts)
    assert bundles(line)[0].cases == [], "of what is hidden nothing is told"


def test_while_petition_is_away_tips_meet_and_cases_come_later_once(line: Tipline, case: str) -> None:
    line.newsroom.cases.away = True
    tip(line), tip(line, AGAIN)
    hear(line)
    (found,) = gathered(line)
    assert len(found.tips) == 2 and found.cases == []
    line.newsroom.cases.away, line.newsroom.cases.similar = False, [SIMILAR]
    line.newsroom.db.unmatched.update_many({}, {"$set": {"due": utcnow()}})  # what failed waits a little
    (found,) = gathered(line)
    assert numbers(found.cases) == {case} and line.newsroom.db.unmatched.count_documents({}) == 0


def test_an_answer_that_is_none_holds_up_nobody_else(line: Tipline, case: str) -> None:
    line.newsroom.cases.views["CP20261118-000000"] = {"ending": None, "merged_into": None}
    line.parts.unmatched.add("CP20261118-000000", utcnow() - timedelta(minutes=1))
    tip(line), hear(line)
    for _ in range(2):
        gathering.gather(line.parts)
    coverage.read_anew(line.parts)
    assert numbers(bundles(line)[0].cases) == {case}


def test_a_dismissed_one_stays_away_until_something_new_joins(line: Tipline) -> None:
    tip(line), tip(line, AGAIN)
    (found,) = gathered(line)
    key = new_key()
    done = dismiss(line, found, key)
    assert dismiss(line, found, key) == done and bundles(line) == gathered(line) == []
    (left,) = bundles(line, "dismissed")
    assert [(one.by, one.reason) for one in left.dismissals] == [(line.newsroom.editor.id, "已经报道过")]
    with pytest.raises(Conflict):
        dismiss(line, found)
    third = tip(line, f"{DUMPING}今晚又来了。")
    (again,) = gathered(line)
    assert again.id == found.id and third in numbers(again.tips) and again.dismissals == left.dismissals
    with pytest.raises(Conflict) as refused:
        dismiss(line, found)
    assert refused.value.extra["version"] == again.version
    with pytest.raises(NotFound):
        dismiss(line, found.model_copy(update={"id": "CPB20261127-000000"}))


def test_an_investigation_of_all_of_it_takes_it_off_the_list_and_what_comes_later_says_where_the_rest_is(
    line: Tipline, case: str
) -> None:
    line.newsroom.cases.similar = [SIMILAR]
    first, second = tip(line), tip(line, AGAIN)
    gathered(line)
    number = opened(line, tips=[first, second])
    assert bundles(line)[0].into.id == number, "the case is not taken up"  # type: ignore[union-attr]
    adding = AddToInvestigation(id=number, cases=[case], idempotency_key=new_key())
    investigating.add_to_investigation(line.parts, adding, line.newsroom.editor)
    assert bundles(line) == [] and len(bundles(line, "taken_up")) == 1
    third = tip(line, f"{DUMPING}今晚又来了。")
    (again,) = gathered(line)
    assert again.into and again.into.id == number
    assert {row.no: bool(row.taken_up) for row in again.tips} == {first: True, second: True, third: False}


def test_what_was_taken_up_before_it_was_compared_waits_for_nobody(line: Tipline) -> None:
    first, second = tip(line), tip(line, AGAIN)
    opened(line, tips=[first, second])
    assert gathered(line) == [] and len(bundles(line, "taken_up")) == 1


def test_a_case_of_which_nobody_may_read_any_more_holds_nothing_up(line: Tipline, case: str) -> None:
    line.newsroom.cases.similar = [SIMILAR]
    no = tip(line)
    gathered(line)
    line.newsroom.cases.views.clear()
    line.parts.followed.ask_again(case, utcnow())
    coverage.read_anew(line.parts)
    opened(line, tips=[no])
    assert bundles(line) == []


def test_what_is_called_another_matter_leaves_it_and_comes_back_when_that_is_taken_back(line: Tipline) -> None:
    first, second, third = tip(line), tip(line, AGAIN), tip(line, f"{DUMPING}今晚又来了。")
    gathered(line)

    def apart(no: str, other: str, *, said: bool = True) -> None:
        request = SetTipApart(no=no, other=other, apart=said, idempotency_key=new_key())
        proposing.set_tip_apart(line.parts, request, line.newsroom.editor)

    apart(first, second)
    assert numbers(gathered(line)[0].tips) == {first, third}
    apart(first, third)
    assert gathered(line) == [], "what is left alone is none"
    apart(first, second, said=False)
    assert numbers(gathered(line)[0].tips) >= {first, second}


def test_what_was_decided_is_no_new_matter(line: Tipline) -> None:
    first, _ = tip(line), tip(line, AGAIN)
    line.do(tip_desk.decline_tip, DeclineTip, line.newsroom.duty, first, reason="unclear")
    assert gathered(line) == []


def test_lists_come_page_by_page_in_either_order(line: Tipline) -> None:
    for words, place, count in ((DUMPING, "村东河沟", 3), (LAMPS, "东环路", 2)):
        for number in range(count):
            tip(line, f"{words}第{number}次", place=place)
        gathered(line)
    for order, sizes in (("latest", [2, 3]), ("most", [3, 2])):
        first = gathering.list_bundles(line.parts, ListBundles(limit=1, order=order))
        rest = gathering.list_bundles(line.parts, ListBundles(limit=1, order=order, cursor=first.next_cursor))
        assert [len(one.tips) for one in (*first.items, *rest.items)] == sizes and rest.next_cursor is None
