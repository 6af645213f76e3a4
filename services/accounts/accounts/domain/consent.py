"""Consent to the privacy notice (个人信息保护法 第十四条): given for one version, asked for again when it changes."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple


class Consent(NamedTuple):
    version: str
    given_at: datetime


class NoticeNotCurrent(ValueError):
    """Consent was given to another version than the one in force."""


def given(consents: Sequence[Consent], version: str) -> bool:
    """Whether the version was agreed to at any time."""
    return any(consent.version == version for consent in consents)


def agree(consents: Sequence[Consent], version: str, current: str, now: datetime) -> list[Consent]:
    """The consents after agreeing to ``version``; agreeing twice keeps the first time. Raises NoticeNotCurrent."""
    if version != current:
        raise NoticeNotCurrent
    return list(consents) if given(consents, version) else [*consents, Consent(version, now)]
