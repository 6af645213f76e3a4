"""People who use the running stack over HTTP, as a phone or a desk does."""

import fcntl
import io
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pikepdf
import pyotp
import requests
from PIL import Image

from kit.testing import Stack, wait_until

PATIENCE_SECONDS = 90  # longer than any part takes to come back
TRY_AGAIN = {429, 502, 503, 504}


@contextmanager
def turn_at_signing_in(stack: Stack, username: str) -> Iterator[None]:
    """Of those who sign in by this name at the same time, one after the other: a one-time code lets one of them in."""
    with (stack.secrets / f"signing-in-{username}").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        yield


class Refused(AssertionError):
    """The gateway said no; `status` and `problem` tell what."""

    def __init__(self, status: int, problem: Any) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status} {problem}")


@dataclass
class Person:
    """One person with a phone, or a browser at a desk. Each comes from an address of his own."""

    stack: Stack
    token: str = ""
    account: dict[str, Any] = field(default_factory=dict)
    address: str = ""
    renewal: str = ""

    def __post_init__(self) -> None:
        self._http = requests.Session()
        # A network (/64) of his own, by which the gateway counts.
        self.address = f"2001:db8:{uuid.uuid4().hex[:4]}:{uuid.uuid4().hex[:4]}::1"

    def ask(self, method: str, path: str, **options: Any) -> requests.Response:
        """One request, whatever comes of it."""
        headers = {"X-Forwarded-For": self.address, **options.pop("headers", {})}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        url = self.stack["base_url"] + (path if path.startswith(("/openapi", "/open311")) else f"/api/v1{path}")
        return self._http.request(method, url, headers=headers, timeout=20, **options)

    def get(self, path: str, **query: Any) -> Any:
        """Reads, as often as it takes for the parts to be there."""
        return self._persist("GET", path, params=query)

    def get_part(self, path: str, part: str, **query: Any) -> Any:
        """What one service adds to a page of many; again when the service missed the page's deadline."""

        def content() -> Any:
            return self.get(path, **query)["parts"][part].get("content")

        return wait_until(content, PATIENCE_SECONDS, every=0.3)

    def leaf_through(self, path: str, field: str) -> list[Any]:
        """That field of every row of a list, page after page."""
        page = self.get(path, limit=100)
        found = [row[field] for row in page["items"]]
        while page["next_cursor"]:
            page = self.get(path, limit=100, cursor=page["next_cursor"])
            found += [row[field] for row in page["items"]]
        return found

    def do(self, path: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Writes; repeats the same request with the same key until it is answered."""
        key = {"Idempotency-Key": uuid.uuid4().hex}
        return self._persist(method, path, json=body or {}, headers=key)

    def upload(self, data: bytes, content_type: str = "image/jpeg") -> Any:
        """Sends a picture."""
        return self._persist("POST", "/uploads", data=data, headers={"Content-Type": content_type})

    def _persist(self, method: str, path: str, **options: Any) -> Any:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                response = self.ask(method, path, **options)
            except requests.RequestException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.3)
                continue
            if response.status_code in TRY_AGAIN and time.monotonic() < until:
                time.sleep(min(float(response.headers.get("Retry-After", 0.3)), 1))
                continue
            if response.status_code >= 400:
                raise Refused(response.status_code, _body(response))
            return _body(response)

    def sign_in_by_phone(self, phone: str) -> "Person":
        """Asks for a code, reads it on the phone, signs in, agreeing to the privacy notice."""
        self.do("/auth/sms-codes", {"phone": phone})
        inbox = f"{self.stack['sandbox_url']}/sms/messages"
        messages = wait_until(lambda: requests.get(inbox, params={"phone": phone}, timeout=5).json()["items"])
        notice = self.get("/privacy-notice")["version"]
        body = {"phone": phone, "code": messages[0]["code"], "consent_version": notice}
        return self._signed_in(self.do("/auth/sessions", body))

    def sign_in_at_desk(self, role: str) -> "Person":
        """Signs in with password and one-time code; a code that was just used makes him wait for the next."""
        with turn_at_signing_in(self.stack, self.stack["sign_ins"][role]["username"]):
            return self._sign_in_at_desk(role)

    def _sign_in_at_desk(self, role: str) -> "Person":
        secret = self.stack["sign_ins"][role]
        totp = pyotp.TOTP(secret["totp_secret"])
        for _ in range(3):
            body = {"username": secret["username"], "password": secret["password"], "totp": totp.now()}
            try:
                return self._signed_in(self.do("/auth/sessions", body))
            except Refused as refusal:
                if refusal.status != 401:
                    raise
                time.sleep(30.5 - time.time() % 30)
        raise AssertionError(f"{role} cannot sign in")

    def _signed_in(self, session: dict[str, Any]) -> "Person":
        self.token, self.account = session["access_token"], session["account"]
        self.renewal = session["refresh_token"]
        return self


def at_desk(stack: Stack, role: str, *departments: str) -> Person:
    """The demo person of this role by a token as accounts would sign it: nobody waits for a one-time code."""
    account = f"s_demo_{role}" if departments in ((), ("jw",)) else f"s_demo_{role}_{departments[0]}"
    return Person(stack, token=stack.token("staff", account, (role,), departments=list(departments)))


def _body(response: requests.Response) -> Any:
    return (
        response.json() if response.content and "json" in response.headers.get("Content-Type", "") else response.content
    )


def new_phone() -> str:
    """A mobile number that nobody in the demo has."""
    return f"139{random.randint(0, 99_999_999):08d}"


def photo(width: int = 1200, height: int = 900) -> bytes:
    """A picture as a phone makes it, with the place it was taken at inside."""
    exif = Image.Exif()
    exif.get_ifd(0x8825)[2] = (40.0, 13.0, 0.0)
    exif[0x010F] = "PHONE-MAKER"
    out = io.BytesIO()
    Image.effect_noise((width, height), 40).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def paper() -> bytes:
    """A PDF of one empty page."""
    made, out = pikepdf.Pdf.new(), io.BytesIO()
    made.add_blank_page()
    made.save(out)
    return out.getvalue()
