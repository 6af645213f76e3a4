"""Reads what the gateway needs of the district's data."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from kit.district import command, load


class App(BaseModel):
    """app.yml."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=12, description="on every page, and below its sign on a phone")


def read_app(folder: Path) -> App:
    """How the app shows itself here. Raises what `kit.district.load` raises."""
    return load(folder, "app.yml", App)


if __name__ == "__main__":
    command(read_app)
