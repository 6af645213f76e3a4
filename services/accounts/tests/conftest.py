import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

import accounts.store
from accounts.contract import (
    CreateStaff,
    RefreshSession,
    RequestSmsCode,
    Session,
    SignInByPhone,
    SignInStaff,
    StaffCredentials,
)
from accounts.parts import Parts, assemble
from accounts.residents import sign_in_by_phone
from accounts.sessions import refresh_session
from accounts.settings import AccountsSettings
from accounts.sms_codes import request_sms_code
from accounts.staff import create_staff
from accounts.staff_sign_in import sign_in_staff
from kit.identity import Caller, TokenVerifier
from kit.mongo import Db, Schema
from kit.testing import Stack, new_key

ADMINISTRATOR = Caller(kind="staff", id="s_root", roles=frozenset({"administrator"}))
NOON = time(4, 0, 10)


class World:
    """A district of its own on the real database and the real SMS platform, with a clock that the test moves."""

    def __init__(self, parts: Parts, stack: Stack) -> None:
        self.parts = parts
        self.stack = stack
        # Noon in the district; tomorrow's, as the database forgets by its own clock what has ended before.
        self.now = datetime.combine(datetime.now(UTC).date(), NOON, UTC) + timedelta(days=1)
        self.verifier = TokenVerifier(stack.secrets / "accounts" / "trusted")

    def later(self, **span: float) -> None:
        self.now += timedelta(**span)

    def phone(self) -> str:
        return f"138{random.randrange(10**8):08}"

    def last_code(self, phone: str) -> str:
        return self.messages(phone)[0]["code"]

    def messages(self, phone: str) -> list[dict[str, Any]]:
        answer = requests.get(f"{self.stack['sandbox_url']}/sms/messages", params={"phone": phone}, timeout=5)
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def ask_for_code(self, phone: str, once: str | None = None, address: str = "") -> str:
        request = RequestSmsCode(phone=phone, idempotency_key=once or new_key())
        request_sms_code(self.parts, request, address, self.now)
        return self.last_code(phone)

    def sign_in(self, phone: str, code: str, consent: str | None = "current", once: str | None = None) -> Session:
        version = self.parts.notice.version if consent == "current" else consent
        request = SignInByPhone(phone=phone, code=code, consent_version=version, idempotency_key=once or new_key())
        return sign_in_by_phone(self.parts, request, self.now)

    def resident(self) -> tuple[str, Session]:
        phone = self.phone()
        return phone, self.sign_in(phone, self.ask_for_code(phone))

    def hire(
        self,
        username: str = "wangli",
        roles: Sequence[str] = ("clerk",),
        departments: Sequence[str] = (),
        name: str = "王丽",
    ) -> StaffCredentials:
        request = CreateStaff(
            username=username,
            name=name,
            roles=list(roles),
            departments=list(departments),
            idempotency_key=new_key(),
        )
        return create_staff(self.parts, request, ADMINISTRATOR, self.now)

    def sign_in_staff(
        self,
        username: str,
        password: str,
        totp: str | None = None,
        recovery_code: str | None = None,
        once: str | None = None,
        address: str = "192.0.2.1",
    ) -> Session:
        request = SignInStaff(
            username=username,
            password=password,
            totp=totp,
            recovery_code=recovery_code,
            idempotency_key=once or new_key(),
        )
        return sign_in_staff(self.parts, request, address, self.now)

    def refresh(self, token: str, once: str | None = None) -> Session:
        request = RefreshSession(refresh_token=token, idempotency_key=once or new_key())
        return refresh_session(self.parts, request, self.now)

    def caller(self, session: Session) -> Caller:
        account = session.account
        family = session.refresh_token.split(".")[0]
        return Caller(account.kind, account.id, frozenset(account.roles), session=family)


@pytest.fixture
def world(stack: Stack, database_of: Callable[[Schema], Db], tmp_path: Path) -> World:
    (tmp_path / "district.yml").write_text("name: 示例区\n", encoding="utf-8")
    departments = "departments: [{code: jw, name: 教委}, {code: cgw, name: 城管委}]\n"
    (tmp_path / "departments.yml").write_text(departments, encoding="utf-8")
    told = AccountsSettings(
        amqp_url=stack["amqp_url"],
        mongo_url=stack["mongo_url"],
        secrets_dir=stack.secrets / "accounts",
        district_dir=tmp_path,
        sms_url=stack["sandbox_url"],
        sms_timeout_seconds=1,
    )
    return World(assemble(database_of(accounts.store.SCHEMA), told), stack)


@pytest.fixture
def sms_fault(stack: Stack) -> Iterator[Callable[..., None]]:
    """Has the SMS platform misbehave until the test ends."""

    def put(mode: str, **more: float) -> None:
        requests.put(f"{stack['sandbox_url']}/faults/sms", json={"mode": mode, **more}, timeout=5).raise_for_status()

    yield put
    put("none")
