"""The history of a case: a chain of commitments that only grows.

Each entry hashes the previous hash, its number, time and kind, and for every field SHA-256(salt ‖ value). Whoever has
a field's value and salt can check it; without the salt the commitment tells nothing. A redaction removes value and
salt, and the chain still verifies. Internal and personal fields are published as commitments only.
"""

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict

Salt = Callable[[], str]


class Field(BaseModel):
    """One field of an entry. `value` and `salt` are absent where only the commitment may be seen."""

    model_config = ConfigDict(frozen=True)

    commitment: str
    public: bool
    value: Any = None
    salt: str | None = None


class Entry(BaseModel):
    """One step of a case. `hash` covers everything but `value`, `salt` and `public`."""

    model_config = ConfigDict(frozen=True)

    seq: int
    at: datetime
    kind: str
    fields: dict[str, Field]
    previous: str
    hash: str

    def value(self, name: str) -> Any:
        """What the entry says in this field; None where it has none, or it may not be seen."""
        return self.fields[name].value if name in self.fields else None


def genesis(no: str) -> str:
    """What the first entry of a case follows: a chain cannot be passed off as another case's."""
    return sha256(no.encode()).hexdigest()


def append(
    previous: Entry | str,
    kind: str,
    now: datetime,
    public: Mapping[str, Any],
    hidden: Mapping[str, Any],
    salt: Salt = lambda: secrets.token_hex(16),
) -> Entry:
    """The entry that follows `previous`, which is the last one or the case's `genesis`."""
    parent, seq = (previous, 1) if isinstance(previous, str) else (previous.hash, previous.seq + 1)
    fields = {name: _commit(value, salt(), public=True) for name, value in public.items()}
    fields |= {name: _commit(value, salt(), public=False) for name, value in hidden.items()}
    digest = _digest(parent, seq, now, kind, fields)
    return Entry(seq=seq, at=now, kind=kind, fields=fields, previous=parent, hash=digest)


def verify(no: str, entries: Sequence[Entry]) -> int | None:
    """The number of the first entry that does not fit, None when the chain is whole."""
    parent = genesis(no)
    for position, entry in enumerate(entries, start=1):
        digest = _digest(parent, position, entry.at, entry.kind, entry.fields)
        if entry.seq != position or entry.previous != parent or entry.hash != digest:
            return position
        if not all(_holds(field) for field in entry.fields.values()):
            return position
        parent = entry.hash
    return None


def redact(entry: Entry, names: Sequence[str]) -> Entry:
    """The entry without value and salt of the fields named, as the law demands; its hash stays true."""
    return entry.model_copy(update={"fields": {k: _closed(f) if k in names else f for k, f in entry.fields.items()}})


def published(entries: Sequence[Entry]) -> list[Entry]:
    """The chain as everyone may see it: fields that are not public as commitments only."""
    return [redact(entry, [name for name, f in entry.fields.items() if not f.public]) for entry in entries]


def instant(at: datetime) -> str:
    """A time as hashes take it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _commit(value: Any, salt: str, *, public: bool) -> Field:
    return Field(commitment=_commitment(value, salt), public=public, value=value, salt=salt)


def _commitment(value: Any, salt: str) -> str:
    return sha256(salt.encode() + _canonical(value)).hexdigest()


def _holds(field: Field) -> bool:
    return field.salt is None or field.commitment == _commitment(field.value, field.salt)


def _closed(field: Field) -> Field:
    return field.model_copy(update={"value": None, "salt": None})


def _digest(parent: str, seq: int, at: datetime, kind: str, fields: Mapping[str, Field]) -> str:
    commitments = {name: field.commitment for name, field in fields.items()}
    return sha256(_canonical([parent, seq, instant(at), kind, commitments])).hexdigest()


def _canonical(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
