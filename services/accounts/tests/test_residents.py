from concurrent.futures import ThreadPoolExecutor

import pytest

from accounts.contract import CloseAccount, RecordConsent, UpdateMe
from accounts.residents import close_account, get_me, record_consent, update_me
from kit.errors import Conflict, Invalid, Unauthenticated
from kit.testing import new_key

from .conftest import World


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 10**6:06}"


def test_the_first_sign_in_makes_the_account_and_the_next_finds_it(world: World) -> None:
    phone, first = world.resident()
    world.later(minutes=2)
    second = world.sign_in(phone, world.ask_for_code(phone), consent=None)
    assert second.account == first.account
    assert second.refresh_token != first.refresh_token
    assert first.account.kind == "resident" and first.account.roles == ["resident"]


def test_a_first_sign_in_needs_consent_and_keeps_the_code(world: World) -> None:
    phone = world.phone()
    code = world.ask_for_code(phone)
    for version in (None, "2000-01-01"):
        with pytest.raises(Invalid) as refused:
            world.sign_in(phone, code, consent=version)
        assert refused.value.errors[0]["field"] == "consent_version"
    me = get_me(world.parts, world.caller(world.sign_in(phone, code)))
    assert me.consent_version == world.parts.notice.version and not me.consent_needed


def test_five_tries_then_even_the_right_code_fails(world: World) -> None:
    phone = world.phone()
    code = world.ask_for_code(phone)
    for _ in range(5):
        with pytest.raises(Invalid, match="验证码"):
            world.sign_in(phone, wrong(code))
    with pytest.raises(Invalid, match="验证码"):
        world.sign_in(phone, code)


def test_guesses_at_once_are_counted_one_by_one(world: World) -> None:
    phone = world.phone()
    code = world.ask_for_code(phone)

    def guess(number: int) -> bool:
        try:
            world.sign_in(phone, code if number == 29 else wrong(code))
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert not any(pool.map(guess, range(30)))


def test_a_code_ends_after_five_minutes(world: World) -> None:
    phone = world.phone()
    code = world.ask_for_code(phone)
    world.later(minutes=5)
    with pytest.raises(Invalid):
        world.sign_in(phone, code)


def test_a_code_is_good_once_and_only_for_its_number(world: World) -> None:
    phone, other = world.phone(), world.phone()
    code = world.ask_for_code(phone)
    with pytest.raises(Invalid):
        world.sign_in(other, code)
    world.sign_in(phone, code)
    with pytest.raises(Invalid):
        world.sign_in(phone, code)


def test_the_code_before_the_last_may_still_arrive_an_older_one_not(world: World) -> None:
    phone = world.phone()
    codes = []
    for _ in range(3):
        codes.append(world.ask_for_code(phone))
        world.later(seconds=61)
    with pytest.raises(Invalid):
        world.sign_in(phone, codes[0])
    assert world.sign_in(phone, codes[1])


def test_one_code_at_twenty_places_at_once_opens_one_session(world: World) -> None:
    phone = world.phone()
    code = world.ask_for_code(phone)

    def enter(_: int) -> bool:
        try:
            world.sign_in(phone, code)
        except Invalid:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(enter, range(4))) == 1
    assert world.parts.db["people"].count_documents({}) == 1
    assert world.parts.db["sessions"].count_documents({}) == 1


def test_a_sign_in_whose_answer_was_lost_gets_it_again(world: World) -> None:
    phone, once = world.phone(), new_key()
    code = world.ask_for_code(phone)
    first = world.sign_in(phone, code, once=once)
    assert world.sign_in(phone, code, once=once).refresh_token == first.refresh_token
    world.later(seconds=61)
    with pytest.raises(Invalid):
        world.sign_in(phone, code, once=once)


def test_the_phone_cannot_be_read_in_the_database(world: World) -> None:
    phone, session = world.resident()
    dump = "".join(str(list(world.parts.db[name].find())) for name in world.parts.db.list_collection_names())
    assert phone not in dump and phone[3:] not in dump
    masked = get_me(world.parts, world.caller(session)).phone
    assert masked == f"{phone[:3]}****{phone[-4:]}"


def test_nickname_changes_and_a_stale_edit_is_refused(world: World) -> None:
    _, session = world.resident()
    caller = world.caller(session)
    before = get_me(world.parts, caller)
    request = UpdateMe(nickname=" 小  王 ", version=before.version, idempotency_key=new_key())
    after = update_me(world.parts, request, caller, world.now)
    assert (after.nickname, after.version) == ("小 王", before.version + 1)
    assert update_me(world.parts, UpdateMe(nickname="小 王", idempotency_key=new_key()), caller, world.now) == after
    with pytest.raises(Conflict) as refused:
        update_me(world.parts, UpdateMe(nickname="老王", version=1, idempotency_key=new_key()), caller, world.now)
    assert refused.value.extra == {"version": after.version}
    with pytest.raises(Invalid):
        update_me(world.parts, UpdateMe(nickname="管理员", idempotency_key=new_key()), caller, world.now)


def test_consent_to_another_version_is_refused(world: World) -> None:
    _, session = world.resident()
    caller = world.caller(session)
    with pytest.raises(Invalid):
        record_consent(world.parts, RecordConsent(version="1999", idempotency_key=new_key()), caller, world.now)
    current = RecordConsent(version=world.parts.notice.version, idempotency_key=new_key())
    assert record_consent(world.parts, current, caller, world.now).consent_version == world.parts.notice.version


def test_closing_removes_the_person_and_keeps_nothing_personal(world: World) -> None:
    phone, session = world.resident()
    caller = world.caller(session)
    world.later(minutes=2)
    code = world.ask_for_code(phone)
    with pytest.raises(Invalid):
        close_account(world.parts, CloseAccount(code=wrong(code), idempotency_key=new_key()), caller, world.now)
    close_account(world.parts, CloseAccount(code=code, idempotency_key=new_key()), caller, world.now)
    left = world.parts.db["people"].find_one({"_id": caller.id})
    assert left and not {"phone", "phone_index"} & left.keys() and left["nickname"] == ""
    assert [entry["type"] for entry in left["_outbox"]] == [
        "accounts.account_closed.v1",
        "accounts.session_revoked.v1",
    ]
    assert world.parts.db["sms_codes"].count_documents({}) == 0
    with pytest.raises(Unauthenticated):
        get_me(world.parts, caller)
    close_account(world.parts, CloseAccount(code=code, idempotency_key=new_key()), caller, world.now)
    with pytest.raises(Unauthenticated):
        world.refresh(session.refresh_token)


def test_who_comes_back_is_somebody_new(world: World) -> None:
    phone, session = world.resident()
    world.later(minutes=2)
    request = CloseAccount(code=world.ask_for_code(phone), idempotency_key=new_key())
    close_account(world.parts, request, world.caller(session), world.now)
    again = world.sign_in(phone, world.ask_for_code(phone))
    assert again.account.id != session.account.id
