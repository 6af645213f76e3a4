"""Residents: signing in by phone, their profile, their consent, and leaving."""

import secrets
from datetime import datetime

from pymongo.client_session import ClientSession

from accounts.contract import CloseAccount, Me, RecordConsent, Session, SignInByPhone, UpdateMe
from accounts.domain import consent, nicknames, phones
from accounts.domain.consent import Consent
from accounts.domain.roles import Role
from accounts.domain.sessions import REPEAT_GRACE
from accounts.parts import Parts
from accounts.sessions import (
    account_view,
    change_own_account,
    open_session,
    own_account,
    proof_of,
    revocation,
)
from accounts.sms_codes import normalised
from accounts.store.people import ACTIVE, CLOSED, Gone, Taken
from kit.errors import Conflict, Invalid
from kit.identity import Caller
from kit.mongo import Document

PHONE_LEVEL = 1  # known by a phone number that he holds; a real name raises it
CLOSED_EVENT = "accounts.account_closed.v1"
_WRONG_CODE = "验证码不正确或已过期，请核对后重试，或重新获取"


def sign_in_by_phone(parts: Parts, request: SignInByPhone, now: datetime) -> Session:
    """A session for the holder of the number, whose account is made at the first sign-in.

    Raises Invalid: a wrong code (field `code`), a first sign-in without consent (field `consent_version`; the code
    stays good).
    """
    phone = normalised(parts, request.phone)
    by = proof_of(parts, request.idempotency_key, phone, request.code)
    person = parts.people.by_phone(phone)
    if person is None and request.consent_version != parts.notice.version:
        _check_code(parts, phone, request.code, now)
        raise Invalid.field("consent_version", "首次登录请先阅读并同意隐私政策")
    _spend_code(parts, phone, request.code, by, now)
    return open_session(parts, person or _join(parts, phone, now), by, now)


def get_me(parts: Parts, caller: Caller) -> Me:
    """The caller's own account. Raises Unauthenticated when it is closed."""
    return me(parts, own_account(parts, caller))


def update_me(parts: Parts, request: UpdateMe, caller: Caller, now: datetime) -> Me:
    """Changes what is given. Raises Invalid, and Conflict when `version` is not the current one."""
    changes: Document = {}
    if request.nickname is not None:
        changes["nickname"] = _clean(request.nickname)

    def change(person: Document) -> Document:
        if request.version not in (None, person["version"]):
            raise Conflict(extra={"version": person["version"]})
        if all(person[name] == value for name, value in changes.items()):
            return person
        return parts.people.change(person, {"$set": changes, "$inc": {"version": 1}}, now)

    return me(parts, change_own_account(parts, caller, change))


def record_consent(parts: Parts, request: RecordConsent, caller: Caller, now: datetime) -> Me:
    """Notes that the caller agrees to the current notice. Raises Invalid for any other."""

    def change(person: Document) -> Document:
        try:
            agreed = consent.agree(_consents(person), request.version, parts.notice.version, now)
        except consent.NoticeNotCurrent:
            raise Invalid.field("version", "隐私政策已更新，请阅读新版后再同意") from None
        if agreed == _consents(person):
            return person
        return parts.people.change(person, {"$set": {"consents": _stored(agreed)}, "$inc": {"version": 1}}, now)

    return me(parts, change_own_account(parts, caller, change))


def close_account(parts: Parts, request: CloseAccount, caller: Caller, now: datetime) -> None:
    """注销: personal data goes, sessions end, every service is told. Repeating it does nothing more.

    Raises Invalid for a wrong code.
    """
    try:
        person = parts.people.get(caller.id)
    except Gone:
        return
    phone = parts.people.opened("phone", person)
    _spend_code(parts, phone, request.code, proof_of(parts, request.idempotency_key, phone, request.code), now)
    with parts.db.client.start_session() as session:
        session.with_transaction(lambda s: _close(parts, caller.id, now, s))
    parts.codes.forget(phone)


def me(parts: Parts, person: Document) -> Me:
    """The account as its owner sees it."""
    consents = _consents(person)
    return Me(
        **account_view(person).model_dump(),
        level=person["level"],
        phone=phones.masked(parts.people.opened("phone", person)) if "phone" in person else None,
        username=person.get("username"),
        consent_version=consents[-1].version if consents else None,
        consent_needed=person["kind"] == "resident" and not consent.given(consents, parts.notice.version),
        password_change_needed=person.get("password_change_needed", False),
        version=person["version"],
    )


def new_person(account: str, kind: str, now: datetime, **fields: object) -> Document:
    """An account as it begins."""
    return {
        "_id": account,
        "kind": kind,
        "state": ACTIVE,
        "level": PHONE_LEVEL,
        "roles": [],
        "departments": [],
        "consents": [],
        "nickname": "",
        "version": 1,
        "revision": 0,
        "seq": 0,
        "inbox_version": 0,
        "known_addresses": [],
        "created_at": now,
        "signed_out_at": datetime.fromtimestamp(0, now.tzinfo),
        **fields,
    }


def new_resident(parts: Parts, account: str, phone: str, now: datetime, nickname: str = "") -> Document:
    """A resident who has just agreed to the notice."""
    return new_person(
        account,
        "resident",
        now,
        roles=[Role.RESIDENT.value],
        nickname=nickname or nicknames.default(account),
        consents=_stored([Consent(parts.notice.version, now)]),
        **parts.people.sealed_phone(account, phone),
    )


def _join(parts: Parts, phone: str, now: datetime) -> Document:
    person = new_resident(parts, f"r_{secrets.token_hex(8)}", phone, now)
    try:
        parts.people.add(person)
    except Taken:
        return parts.people.by_phone(phone) or person
    return person


def _spend_code(parts: Parts, phone: str, code: str, by: str, now: datetime) -> None:
    if not parts.codes.spend(phone, code, by, now) and not parts.codes.spent_by(phone, by, now - REPEAT_GRACE):
        raise Invalid.field("code", _WRONG_CODE)


def _check_code(parts: Parts, phone: str, code: str, now: datetime) -> None:
    if not parts.codes.matches(phone, code, now):
        raise Invalid.field("code", _WRONG_CODE)


def _close(parts: Parts, account: str, now: datetime, session: ClientSession) -> None:
    person = parts.people.get(account, session)
    gone = dict.fromkeys(("phone", "phone_index", "_answers", "spent"), "")
    kept = {"state": CLOSED, "closed_at": now, "nickname": "", "signed_out_at": now}
    events = ((CLOSED_EVENT, {"account": account}), revocation(person, now))
    parts.people.change(person, {"$set": kept, "$unset": gone}, now, events, session)
    parts.inbox.forget(account, session)


def _clean(nickname: str) -> str:
    try:
        return nicknames.clean(nickname)
    except nicknames.BadNickname as error:
        raise Invalid.field("nickname", str(error)) from None


def _consents(person: Document) -> list[Consent]:
    return [Consent(row["version"], row["given_at"]) for row in person["consents"]]


def _stored(consents: list[Consent]) -> list[Document]:
    return [row._asdict() for row in consents]
