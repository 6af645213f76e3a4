from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pyotp
import pytest

from accounts.contract import CreateStaff, ListStaff, StaffCommand, StaffCredentials, UpdateStaff
from accounts.staff import create_staff, dismiss_staff, list_staff, reset_staff_credentials, update_staff
from kit.errors import Conflict, Invalid, NotFound, Unauthenticated
from kit.identity import Caller
from kit.testing import new_key

from .conftest import ADMINISTRATOR, World


def update(world: World, hired: StaffCredentials, caller: Caller = ADMINISTRATOR, **changes: Any) -> Any:
    told = {"roles": ["clerk"], "departments": [], "version": 1, "idempotency_key": new_key(), **changes}
    return update_staff(world.parts, UpdateStaff(id=hired.staff.id, **told), caller, world.now)


def events(world: World, account: str) -> list[str]:
    person = world.parts.db["people"].find_one({"_id": account})
    return [entry["type"] for entry in (person or {}).get("_outbox", [])]


def command(hired: StaffCredentials, once: str | None = None) -> StaffCommand:
    return StaffCommand(id=hired.staff.id, idempotency_key=once or new_key())


def test_the_same_request_gets_the_same_credentials_until_they_are_used(world: World) -> None:
    request = CreateStaff(username="wangli", name="王丽", roles=["clerk"], idempotency_key=new_key())
    first = create_staff(world.parts, request, ADMINISTRATOR, world.now)
    assert create_staff(world.parts, request, ADMINISTRATOR, world.now) == first
    world.sign_in_staff("wangli", first.initial_password, pyotp.TOTP(first.totp_secret).at(world.now))
    with pytest.raises(Conflict):
        create_staff(world.parts, request, ADMINISTRATOR, world.now)
    with pytest.raises(Conflict):
        create_staff(world.parts, request.model_copy(update={"name": "李丽"}), ADMINISTRATOR, world.now)


def test_a_user_name_is_given_once(world: World) -> None:
    world.hire("WangLi")
    with pytest.raises(Invalid) as refused:
        world.hire("wangli")
    assert refused.value.errors[0]["field"] == "username"


@pytest.mark.parametrize(
    ("roles", "departments", "field"),
    [(["handler"], [], "departments"), (["handler"], ["xx"], "departments"), (["resident"], [], "roles")],
)
def test_roles_and_departments_must_fit(world: World, roles: list[str], departments: list[str], field: str) -> None:
    request = CreateStaff(username="wang", name="王", roles=roles, departments=departments, idempotency_key=new_key())
    with pytest.raises(Invalid) as refused:
        create_staff(world.parts, request, ADMINISTRATOR, world.now)
    assert refused.value.errors[0]["field"] == field
    hired = world.hire()
    with pytest.raises(Invalid):
        update(world, hired, roles=roles, departments=departments)


def test_new_roles_count_at_the_next_refresh_and_old_tokens_end(world: World) -> None:
    hired = world.hire()
    session = world.sign_in_staff("wangli", hired.initial_password, pyotp.TOTP(hired.totp_secret).at(world.now))
    world.later(minutes=1)
    once = new_key()
    after = update(world, hired, roles=["handler", "approver"], departments=["jw"], idempotency_key=once)
    assert update(world, hired, roles=["handler", "approver"], departments=["jw"], idempotency_key=once) == after
    assert events(world, hired.staff.id) == ["accounts.staff_changed.v1", "accounts.session_revoked.v1"]
    world.later(minutes=1)
    assert world.refresh(session.refresh_token).account.departments == ["jw"]


def test_of_two_edits_of_one_version_one_wins(world: World) -> None:
    hired = world.hire()

    def edit(role: str) -> str:
        try:
            update(world, hired, roles=[role])
        except Conflict as error:
            return str(error.extra["version"])
        return "won"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(edit, ["leader", "editor"])) == ["2", "won"]


def test_dismissal_ends_sessions_and_sign_in_for_good(world: World) -> None:
    hired = world.hire()
    session = world.sign_in_staff("wangli", hired.initial_password, pyotp.TOTP(hired.totp_secret).at(world.now))
    world.later(minutes=1)
    first = dismiss_staff(world.parts, command(hired), ADMINISTRATOR, world.now)
    assert first.state == "dismissed"
    assert dismiss_staff(world.parts, command(hired), ADMINISTRATOR, world.now) == first
    assert events(world, hired.staff.id) == ["accounts.staff_changed.v1", "accounts.session_revoked.v1"]
    with pytest.raises(Unauthenticated):
        world.refresh(session.refresh_token)
    with pytest.raises(Unauthenticated):
        world.sign_in_staff("wangli", hired.initial_password, pyotp.TOTP(hired.totp_secret).at(world.now))
    for refused in (lambda: update(world, hired, version=2), lambda: reset(world, hired)):
        with pytest.raises(Conflict):
            refused()


def reset(world: World, hired: StaffCredentials, once: str | None = None) -> StaffCredentials:
    return reset_staff_credentials(world.parts, command(hired, once), ADMINISTRATOR, world.now)


def test_reset_gives_new_credentials_and_the_old_ones_end(world: World) -> None:
    hired, once = world.hire(), new_key()
    session = world.sign_in_staff("wangli", hired.initial_password, pyotp.TOTP(hired.totp_secret).at(world.now))
    world.later(minutes=1)
    fresh = reset(world, hired, once)
    assert reset(world, hired, once) == fresh
    for old in (hired, fresh):
        works = old is fresh
        code = pyotp.TOTP(old.totp_secret).at(world.now)
        if works:
            assert world.sign_in_staff("wangli", old.initial_password, code)
        else:
            with pytest.raises(Unauthenticated):
                world.sign_in_staff("wangli", old.initial_password, code)
    with pytest.raises(Unauthenticated):
        world.refresh(session.refresh_token)


def test_nobody_locks_himself_out(world: World) -> None:
    hired = world.hire(roles=("administrator",))
    himself = Caller(kind="staff", id=hired.staff.id, roles=frozenset({"administrator"}))
    with pytest.raises(Conflict):
        dismiss_staff(world.parts, command(hired), himself, world.now)
    with pytest.raises(Conflict):
        update(world, hired, caller=himself, roles=["clerk"])


def test_who_does_not_exist_is_not_found(world: World) -> None:
    _, session = world.resident()
    for account in ("s_nobody", session.account.id, "", "$ne"):
        with pytest.raises((NotFound, ValueError)):
            dismiss_staff(world.parts, StaffCommand(id=account, idempotency_key=new_key()), ADMINISTRATOR, world.now)


def test_staff_are_listed_page_by_page(world: World) -> None:
    hired = {world.hire(f"name{number}").staff.id for number in range(5)}
    first = list_staff(world.parts, ListStaff(limit=3))
    second = list_staff(world.parts, ListStaff(limit=3, cursor=first.next_cursor))
    assert {item.id for item in [*first.items, *second.items]} == hired
    assert second.next_cursor is None
