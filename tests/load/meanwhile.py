"""What the newsroom does while all open what was pushed: how long until every process of the gateway shows it."""

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
LONGEST = 20.0  # seconds that something is waited for
WORDS = {
    "lead": "",
    "blocks": [{"kind": "paragraph", "text": "这是测速用的示例报道，随即撤回。"}],
    "desk": "民生新闻部",
    "source": "示例内容",
}


class Timed:
    """Seconds from a click until every process shows what came of it; `what` was done."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.taken: list[float] = []
        self.failed = 0

    def note(self, began: float, *, seen: bool) -> None:
        """It was clicked then, and is seen everywhere now, or never was."""
        if seen:
            self.taken.append(time.monotonic() - began)
        else:
            self.failed += 1

    def __str__(self) -> str:
        if not self.taken:
            return f"{self.what}: none was seen, {self.failed} failed"
        times = sorted(self.taken)
        p50, p99 = (times[min(int(len(times) * share), len(times) - 1)] for share in (0.5, 0.99))
        counted = f"{self.what}: {len(times)} meanwhile, {self.failed} failed"
        return f"{counted}; seen at every process after {p50:.2f} s (p50), {p99:.2f} s (p99)"


class Newsroom:
    """The newsroom's part of a push: an alert, then an article published in haste and withdrawn, again and again."""

    def __init__(self, api: str, duty: Session, reporter: Session) -> None:
        self._api = api
        self._duty = duty
        self._reporter = reporter
        self.alerts, self.published, self.withdrawn = map(Timed, ("alerts", "articles published", "articles withdrawn"))

    def run(self, over: Callable[[], bool]) -> None:
        """Goes on until it is over."""
        while not over():
            self._warn()
            self._publish()
            gevent.sleep(EVERY_SECONDS)

    def told(self) -> str:
        """What it came to, in words."""
        return "\n".join(map(str, (self.alerts, self.published, self.withdrawn)))

    def _warn(self) -> None:
        kind = self._duty.read("/desk/alert-rules")["kinds"][0]
        end = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
        body = {"kind": kind["code"], "level": kind["levels"][-1], "text": "这是测速用的示例预警。", "ends_at": end}
        began = time.monotonic()
        receipt = self._post(self._duty, "/desk/alerts", body)

        def shown(answer: requests.Response) -> bool:
            return answer.ok and receipt["id"] in [row["id"] for row in answer.json()["items"]]

        self.alerts.note(began, seen=receipt is not None and self._everywhere("/alerts", shown, began))
        if receipt is not None:
            self._post(self._duty, f"/desk/alerts/{receipt['id']}/lifting", {"note": "测速结束"})

    def _publish(self) -> None:
        title = f"测速示例报道 {uuid.uuid4().hex[:6]}"
        draft = self._post(self._reporter, "/desk/articles", {**WORDS, "title": title, "column": "news"})
        if draft is None:
            self.published.failed += 1
            return
        article, began = f"/articles/{draft['id']}", time.monotonic()
        out = self._post(self._duty, f"/desk{article}/urgent-publication", {"reason": "测速"})
        self.published.note(began, seen=out is not None and self._everywhere(article, lambda answer: answer.ok, began))
        began = time.monotonic()
        gone = out is not None and self._post(self._duty, f"/desk{article}/withdrawal", {"reason": "测速结束"})
        seen = bool(gone) and self._everywhere(article, lambda answer: answer.status_code == 410, began)
        self.withdrawn.note(began, seen=seen)

    def _everywhere(self, path: str, shown: Callable[[requests.Response], bool], began: float) -> bool:
        in_a_row = 0
        while in_a_row < LOOKS and time.monotonic() < began + LONGEST:
            answer = requests.get(f"{self._api}{path}", timeout=LONGEST)  # without a token, as from the cache
            in_a_row = in_a_row + 1 if shown(answer) else 0
        return in_a_row == LOOKS

    def _post(self, by: Session, path: str, body: dict[str, Any]) -> Any:
        headers = {**by.headers, "Idempotency-Key": uuid.uuid4().hex}
        answer = requests.post(f"{self._api}{path}", json=body, headers=headers, timeout=LONGEST)
        return answer.json() if answer.ok else None
