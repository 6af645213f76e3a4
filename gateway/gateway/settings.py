"""What the gateway is told: environment variables, checked once at start."""

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings

Network = IPv4Network | IPv6Network

JSON_BYTES = 256 * 1024
UPLOAD_BYTES = 20 * 1024 * 1024


class GatewaySettings(BaseSettings):
    """Settings of one gateway process. Rates are written as "60/minute" and count for each worker process."""

    amqp_url: str = Field(description="the gateway's own broker user, amqp://user:password@host:port/vhost")
    secrets_dir: Path = Field(description="signing.pem and trusted/")
    contracts_dir: Path = Field(Path("contracts"), description="the services' contracts")
    district_dir: Path = Field(Path("district"), description="the district's data; the app's name is read")
    app_dir: Path | None = Field(None, description="the built app; without it the gateway has no pages")
    trusted_proxies: str = Field("", description="addresses or networks, by comma, whose X-Forwarded-For counts")
    workers: int = Field(1, ge=1, description="how many processes serve; ready is who has all of them")
    open311_type: Literal["production", "test"] = Field("production", description="what Open311's discovery says")
    log_level: str = Field("INFO", description="least severe level that is logged")

    read_seconds: float = Field(5.0, gt=0, description="how long a read may take")
    part_seconds: float = Field(0.8, gt=0, description="how long a part of /home or /search may take")
    command_seconds: float = Field(15.0, gt=0, description="how long a command may take")
    stale_seconds: float = Field(60.0, ge=0, description="how long public answers are served without the broker")

    rate_auth: str = Field("60/minute", description="signing in, for each address")
    rate_read_address: str = Field("3000/minute", description="reads, for each address")
    rate_read_account: str = Field("1200/minute", description="reads, for each account")
    rate_bulk_address: str = Field("120/minute", description="long lists (Open311, ninjs), for each address")
    rate_partner: str = Field("60/minute", description="polls of the news (ninjs), for each partner's key")
    rate_write_address: str = Field("600/minute", description="writes, for each address")
    rate_write_account: str = Field("240/minute", description="writes, for each account")

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        """The networks whose word about the client's address is taken."""
        return tuple(ip_network(part.strip(), strict=False) for part in self.trusted_proxies.split(",") if part.strip())
