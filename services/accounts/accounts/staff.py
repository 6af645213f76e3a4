"""The administrator's desk: staff, their roles and departments, and the audit of sign-ins."""

import contextlib
import secrets
from datetime import datetime

from accounts import credentials
from accounts.contract import (
    CreateStaff,
    SignInAttempt,
    SignInPage,
    StaffCommand,
    StaffCredentials,
    StaffPage,
    StaffView,
    UpdateStaff,
)
from accounts.credentials import Credentials
from accounts.domain import roles, second_factor
from accounts.parts import Parts
from accounts.residents import new_person
from accounts.sessions import account_view, end_sessions, revocation
from accounts.staff_sign_in import Outcome
from accounts.store.people import ACTIVE, DISMISSED, Gone, Stale, Taken
from kit.contract import PageRequest
from kit.errors import Conflict, Invalid, NotFound
from kit.idempotency import Once
from kit.identity import Caller
from kit.mongo import Document
from kit.paging import decode_cursor, encode_cursor

CHANGED = "accounts.staff_changed.v1"


def create_staff(parts: Parts, request: CreateStaff, caller: Caller, now: datetime) -> StaffCredentials:
    """A member of staff with a password and a second factor to begin with.

    Raises Invalid for roles, departments or a user name in use.
    """
    _check_assignment(parts, request.roles, request.departments)
    once = Once(caller.id, request)
    if done := once.find(parts.people.collection):
        return _credentials_again(parts, done["account"])
    account = f"s_{secrets.token_hex(8)}"
    issued = credentials.new()
    person = new_staff(parts, account, request.username, request.name, issued, now)
    person |= {"roles": request.roles, "departments": request.departments}
    try:
        parts.people.add({**person, "_answers": [once.note({"account": account}, now)]})
    except Taken:
        if done := once.find(parts.people.collection):
            return _credentials_again(parts, done["account"])
        raise Invalid.field("username", "用户名已被使用，请换一个") from None
    return _credentials(parts, person, issued)


def reset_staff_credentials(parts: Parts, request: StaffCommand, caller: Caller, now: datetime) -> StaffCredentials:
    """A new password, second factor and recovery codes for somebody who lost his; his sessions end. Raises NotFound."""
    once = Once(caller.id, request)
    once.find(parts.people.collection)  # refuses a key that was used for somebody else
    _active_staff(parts, request.id)

    def change(person: Document) -> Document:
        if once.answered_by(person):
            return person
        fields = credentials.fields(parts, request.id, credentials.new())
        update = {"$set": fields, "$push": once.push({"account": request.id}, now)}
        return end_sessions(parts, person, update, now)

    with contextlib.suppress(Gone):  # dismissed this very moment: the next line says so
        parts.people.retrying(request.id, change)
    return _credentials_again(parts, request.id)


def list_staff(parts: Parts, request: PageRequest) -> StaffPage:
    """Staff in the order of their ids."""
    found, cursor = parts.people.staff_page(request.limit, request.cursor)
    return StaffPage(items=[staff_view(person) for person in found], next_cursor=cursor)


def update_staff(parts: Parts, request: UpdateStaff, caller: Caller, now: datetime) -> StaffView:
    """Gives other roles and departments, at once: tokens with the old ones end, sessions go on.

    Raises Invalid, NotFound, and Conflict when `version` is not the current one.
    """
    _check_assignment(parts, request.roles, request.departments)
    if request.id == caller.id and roles.Role.ADMINISTRATOR not in request.roles:
        raise Conflict("不能取消自己的管理员角色，请由其他管理员办理。")
    once = Once(caller.id, request)
    try:
        return _update(parts, request, once, now)
    except Stale as error:
        if done := once.find(parts.people.collection):  # the same request, a moment earlier
            return StaffView.model_validate(done)
        raise Conflict(extra={"version": error.version}) from None


def dismiss_staff(parts: Parts, request: StaffCommand, caller: Caller, now: datetime) -> StaffView:
    """Ends somebody's service and all his sessions. Repeating it changes nothing. Raises NotFound, Conflict."""
    if request.id == caller.id:
        raise Conflict("不能停用自己的账户，请由其他管理员办理。")
    while True:
        person = _staff(parts, request.id)
        if person["state"] == DISMISSED:
            return staff_view(person)
        try:
            return staff_view(_dismiss(parts, person, now))
        except Stale:
            continue


def list_sign_ins(parts: Parts, request: PageRequest) -> SignInPage:
    """The newest attempts first."""
    after = None
    if request.cursor:
        at, last = decode_cursor(request.cursor, 2)
        if not isinstance(at, datetime):
            raise Invalid.field("cursor", "翻页标记无效，请从第一页重新查看")
        after = (at, str(last))
    found = parts.sign_ins.page(after, request.limit + 1)
    shown, more = found[: request.limit], len(found) > request.limit
    return SignInPage(
        items=[_attempt(entry) for entry in shown],
        next_cursor=encode_cursor(shown[-1]["at"], shown[-1]["_id"]) if more else None,
    )


def new_staff(parts: Parts, account: str, username: str, name: str, issued: Credentials, now: datetime) -> Document:
    """A member of staff as he begins, without roles."""
    kept = credentials.fields(parts, account, issued)
    return new_person(account, "staff", now, username=username, nickname=name, **kept)


def staff_view(person: Document) -> StaffView:
    """A member of staff as the administrator sees him."""
    return StaffView(
        **account_view(person).model_dump(),
        username=person["username"],
        state=person["state"],
        created_at=person["created_at"],
        version=person["version"],
    )


def _changed(person: Document) -> tuple[str, Document]:
    return CHANGED, {
        "account": person["_id"],
        "state": person["state"],
        "roles": person["roles"],
        "departments": person["departments"],
    }


def _update(parts: Parts, request: UpdateStaff, once: Once, now: datetime) -> StaffView:
    if done := once.find(parts.people.collection):
        return StaffView.model_validate(done)
    person = _active_staff(parts, request.id)
    if request.version != person["version"]:
        raise Stale(person["version"])
    fields = {"roles": request.roles, "departments": request.departments, "version": person["version"] + 1}
    answer = staff_view({**person, **fields})
    events = (_changed({**person, **fields}), revocation(person, now))
    update = {"$set": fields, "$push": once.push(answer.model_dump(), now)}
    parts.people.change(person, update, now, events)
    return answer


def _dismiss(parts: Parts, person: Document, now: datetime) -> Document:
    fields = {"state": DISMISSED, "signed_out_at": now, "version": person["version"] + 1}
    events = (_changed({**person, **fields}), revocation(person, now))
    return parts.people.change(person, {"$set": fields, "$unset": {"issued": ""}}, now, events)


def _staff(parts: Parts, account: str) -> Document:
    try:
        return parts.people.staff(account)
    except Gone:
        raise NotFound("没有找到这位工作人员。") from None


def _active_staff(parts: Parts, account: str) -> Document:
    person = _staff(parts, account)
    if person["state"] != ACTIVE:
        raise Conflict("这位工作人员已停用。", extra={"version": person["version"]})
    return person


def _check_assignment(parts: Parts, given: list[str], departments: list[str]) -> None:
    try:
        roles.check_assignment(given, departments, parts.departments)
    except roles.BadAssignment as error:
        raise Invalid.field(error.field, str(error)) from None


def _credentials(parts: Parts, person: Document, issued: Credentials) -> StaffCredentials:
    return StaffCredentials(
        staff=staff_view(person),
        initial_password=issued.password,
        totp_secret=issued.totp_secret,
        totp_uri=second_factor.enrolment_uri(issued.totp_secret, person["username"], parts.district),
        recovery_codes=issued.recovery_codes,
    )


def _credentials_again(parts: Parts, account: str) -> StaffCredentials:
    person = _active_staff(parts, account)
    return _credentials(parts, person, credentials.issued(parts, person))


def _attempt(entry: Document) -> SignInAttempt:
    return SignInAttempt(
        id=entry["_id"],
        at=entry["at"],
        username=entry["username"],
        account=entry["account"],
        succeeded=entry["outcome"] == Outcome.SUCCEEDED,
        reason=entry["outcome"],
        address=entry["address"],
    )
