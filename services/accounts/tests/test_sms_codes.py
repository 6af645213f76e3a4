from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from accounts.contract import RequestSmsCode
from accounts.sms_codes import request_sms_code
from kit.errors import Invalid, RateLimited, Unavailable
from kit.testing import new_key, wait_until

from .conftest import World


def test_a_code_arrives_and_is_nowhere_in_the_database(world: World) -> None:
    phone = world.phone()
    code = world.ask_for_code(phone)
    stored = str(list(world.parts.db["sms_codes"].find()))
    assert len(code) == 6 and code not in stored and phone not in stored
    assert "示例区" in world.messages(phone)[0]["text"]


def test_one_a_minute_and_ten_a_day(world: World) -> None:
    phone = world.phone()
    for _ in range(10):
        world.ask_for_code(phone)
        with pytest.raises(RateLimited) as refused:
            world.ask_for_code(phone)
        assert refused.value.extra["retry_after"] in (60, 12 * 3600 - 10 - 9 * 61)
        world.later(seconds=61)
    with pytest.raises(RateLimited, match="明天"):
        world.ask_for_code(phone)
    assert len(world.messages(phone)) == 10
    world.later(hours=12)
    world.ask_for_code(phone)


def test_spellings_of_one_number_share_its_limits(world: World) -> None:
    phone = world.phone()
    world.ask_for_code(phone)
    with pytest.raises(RateLimited):
        world.ask_for_code(f"+86 {phone[:3]}-{phone[3:]}")


def test_of_many_requests_at_once_one_is_sent(world: World) -> None:
    phone = world.phone()

    def ask(_: int) -> str:
        try:
            request_sms_code(world.parts, RequestSmsCode(phone=phone, idempotency_key=new_key()), "", world.now)
        except RateLimited:
            return "limited"
        return "sent"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(ask, range(8)))
    assert sorted(outcomes) == ["limited"] * 7 + ["sent"]
    assert len(world.messages(phone)) == 1


def test_one_network_has_so_many_codes_an_hour_sent_to_whatever_numbers(world: World) -> None:
    world.parts = replace(world.parts, sms_an_hour=3)
    addresses = ["2400:3200:1:2::1", "2400:3200:1:2::2", "2400:3200:1:2:3::"]
    once, asked = new_key(), world.phone()
    world.ask_for_code(asked, once, addresses[0])
    world.ask_for_code(asked, once, addresses[0])  # repeated, it is one
    for address in addresses[1:]:
        world.ask_for_code(world.phone(), address=address)
    victim = world.phone()
    with pytest.raises(RateLimited, match="您所在的网络") as refused:
        world.ask_for_code(victim, address=addresses[0])
    assert refused.value.extra["retry_after"] == 3590  # ten seconds past the hour
    assert world.messages(victim) == []
    for elsewhere in ("2400:3200:1:3::1", "119.29.29.29", "10.0.0.7", "127.0.0.1", ""):
        world.ask_for_code(world.phone(), address=elsewhere)
    for _ in range(4):
        world.ask_for_code(world.phone(), address="10.0.0.7")
    world.later(hours=1)
    world.ask_for_code(victim, address=addresses[0])


def test_the_same_request_repeated_sends_one_message(world: World) -> None:
    phone, once = world.phone(), new_key()
    first = world.ask_for_code(phone, once)
    assert world.ask_for_code(phone, once) == first
    assert len(world.messages(phone)) == 1


@pytest.mark.alone
@pytest.mark.parametrize(("mode", "more"), [("error", {}), ("garbage", {}), ("hang", {"seconds": 3})])
def test_a_failing_platform_is_named_and_costs_nothing(
    world: World, sms_fault: Callable[..., None], mode: str, more: dict[str, Any]
) -> None:
    phone = world.phone()
    sms_fault(mode, **more)
    for _ in range(2):
        with pytest.raises(Unavailable, match="短信"):
            world.ask_for_code(phone)
    sms_fault("none")
    assert world.sign_in(phone, world.ask_for_code(phone)).account.id


@pytest.mark.alone
def test_a_message_that_arrives_after_the_failure_still_works(world: World, sms_fault: Callable[..., None]) -> None:
    phone = world.phone()
    sms_fault("late_effect", seconds=0.2)
    with pytest.raises(Unavailable):
        world.ask_for_code(phone)
    wait_until(lambda: world.messages(phone))
    assert world.sign_in(phone, world.last_code(phone)).account.id


@pytest.mark.parametrize("phone", ["12345", "12800138000", "16000000001", "<b>", "+15005550006"])
def test_what_is_no_number_is_named(world: World, phone: str) -> None:
    with pytest.raises(Invalid) as refused:
        world.ask_for_code(phone)
    assert refused.value.errors == [{"field": "phone", "message": "请输入11位手机号"}]
