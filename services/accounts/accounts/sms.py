"""The SMS platform: takes a message over, or fails within a few seconds."""

import logging

import requests

from kit.errors import Unavailable

log = logging.getLogger(__name__)

CONNECT_SECONDS = 2


class SmsPlatform:
    """Speaks HTTP to the platform at `url`."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self._address = f"{url.rstrip('/')}/sms/messages"
        self._timeouts = (CONNECT_SECONDS, timeout_seconds)

    def send(self, phone: str, text: str) -> None:
        """`phone` in eleven digits. Returns when the platform took the message over. Raises Unavailable;
        the message may arrive all the same.
        """
        try:
            answer = requests.post(self._address, json={"phone": phone, "text": text}, timeout=self._timeouts)
            answer.raise_for_status()
            answer.json()
        except (requests.RequestException, ValueError) as error:
            log.warning("the SMS platform failed: %s", type(error).__name__)
            raise Unavailable("短信暂时发不出去，请稍后再试。") from None
