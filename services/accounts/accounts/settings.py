"""Settings of accounts, beyond those of every service."""

from pathlib import Path

from pydantic import Field

from kit.settings import ServiceSettings


class AccountsSettings(ServiceSettings):
    """What accounts is told."""

    sms_url: str = Field(description="the SMS platform's address, http://host:port")
    demo: bool = Field(False, description="a demonstration: demo people exist, and unassigned demo numbers may sign in")
    demo_sign_ins: Path | None = Field(None, description="the file in which the demo people's sign-ins are kept")
    sms_timeout_seconds: float = Field(5, gt=0, description="how long the platform may take to take a message over")
    sms_an_hour_of_a_network: int = Field(300, ge=1, description="how many codes one network may ask for in an hour")
