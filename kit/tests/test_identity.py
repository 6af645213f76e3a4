"""Tokens: what a service accepts as proof, and what it refuses."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from issuer_keys import make_issuer
from kit import identity
from kit.errors import Forbidden, Unauthenticated
from kit.mongo import Db


def now() -> datetime:
    """By the clock, not by when the file was read: of a whole run that is minutes ago, and tokens end soon."""
    return datetime.now(UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for issuer in ("accounts", "gateway", "petition"):
        make_issuer(tmp_path, issuer)
    make_issuer(tmp_path, "stranger", trusted=False)
    return tmp_path


@pytest.fixture
def verifier(folder: Path) -> identity.TokenVerifier:
    return identity.TokenVerifier(folder / "trusted")


def user_token(folder: Path, issuer: str = "accounts", **claims: Any) -> str:
    signer = identity.TokenSigner(folder / f"{issuer}.key.pem", issuer)
    body = {"kind": "staff", "roles": ["clerk"], "departments": ["jw"], "sid": "s1", "level": 0, **claims}
    return signer.sign("s_1", body, now() - timedelta(seconds=1), 900)


def test_a_good_token_proves_who_calls(folder: Path, verifier: identity.TokenVerifier) -> None:
    caller = verifier.verify(user_token(folder))
    assert (caller.kind, caller.id, caller.session) == ("staff", "s_1", "s1")
    assert caller.roles == {"clerk"}
    assert caller.departments == {"jw"}


def tampered(folder: Path) -> str:
    head, _, signature = user_token(folder).split(".")
    body = jwt.utils.base64url_encode(
        b'{"iss":"accounts","aud":"connect","sub":"s_9","exp":9999999999,"iat":1}'
    ).decode()
    return f"{head}.{body}.{signature}"


def unsigned(folder: Path) -> str:
    claims = jwt.decode(user_token(folder), options={"verify_signature": False})
    return jwt.encode(claims, "", algorithm="none", headers={"kid": "accounts"})


def keyed_with_public_key(folder: Path) -> str:
    """The classic confusion: the public key used as an HMAC secret."""
    claims = jwt.decode(user_token(folder), options={"verify_signature": False})
    secret = "x" * 64
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": "accounts"})


def borrowed_name(folder: Path) -> str:
    """Signed by a stranger who says that he is accounts."""
    key = load_pem_private_key((folder / "stranger.key.pem").read_bytes(), None)
    claims = jwt.decode(user_token(folder), options={"verify_signature": False})
    return jwt.encode(claims, key, algorithm="EdDSA", headers={"kid": "accounts"})  # type: ignore[arg-type]


def expired(folder: Path) -> str:
    signer = identity.TokenSigner(folder / "accounts.key.pem", "accounts")
    return signer.sign("s_1", {"kind": "staff", "roles": []}, now() - timedelta(seconds=910), 900)


FLAWED = {
    "missing": lambda folder: None,
    "empty": lambda folder: "",
    "noise": lambda folder: "not.a.token",
    "tampered": tampered,
    "unsigned": unsigned,
    "wrong algorithm": keyed_with_public_key,
    "borrowed name": borrowed_name,
    "expired": expired,
    "unknown issuer": lambda folder: user_token(folder, issuer="stranger"),
    "service speaks for a user": lambda folder: user_token(folder, issuer="petition"),
    "accounts speaks for a service": lambda folder: user_token(folder, kind="service"),
    "no kind": lambda folder: user_token(folder, kind=None),
    "wrong audience": lambda folder: user_token(folder, aud="refresh"),
    "other issuer inside": lambda folder: user_token(folder, iss="gateway"),
}


@pytest.mark.parametrize("flaw", FLAWED)
def test_a_flawed_token_is_refused(flaw: str, folder: Path, verifier: identity.TokenVerifier) -> None:
    with pytest.raises(Unauthenticated):
        verifier.verify(FLAWED[flaw](folder))


def test_a_cached_token_still_expires(
    folder: Path, verifier: identity.TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = user_token(folder)
    verifier.verify(token)
    later = datetime.now(UTC).timestamp() + 1000
    monkeypatch.setattr(identity.time, "time", lambda: later)
    monkeypatch.setattr("jwt.api_jwt.datetime", _Clock(later))
    with pytest.raises(Unauthenticated):
        verifier.verify(token)


class _Clock:
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self, tz: Any) -> datetime:
        return datetime.fromtimestamp(self._seconds, tz)


def test_a_new_key_counts_beside_the_old_one_until_that_one_ends(
    folder: Path, verifier: identity.TokenVerifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted, old = folder / "trusted", user_token(folder)
    until = int(now().timestamp()) + 600
    (trusted / "accounts.pem").rename(trusted / f"accounts{identity.REPLACED}{until}.pem")
    make_issuer(folder, "accounts")
    new = user_token(folder)
    assert verifier.verify(new).id == "s_1"
    assert verifier.verify(old).id == "s_1"
    assert identity.TokenVerifier(trusted).verify(old).id == "s_1"

    monkeypatch.setattr(identity.time, "time", lambda: until + 0.5)
    assert identity.TokenVerifier(trusted).verify(new).id == "s_1"
    with pytest.raises(Unauthenticated):
        identity.TokenVerifier(trusted).verify(old)


def test_audiences(folder: Path, verifier: identity.TokenVerifier) -> None:
    gateway = identity.TokenSigner(folder / "gateway.key.pem", "gateway").for_service(now())
    petition = identity.TokenSigner(folder / "petition.key.pem", "petition").for_service(now())
    visitor, service, clerk = (verifier.verify(t) for t in (gateway, petition, user_token(folder)))
    assert [c.admitted_by({"anyone"}) for c in (visitor, service, clerk)] == [True, True, True]
    assert [c.admitted_by({"service"}) for c in (visitor, service, clerk)] == [False, True, False]
    assert [c.admitted_by({"staff"}) for c in (visitor, service, clerk)] == [False, False, True]
    assert [c.admitted_by({"clerk"}) for c in (visitor, service, clerk)] == [False, False, True]
    assert [c.admitted_by({"resident", "leader"}) for c in (visitor, service, clerk)] == [False, False, False]
    with pytest.raises(Unauthenticated):
        identity.require(visitor, {"resident"})
    with pytest.raises(Forbidden):
        identity.require(clerk, {"resident"})


def revocation(**told: Any) -> dict[str, Any]:
    return {"before": datetime.now(UTC).isoformat(), **told}


def test_a_revoked_session_is_refused_and_others_are_not(
    folder: Path, verifier: identity.TokenVerifier, database: Db
) -> None:
    revocations = identity.Revocations(database)
    one, other = (verifier.verify(user_token(folder, sid=sid)) for sid in ("one", "other"))
    revocations.check(one)
    revocations.note(revocation(session="one"))
    with pytest.raises(Unauthenticated):
        revocations.check(one)
    revocations.check(other)
    revocations.note(revocation(subject="s_1"))
    with pytest.raises(Unauthenticated):
        revocations.check(other)


def test_a_revocation_seen_late_or_twice_never_moves_back(
    folder: Path, verifier: identity.TokenVerifier, database: Db
) -> None:
    caller = verifier.verify(user_token(folder))
    revocations = identity.Revocations(database)
    revocations.note(revocation(subject="s_1"))
    revocations.note(revocation(subject="s_1", before=(now() - timedelta(hours=1)).isoformat()))
    with pytest.raises(Unauthenticated):
        revocations.check(caller)


def test_signing_in_again_right_after_a_revocation_counts(
    folder: Path, verifier: identity.TokenVerifier, database: Db
) -> None:
    revocations = identity.Revocations(database)
    revocations.note(revocation(subject="s_1", before=(now() - timedelta(seconds=1, milliseconds=1)).isoformat()))
    revocations.check(verifier.verify(user_token(folder)))
