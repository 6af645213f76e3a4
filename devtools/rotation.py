"""`./dev rotate-keys`: new keys for a service, while it and all others work on."""

import argparse
import base64
import json
import re
import secrets
import time
from typing import Any

from devtools import installation
from devtools import secrets as keys
from devtools.compose_secrets import PARTS
from devtools.installation import Installation
from devtools.progress import Refusal, say
from kit.identity import REPLACED, USER_TOKEN_SECONDS

OVERLAP_SECONDS = 2 * USER_TOKEN_SECONDS  # a token may be signed by the old key until the service's processes are new
SEALING = ("accounts", "news")
"""The services that keep sealed fields; each has a command `reseal`."""


def run(asked: argparse.Namespace) -> int:
    """Rotates the keys that were asked for."""
    running = installation.chosen(compose=asked.compose)
    if asked.sealing:
        _rotate_sealing(running, _sealing(asked.service), forget=asked.forget_old)
    else:
        _rotate_signing(running, installation.known_service(asked.service))
    return 0


def _rotate_signing(running: Installation, service: str) -> None:
    """The old key counts on for half an hour: everybody is told of both before anything is signed by the new one."""
    until = int(time.time()) + OVERLAP_SECONDS
    for part in PARTS:
        trusted = running.home.secrets / part / "trusted"
        for file in trusted.glob(f"{service}{REPLACED}*.pem"):
            if int(file.stem.partition(REPLACED)[2]) < time.time():
                file.unlink()
        keys.write(trusted / f"{service}{REPLACED}{until}.pem", (trusted / f"{service}.pem").read_text())
    keys.new_signing_key(running.home, service)
    keys.prepare(running.home, PARTS)
    running.renew(service)
    say(f"{service} signs by a new key; tokens signed by the old one count until they end")


def _rotate_sealing(running: Installation, service: str, *, forget: bool) -> None:
    """In steps, as processes of both kinds work side by side: known to all, then used by all, then nothing is left."""
    file = running.home.secrets / service / "sealing.json"
    told: dict[str, Any] = json.loads(file.read_text())
    fresh = f"k{max(int(re.sub(r'[^0-9]', '', name)) for name in told['keys']) + 1}"
    told["keys"][fresh] = base64.b64encode(secrets.token_bytes(32)).decode()
    _tell(running, service, told)
    told["active"] = fresh
    _tell(running, service, told)
    running.within(service, f"{service}.reseal")
    say(f"{service} seals by key {fresh}")
    if forget:
        told["keys"] = {fresh: told["keys"][fresh]}
        _write(running, service, told)  # nothing needs them any more; processes forget them when they are next renewed
        say("the keys before it are forgotten: what backups hold sealed by them stays closed")


def _sealing(service: str) -> str:
    if service not in SEALING:
        raise Refusal(f"{service} keeps no sealed fields. Those that do: {', '.join(SEALING)}")
    return service


def _tell(running: Installation, service: str, told: dict[str, Any]) -> None:
    _write(running, service, told)
    running.renew(service)


def _write(running: Installation, service: str, told: dict[str, Any]) -> None:
    keys.write(running.home.secrets / service / "sealing.json", json.dumps(told, indent=2))
