"""Staff signing in: password and second factor, the same answer for every failure, and a record of each attempt."""

import hmac
from datetime import datetime
from enum import StrEnum

from accounts import credentials
from accounts.contract import ChangePassword, Me, Session, SignInStaff
from accounts.domain import lockout, passwords, second_factor
from accounts.domain.sessions import REPEAT_GRACE
from accounts.parts import Parts
from accounts.residents import me
from accounts.sessions import change_own_account, end_sessions, open_session, own_account, proof_of
from kit.errors import Invalid, RateLimited, Unauthenticated
from kit.identity import Caller
from kit.mongo import Document

_WRONG = "用户名、密码或动态口令不正确。"


class Outcome(StrEnum):
    """How an attempt ended, in the words of the audit."""

    SUCCEEDED = "登录成功"
    UNKNOWN = "用户名不存在"
    WRONG_PASSWORD = "密码不正确"  # noqa: S105 - says what happened, is none
    WRONG_SECOND_FACTOR = "动态口令或恢复码不正确"
    MUST_WAIT = "尝试过于频繁，未核对"


def sign_in_staff(parts: Parts, request: SignInStaff, address: str, now: datetime) -> Session:
    """A session for a member of staff.

    Raises Unauthenticated, alike for an unknown name, a wrong password and a wrong second factor, and RateLimited
    after repeated failures under one name or from one address. Where its owner signed in before, a name is counted
    apart from the rest of the world and the address does not matter: nobody can keep him out by failing on purpose.
    """
    username = request.username.lower()
    person = parts.people.by_username(username)
    address_key = parts.failures.of_address(address)
    known = person is not None and address_key in person["known_addresses"]
    name_key = parts.failures.of_name(username, address_key if known else "")
    if seconds := _wait(parts, name_key, "" if known else address_key, now):
        _record(parts, request, person, Outcome.MUST_WAIT, address, now)
        raise _too_many(seconds)
    by = proof_of(parts, request.idempotency_key, username, request.totp or request.recovery_code or "")
    outcome = _check(parts, person, request, by, now)
    _record(parts, request, person, outcome, address, now)
    if person is None or outcome is not Outcome.SUCCEEDED:
        parts.failures.begin(address_key, lockout.FREE_FAILURES_OF_ADDRESS, now)
        raise Unauthenticated(_WRONG)
    parts.failures.clear(name_key)
    parts.failures.clear(address_key)
    parts.people.remember_address(person, address_key)
    return open_session(parts, person, by, now)


def change_password(parts: Parts, request: ChangePassword, caller: Caller, now: datetime) -> Me:
    """Sets a new password and ends all sessions, the caller's too. Raises Invalid for the wrong field, RateLimited."""
    person = own_account(parts, caller)
    by = proof_of(parts, request.idempotency_key, caller.id, request.new_password)
    if _repeated(person, by, now):
        return me(parts, person)
    failures = parts.failures.of_password(caller.id)
    if seconds := parts.failures.begin(failures, lockout.FREE_FAILURES_OF_NAME, now):
        raise _too_many(seconds)
    if not parts.hasher.verify(person["password"], request.current_password):
        raise Invalid.field("current_password", "当前密码不正确")
    parts.failures.clear(failures)
    password = passwords.normalise(request.new_password)
    try:
        passwords.check(password, person["username"])
    except passwords.WeakPassword as error:
        raise Invalid.field("new_password", str(error)) from None
    spent = {"by": by, "at": now}
    fields = {"password": parts.hasher.hash(password), "password_change_needed": False, "spent": spent}
    return me(parts, change_own_account(parts, caller, lambda p: end_sessions(parts, p, {"$set": fields}, now)))


def _too_many(seconds: int) -> RateLimited:
    return RateLimited(f"尝试次数过多，请在{seconds}秒后再试。", extra={"retry_after": seconds})


def _wait(parts: Parts, name_key: str, address_key: str, now: datetime) -> int:
    """Seconds to wait; when 0, one failure is counted under the name until the sign-in has succeeded."""
    blocked = lockout.seconds_to_wait(parts.failures.get(address_key), now) if address_key else 0
    return blocked or parts.failures.begin(name_key, lockout.FREE_FAILURES_OF_NAME, now)


def _check(parts: Parts, person: Document | None, request: SignInStaff, by: str, now: datetime) -> Outcome:
    stored = person["password"] if person else None
    if not parts.hasher.verify(stored, request.password) or person is None:
        return Outcome.WRONG_PASSWORD if person else Outcome.UNKNOWN
    if _second_factor(parts, person, request, by, now) or _repeated(person, by, now):
        return Outcome.SUCCEEDED
    return Outcome.WRONG_SECOND_FACTOR


def _second_factor(parts: Parts, person: Document, request: SignInStaff, by: str, now: datetime) -> bool:
    if request.totp:
        return _use_totp(parts, person, request.totp, by, now)
    if request.recovery_code:
        return _use_recovery_code(parts, person, request.recovery_code, by, now)
    return False


def _use_totp(parts: Parts, person: Document, code: str, by: str, now: datetime) -> bool:
    secret = parts.people.opened("totp", person)
    step = second_factor.matching_step(secret, code, now, person["totp_step"])
    unused = {"totp_step": {"$lt": step}}
    return step is not None and parts.people.spend(person["_id"], unused, {"$set": {"totp_step": step}}, by, now)


def _use_recovery_code(parts: Parts, person: Document, code: str, by: str, now: datetime) -> bool:
    hashed = credentials.recovery_hash(parts, person["_id"], code)
    if not any(hmac.compare_digest(hashed, known) for known in person["recovery_codes"]):
        return False
    return parts.people.spend(person["_id"], {"recovery_codes": hashed}, {"$pull": {"recovery_codes": hashed}}, by, now)


def _repeated(person: Document, by: str, now: datetime) -> bool:
    """Whether this very request was carried out a moment ago and its answer got lost."""
    spent = person.get("spent")
    return spent is not None and hmac.compare_digest(spent["by"], by) and now - spent["at"] <= REPEAT_GRACE


def _record(
    parts: Parts, request: SignInStaff, person: Document | None, outcome: Outcome, address: str, now: datetime
) -> None:
    # A name that nobody has may be a password typed into the wrong field: only its length is kept.
    shown = person["username"] if person else f"（不存在，{len(request.username)}个字符）"
    entry = {"username": shown, "account": person["_id"] if person else None, "outcome": outcome.value}
    parts.sign_ins.add({**entry, "address": address}, now)
