"""What a member of staff begins with: a password to change, a second factor, recovery codes."""

import secrets
import string
from typing import NamedTuple

import orjson

from accounts.domain import passwords, second_factor
from accounts.parts import Parts
from kit.errors import Conflict
from kit.mongo import Document

_GROUPS = 4
_GROUP_LENGTH = 5
_LETTERS = string.ascii_letters + string.digits


class Credentials(NamedTuple):
    """In plain text: told once, never logged."""

    password: str
    totp_secret: str
    recovery_codes: list[str]


def new() -> Credentials:
    """Credentials that nobody can guess."""
    return Credentials(_new_password(), second_factor.new_secret(), second_factor.new_recovery_codes())


def fields(parts: Parts, account: str, credentials: Credentials) -> Document:
    """How the credentials are kept; `issued`, sealed, until their owner has signed in."""
    return {
        "password": parts.hasher.hash(credentials.password),
        "password_change_needed": True,
        "recovery_codes": [recovery_hash(parts, account, code) for code in credentials.recovery_codes],
        "totp_step": 0,
        **parts.people.sealed("totp", account, credentials.totp_secret),
        **parts.people.sealed("issued", account, orjson.dumps(list(credentials)).decode()),
    }


def issued(parts: Parts, person: Document) -> Credentials:
    """The credentials once more, when the answer was lost. Raises Conflict after their owner's first sign-in."""
    if "issued" not in person:
        raise Conflict("初始凭据已启用，不能再次显示；如已遗失，请重置。")
    return Credentials(*orjson.loads(parts.people.opened("issued", person)))


def recovery_hash(parts: Parts, account: str, code: str) -> str:
    """A recovery code as it is kept."""
    return parts.sealer.blind_index("recovery_code", f"{account}:{second_factor.canonical_recovery_code(code)}")


def _new_password() -> str:
    while True:
        groups = ("".join(secrets.choice(_LETTERS) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
        password = "-".join(groups)
        try:
            passwords.check(password, username="\0")
        except passwords.WeakPassword:
            continue
        return password
