"""`python -m accounts.seed`: the first administrator, and in a demonstration people of every role. Safe to repeat.

The first administrator comes from the secret `administrator.json` ({"username", "password", "totp_secret"}) and is
made only while there is none. Demo credentials are random for each installation; they are written to the file that
DEMO_SIGN_INS names (mode 600), and taken from there again at the next start.
"""

import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel

from accounts import credentials
from accounts.credentials import Credentials
from accounts.district import DemoPeople, read_demo_people
from accounts.domain.roles import DEPARTMENT_ROLES, STAFF_ROLES, Role
from accounts.parts import Parts, assemble
from accounts.residents import new_resident
from accounts.settings import AccountsSettings
from accounts.staff import new_staff
from accounts.store.people import Taken
from kit import mongo, settings
from kit.clock import utcnow
from kit.mongo import Document

SignIns = dict[str, dict[str, str]]
_NAMES = {
    Role.CLERK: "受理员",
    Role.HANDLER: "承办人",
    Role.APPROVER: "审批人",
    Role.SUPERVISOR: "督办员",
    Role.LEADER: "区领导",
    Role.REPORTER: "记者",
    Role.EDITOR: "编辑",
    Role.DUTY_EDITOR: "值班编辑",
    Role.CHIEF_EDITOR: "总编辑",
    Role.HUB_OPERATOR: "办事运营",
    Role.LOCAL_EDITOR: "生活编辑",
    Role.MERCHANT: "商家",
    Role.ADMINISTRATOR: "管理员",
}


class FirstAdministrator(BaseModel):
    """The secret from which the first administrator is made."""

    username: str
    password: str
    totp_secret: str


class DemoStaff(NamedTuple):
    """`key` names the sign-in: the role, and for a second department role_department."""

    key: str
    role: Role
    departments: list[str]


def demo_staff(departments: Sequence[str]) -> Iterator[DemoStaff]:
    """One of every role; handlers and approvers of the first department, and again one for each other department."""
    for role in STAFF_ROLES:
        bound = role in DEPARTMENT_ROLES
        yield DemoStaff(role.value, role, list(departments[:1]) if bound else [])
        for department in departments[1:] if bound else ():
            yield DemoStaff(f"{role}_{department}", role, [department])


def seed_demo(parts: Parts, people: DemoPeople, known: SignIns, now: datetime) -> SignIns:
    """Makes the demo people that are missing or sign in otherwise than `known` says; returns how each signs in."""
    staff = {who.key: _seed_staff(parts, who, known, now) for who in demo_staff(people.departments)}
    return {**_seed_residents(parts, people.residents, now), **staff}


def seed_first_administrator(parts: Parts, secret: Path, now: datetime) -> None:
    """Makes the administrator that the secret describes, unless there is one or no secret."""
    if not secret.exists() or parts.people.collection.find_one({"kind": "staff", "roles": Role.ADMINISTRATOR.value}):
        return
    told = FirstAdministrator.model_validate_json(secret.read_bytes())
    issued = Credentials(told.password, told.totp_secret, [])
    person = new_staff(parts, "s_administrator", told.username, "管理员", issued, now)
    parts.people.add({**person, "roles": [Role.ADMINISTRATOR.value]})


def _seed_residents(parts: Parts, count: int, now: datetime) -> SignIns:
    sign_ins = {}
    for number in range(1, count + 1):
        phone = f"1600000{number:04}"
        person = new_resident(parts, f"r_demo{number:02}", f"+86{phone}", now, f"示例居民{number}")
        _add_unless_there(parts, person)
        sign_ins["resident" if number == 1 else f"resident_{number}"] = {"phone": phone}
    return sign_ins


def _seed_staff(parts: Parts, who: DemoStaff, known: SignIns, now: datetime) -> dict[str, str]:
    account, username = f"s_demo_{who.key}", f"demo.{who.key}"
    sign_in = known.get(who.key) or _new_sign_in(username)
    made_from = parts.sealer.blind_index("demo_sign_in", json.dumps(sign_in, sort_keys=True))
    person = parts.people.collection.find_one({"_id": account}, {"made_from": 1})
    if person is None or person["made_from"] != made_from:
        issued = Credentials(sign_in["password"], sign_in["totp_secret"], [])
        _put(parts, _demo_person(parts, account, who, issued, now) | {"made_from": made_from})
    return sign_in


def _demo_person(parts: Parts, account: str, who: DemoStaff, issued: Credentials, now: datetime) -> Document:
    name = _NAMES[who.role] + (f"（{who.departments[0]}）" if who.key != who.role else "")
    person = new_staff(parts, account, f"demo.{who.key}", f"示例{name}", issued, now)
    return person | {"roles": [who.role.value], "departments": who.departments, "password_change_needed": False}


def _new_sign_in(username: str) -> dict[str, str]:
    issued = credentials.new()
    return {"username": username, "password": issued.password, "totp_secret": issued.totp_secret}


def _put(parts: Parts, person: Document) -> None:
    parts.people.collection.replace_one({"_id": person["_id"]}, person, upsert=True)


def _add_unless_there(parts: Parts, person: Document) -> None:
    if parts.people.collection.find_one({"_id": person["_id"]}, {"_id": 1}) is None:
        try:
            parts.people.add(person)
        except Taken:
            return


def _read(path: Path) -> SignIns:
    try:
        known: SignIns = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return known


def _write(path: Path, sign_ins: SignIns) -> None:
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(sign_ins, file, ensure_ascii=False, indent=1)
    beside.replace(path)


def main() -> None:
    """Reads the environment of a service, and DEMO and DEMO_SIGN_INS."""
    told = settings.load(AccountsSettings)
    db = mongo.connect(told.mongo_url).get_default_database()
    parts, now = assemble(db, told), utcnow()
    seed_first_administrator(parts, told.secrets_dir / "administrator.json", now)
    if told.demo and told.demo_sign_ins is not None:
        people = read_demo_people(told.district_dir)
        _write(told.demo_sign_ins, seed_demo(parts, people, _read(told.demo_sign_ins), now))


if __name__ == "__main__":
    main()
