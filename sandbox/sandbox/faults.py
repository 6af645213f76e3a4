"""How a platform misbehaves, on demand."""

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import Response

MODES = ("none", "slow", "error", "garbage", "hang", "late_effect")
LONGEST_SECONDS = 300.0


@dataclass(frozen=True)
class Fault:
    """What goes wrong, and how long it takes: the delay of slow and late_effect, the silence of hang."""

    mode: str = "none"
    seconds: float = 2.0


class Switchboard:
    """The fault that each platform has at the moment."""

    def __init__(self, platforms: Collection[str]) -> None:
        self._faults = dict.fromkeys(platforms, Fault())

    def knows(self, platform: str) -> bool:
        """Whether there is such a platform."""
        return platform in self._faults

    def set(self, platform: str, fault: Fault) -> None:
        """Has the platform answer like that from now on."""
        self._faults[platform] = fault

    def serve(self, platform: str, effect: Callable[[], None], answer: Callable[[], Response]) -> Response:
        """Does `effect` and gives `answer`, or fails in the way that was asked for."""
        fault = self._faults[platform]
        if fault.mode in ("error", "late_effect"):
            if fault.mode == "late_effect":
                threading.Timer(fault.seconds, effect).start()
            return Response("internal error", 500, content_type="text/plain")
        if fault.mode == "garbage":
            return Response(b"\x00\xff<html>{not json", 200, content_type="application/json")
        if fault.mode in ("slow", "hang"):
            time.sleep(fault.seconds)
        if fault.mode == "hang":
            return Response("gateway time-out", 504, content_type="text/plain")
        effect()
        return answer()


def fault_of(body: object) -> Fault | None:
    """The fault that a request asks for; None when it asks for nonsense. A hang lasts a minute unless told."""
    if not isinstance(body, dict) or body.get("mode") not in MODES:
        return None
    seconds = body.get("seconds", 60.0 if body["mode"] == "hang" else Fault.seconds)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= LONGEST_SECONDS:
        return None
    return Fault(body["mode"], float(seconds))
