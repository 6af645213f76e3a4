"""Residents and staff who have signed in. A phone gets one code a minute: they are made once and their sessions kept.

The file lies beside stack.json and belongs to its owner alone: it holds refresh tokens.
"""

import json
import os
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyotp
import requests

from load.stack import Stack

RENEW_AFTER = 8 * 60  # seconds; a token lives fifteen minutes
DEMO_NUMBERS = "1600000"  # a block that no operator has
FIRST_NUMBER = 2000
PATIENCE = 3  # codes that a desk's sign-in may need: each counts once


class Session:
    """Somebody who has signed in, with an address of his own."""

    def __init__(self, stack: Stack, name: str, kept: dict[str, Any]) -> None:
        self._stack = stack
        self.name = name
        self._kept = kept
        self._renewed = 0.0
        self._token = ""
        self.address = f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"

    @property
    def account(self) -> dict[str, Any]:
        """Who he is."""
        account: dict[str, Any] = self._kept["account"]
        return account

    @property
    def kept(self) -> dict[str, Any]:
        """What the next run needs."""
        return self._kept

    @property
    def headers(self) -> dict[str, str]:
        """What goes with each of his requests; the token is renewed in good time."""
        if time.monotonic() - self._renewed > RENEW_AFTER:
            self.renew()
        return {"X-Forwarded-For": self.address, "Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        """Whether the kept session still counts; if so it has a fresh token."""
        before, self._renewed = self._renewed, time.monotonic()  # first, so that nobody renews beside us
        told = self._post("/auth/refresh", {"refresh_token": self._kept.get("refresh_token") or "none"})
        if told is None:
            self._renewed = before
            return False
        self.take(told)
        return True

    def take(self, told: dict[str, Any]) -> None:
        """Goes on with the session that was just opened or renewed."""
        self._token, self._renewed = told["access_token"], time.monotonic()
        self._kept = {"refresh_token": told["refresh_token"], "account": told["account"]}

    def read(self, path: str) -> Any:
        """The decoded answer. Raises `requests.HTTPError`."""
        answer = requests.get(f"{self._stack.api}{path}", headers=self.headers, timeout=20)
        answer.raise_for_status()
        return answer.json()

    def sign_in_by_phone(self, phone: str, consent: str) -> None:
        """By the code that the sandbox shows."""
        if self._post("/auth/sms-codes", {"phone": phone}) is None:
            raise SystemExit(f"{phone} got no code; a phone gets one a minute: try again in a minute")
        code = self._stack.last_code(phone)
        told = self._post("/auth/sessions", {"phone": phone, "code": code, "consent_version": consent})
        if told is None:
            raise SystemExit(f"{phone} could not sign in")
        self.take(told)

    def sign_in_at_desk(self, account: dict[str, str]) -> None:
        """By password and one-time code; one that was used already makes him wait for the next."""
        totp = pyotp.TOTP(account["totp_secret"])
        for _ in range(PATIENCE):
            body = {"username": account["username"], "password": account["password"], "totp": totp.now()}
            if told := self._post("/auth/sessions", body):
                self.take(told)
                return
            time.sleep(30.5 - time.time() % 30)
        raise SystemExit(f"{account['username']} could not sign in")

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {"X-Forwarded-For": self.address, "Idempotency-Key": uuid.uuid4().hex}
        answer = requests.post(f"{self._stack.api}{path}", json=body, headers=headers, timeout=20)
        return answer.json() if answer.ok else None


class People:
    """Everyone of a run, from the file where they are known and else by signing in."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._file = stack.file.with_name("load-sessions.json")
        known = json.loads(self._file.read_text("utf-8")) if self._file.exists() else {}
        self._known: dict[str, Any] = known.get(stack.api, {})
        self.residents: list[Session] = []
        self.staff: dict[str, Session] = {}

    def gather(self, residents: int, staff: Sequence[str]) -> None:
        """Signs in whoever has to, staff by their roles; asks for no code where a session is kept."""
        consent = requests.get(f"{self._stack.api}/privacy-notice", timeout=20).json()["version"]
        for number in range(residents):
            phone = f"{DEMO_NUMBERS}{FIRST_NUMBER + number:04}"
            session = Session(self._stack, phone, self._known.get(phone, {}))
            self.residents.append(session)
            if not (session.kept and session.renew()):
                session.sign_in_by_phone(phone, consent)
            self.keep()
        for role in staff:
            self.staff[role] = self._at_desk(role)
            self.keep()

    def keep(self) -> None:
        """Writes what the next run needs."""
        everyone = {session.name: session.kept for session in (*self.residents, *self.staff.values())}
        self._known |= everyone
        fresh = self._file.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:
            json.dump({self._stack.api: self._known}, stream)
        Path(fresh).replace(self._file)

    def _at_desk(self, role: str) -> Session:
        session = Session(self._stack, role, self._known.get(role, {}))
        if not (session.kept and session.renew()):
            session.sign_in_at_desk(self._stack.facts["sign_ins"][role])
        return session
