"""Proposals on a real database: what is alike is found with its reason, nothing is linked by itself, nothing leaks."""

from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.errors import Conflict, Invalid, NotFound
from kit.testing import new_key
from news import investigating, proposing, tipping
from news.contract.investigations import AddToInvestigation, CloseInvestigation, OneInvestigation, OpenInvestigation
from news.contract.proposals import Proposals, SetInvestigationApart, SetTipApart
from news.contract.tips import OneTip
from news.store.schema import SCHEMA

from .tipline import NAME, PHONE, Tipline, resident

DUMPING = "每晚十点以后，有货车在村东河沟里倾倒建筑垃圾，味道很大。"
AGAIN = f"村东的河沟又有大货车半夜来扔建筑垃圾，请打{PHONE}找我。"
LAMPS = "东环路北段的路灯坏了两个多月，晚上漆黑一片。"
SPOT, NEAR = {"lon": 116.2, "lat": 40.2}, {"lon": 116.2, "lat": 40.202}
CASE: dict[str, Any] = {
    "no": "CP20261118-7K3F9Q",
    "title": "村东河沟被倾倒建筑垃圾",
    "summary": "货车夜里来倾倒建筑垃圾，味道很大。",
    "place": "村东河沟",
    "metres": None,
    "town": {"code": "110114112", "name": "崔村镇"},
    "department": None,
    "state_name": "办理中",
    "filed_at": utcnow().isoformat(),
}


def tip(line: Tipline, words: str = DUMPING, **fields: Any) -> str:
    """Sent by somebody of his own, whose device tells him from the others."""
    return line.new(resident(new_key()), text=words, **{"place": "村东河沟", **fields})


def of_tip(line: Tipline, no: str) -> Proposals:
    return proposing.get_tip_proposals(line.parts, OneTip(no=no), line.newsroom.editor)


def of_investigation(line: Tipline, number: str) -> Proposals:
    return proposing.get_investigation_proposals(line.parts, OneInvestigation(id=number), line.newsroom.editor)


def numbers(rows: Any) -> list[str]:
    return [row.no for row in rows]


def opened(line: Tipline, **fields: Any) -> str:
    matter = {"title": "河沟垃圾谁来清", "question": "谁来管？", "lead": line.newsroom.editor.id, **fields}
    request = OpenInvestigation(idempotency_key=new_key(), **matter)
    return investigating.open_investigation(line.parts, request, line.newsroom.editor).id


def add(line: Tipline, number: str, **fields: Any) -> Any:
    request = AddToInvestigation(id=number, idempotency_key=new_key(), **fields)
    return investigating.add_to_investigation(line.parts, request, line.newsroom.editor)


def apart(line: Tipline, no: str, other: str, *, said: bool = True) -> None:
    request = SetTipApart(no=no, other=other, apart=said, idempotency_key=new_key())
    proposing.set_tip_apart(line.parts, request, line.newsroom.editor)


@pytest.fixture
def two(line: Tipline) -> tuple[str, str]:
    """Two tips of one matter, among others."""
    tip(line, LAMPS, place="东环路")
    return tip(line, point=SPOT), tip(line, AGAIN, place="河沟", point=NEAR)


def test_what_is_like_a_tip_comes_with_reasons_and_without_its_sender(line: Tipline, two: tuple[str, str]) -> None:
    first, second = two
    line.newsroom.cases.similar = [CASE, {**CASE, "no": "CP20261118-000000", "title": LAMPS, "summary": "路灯不亮"}]
    found = of_tip(line, first)
    assert (numbers(found.tips), numbers(found.cases), found.asked) == ([second], [CASE["no"]], True)
    assert found.tips[0].why == ["相距约220米", "同在崔村镇", "都说到“建筑垃圾”", "相隔不到一天"]
    assert found.cases[0].why[0] == "地点相同" and found.cases[0].why[-1] == "相隔不到一天"
    assert numbers(of_tip(line, second).tips) == [first]
    told = found.model_dump_json()
    assert not [secret for secret in ("r_", NAME, "203.0.113", '"contact"') if secret in told]
    assert line.newsroom.db.investigations.count_documents({}) == 0, "nothing is taken up by itself"


def test_no_number_by_which_somebody_is_reached_goes_to_petition(line: Tipline, two: tuple[str, str]) -> None:
    of_tip(line, two[1])
    (draft,) = line.newsroom.cases.drafts
    assert "建筑垃圾" in draft["text"] and draft["town"] == "110114112" and draft["point"] == NEAR
    assert PHONE not in str(draft) and NAME not in str(draft)
    before = len(line.newsroom.cases.drafts)
    of_tip(line, tip(line, "微信abcdefgh12345", place=""))
    assert len(line.newsroom.cases.drafts) == before, "nothing is left to ask by"


def test_while_petition_is_away_tips_are_proposed_all_the_same(line: Tipline, two: tuple[str, str]) -> None:
    line.newsroom.cases.away = True
    found = of_tip(line, two[0])
    assert (numbers(found.tips), found.cases, found.asked) == ([two[1]], [], False)
    line.newsroom.cases.away, line.newsroom.cases.similar = False, [{"no": "x"}]
    assert of_tip(line, two[0]).asked is False, "an answer that is none holds nobody up"


def test_what_an_editor_calls_another_matter_does_not_come_again_until_he_takes_it_back(
    line: Tipline, two: tuple[str, str]
) -> None:
    first, second = two
    line.newsroom.cases.similar = [CASE]
    for _ in range(2):
        apart(line, first, second)
    apart(line, first, CASE["no"])
    found = of_tip(line, first)
    assert (found.tips, found.cases) == ([], [])
    assert {one.no for one in found.apart} == {second, CASE["no"]} and found.apart[0].by == line.newsroom.editor.id
    assert of_tip(line, second).tips == [], "nor from the other side"
    apart(line, first, second, said=False)
    assert numbers(of_tip(line, first).tips) == [second]
    with pytest.raises(Invalid):
        apart(line, first, first)
    with pytest.raises(NotFound):
        apart(line, "CPT20261127-000000", second)


def test_what_an_investigation_takes_up_is_not_proposed_to_it_again(line: Tipline, two: tuple[str, str]) -> None:
    first, second = two
    line.newsroom.cases.similar = [CASE]
    number = opened(line, tips=[first])
    found = of_tip(line, second)
    assert [one.id for one in found.tips[0].taken_up] == [number], "where the other one is already"
    found = of_investigation(line, number)
    assert (numbers(found.tips), numbers(found.cases)) == ([second], [CASE["no"]])
    add(line, number, tips=[second, second], cases=[CASE["no"]])
    view = investigating.get_investigation(line.parts, OneInvestigation(id=number), line.newsroom.editor)
    assert (view.tips, view.cases, view.version) == ([first, second], [CASE["no"]], 2)
    assert (of_investigation(line, number).tips, of_investigation(line, number).cases) == ([], [])
    found = of_tip(line, first)
    assert (found.tips, found.cases, [one.id for one in found.taken_up]) == ([], [], [number])


def test_an_investigation_is_not_shown_what_is_another_matter_for_it_or_for_what_it_has(line: Tipline) -> None:
    first, second, third = (tip(line, f"{DUMPING}第{number}次") for number in "一二三")
    number = opened(line, tips=[first])
    assert set(numbers(of_investigation(line, number).tips)) == {second, third}
    apart(line, first, third)
    assert numbers(of_investigation(line, number).tips) == [second]
    request = SetInvestigationApart(id=number, other=second, idempotency_key=new_key())
    proposing.set_investigation_apart(line.parts, request, line.newsroom.editor)
    found = of_investigation(line, number)
    assert (found.tips, numbers(found.apart)) == ([], [second])


def test_only_tips_that_there_are_are_added_to_what_is_still_looked_into(line: Tipline, two: tuple[str, str]) -> None:
    number = opened(line)
    with pytest.raises(Invalid):
        add(line, number, tips=["CPT20261127-000000"])
    closing = CloseInvestigation(id=number, text="查清", idempotency_key=new_key())
    investigating.close_investigation(line.parts, closing, line.newsroom.editor)
    with pytest.raises(Conflict):
        add(line, number, tips=[two[0]])


def test_tips_of_before_are_found_once_they_have_their_bigrams(line: Tipline) -> None:
    first, second = tip(line), tip(line, AGAIN, place="河沟")
    line.tips.update_many({}, {"$unset": {"grams": ""}})
    assert of_tip(line, first).tips == []
    migrate = next(one for one in SCHEMA.migrations if "by their words" in one.name)
    for _ in range(2):
        migrate.run(line.newsroom.db)
    assert numbers(of_tip(line, first).tips) == [second]
    line.tips.update_one({"_id": second}, {"$unset": {"grams": ""}})  # an instance of before keeps one meanwhile
    assert (tipping.index_words(line.parts), tipping.index_words(line.parts)) == (1, 0)
    assert numbers(of_tip(line, first).tips) == [second]


def test_at_the_same_spot_few_words_in_common_are_enough(line: Tipline) -> None:
    first = tip(line, point=SPOT)
    few = [
        tip(line, "沟里堆满垃圾，臭得很，村东的人都绕着走。", place="", point=spot)
        for spot in (SPOT, {"lon": 116.2, "lat": 40.29})
    ]
    found = of_tip(line, first)
    assert numbers(found.tips) == few[:1] and found.tips[0].why[0] == "相距约10米"


def test_what_lies_too_far_back_is_not_compared(line: Tipline, two: tuple[str, str]) -> None:
    long_ago = utcnow() - timedelta(days=line.parts.directory.likeness.days + 2)
    line.tips.update_one({"_id": two[1]}, {"$set": {"sent_at": long_ago}})
    assert of_tip(line, two[0]).tips == []
