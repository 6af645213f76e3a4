"""Who calls: short Ed25519 tokens (RFC 8037), verified by every service itself."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from nameko.extensions import DependencyProvider
from pymongo import IndexModel

from kit.clock import utcnow
from kit.errors import Forbidden, Unauthenticated
from kit.mongo import Db

AUDIENCE = "connect"
USER_ISSUER = "accounts"
ANONYMOUS_ISSUER = "gateway"
ALGORITHM = "EdDSA"
USER_TOKEN_SECONDS = 15 * 60
SERVICE_TOKEN_SECONDS = 5 * 60
LEEWAY_SECONDS = 2
REPLACED = ".until-"  # in the name of a trusted key that has been replaced, before the time at which it ends
_CACHED_TOKENS = 4096

ANYONE = "anyone"
RESIDENT = "resident"
STAFF = "staff"
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Caller:
    """The verified caller of a request. `kind` is resident, staff or service.

    `client_ip` and `device` are what the gateway heard, and prove nothing.
    """

    kind: str
    id: str
    roles: frozenset[str] = frozenset()
    departments: frozenset[str] = frozenset()
    session: str = ""
    level: int = 0
    issued_at: float = 0
    client_ip: str = ""
    device: str = ""

    @property
    def anonymous(self) -> bool:
        """Whether this is the gateway speaking for a visitor who has not signed in."""
        return self.kind == SERVICE and self.id == ANONYMOUS_ISSUER

    def has(self, role: str) -> bool:
        """Whether the caller holds the role."""
        return role in self.roles

    def admitted_by(self, allow: Iterable[str]) -> bool:
        """Whether one of the audiences fits: anyone, resident, staff, service or the name of a role."""
        return any(
            audience == ANYONE or (audience == self.kind and not self.anonymous) or audience in self.roles
            for audience in allow
        )


class TokenSigner:
    """Signs tokens in the name of one issuer."""

    def __init__(self, key_file: Path, issuer: str) -> None:
        key = load_pem_private_key(key_file.read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{key_file.name} is not an Ed25519 key")
        self._key = key
        self._issuer = issuer

    def sign(self, subject: str, claims: dict[str, Any], now: datetime, seconds: int) -> str:
        """A token for `subject` that is valid for `seconds` from `now`."""
        # With its fraction (RFC 7519 allows it): a token got in the second of a revocation, after it, counts.
        issued_at = now.timestamp()
        payload = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": subject,
            "iat": issued_at,
            "exp": int(issued_at) + seconds,
            **claims,
        }
        return jwt.encode(payload, self._key, algorithm=ALGORITHM, headers={"kid": self._issuer})

    def for_service(self, now: datetime) -> str:
        """The issuer's own token, by which a service shows that it is itself."""
        return self.sign(self._issuer, {"kind": SERVICE}, now, SERVICE_TOKEN_SECONDS)


class TrustedKeys:
    """The public keys of a folder: `<issuer>.pem`, and `<issuer>.until-<unix time>.pem` for one that has been replaced.

    The folder is read again when it has changed, so that a new key counts without a restart.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read_at = 0
        self._keys: dict[str, list[tuple[float, Ed25519PublicKey]]] = {}
        self.read_again()

    def read_again(self) -> bool:
        """Whether the folder had changed since it was read."""
        changed_at = self._folder.stat().st_mtime_ns
        if changed_at == self._read_at:
            return False
        self._read_at, self._keys = changed_at, {}
        for path in sorted(self._folder.glob("*.pem")):
            issuer, _, until = path.stem.partition(REPLACED)
            self._keys.setdefault(issuer, []).append((float(until or "inf"), _public_key(path)))
        return True

    def of(self, issuer: str) -> list[Ed25519PublicKey]:
        """The issuer's keys that count now; none for a stranger."""
        now = time.time()
        return [key for until, key in self._keys.get(issuer, ()) if now < until]


class TokenVerifier:
    """Checks tokens against the public keys of the issuers that are trusted, kept in a folder (`TrustedKeys`).

    Only accounts may speak for users; every other issuer speaks for itself alone.
    """

    def __init__(self, trusted: Path) -> None:
        self._keys = TrustedKeys(trusted)
        self._verified: dict[str, tuple[Caller, int]] = {}

    def verify(self, token: str | None) -> Caller:
        """The caller that the token proves. Raises `Unauthenticated` for every flaw, without saying which."""
        if not token:
            raise Unauthenticated
        known = self._verified.get(token)
        if known and known[1] + LEEWAY_SECONDS > time.time():
            return known[0]
        caller, expires = self._check(token)
        if len(self._verified) >= _CACHED_TOKENS:
            self._verified.clear()
        self._verified[token] = (caller, expires)
        return caller

    def _check(self, token: str) -> tuple[Caller, int]:
        try:
            issuer = str(jwt.get_unverified_header(token).get("kid"))
            claims = self._claims(token, issuer)
            if claims is None and self._keys.read_again():
                claims = self._claims(token, issuer)
        except (jwt.InvalidTokenError, ValueError):
            claims = None
        if claims is None:
            raise Unauthenticated("登录已失效，请重新登录。")
        return _caller(issuer, claims), int(claims["exp"])

    def _claims(self, token: str, issuer: str) -> dict[str, Any] | None:
        """What the token says; None when none of the issuer's keys has signed it. Raises for any other flaw."""
        for key in self._keys.of(issuer):
            try:
                return _decoded(token, issuer, key)
            except jwt.InvalidSignatureError:
                continue
        return None


def _decoded(token: str, issuer: str, key: Ed25519PublicKey) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(
        token,
        key,
        algorithms=[ALGORITHM],
        audience=AUDIENCE,
        issuer=issuer,
        leeway=LEEWAY_SECONDS,
        options={"require": ["exp", "iat", "aud", "iss", "sub"]},
    )
    return claims


def _public_key(path: Path) -> Ed25519PublicKey:
    key = load_pem_public_key(path.read_bytes())
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"{path.name} is not an Ed25519 key")
    return key


def _caller(issuer: str, claims: dict[str, Any]) -> Caller:
    kind = claims.get("kind")
    speaks_for_itself = kind == SERVICE and claims["sub"] == issuer
    speaks_for_a_user = kind in (RESIDENT, STAFF) and issuer == USER_ISSUER
    if not (speaks_for_itself or speaks_for_a_user):
        raise Unauthenticated("登录已失效，请重新登录。")
    return Caller(
        kind=str(kind),
        id=str(claims["sub"]),
        roles=frozenset(claims.get("roles", ())),
        departments=frozenset(claims.get("departments", ())),
        session=str(claims.get("sid", "")),
        level=int(claims.get("level", 0)),
        issued_at=float(claims["iat"]),
    )


def require(caller: Caller, allow: Iterable[str]) -> None:
    """Raises `Unauthenticated` for a visitor who could sign in to be let in, else `Forbidden`, unless admitted."""
    if not caller.admitted_by(allow):
        raise Unauthenticated if caller.anonymous else Forbidden


INDEXES = {"_revocations": [IndexModel("forget_at", name="forget", expireAfterSeconds=0)]}


class Revocations:
    """Sessions and people whose tokens no longer count, although they have not expired.

    Kept in each service's own database, fed by accounts' events, and read again at most once a second.
    """

    def __init__(self, db: Db) -> None:
        self._collection = db["_revocations"]
        self._before: dict[str, datetime] = {}
        self._read_at = 0.0

    def note(self, told: Mapping[str, Any]) -> None:
        """Takes what `accounts.session_revoked.v1` tells: tokens of subject or session issued until `before` end."""
        key = _revocation_key(told)
        before = datetime.fromisoformat(told["before"]).astimezone(UTC)
        forget_at = before + timedelta(seconds=USER_TOKEN_SECONDS + 60)
        self._collection.update_one({"_id": key}, {"$max": {"before": before, "forget_at": forget_at}}, upsert=True)
        self._read_at = 0.0

    def check(self, caller: Caller) -> None:
        """Raises `Unauthenticated` when the caller's token was revoked."""
        if caller.kind == SERVICE:
            return
        self._refresh()
        issued = datetime.fromtimestamp(caller.issued_at, UTC)
        for key in (f"subject:{caller.id}", f"session:{caller.session}"):
            if (before := self._before.get(key)) and issued <= before:
                raise Unauthenticated("您已退出登录，请重新登录。")

    def _refresh(self) -> None:
        if time.monotonic() - self._read_at < 1:
            return
        self._read_at = time.monotonic()
        live = self._collection.find({"forget_at": {"$gt": utcnow()}}, {"before": 1})
        self._before = {row["_id"]: row["before"] for row in live}


def _revocation_key(told: Mapping[str, Any]) -> str:
    return f"session:{told['session']}" if told.get("session") else f"subject:{told['subject']}"


class CurrentCaller(DependencyProvider):
    """Gives a service class the verified caller of the request at hand: `self.caller`."""

    def get_dependency(self, worker_ctx: Any) -> Caller | None:
        caller: Caller | None = worker_ctx.data.get("caller")
        return caller
