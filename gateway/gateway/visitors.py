"""Who stands at the door: address, token, and the gateway's own word for those who have not signed in."""

import re
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from werkzeug import Request

from gateway.settings import GatewaySettings, Network
from kit.clock import utcnow
from kit.errors import Forbidden, Unauthenticated
from kit.identity import ANONYMOUS_ISSUER, SERVICE, SERVICE_TOKEN_SECONDS, Caller, TokenSigner, TokenVerifier

_ANONYMOUS = Caller(kind=SERVICE, id=ANONYMOUS_ISSUER)
_DEVICE = re.compile(r"^[0-9a-f]{32}$")
_RENEW_BEFORE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who calls, from where, and the token that proves it to the services. `device` is what the app calls itself."""

    caller: Caller
    address: str
    token: str
    device: str = ""

    @property
    def anonymous(self) -> bool:
        """Whether nobody has signed in."""
        return self.caller.anonymous


class Reception:
    """Finds out who a request comes from."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._proxies = settings.proxies
        self._verifier = TokenVerifier(settings.secrets_dir / "trusted")
        self._signer = TokenSigner(settings.secrets_dir / "signing.pem", ANONYMOUS_ISSUER)
        self._own = ""
        self._renew_at: datetime | None = None
        self._renewing = threading.Lock()

    def address(self, request: Request) -> str:
        """Where the request comes from, as far as our own proxies tell."""
        return client_address(request.remote_addr, request.headers.get("X-Forwarded-For"), self._proxies)

    def visitor(self, request: Request) -> Visitor:
        """The visitor. Raises `Unauthenticated` for a token that proves nothing: a stale one must not pass as none."""
        address = self.address(request)
        device = device_of(request.headers.get("X-Device-Id"))
        if "Authorization" not in request.headers:
            return self.anonymous(address, device)
        scheme, _, token = request.headers["Authorization"].partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated
        caller = self._verifier.verify(token.strip())
        if caller.kind == SERVICE:  # services speak to each other by the broker, never through this door
            raise Unauthenticated
        return Visitor(caller, address, token.strip(), device)

    def anonymous(self, address: str, device: str = "") -> Visitor:
        """Nobody in particular: who asks so gets what everyone may read."""
        return Visitor(_ANONYMOUS, address, self.own_token(), device)

    def own_token(self) -> str:
        """The gateway's own token, renewed a minute before it ends."""
        now = utcnow()
        with self._renewing:
            if self._renew_at is None or now >= self._renew_at:
                self._own = self._signer.for_service(now)
                self._renew_at = now + timedelta(seconds=SERVICE_TOKEN_SECONDS) - _RENEW_BEFORE
            return self._own


def device_of(told: str | None) -> str:
    """What a device calls itself; nothing for what the app would not have made."""
    return told if told and _DEVICE.fullmatch(told) else ""


@lru_cache(maxsize=4096)  # asked twice a request, by readers who come again and again
def client_address(peer: str | None, forwarded: str | None, proxies: tuple[Network, ...]) -> str:
    """The client's address: the last one in `X-Forwarded-For` that a trusted proxy did not add itself.

    IPv6 counts by its /64, which is what one household gets.
    """
    address = _parsed(peer)
    hops = [_parsed(part) for part in (forwarded or "").split(",")]
    while address is not None and hops and any(address in network for network in proxies):
        address = hops.pop() or address
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or "unknown")


def _parsed(text: str | None) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address((text or "").strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def require_own_page(request: Request) -> None:
    """A cookie counts only for a request that one of our own pages made. Raises `Forbidden`."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        allowed = site == "same-origin"
    else:
        allowed = request.headers.get("Origin") == request.host_url.rstrip("/")
    if not allowed:
        raise Forbidden("请从本站页面登录。")
