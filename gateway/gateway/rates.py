"""How often one address and one account may come. A shield for the house; exact limits belong to the services."""

import math
import threading
import time
from hashlib import sha256

from limits import parse

from gateway.settings import GatewaySettings
from gateway.visitors import Visitor
from kit.errors import RateLimited

MOST_KEYS = 200_000


class Window:
    """Counts by key within fixed windows of time. A new window begins with an empty table, so that nothing is swept.

    `rate` as in "60/minute". Beyond `MOST_KEYS` keys in one window the table begins anew: memory is bounded, and a
    flood from that many addresses is not for this shield to stop.
    """

    def __init__(self, rate: str) -> None:
        item = parse(rate)
        self._most, self._seconds = item.amount, item.get_expiry()
        self._window = 0
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def hit(self, key: str, now: float) -> None:
        """Counts one at `now` (seconds since the epoch). Raises `RateLimited` saying when the window ends."""
        window = int(now // self._seconds)
        with self._lock:
            if window != self._window or len(self._counts) >= MOST_KEYS:
                self._window, self._counts = window, {}
            count = self._counts[key] = self._counts.get(key, 0) + 1
        if count > self._most:
            raise RateLimited(extra={"retry_after": max(math.ceil((window + 1) * self._seconds - now), 1)})


class Rates:
    """Counts in this process's memory: with N workers an address may get up to N times the rate."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._by_address = {
            "auth": Window(settings.rate_auth),
            "read": Window(settings.rate_read_address),
            "bulk": Window(settings.rate_bulk_address),
            "write": Window(settings.rate_write_address),
        }
        self._by_partner = Window(settings.rate_partner)
        self._by_account = {"read": Window(settings.rate_read_account), "write": Window(settings.rate_write_account)}

    def count_address(self, kind: str, address: str) -> None:
        """Counts a request of `kind` (auth, read, bulk, write). Raises `RateLimited` saying when to come again."""
        self._by_address[kind].hit(address, time.time())

    def count_partner(self, key: str) -> None:
        """The same for a partner's program, wherever it runs, by a hash of its key. Raises `RateLimited`."""
        self._by_partner.hit(sha256(key.encode()).hexdigest(), time.time())

    def count_account(self, kind: str, visitor: Visitor) -> None:
        """The same for who has signed in, wherever he comes from. Raises `RateLimited`."""
        if kind in self._by_account and not visitor.anonymous:
            self._by_account[kind].hit(visitor.caller.id, time.time())
