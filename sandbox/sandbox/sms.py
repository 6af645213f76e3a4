"""The SMS platform: takes messages as the carriers' gateways do, and shows what arrived instead of sending it."""

import re
from collections import OrderedDict, deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
LONGEST_TEXT = 500  # characters; what a concatenated message holds
_CODE = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


@dataclass(frozen=True)
class Message:
    """A message that arrived on a phone."""

    phone: str
    text: str
    sent_at: datetime

    @property
    def code(self) -> str | None:
        """The six-digit code in the text, if there is one."""
        found = _CODE.search(self.text)
        return found.group() if found else None


class Inboxes:
    """The phones' inboxes. Bounded: per phone and in all, the oldest make room."""

    def __init__(self, per_phone: int = 20, in_all: int = 10_000) -> None:
        self._per_phone = per_phone
        self._in_all = in_all
        self._phones: OrderedDict[str, deque[Message]] = OrderedDict()
        self._count = 0
        self._lock = Lock()

    def deliver(self, message: Message) -> None:
        """Puts the message into its phone's inbox."""
        with self._lock:
            inbox = self._phones.setdefault(message.phone, deque())
            inbox.append(message)
            self._phones.move_to_end(message.phone)
            self._count += 1
            if len(inbox) > self._per_phone:
                self._drop_oldest(message.phone)
            if self._count > self._in_all:
                self._drop_oldest(next(iter(self._phones)))

    def of(self, phone: str) -> list[Message]:
        """What arrived on that phone, newest first."""
        with self._lock:
            return list(reversed(self._phones.get(phone, ())))

    def latest(self, limit: int) -> list[Message]:
        """What arrived last on any phone, newest first."""
        with self._lock:
            everything: Iterable[Message] = (message for inbox in self._phones.values() for message in inbox)
            return sorted(everything, key=lambda message: message.sent_at, reverse=True)[:limit]

    def _drop_oldest(self, phone: str) -> None:
        inbox = self._phones[phone]
        inbox.popleft()
        self._count -= 1
        if not inbox:
            del self._phones[phone]


def flaw(phone: object, text: object) -> str | None:
    """Why the platform would refuse this message; None when it would take it."""
    if not isinstance(phone, str) or not MAINLAND_MOBILE.fullmatch(phone):
        return "phone must be a mainland mobile number of 11 digits"
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        return f"text must have 1 to {LONGEST_TEXT} characters"
    return None
