"""Limits per person and device: the same text twice, so many a day, and bans."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.contract import PageRequest
from kit.errors import Conflict, Invalid, NotFound, RateLimited
from kit.identity import Caller
from kit.testing import new_key
from petition import co_signing, filing, leaving, limits
from petition.contract.bans import BanAuthor, LiftBan
from petition.contract.co_signs import CoSignCase
from petition.contract.filing import WithdrawCase

from .conftest import CASE


@pytest.fixture(autouse=True)
def kept(office: Any) -> None:
    """Limits as a deployment keeps them."""
    office.parts = replace(office.parts, filing_limits=True)


def ban(office: Any, no: str, key: str = "b") -> Any:
    request = BanAuthor(no=no, reason="多次发布广告", days=7, idempotency_key=key)
    return limits.ban_author(office.parts, request, office.supervisor)


def listed(office: Any) -> Any:
    return limits.list_bans(office.parts, PageRequest()).items


def test_the_same_text_is_refused_with_the_first_ones_number_while_that_is_open(office: Any) -> None:
    first = office.submit()
    with pytest.raises(Invalid) as caught:
        office.submit(text=CASE["text"].replace("，", " , "))
    assert caught.value.errors[0]["field"] == "text"
    assert first in caught.value.detail
    assert office.submit(by=office.other) != first
    office.do(filing.withdraw_case, WithdrawCase, office.author, first, reason="写错了")
    assert office.submit() != first


def test_the_same_text_at_once_under_two_keys_makes_one_case(office: Any) -> None:
    def post(key: str) -> str:
        try:
            return str(office.submit(key=key))
        except Invalid:
            return "refused"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(post, [new_key() for _ in range(8)]))
    assert answers.count("refused") == 7
    assert office.db.cases.count_documents({}) == 1


def test_a_day_has_its_number_and_the_same_request_still_gets_its_answer(office: Any) -> None:
    most = office.parts.rules.directory.clocks.cases_a_day
    numbers = [office.submit(text=f"第{n}处路灯不亮，请维修。", key=f"k{n}") for n in range(most)]
    with pytest.raises(RateLimited) as caught:
        office.submit(text="再来一处路灯不亮，请维修。")
    assert 0 < caught.value.extra["retry_after"] <= 24 * 3600 + 1
    assert office.submit(text="第0处路灯不亮，请维修。", key="k0") == numbers[0]
    assert office.submit(by=office.other)


@pytest.fixture
def phone(office: Any) -> Caller:
    """One device, by whoever signs in there; three cases a day may come from it."""
    rules = office.parts.rules
    clocks = rules.directory.clocks.model_copy(update={"cases_a_day_of_a_device": 3})
    fewer = replace(rules, directory=rules.directory.model_copy(update={"clocks": clocks}))
    office.parts = replace(office.parts, rules=fewer)
    return replace(office.author, device="a1" * 16)


def test_one_device_files_so_many_a_day_whoever_signs_in_there(office: Any, phone: Caller) -> None:
    others = [replace(phone, id=f"r_{n}") for n in range(4)]
    first = office.submit(by=others[0], key="k")
    assert office.submit(by=others[0], key="k") == first  # repeated, it is one
    with pytest.raises(Invalid):
        office.submit(by=others[1], town="000000000")  # refused, it is none
    for one in others[1:3]:
        office.submit(by=one)
    with pytest.raises(RateLimited) as caught:
        office.submit(by=others[3])
    assert "这台设备今天已提交3件" in caught.value.detail
    assert office.submit(by=others[0], key="k") == first
    assert office.submit(by=replace(others[3], device="b2" * 16))
    assert office.submit(by=replace(others[3], device=""), text="没有设备编号的另一件事情。")


def test_a_device_is_kept_as_a_keyed_hash_of_the_day_alone(office: Any, phone: Caller) -> None:
    no = office.submit(by=phone)
    rows = list(office.db.day_counts.find())
    assert [set(row) for row in rows] == [{"_id", "count", "forget_at"}] * 2  # the account's and the device's
    assert all(row["forget_at"] - utcnow() < timedelta(days=2) for row in rows)
    assert phone.device not in str([rows, office.db.cases.find_one({"_id": no})])
    assert phone.id not in str(rows)
    today = utcnow().date()
    names = {office.parts.day_counts.name("device", phone.device, today + timedelta(days=n)) for n in range(3)}
    assert len(names) == 3


def test_many_at_once_from_one_device_are_as_many_as_it_may(office: Any, phone: Caller) -> None:
    def post(n: int) -> bool:
        try:
            return bool(office.submit(by=replace(phone, id=f"r_{n}")))
        except RateLimited:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(post, range(12))) == 3


def test_many_at_once_by_one_person_are_as_many_as_he_may(office: Any) -> None:
    most = office.parts.rules.directory.clocks.cases_a_day

    def post(n: int) -> bool:
        try:
            return bool(office.submit(text=f"第{n}处路灯不亮，请维修。"))
        except RateLimited:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(post, range(most + 8))) == most
    assert office.db.cases.count_documents({}) == most


def test_who_is_banned_is_told_why_and_until_when(office: Any) -> None:
    no, public = office.submit(), office.submit(by=office.other)
    office.accept(public)
    assert ban(office, no) == ban(office, no)
    for attempt in (
        lambda: office.submit(text="另一件事情，请处理。"),
        lambda: co_signing.co_sign_case(office.parts, CoSignCase(no=public, idempotency_key="j"), office.author),
    ):
        with pytest.raises(Invalid) as caught:
            attempt()
        assert caught.value.errors[0]["field"] == "account"
        assert "多次发布广告" in caught.value.detail
    (row,) = listed(office)
    assert (row.no, row.holds, (row.until - row.since).days) == (no, True, 7)
    assert office.author.id not in row.model_dump_json()


def test_a_ban_that_is_lifted_holds_no_more_and_the_first_lifting_stays(office: Any) -> None:
    ban(office, office.submit())
    (row,) = listed(office)
    for key in ("one", "one", "two"):
        lift = LiftBan(id=row.id, reason="已说明情况", idempotency_key=key)
        assert limits.lift_ban(office.parts, lift, office.supervisor).holds is False
    assert office.submit(text="另一件事情，请处理。")
    (kept,) = listed(office)
    assert kept.lifted_because == "已说明情况"
    with pytest.raises(NotFound):
        limits.lift_ban(office.parts, LiftBan(id="0" * 32, reason="不存在", idempotency_key="k"), office.supervisor)


def test_a_ban_ends_by_itself_and_forgets_who_has_left(office: Any) -> None:
    no = office.submit()
    ban(office, no)
    office.db.bans.update_many({}, {"$set": {"until": utcnow()}})
    assert office.submit(text="另一件事情，请处理。")
    assert listed(office)[0].holds is False
    leaving.forget_author(office.parts, office.author.id)
    assert office.author.id not in str(list(office.db.bans.find()))
    with pytest.raises(Conflict):
        ban(office, no, key="late")
