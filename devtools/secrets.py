"""Keys and passwords of a home: made once, kept, each part given only its own."""

import base64
import json
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from devtools.home import Home, write_atomically

ADMINISTRATOR = "administrator"


def prepare(home: Home, parts: Iterable[str]) -> None:
    """Makes what is missing for these parts: signing keys, everybody's public keys, sealing keys."""
    names = list(parts)
    for name in names:
        folder = home.secrets / name
        folder.mkdir(mode=0o700, exist_ok=True)
        _signing_key(folder / "signing.pem")
        _sealing_keys(folder / "sealing.json")
    for name in names:
        _trust(home, name, names)


def passwords(home: Home, server: str, users: Iterable[str]) -> dict[str, str]:
    """The password of each user of `server` (broker or database), and of its administrator."""
    file = home.secrets / f"{server}-passwords.json"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    missing = [user for user in (ADMINISTRATOR, *users) if user not in known]
    if missing:
        known |= {user: secrets.token_urlsafe(24) for user in missing}
        write_atomically(file, known)
    return known


def key_file(home: Home) -> Path:
    """The key by which the members of the database's replica set know each other."""
    file = home.secrets / "replica-set.key"
    if not file.exists():
        _write(file, base64.b64encode(secrets.token_bytes(384)))
    return file


def write(file: Path, content: str) -> None:
    """Text for the owner's eyes only, in a folder that is made when missing."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    _write(file, content.encode())


def write_once(file: Path, content: Mapping[str, Any]) -> None:
    """JSON for the owner's eyes only, unless it is there already."""
    if not file.exists():
        write_atomically(file, content)


def give(folder: Path, uid: int) -> None:
    """Hands the folder and all in it to a container's user, who may read it and nobody else but root.

    Raises PermissionError for anyone but root.
    """
    for entry in (folder, *folder.rglob("*")):
        entry.chmod(0o500 if entry.is_dir() else 0o400)
        os.chown(entry, uid, uid)


def discard(home: Home) -> None:
    """Throws all of the home's secrets away."""
    shutil.rmtree(home.secrets, ignore_errors=True)


def new_signing_key(home: Home, part: str) -> None:
    """Replaces the part's signing key; `prepare` tells everybody the public half."""
    file = home.secrets / part / "signing.pem"
    file.unlink()
    _signing_key(file)


def _signing_key(file: Path) -> None:
    if not file.exists():
        key = Ed25519PrivateKey.generate()
        _write(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def _sealing_keys(file: Path) -> None:
    if not file.exists():
        keys = {"active": "k1", "keys": {"k1": _random_key()}, "index_key": _random_key()}
        write_atomically(file, keys)


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _trust(home: Home, part: str, issuers: Iterable[str]) -> None:
    folder = home.secrets / part / "trusted"
    folder.mkdir(mode=0o700, exist_ok=True)
    for issuer in issuers:
        private = load_pem_private_key((home.secrets / issuer / "signing.pem").read_bytes(), None)
        public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        file = folder / f"{issuer}.pem"
        if not file.exists() or file.read_bytes() != public:
            _write(file, public)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all, and for the folder's owner: a container's user reads it from the first moment on."""
    fresh, owner = file.with_name(f".{file.name}.new"), file.parent.stat()
    fresh.touch(mode=0o600)
    fresh.write_bytes(content)
    if owner.st_uid != os.geteuid():
        os.chown(fresh, owner.st_uid, owner.st_gid)
    fresh.replace(file)
