"""Settings of a process: environment variables, checked once at start."""

import sys
from functools import cache
from pathlib import Path
from typing import TypeVar

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings

EX_CONFIG = 78  # sysexits.h


class ServiceSettings(BaseSettings):
    """What every service is told. Secrets come as files below `SECRETS_DIR`, never as values."""

    amqp_url: str = Field(description="the service's own broker user, amqp://user:password@host:port/vhost")
    mongo_url: str = Field(description="the service's own database user, with the database's name in the path")
    secrets_dir: Path = Field(description="signing.pem, trusted/, sealing.json")
    district_dir: Path = Field(Path("district"), description="the district's data")
    metrics_bind: str = Field("", description="host:port on which figures are served; none when empty")
    at_work_file: Path | None = Field(None, description="a file touched each second for as long as queues are consumed")
    outbox_poll_seconds: float = Field(0.5, gt=0, description="how often the relay looks when nobody wakes it")


Settings = TypeVar("Settings", bound=BaseSettings)


@cache
def load(cls: type[Settings]) -> Settings:
    """The process's settings. A wrong or missing one ends the process with a line for each, and exit code 78."""
    try:
        return cls()
    except ValidationError as error:
        for finding in error.errors(include_input=False):
            name = "_".join(str(part) for part in finding["loc"]).upper()
            print(f"setting {name}: {finding['msg']}", file=sys.stderr)  # noqa: T201 - logging is not set up yet
        raise SystemExit(EX_CONFIG) from None
