"""附议: once a person, counted right whatever happens at once, told in batches, rated apart from the author."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from kit.contract import PageRequest
from kit.errors import Conflict, Forbidden, NotFound, ServiceError
from kit.events import Event
from kit.identity import Caller
from petition import co_signing, desk, filing, leaving, notices, rating, reading, similar
from petition.contract.co_signs import CoSignCase, ListCoSigns, WithdrawCoSign
from petition.contract.filing import RateCase, SearchSimilar, UndoMerge
from petition.contract.shapes import OneCase
from petition.contract.steps import MergeCase, UnmergeCase

WORDS = "我家也是这样，请联系13812345678。"


def someone(number: int) -> Caller:
    return Caller("resident", f"r_co{number:04}", frozenset({"resident"}))


ME, NEIGHBOUR = someone(1), someone(2)


def join(office: Any, no: str, by: Caller = ME, key: str = "j", words: str = WORDS) -> Any:
    request = CoSignCase(no=no, words=words, idempotency_key=key)
    return co_signing.co_sign_case(office.parts, request, by)


def leave(office: Any, no: str, by: Caller = ME, key: str = "w") -> Any:
    return co_signing.withdraw_co_sign(office.parts, WithdrawCoSign(no=no, idempotency_key=key), by)


def rate(office: Any, no: str, by: Caller = ME, **values: Any) -> Any:
    values = {"solved": False, "satisfied": 2, "idempotency_key": "r", **values}
    return rating.rate_case(office.parts, RateCase.model_validate({"no": no, **values}), by)


def view(office: Any, no: str, by: Caller) -> Any:
    return reading.get_case(office.parts, OneCase(no=no), by)


@pytest.fixture
def no(office: Any) -> str:
    made: str = office.submit()
    office.accept(made)
    return made


def replied(office: Any, no: str) -> None:
    office.dispatch(no)
    office.draft(no)
    office.publish(no)


def test_one_joins_once_and_the_author_not_at_all(office: Any, no: str) -> None:
    assert "co_sign" in view(office, no, ME).may
    first = join(office, no)
    assert (first.joined, first.co_signs) == (True, 1)
    assert join(office, no) == first
    with pytest.raises(Conflict):
        join(office, no, key="again")
    with pytest.raises(Forbidden):
        join(office, no, by=office.author)
    assert office.case(no).joined.count == 1
    assert "co_sign" not in view(office, no, ME).may
    assert "co_sign" not in view(office, no, office.author).may
    assert view(office, no, ME).co_sign.words == WORDS


def test_only_what_is_open_and_public_can_be_joined(office: Any) -> None:
    hidden, private = office.submit(), office.submit(visibility="private")
    office.accept(private)
    for unseen in (hidden, private):
        with pytest.raises(NotFound):
            join(office, unseen)
    for late in (office.answered(),):
        with pytest.raises(Conflict):
            join(office, late)
        assert office.case(late).joined.count == 0


def test_many_at_once_each_repeated_are_counted_once_each(office: Any, no: str) -> None:
    barrier = threading.Barrier(12)

    def run(number: int) -> None:
        barrier.wait()
        join(office, no, by=someone(number % 6), key="k")

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(run, range(12)))
    assert office.case(no).joined.count == 6
    assert office.db.co_signs.count_documents({"no": no, "joined": True}) == 6


def test_joining_and_leaving_at_once_with_steps_keeps_count_and_history_right(office: Any, no: str) -> None:
    def coming_and_going(number: int) -> None:
        for turn in range(3):
            join(office, no, by=someone(number), key=f"j{turn}")
            if turn < 2:
                leave(office, no, by=someone(number), key=f"w{turn}")

    with ThreadPoolExecutor(5) as pool:
        going = [pool.submit(coming_and_going, number) for number in range(4)]
        office.dispatch(no)
        for one in going:
            one.result()
    case = office.case(no)
    assert case.joined.count == 4
    assert [entry.kind for entry in case.history] == ["submit", "accept", "dispatch"]
    assert case.version == 3


def test_what_is_taken_back_leaves_neither_words_nor_rating_and_may_come_again(office: Any, no: str) -> None:
    join(office, no)
    assert leave(office, no).co_signs == 0
    assert leave(office, no).joined is False
    with pytest.raises(Conflict):
        leave(office, no, key="again")
    assert WORDS not in str(office.db.co_signs.find_one({}, {"_answers": 0, "_outbox": 0}))
    assert join(office, no, key="second").co_signs == 1


def test_a_key_used_for_another_case_is_a_conflict(office: Any, no: str) -> None:
    other = office.submit()
    office.accept(other)
    join(office, no, key="same")
    with pytest.raises(Conflict):
        join(office, other, key="same")
    assert office.case(other).joined.count == 0


def test_each_rates_for_himself_and_both_records_are_kept(office: Any, no: str) -> None:
    join(office, no)
    join(office, no, by=NEIGHBOUR)
    with pytest.raises(Conflict):
        rate(office, no)
    replied(office, no)
    assert "rate" in view(office, no, ME).may
    rate(office, no)
    rate(office, no, satisfied=4, solved=True, idempotency_key="second-thought")
    office.rate(no, satisfied=5)
    rate(office, no, by=NEIGHBOUR, satisfied=1)
    seen = view(office, no, office.visitor)
    assert [row.satisfied for row in seen.ratings] == [5]
    assert (seen.co_signers.rated, seen.co_signers.solved, seen.co_signers.satisfied) == (2, 1, 2.5)
    assert view(office, no, ME).co_sign.satisfied == 4
    kept = office.db.co_signs.find_one({"account": ME.id})["ratings"]
    assert [row["satisfied"] for row in kept] == [2, 4]
    assert [entry.kind for entry in office.case(no).history].count("rate") == 1
    with pytest.raises(Forbidden):
        rate(office, no, by=someone(9))


def test_nobody_is_told_who_has_joined(office: Any, no: str) -> None:
    join(office, no)
    shown = view(office, no, office.visitor).model_dump_json() + view(office, no, NEIGHBOUR).model_dump_json()
    rows = co_signing.list_co_signs(office.parts, ListCoSigns(no=no), office.clerk)
    assert [row.words for row in rows.items] == ["我家也是这样，请联系〔已隐去〕。"]
    for secret in (ME.id, "13812345678"):
        assert secret not in shown
        assert secret not in rows.model_dump_json()
    assert view(office, no, office.visitor).co_signs == 1
    with pytest.raises(ServiceError):
        co_signing.list_co_signs(office.parts, ListCoSigns(no=no), office.stranger)


def test_a_similar_case_says_whether_one_has_joined_it(office: Any, no: str) -> None:
    draft = SearchSimilar(text=office.case(no).asked.text, town=office.case(no).asked.town)
    found = [similar.search_similar(office.parts, draft, by).open[0].co_signed for by in (ME, office.visitor)]
    assert found == [False, False]
    join(office, no)
    (row,) = similar.search_similar(office.parts, draft, ME).open
    assert (row.co_signed, row.co_signs) == (True, 1)


def test_the_author_of_a_merged_case_follows_the_other_until_it_is_taken_out(office: Any, no: str) -> None:
    his = office.submit(by=ME)
    office.do(desk.merge_case, MergeCase, office.clerk, his, into=no)
    for _ in range(2):
        co_signing.follow_merge(office.parts, his)
    assert office.case(no).joined.count == 1
    assert office.case(his).merged_into == no
    replied(office, no)
    rate(office, no)
    assert office.case(no).joined.rated == 1
    office.do(filing.undo_merge, UndoMerge, ME, his)
    for _ in range(2):
        co_signing.follow_merge(office.parts, his)
    assert office.case(no).joined.count == 0
    assert office.case(his).state == "submitted"


def test_those_who_joined_a_merged_case_go_with_it_and_come_back_with_it(office: Any, no: str) -> None:
    his = office.submit(by=ME)
    office.accept(his)
    people = [someone(number) for number in range(11, 14)]
    for who in people:
        join(office, his, by=who, words=f"{who.id}家门口也是")
    join(office, no, by=people[0], key="other")
    office.do(desk.merge_case, MergeCase, office.clerk, his, into=no)
    for _ in range(2):
        co_signing.follow_merge(office.parts, his)
    assert office.case(no).joined.count == 4, "the author, two who come along, and one who was there already"
    assert office.case(his).joined.count == 3
    told = co_signing.list_co_signs(office.parts, ListCoSigns(no=no), office.clerk).items
    assert sum(one.words.endswith("家门口也是") for one in told) == 2
    replied(office, no)
    rate(office, no, by=people[2])
    office.do(filing.undo_merge, UndoMerge, ME, his)
    for _ in range(2):
        co_signing.follow_merge(office.parts, his)
    assert (office.case(no).joined.count, office.case(no).joined.rated) == (1, 0)
    assert office.case(his).joined.count == 3


def test_who_had_joined_before_stays_joined_when_his_case_is_taken_out(office: Any, no: str) -> None:
    join(office, no)
    his = office.submit(by=ME)
    office.do(desk.merge_case, MergeCase, office.clerk, his, into=no)
    co_signing.follow_merge(office.parts, his)
    office.do(desk.unmerge_case, UnmergeCase, office.clerk, his)
    co_signing.follow_merge(office.parts, his)
    assert office.case(no).joined.count == 1


def test_my_own_are_listed_page_by_page(office: Any) -> None:
    numbers = [office.submit() for _ in range(3)]
    for no in numbers:
        office.accept(no)
        join(office, no, key=no)
    first = co_signing.list_my_co_signs(office.parts, PageRequest(limit=2), ME)
    second = co_signing.list_my_co_signs(office.parts, PageRequest(limit=2, cursor=first.next_cursor), ME)
    assert [row.no for row in (*first.items, *second.items)] == list(reversed(numbers))
    assert second.next_cursor is None


def test_who_leaves_is_counted_and_kept_no_more(office: Any, no: str) -> None:
    join(office, no)
    join(office, no, by=NEIGHBOUR)
    replied(office, no)
    rate(office, no)
    leaving.forget_author(office.parts, ME.id)
    leaving.forget_author(office.parts, ME.id)
    assert office.case(no).joined.model_dump() == {"count": 1, "rated": 0, "solved": 0, "satisfied": 0}
    assert ME.id not in str(list(office.db.co_signs.find()))


def event(office: Any, no: str, name: str = "replied") -> Event:
    now = office.case(no).filed_at
    return Event("e1", f"petition.case_{name}.v1", no, 5, now, {"no": no, "state": "answered"})


def told(office: Any) -> list[str]:
    batches = [row["_outbox"][0]["data"] for row in office.db.tellings.find().sort("_id")]
    return [account for batch in batches for account in batch["accounts"]]


def test_all_are_told_in_batches_once_though_the_event_comes_again(office: Any, no: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(notices, "BATCH", 3)
    for number in range(8):
        join(office, no, by=someone(number))
    leave(office, no, by=someone(7))
    for _ in range(2):
        notices.tell_co_signers(office.parts, event(office, no))
    assert sorted(told(office)) == [someone(number).id for number in range(7)]
    assert office.db.tellings.count_documents({}) == 3


def test_a_telling_that_was_cut_off_goes_on_where_it_was(office: Any, no: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(notices, "BATCH", 2)
    for number in range(5):
        join(office, no, by=someone(number))
    add, kept = office.parts.tellings.add, []

    def dies_after_the_first(*batch: Any) -> None:
        add(*batch)
        kept.append(batch)
        raise KeyboardInterrupt

    monkeypatch.setattr(office.parts.tellings, "add", dies_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        notices.tell_co_signers(office.parts, event(office, no))
    monkeypatch.setattr(office.parts.tellings, "add", add)
    notices.tell_co_signers(office.parts, event(office, no))
    assert len(kept) == 1
    assert sorted(told(office)) == [someone(number).id for number in range(5)]


def test_a_case_that_thousands_have_joined_stays_small(office: Any, no: str) -> None:
    join(office, no)
    size = len(str(office.db.cases.find_one({"_id": no})))
    for number in range(20):
        join(office, no, by=someone(100 + number))
    assert len(str(office.db.cases.find_one({"_id": no}))) <= size + 2
