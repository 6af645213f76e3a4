from datetime import timedelta

import pyotp
import pytest

from accounts.contract import ChangePassword, ListSignIns, StaffCredentials
from accounts.residents import get_me
from accounts.staff import list_sign_ins
from accounts.staff_sign_in import change_password
from kit.errors import Invalid, RateLimited, Unauthenticated
from kit.testing import new_key

from .conftest import World

WRONG = "用户名、密码或动态口令不正确。"


def totp(world: World, hired: StaffCredentials, drift: int = 0) -> str:
    return pyotp.TOTP(hired.totp_secret).at(world.now + timedelta(seconds=30 * drift))


def sign_in(world: World, hired: StaffCredentials, **more: str) -> object:
    proof = more if "totp" in more or "recovery_code" in more else {**more, "totp": totp(world, hired)}
    return world.sign_in_staff("wangli", hired.initial_password, **proof)


def reasons(world: World) -> list[str]:
    return [item.reason for item in list_sign_ins(world.parts, ListSignIns()).items]


def test_password_and_code_open_a_session(world: World) -> None:
    hired = world.hire()
    session = world.sign_in_staff(" WangLi ".strip(), hired.initial_password, totp(world, hired))
    assert session.account.kind == "staff" and session.account.roles == ["clerk"]
    assert session.refresh_expires_in == 12 * 3600
    assert get_me(world.parts, world.caller(session)).password_change_needed


def test_every_failure_answers_alike_and_is_told_apart_in_the_audit(world: World) -> None:
    hired = world.hire()
    answers = set()
    for username, password, code in (
        ("nobody", hired.initial_password, totp(world, hired)),
        ("wangli", "wrong", totp(world, hired)),
        ("wangli", hired.initial_password, "000000"),
        ("wangli", hired.initial_password, None),
    ):
        with pytest.raises(Unauthenticated) as refused:
            world.sign_in_staff(username, password, code)
        answers.add(str(refused.value.detail))
    assert answers == {WRONG}
    sign_in(world, hired)
    entries = list_sign_ins(world.parts, ListSignIns()).items
    assert sorted(entry.reason for entry in entries) == sorted(
        ["登录成功", "动态口令或恢复码不正确", "动态口令或恢复码不正确", "密码不正确", "用户名不存在"]
    )
    assert {entry.address for entry in entries} == {"192.0.2.1"}
    assert "nobody" not in str(entries)
    assert hired.initial_password not in str(list(world.parts.db["sign_ins"].find()))


def test_a_code_counts_once_even_in_its_own_half_minute(world: World) -> None:
    hired = world.hire()
    code = totp(world, hired)
    sign_in(world, hired, totp=code)
    with pytest.raises(Unauthenticated):
        sign_in(world, hired, totp=code)
    with pytest.raises(Unauthenticated):
        sign_in(world, hired, totp=totp(world, hired, -1))
    world.later(seconds=30)
    assert sign_in(world, hired)


def test_a_sign_in_whose_answer_was_lost_gets_it_again(world: World) -> None:
    hired, once = world.hire(), new_key()
    code = totp(world, hired)
    assert sign_in(world, hired, totp=code, once=once) == sign_in(world, hired, totp=code, once=once)


def test_a_recovery_code_works_once(world: World) -> None:
    hired = world.hire()
    code = hired.recovery_codes[3].lower().replace("-", " ")
    assert sign_in(world, hired, recovery_code=code)
    with pytest.raises(Unauthenticated):
        sign_in(world, hired, recovery_code=code)
    assert sign_in(world, hired, recovery_code=hired.recovery_codes[4])


def test_guessing_gets_slower_and_the_right_password_waits_too(world: World) -> None:
    hired = world.hire()
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            world.sign_in_staff("wangli", "wrong", "000000")
    with pytest.raises(RateLimited) as refused:
        sign_in(world, hired)
    assert refused.value.extra == {"retry_after": 5}
    assert reasons(world)[0] == "尝试过于频繁，未核对"
    world.later(seconds=5)
    assert sign_in(world, hired)
    with pytest.raises(Unauthenticated):
        world.sign_in_staff("wangli", "wrong", "000000")
    world.later(seconds=30)
    assert sign_in(world, hired)


def test_strangers_who_guess_cannot_keep_the_owner_out_where_he_is_known(world: World) -> None:
    hired = world.hire()
    sign_in(world, hired)
    world.later(seconds=30)
    for number in range(6):
        with pytest.raises((Unauthenticated, RateLimited)):
            world.sign_in_staff("wangli", "wrong", "000000", address=f"198.51.100.{number}")
    with pytest.raises(RateLimited):
        sign_in(world, hired, address="203.0.113.9")
    assert sign_in(world, hired)
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            sign_in(world, hired, totp="000000")
    with pytest.raises(RateLimited):
        sign_in(world, hired)


def test_guessing_the_current_password_is_slowed_down_too(world: World) -> None:
    hired = world.hire()
    caller = world.caller(world.sign_in_staff("wangli", hired.initial_password, totp(world, hired)))
    for expected in [Invalid] * 5 + [RateLimited]:
        request = ChangePassword(current_password="wrong", new_password="Correct-horse-7", idempotency_key=new_key())
        with pytest.raises(expected):
            change_password(world.parts, request, caller, world.now)


def test_unknown_names_are_slowed_down_like_known_ones(world: World) -> None:
    for _ in range(5):
        with pytest.raises(Unauthenticated):
            world.sign_in_staff("nobody", "wrong")
    with pytest.raises(RateLimited):
        world.sign_in_staff("NOBODY", "wrong")


def test_one_address_trying_many_names_is_slowed_down(world: World) -> None:
    for number in range(21):
        with pytest.raises(Unauthenticated):
            world.sign_in_staff(f"name{number}", "wrong")
    with pytest.raises(RateLimited):
        world.sign_in_staff("another", "wrong")
    with pytest.raises(Unauthenticated):
        world.sign_in_staff("another", "wrong", address="192.0.2.2")


def test_an_office_whose_people_mistype_is_not_kept_out(world: World) -> None:
    hired = world.hire()
    sign_in(world, hired)
    for number in range(30):
        with pytest.raises((Unauthenticated, RateLimited)):
            world.sign_in_staff(f"name{number}", "wrong")
    with pytest.raises(RateLimited):
        world.sign_in_staff("another", "wrong")
    world.later(seconds=30)
    assert sign_in(world, hired)
    with pytest.raises(Unauthenticated):
        world.sign_in_staff("another", "wrong")


def test_neither_secret_nor_password_nor_recovery_code_can_be_read(world: World) -> None:
    hired = world.hire()
    dump = str(list(world.parts.db["people"].find()))
    for secret in (hired.initial_password, hired.totp_secret, *hired.recovery_codes):
        assert secret not in dump and secret.replace("-", "") not in dump
    sign_in(world, hired)
    person = world.parts.db["people"].find_one({})
    assert person and "issued" not in person


def test_a_new_password_ends_every_session(world: World) -> None:
    hired = world.hire()
    session = world.sign_in_staff("wangli", hired.initial_password, totp(world, hired))
    caller = world.caller(session)

    def change(current: str, new: str, once: str | None = None) -> None:
        request = ChangePassword(current_password=current, new_password=new, idempotency_key=once or new_key())
        change_password(world.parts, request, caller, world.now)

    for current, new, field in (
        ("wrong", "Correct-horse-7", "current_password"),
        (hired.initial_password, "short", "new_password"),
        (hired.initial_password, "Xx-WangLi-2026", "new_password"),
    ):
        with pytest.raises(Invalid) as refused:
            change(current, new)
        assert refused.value.errors[0]["field"] == field
    once = new_key()
    change(hired.initial_password, " Correct-horse-7 ", once)
    change(hired.initial_password, " Correct-horse-7 ", once)
    with pytest.raises(Unauthenticated):
        world.refresh(session.refresh_token)
    world.later(seconds=31)
    with pytest.raises(Unauthenticated):
        sign_in(world, hired)
    assert world.sign_in_staff("wangli", " Correct-horse-7 ", totp(world, hired))


def test_the_audit_is_read_page_by_page(world: World) -> None:
    for number in range(7):
        world.later(seconds=1)
        with pytest.raises(Unauthenticated):
            world.sign_in_staff(f"name{number}", "wrong")
    seen, cursor = [], None
    while True:
        page = list_sign_ins(world.parts, ListSignIns(limit=3, cursor=cursor))
        seen += [item.id for item in page.items]
        if (cursor := page.next_cursor) is None:
            break
    assert len(seen) == len(set(seen)) == 7
    with pytest.raises(Invalid):
        list_sign_ins(world.parts, ListSignIns(cursor="bm9uc2Vuc2U"))
