"""Settings of petition, beyond those of every service."""

from pydantic import Field

from kit.settings import ServiceSettings


class PetitionSettings(ServiceSettings):
    """What petition is told."""

    filing_limits: bool = Field(True, description="whether cases a day and repeated texts are limited; off to measure")
    picture_bytes: int = Field(20 * 1024 * 1024, gt=0, description="largest picture taken in, in bytes")
