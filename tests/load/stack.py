"""The stack under load, known only by its stack.json."""

import json
import time
from pathlib import Path
from typing import Any

import requests

CODE_SECONDS = 10


class Stack:
    """Where it is and who may sign in."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.facts: dict[str, Any] = json.loads(file.read_text("utf-8"))

    @property
    def base_url(self) -> str:
        """The gateway."""
        return str(self.facts["base_url"])

    @property
    def api(self) -> str:
        """Where the API begins."""
        return f"{self.base_url}/api/v1"

    def last_code(self, phone: str) -> str:
        """The code that the SMS platform's sandbox has sent to the phone."""
        until = time.monotonic() + CODE_SECONDS
        while time.monotonic() < until:
            answer = requests.get(f"{self.facts['sandbox_url']}/sms/messages", params={"phone": phone}, timeout=5)
            if items := answer.json()["items"]:
                return str(items[0]["code"])
            time.sleep(0.1)
        raise SystemExit(f"no code arrived on {phone}")
