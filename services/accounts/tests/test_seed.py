import json
from pathlib import Path

import pyotp

from accounts.district import DemoPeople
from accounts.domain.roles import STAFF_ROLES
from accounts.seed import seed_demo, seed_first_administrator
from kit.clock import utcnow

from .conftest import World

PEOPLE = DemoPeople(residents=6, departments=("jw", "cgw"))


def test_a_second_start_changes_nothing(world: World) -> None:
    first = seed_demo(world.parts, PEOPLE, {}, world.now)
    before = list(world.parts.db["people"].find().sort("_id"))
    assert seed_demo(world.parts, PEOPLE, first, utcnow()) == first
    assert list(world.parts.db["people"].find().sort("_id")) == before


def test_every_role_can_sign_in(world: World) -> None:
    sign_ins = seed_demo(world.parts, PEOPLE, {}, world.now)
    assert {role.value for role in STAFF_ROLES} | {"resident", "handler_cgw", "approver_cgw"} <= sign_ins.keys()
    for key, told in sign_ins.items():
        if "phone" in told:
            continue
        code = pyotp.TOTP(told["totp_secret"]).at(world.now)
        session = world.sign_in_staff(told["username"], told["password"], code)
        assert session.account.roles == [key.removesuffix("_cgw")]
        assert session.account.departments == (
            ["cgw"] if "cgw" in key else ["jw"] if key in ("handler", "approver") else []
        )


def test_a_lost_file_gives_new_credentials_and_a_lost_database_takes_the_old(world: World) -> None:
    first = seed_demo(world.parts, PEOPLE, {}, world.now)
    second = seed_demo(world.parts, PEOPLE, {}, world.now)
    assert second["clerk"]["password"] != first["clerk"]["password"]
    world.parts.db["people"].delete_many({})
    assert seed_demo(world.parts, PEOPLE, second, world.now) == second
    code = pyotp.TOTP(second["clerk"]["totp_secret"]).at(world.now)
    assert world.sign_in_staff(second["clerk"]["username"], second["clerk"]["password"], code)


def test_the_first_administrator_comes_from_the_secret_once(world: World, tmp_path: Path) -> None:
    secret = tmp_path / "administrator.json"
    seed_first_administrator(world.parts, secret, world.now)
    assert world.parts.db["people"].count_documents({}) == 0
    told = {"username": "chief", "password": "Correct-horse-7", "totp_secret": pyotp.random_base32()}
    secret.write_text(json.dumps(told))
    for _ in range(2):
        seed_first_administrator(world.parts, secret, world.now)
    session = world.sign_in_staff("chief", "Correct-horse-7", pyotp.TOTP(told["totp_secret"]).at(world.now))
    assert session.account.roles == ["administrator"]
    assert world.parts.db["people"].count_documents({}) == 1
