"""Sessions: opened by a sign-in, carried on by refresh tokens, ended by signing out."""

from collections.abc import Callable
from datetime import datetime

from accounts.contract import AccountView, RefreshSession, Session
from accounts.domain import sessions as rules
from accounts.domain.sessions import Verdict
from accounts.parts import Parts
from accounts.store.people import Gone
from accounts.store.sessions import REVOKED, Shown, family
from kit.errors import Unauthenticated
from kit.identity import Caller
from kit.mongo import Document

_ENDED = "登录已失效，请重新登录。"
_GONE = "账户已注销或停用，请重新登录。"


def proof_of(parts: Parts, *what: str) -> str:
    """A name for one sign-in, by which its repetition is known and from which nothing can be learnt."""
    return parts.sealer.blind_index("sign_in", "\0".join(what))


def open_session(parts: Parts, person: Document, by: str, now: datetime) -> Session:
    """A session for the person. The same sign-in `by`, repeated, gets the same session while it is unused."""
    session = parts.sessions.open(
        {
            "_id": by[:32],
            "account": person["_id"],
            "kind": person["kind"],
            "generation": 0,
            "rotated_at": now,
            "rotation_key": "",
            "created_at": now,
            "expires_at": now + rules.lifetime(person["kind"]),
            "revoked_at": None,
        }
    )
    if session["generation"] or session["revoked_at"]:
        raise Unauthenticated(_ENDED)
    return _answer(parts, person, session, now)


def refresh_session(parts: Parts, request: RefreshSession, now: datetime) -> Session:
    """The next tokens of a session. A token shown twice ends the session, unless it is the repetition of a lost answer.

    Raises Unauthenticated.
    """
    shown = parts.sessions.read(request.refresh_token)
    if shown is None:
        raise Unauthenticated(_ENDED)
    while True:
        session = parts.sessions.get(shown.session)
        if session is None:
            raise Unauthenticated(_ENDED)
        person = _holder(parts, session)
        if (answer := _next(parts, person, session, shown, request.idempotency_key, now)) is not None:
            return answer


def _next(parts: Parts, person: Document, session: Document, shown: Shown, key: str, now: datetime) -> Session | None:
    """The answer, or None when another request was quicker and the session must be read again."""
    verdict = rules.judge(family(session), shown.generation, key, now)
    if verdict is Verdict.REPEAT:
        return _answer(parts, person, session, now)
    if verdict is Verdict.ROTATE:
        expires_at = rules.next_expiry(session["kind"], session["expires_at"], now)
        if not parts.sessions.rotate(session, key, expires_at, now):
            return None
        following = {**session, "generation": session["generation"] + 1, "expires_at": expires_at}
        return _answer(parts, person, following, now)
    if verdict is Verdict.REUSED:
        parts.sessions.revoke(session["_id"], now)
    raise Unauthenticated(_ENDED)


def sign_out(parts: Parts, caller: Caller, now: datetime) -> None:
    """Ends the caller's session."""
    parts.sessions.revoke(caller.session, now)


def sign_out_everywhere(parts: Parts, caller: Caller, now: datetime) -> None:
    """Ends all sessions of the caller, on every device."""
    change_own_account(parts, caller, lambda person: end_sessions(parts, person, {}, now))


def own_account(parts: Parts, caller: Caller) -> Document:
    """The caller's account. Raises Unauthenticated when it was closed since his token was issued."""
    try:
        return parts.people.get(caller.id)
    except Gone:
        raise Unauthenticated(_GONE) from None


def change_own_account(parts: Parts, caller: Caller, change: Callable[[Document], Document]) -> Document:
    """The caller's account after `change`, which is run again when somebody else was quicker. Raises the same."""
    try:
        return parts.people.retrying(caller.id, change)
    except Gone:
        raise Unauthenticated(_GONE) from None


def end_sessions(parts: Parts, person: Document, update: Document, now: datetime) -> Document:
    """The person after `update`, by which all sessions opened until now end. Raises Stale."""
    fields = {**update.get("$set", {}), "signed_out_at": now}
    return parts.people.change(person, {**update, "$set": fields}, now, (revocation(person, now),))


def revocation(person: Document, now: datetime) -> tuple[str, Document]:
    """The event that ends the person's access tokens at every service."""
    return REVOKED, {"subject": person["_id"], "before": now.isoformat()}


def account_view(person: Document) -> AccountView:
    """What a session says about its holder."""
    return AccountView(
        id=person["_id"],
        kind=person["kind"],
        roles=person["roles"],
        departments=person["departments"],
        nickname=person["nickname"],
    )


def _holder(parts: Parts, session: Document) -> Document:
    try:
        person = parts.people.get(session["account"])
    except Gone:
        raise Unauthenticated(_ENDED) from None
    if session["created_at"] <= person["signed_out_at"]:
        raise Unauthenticated(_ENDED)
    return person


def _answer(parts: Parts, person: Document, session: Document, now: datetime) -> Session:
    seconds = int(rules.ACCESS_LIFETIME.total_seconds())
    return Session(
        access_token=parts.signer.sign(person["_id"], _claims(person, session), now, seconds),
        expires_in=seconds,
        refresh_token=parts.sessions.token(session["_id"], session["generation"]),
        refresh_expires_in=int((session["expires_at"] - now).total_seconds()),
        account=account_view(person),
    )


def _claims(person: Document, session: Document) -> Document:
    return {
        "kind": person["kind"],
        "roles": person["roles"],
        "departments": person["departments"],
        "sid": session["_id"],
        "level": person["level"],
    }
