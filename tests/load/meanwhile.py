"""Alerts issued while everybody opens what was pushed: how long until every process of the gateway shows one."""

import time
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import gevent
import requests

from load.sessions import Session

EVERY_SECONDS = 2.5
LOOKS = 16  # on connections of their own: as likely as not each of two processes answers one
LONGEST = 20.0  # seconds that an alert is waited for


class Warnings:
    """The duty editor's part of a push. `taken` are the seconds from his click until everyone is shown it."""

    def __init__(self, api: str, duty: Session) -> None:
        self._api = api
        self._duty = duty
        self.taken: list[float] = []
        self.failed = 0

    def run(self, over: Callable[[], bool]) -> None:
        """Issues one after the other until it is over; each is lifted once it was seen."""
        while not over():
            self._warn()
            gevent.sleep(EVERY_SECONDS)

    def told(self) -> str:
        """What it came to, in words."""
        if not self.taken:
            return f"alerts: none was seen, {self.failed} failed"
        times = sorted(self.taken)
        p50, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.99))
        counted = f"alerts: {len(times)} issued meanwhile, {self.failed} failed"
        return f"{counted}; shown by every process after {p50:.2f} s (p50), {p99:.2f} s (p99)"

    def _warn(self) -> None:
        kind = self._duty.read("/desk/alert-rules")["kinds"][0]
        end = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
        body = {"kind": kind["code"], "level": kind["levels"][-1], "text": "这是测速用的示例预警。", "ends_at": end}
        began = time.monotonic()
        receipt = self._post("/desk/alerts", body)
        if receipt is None or not self._seen_by_all(receipt["id"], began + LONGEST):
            self.failed += 1
        else:
            self.taken.append(time.monotonic() - began)
        if receipt is not None:
            self._post(f"/desk/alerts/{receipt['id']}/lifting", {"note": "测速结束"})

    def _seen_by_all(self, number: str, until: float) -> bool:
        in_a_row = 0
        while in_a_row < LOOKS and time.monotonic() < until:
            answer = requests.get(f"{self._api}/alerts", timeout=LONGEST)  # without a token, as from the cache
            shown = answer.ok and number in [row["id"] for row in answer.json()["items"]]
            in_a_row = in_a_row + 1 if shown else 0
        return in_a_row == LOOKS

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        headers = {**self._duty.headers, "Idempotency-Key": uuid.uuid4().hex}
        answer = requests.post(f"{self._api}{path}", json=body, headers=headers, timeout=LONGEST)
        return answer.json() if answer.ok else None
