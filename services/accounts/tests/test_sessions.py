from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import jwt
import pytest

from accounts.sessions import sign_out, sign_out_everywhere
from kit.errors import Unauthenticated
from kit.testing import new_key

from .conftest import World


def claims_of(token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return claims


def test_the_access_token_says_who_and_for_how_long(world: World) -> None:
    _, session = world.resident()
    claims = claims_of(session.access_token)
    assert claims["iss"] == "accounts" and claims["aud"] == "connect" and claims["sub"] == session.account.id
    assert claims["kind"] == "resident" and claims["roles"] == ["resident"] and claims["departments"] == []
    assert float(str(claims["exp"])) - float(str(claims["iat"])) == 900 == session.expires_in


def test_each_refresh_gives_the_next_token(world: World) -> None:
    _, session = world.resident()
    seen = {session.refresh_token}
    for _ in range(5):
        world.later(minutes=10)
        session = world.refresh(session.refresh_token)
        assert session.refresh_token not in seen
        seen.add(session.refresh_token)


def test_an_old_token_ends_the_whole_family(world: World) -> None:
    _, first = world.resident()
    second = world.refresh(first.refresh_token)
    with pytest.raises(Unauthenticated):
        world.refresh(first.refresh_token)
    with pytest.raises(Unauthenticated):
        world.refresh(second.refresh_token)
    document = world.parts.db["sessions"].find_one({})
    assert document and [entry["type"] for entry in document["_outbox"]] == ["accounts.session_revoked.v1"]


def test_a_lost_answer_may_be_asked_for_again_under_its_key(world: World) -> None:
    _, first = world.resident()
    once = new_key()
    second = world.refresh(first.refresh_token, once)
    world.later(seconds=30)
    assert world.refresh(first.refresh_token, once).refresh_token == second.refresh_token
    assert world.refresh(second.refresh_token)


def test_the_grace_is_short(world: World) -> None:
    _, first = world.resident()
    once = new_key()
    world.refresh(first.refresh_token, once)
    world.later(seconds=61)
    with pytest.raises(Unauthenticated):
        world.refresh(first.refresh_token, once)


def test_two_refreshes_at_once_under_one_key_agree(world: World) -> None:
    _, first = world.resident()
    once = new_key()
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: world.refresh(first.refresh_token, once), range(6)))
    assert len({answer.refresh_token for answer in answers}) == 1
    assert world.refresh(answers[0].refresh_token)


def test_two_refreshes_at_once_under_two_keys_show_a_copied_token(world: World) -> None:
    _, first = world.resident()

    def refresh(_: int) -> str:
        try:
            return world.refresh(first.refresh_token).refresh_token
        except Unauthenticated:
            return "refused"

    with ThreadPoolExecutor(6) as pool:
        outcomes = Counter(pool.map(refresh, range(6)))
    assert outcomes["refused"] == 5
    (survivor,) = outcomes - Counter(refused=5)
    with pytest.raises(Unauthenticated):
        world.refresh(survivor)


@pytest.mark.parametrize("flaw", ["", "x", "a.b.c", "..", "0.0.0", "a.-1.b", "a.٣.b", "a." + "9" * 150 + ".b"])
def test_what_was_not_made_here_is_refused(world: World, flaw: str) -> None:
    with pytest.raises(Unauthenticated):
        world.refresh(flaw or "-")


def test_a_forged_generation_is_refused_and_harms_nobody(world: World) -> None:
    _, session = world.resident()
    family, _, seal = session.refresh_token.split(".")
    with pytest.raises(Unauthenticated):
        world.refresh(f"{family}.7.{seal}")
    assert world.refresh(session.refresh_token)


def test_use_keeps_a_residents_session_and_sixty_idle_days_end_it(world: World) -> None:
    _, session = world.resident()
    for _ in range(3):
        world.later(days=59)
        session = world.refresh(session.refresh_token)
    world.later(days=60)
    with pytest.raises(Unauthenticated):
        world.refresh(session.refresh_token)


def test_signing_out_ends_this_session_only(world: World) -> None:
    phone, here = world.resident()
    world.later(minutes=2)
    there = world.sign_in(phone, world.ask_for_code(phone))
    sign_out(world.parts, world.caller(here), world.now)
    sign_out(world.parts, world.caller(here), world.now)
    with pytest.raises(Unauthenticated):
        world.refresh(here.refresh_token)
    assert world.refresh(there.refresh_token)


def test_signing_out_everywhere_ends_all_and_a_new_sign_in_works_at_once(world: World) -> None:
    phone, here = world.resident()
    world.later(minutes=2)
    there = world.sign_in(phone, world.ask_for_code(phone))
    world.later(minutes=2)
    sign_out_everywhere(world.parts, world.caller(here), world.now)
    for session in (here, there):
        with pytest.raises(Unauthenticated):
            world.refresh(session.refresh_token)
    world.now += timedelta(milliseconds=200)
    again = world.sign_in(phone, world.ask_for_code(phone))
    assert world.refresh(again.refresh_token)
